// StoredBatch: rows that come one by one are kept until a trigger fires; then all of them are scored together, once,
// and the answers go to where the batch says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/codec/json_writer.h"
#include "data/schema.h"

namespace scoreway {

// What makes a batch fire, whichever comes first; manually it can always be fired. What fires without rows does
// nothing.
struct Trigger {
  std::string cron = {};       // a line of cron's five fields (cron.h); empty: none
  std::string timezone = {};   // of the cron line, as "Europe/Zurich"; empty: UTC
  int64_t rows = 0;            // as soon as so many rows wait; 0: never
  int64_t age_seconds = 0;     // as soon as the oldest waits so long; 0: never
  bool after_version = false;  // after a new version of the model
  bool after_move = false;     // after `model` has come to mean another version

  bool operator==(const Trigger&) const = default;
};

// Where answers go.
//
//     file:answers-{firing}.parquet      a file for each firing: .csv, .parquet, .arrow or .jsonl
//     sqlite:answers.db/wine             a table of a SQLite file; rows have the firing's number and their own
//     cassandra://h/shop.wine            a table of a database (databases/database_grant.h); rows have the columns that
//     postgresql://h/shop?table=wine     are kept as their key, or that of the table which is there
//     kafka://h:9092/wine                a topic; messages have the first column that is kept as their key
//
// Files lie beneath a folder that the server names; their names are relative to it.
struct BatchOutput {
  enum class Kind : uint8_t { kFile, kSqlite, kTable, kTopic };
  Kind kind = Kind::kFile;
  std::string path;   // kFile, kSqlite
  std::string table;  // kSqlite
  std::string url;    // kTable, kTopic: not looked at further

  // Whether another batch of the same output would write over what this one has written.
  bool is_own() const { return kind == Kind::kFile || kind == Kind::kSqlite; }

  static constexpr std::string_view kFiring = "{firing}";
  // The file of one firing; empty where there is none.
  std::string PathOf(int64_t firing) const;
};

// kInvalidArgument says what is wrong.
Result<BatchOutput> ParseBatchOutput(std::string_view text);

struct StoredBatch {
  static constexpr size_t kTextBytesMax = 1024;
  static constexpr size_t kColumnsMax = 1000;

  std::string name;
  std::string model;                 // "wine", "wine@champion" or "wine/3"
  std::string output;                // ParseBatchOutput
  std::string input;                 // kafka://HOST:PORT/TOPIC whose messages are rows, too; empty: none
  std::vector<std::string> keep;     // columns of the rows that answers have, too: "id" (text) or "id:int64"
  std::vector<std::string> outputs;  // those wanted; none: all
  Trigger trigger;

  int64_t created_micros = 0;
  std::string who;  // made it

  bool operator==(const StoredBatch&) const = default;
};

// kInvalidArgument names what is wrong.
Status CheckStoredBatch(const StoredBatch& batch);
// The columns of `keep`, which must be right.
std::vector<Field> KeptFields(const StoredBatch& batch);

void WriteJson(const StoredBatch& batch, JsonWriter* json);
// kCorrupt if it is none that was written.
Result<StoredBatch> ParseStoredBatch(std::string_view json);

}  // namespace scoreway
