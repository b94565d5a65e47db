// Catalogue: what people read of the registry with the database's own tools: a typed row for every version.
//
// A Store may have one (Store::catalogue). It is a copy made from the rows that count, after they have changed, so it
// may lag behind them; writing it again from them repairs it. Errors are those of the Store. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

struct CatalogueRow {
  std::string name;
  int64_t version = 0;
  int64_t created_micros = 0;
  std::string format, library, library_version, engine, description, producer, training_data;
  std::map<std::string, double> metrics;
  std::map<std::string, std::string> parameters, tags;
  std::vector<std::string> aliases;  // that point at it, in order
  uint64_t size = 0;
  std::string sha256;
};

class Catalogue {
 public:
  virtual ~Catalogue() = default;

  // `read_micros` is a time before which what the row says was not yet read: of several writers, the one that read last
  // is the one that stays.
  virtual Status Put(const CatalogueRow& row, int64_t read_micros) = 0;
  virtual Status Remove(std::string_view name, int64_t version, int64_t read_micros) = 0;
};

}  // namespace scoreway
