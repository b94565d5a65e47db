// TableWriter: batches as the bytes of a file: a head, parts that many threads may encode, and a foot that knows where
// the parts lie.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "data/batch.h"
#include "tables/table_format.h"

namespace scoreway {

// The bytes of some rows.
struct EncodedPart {
  std::string bytes;
  // What the foot must know of the part, printable; empty where there is no foot.
  std::string trail;
};

// An encoded part that lies in the file.
struct PlacedPart {
  uint64_t offset = 0;
  std::string trail;
};

// Encodes part after part. One thread at a time.
class PartEncoder {
 public:
  virtual ~PartEncoder() = default;
  // Adds the rows of a batch of the writer's schema to the part.
  virtual Status Append(const Batch& batch) = 0;
  // The part, which ends here. One without rows has no bytes.
  virtual Result<EncodedPart> Finish() = 0;
};

class TableWriter {
 public:
  virtual ~TableWriter() = default;
  virtual void AppendHead(std::string* out) const = 0;
  virtual std::unique_ptr<PartEncoder> NewEncoder() const = 0;
  virtual Status AppendFoot(std::span<const PlacedPart> parts, std::string* out) const = 0;
};

// Of Arrow the file format, or with `stream` the stream.
std::unique_ptr<TableWriter> MakeTableWriter(TableFormat format, std::shared_ptr<const Schema> schema,
                                             bool stream = false);

}  // namespace scoreway
