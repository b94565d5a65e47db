// TableSink: where the answers of a long work are put, part by part, with lines that say how far it has come. Both
// outlive the process, so that another run can go on.
//
// One thread at a time, but for NewEncoder and its encoders, which are of one thread each.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tables/table_reader.h"
#include "tables/table_writer.h"

namespace scoreway {

// What a sink is to hold.
struct SinkColumns {
  std::shared_ptr<const Schema> schema;
  // The first columns of the schema, as the input has them.
  std::vector<TableColumn> kept = {};
  TableKey input_key = {};
  // Whose TableColumn::stored_type the kept columns have; empty: nobody's.
  std::string stored_types = {};
  // Of rows of one key that come in order, by one encoder, the last one stays; else they are an error, or any one does.
  bool keeps_last = false;
  // Of works that write one table at once: whose lines these are. Empty: of the table's only one.
  std::string work = {};
};

class TableSink {
 public:
  virtual ~TableSink() = default;

  // For messages: where the lines stand.
  virtual std::string place() const = 0;
  // Lines that an earlier run left: the first says what was done, the rest how far. Empty: there was none.
  virtual const std::vector<std::string>& lines() const = 0;

  // Drops what an earlier run left; `identity` becomes the first line.
  virtual Status Begin(const std::string& identity) = 0;
  // Goes on behind the first `bytes` bytes, all that the lines tell of; false: they are not there any more.
  virtual Result<bool> TakeUp(uint64_t bytes) = 0;

  // How many bytes were put, in all runs; 0 where rows are kept as such.
  virtual uint64_t size() const = 0;
  virtual std::unique_ptr<PartEncoder> NewEncoder() = 0;
  // Appends an encoded part.
  virtual Status Put(std::string_view bytes) = 0;
  // Puts on disk what was put, and these lines, each with its end: the lines never without the rest.
  virtual Status Keep(std::string_view lines) = 0;

  // All parts are there: the output appears, the lines go. The parts are for the foot of a file.
  virtual Status Finish(std::span<const PlacedPart> parts) = 0;
  // Drops what was done, for a run that would fail again where it has failed.
  virtual void Discard() = 0;
};

}  // namespace scoreway
