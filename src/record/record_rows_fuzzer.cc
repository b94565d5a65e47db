// Whatever the bytes of a stored chunk of predictions or labels, reading them ends in rows or in kCorrupt.
#include <cstdint>

#include "base/check.h"
#include "record/label.h"
#include "record/prediction_chunk.h"
#include "record/prediction_table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scoreway;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto labels = ParseLabels(bytes);
  if (!labels.ok()) SCOREWAY_CHECK(labels.code() == Code::kCorrupt);
  const auto chunk = PredictionChunk::Parse(bytes);
  if (!chunk.ok()) {
    SCOREWAY_CHECK(chunk.code() == Code::kCorrupt);
    return 0;
  }
  if (!Schema::Make(chunk->inputs()).ok() || !Schema::Make(chunk->outputs()).ok()) return 0;
  PredictionTable table(false);
  SCOREWAY_CHECK(table.Begin(*chunk));
  LoggedPrediction prediction;
  for (size_t i = 0; i < chunk->size(); ++i) {
    if (chunk->Read(i, &prediction).ok()) SCOREWAY_CHECK(table.Add(*chunk, prediction, nullptr));
  }
  const size_t rows = table.rows();
  SCOREWAY_CHECK(std::move(table).Finish().rows() == rows);
  return 0;
}
