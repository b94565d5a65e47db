// A chunk of the prediction log: predictions of one version, written and read together. Little-endian:
//
//     u8 1                                                    the format
//     i64                                                     version
//     twice, inputs and outputs: u16 count, and for each column: u8 type, u16 size, name
//     then the predictions, each:
//       u32                                                   size of what follows
//       i64 time | u32 latency | u32 row | u8 1 if it is a shadow
//       id, key, alias, caller, trace id: each u16 size, bytes
//       inputs, outputs                                       cells (data/packed_row.h)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "data/schema.h"
#include "record/prediction.h"

namespace scoreway {

// What stands before the predictions of this version.
std::string EncodeChunkHead(const PredictionTarget& target);
// Appends a prediction: row `row` of both batches. Texts of the head beyond 64 KiB are cut off.
void AppendPrediction(const PredictionHead& head, const Batch& inputs, const Batch& outputs, size_t row,
                      std::string* out);
// Of the first of the predictions that AppendPrediction wrote.
int64_t FirstPredictionTime(std::string_view predictions);

// A chunk to be read. One thread at a time.
class PredictionChunk {
 public:
  // kCorrupt if the bytes are no chunk.
  static Result<PredictionChunk> Parse(std::string bytes);

  int64_t version() const { return version_; }
  const std::vector<Field>& inputs() const { return inputs_; }
  const std::vector<Field>& outputs() const { return outputs_; }
  size_t size() const { return offsets_.size(); }
  // Prediction `index`, in the order they were written. It must not outlive the chunk. kCorrupt as above.
  Status Read(size_t index, LoggedPrediction* prediction) const;
  // In its place the head alone; and the cells alone, appended to batches of the columns inputs() and outputs(), which
  // is quicker where many rows are taken. After an error the columns differ in length.
  Status ReadHead(size_t index, PredictionHead* head) const;
  Status AppendCells(size_t index, Batch* inputs, Batch* outputs) const;
  // How many bytes it takes.
  size_t BytesOf(size_t index) const;

 private:
  Status ParseBytes();
  std::string_view BytesAt(size_t index) const;

  std::string bytes_;
  int64_t version_ = 0;
  std::vector<Field> inputs_, outputs_;
  std::vector<size_t> offsets_;  // of the predictions
};

}  // namespace scoreway
