// Stream: a subscribed topic and a published one, bound to a model: each message of the input is a row, its answer is a
// message of the output.
//
// Or each message of the input is a label of a prediction of the model, which is stored and not answered.
//
// A replay is a Stream, too: over what another one's input held when it was made, with a version that is settled, into
// a topic of its own; it ends by itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/codec/json_writer.h"

namespace scoreway {

enum class StreamState : uint8_t { kRunning, kPaused, kDone };  // kDone: a replay that has come to its end
// kJson: an object, or an array of values by position. kCsv: one record. kAvro: a record of Avro.
enum class StreamFormat : uint8_t { kJson, kCsv, kAvro };
enum class StreamTakes : uint8_t { kRows, kLabels };

std::string_view StreamStateName(StreamState state);
std::string_view StreamFormatName(StreamFormat format);
std::string_view StreamTakesName(StreamTakes takes);

struct Stream {
  static constexpr size_t kColumnsMax = 10'000;
  static constexpr size_t kTextBytesMax = 1024;
  static constexpr size_t kSchemaBytesMax = size_t{256} << 10;

  std::string name;
  std::string brokers;  // "host:port,..."
  StreamTakes takes = StreamTakes::kRows;
  std::string input, output;  // kLabels: no output
  std::string errors;         // the topic for messages that are wrong; empty: that of output, or of input, + ".errors"
  std::string model;          // "wine", "wine@champion" or "wine/3"
  StreamFormat format = StreamFormat::kJson;
  StreamFormat output_format = StreamFormat::kJson;  // or kAvro
  // Of kAvro: the schema of bare values. Empty: each value says the number of its own in a schema registry.
  std::string schema;
  std::vector<std::string> columns;  // of kCsv; none: the model's inputs, in their order
  std::vector<std::string> outputs;  // those wanted; none: all
  bool from_end = false;             // begins with what comes, instead of with what is there
  // Of a replay: the stream, and where its partitions end.
  std::string replay_of;
  struct End {
    int32_t partition = 0;
    int64_t offset = 0;

    bool operator==(const End&) const = default;
  };
  std::vector<End> ends;

  StreamState state = StreamState::kRunning;
  int64_t revision = 0;  // 1 when made
  int64_t created_micros = 0, changed_micros = 0;
  std::string who;  // made it

  bool is_replay() const { return !replay_of.empty(); }
  // The consumer group, and what the producers' names begin with.
  std::string group() const { return "scoreway." + name; }

  bool operator==(const Stream&) const = default;
};

// kInvalidArgument names what is wrong. Sets what is left open: the topic of errors.
Status CompleteStream(Stream* stream);

void WriteJson(const Stream& stream, JsonWriter* json);
// kCorrupt if it is none that was written.
Result<Stream> ParseStream(std::string_view json);
bool StreamFormatFromName(std::string_view name, StreamFormat* format);
bool StreamTakesFromName(std::string_view name, StreamTakes* takes);

// What one process does for a stream, as it last said.
struct StreamReport {
  std::string instance;
  std::string activity;  // "running", "waiting", "starting"
  std::string error;     // the last one; empty: all is well
  int64_t partitions = 0;
  int64_t lag = 0;  // messages behind, over these partitions
  uint64_t messages = 0, bad = 0, transactions = 0, restarts = 0;
  int64_t version = 0;  // that answered last
  int64_t time_micros = 0;
};

void WriteJson(const StreamReport& report, JsonWriter* json);
Result<StreamReport> ParseStreamReport(std::string_view json);

}  // namespace scoreway
