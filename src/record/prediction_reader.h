// PredictionReader: logged predictions as tables, joined with their labels if wanted.
//
// A table has a row for each prediction and the columns
//
//     time, prediction_id, row, key, version, alias, caller, trace_id, shadow, latency_ms
//     label, label_time               where labels are wanted: of the prediction's id or its key, whichever is later
//     input.NAME ..., output.NAME ...  a column for each of the versions in the table; null where a version lacks it
//
// `label` is float64, bool, string or list, as the labels are. A table ends before a prediction whose cells would not
// fit its columns, and the next page begins with it.
//
// Predictions come by the minute in which they were scored, and within it as they were written, so that two of them may
// be some seconds out of order. Errors are those of the Store; kCorrupt names the chunk. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/batch.h"
#include "record/label_store.h"
#include "record/record_rows.h"

namespace scoreway {

enum class LabelWish : uint8_t { kNone, kJoined, kOnlyLabelled };

struct PredictionQuery {
  TimeRange range = {};
  int64_t version = 0;              // 0: all
  std::string alias = {};           // by which they were asked for; empty: all
  std::string id = {}, key = {};    // empty: all
  std::optional<bool> shadow = {};  // only these, or only the others
  LabelWish labels = LabelWish::kNone;
};

struct PredictionPage {
  Batch table;
  std::string next_page_token;  // empty: this was the last
};

class PredictionReader {
 public:
  // They must outlive this.
  PredictionReader(const RecordRows& rows, LabelStore& labels) : rows_(rows), labels_(labels) {}

  // A page of at most `count_max` rows; it may have fewer, or none, before the end, where its bytes are many or what is
  // looked for lies far apart.
  Result<PredictionPage> Read(std::string_view model, const PredictionQuery& query, size_t count_max,
                              const std::string& page_token);

 private:
  const RecordRows rows_;
  LabelStore& labels_;
};

}  // namespace scoreway
