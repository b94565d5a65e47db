// LabelStore: the labels of predictions, over any Store.
//
//     table    partition                  sort                               value
//     label    model "/" bucket of 256    "i/" id "/" row, or "k/" key       the label that counts (label.h)
//     record   (record_rows.h, stream l)                                     labels as they came, one after the other
//
// Labels may come in any order, late, twice, and before their predictions are written. Of two labels of one subject the
// one with the later time counts, and the one stored later if their times are the same; that is so for writers of one
// process, and across processes where they do not label one subject at the same moment. What Push has counted is
// durable. After an error part of the labels may be stored; pushing all of them again does no harm.
//
// Errors: kInvalidArgument names the label, from 1; the Store's own beside it. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "record/label.h"
#include "record/record_rows.h"

namespace scoreway {

struct LabelPushCounts {
  size_t stored = 0;
  size_t same = 0;   // that were there already
  size_t older = 0;  // left out, as a later label of the subject is there
};

class LabelStore {
 public:
  static constexpr size_t kLabelsMax = 100'000;  // of one Push

  // Store and clock must outlive this. `ttl_micros` 0: labels stay.
  LabelStore(Store& store, const Clock& clock, int64_t ttl_micros)
      : store_(store), rows_(store), clock_(clock), ttl_micros_(ttl_micros) {}

  // A label without a time became known now.
  Result<LabelPushCounts> Push(std::string_view model, std::vector<Label> labels);

  // The labels that count, of these subjects and in their order; nothing where there is none.
  Result<std::vector<std::optional<Label>>> Find(std::string_view model, const std::vector<std::string>& subjects);

  // Labels as they arrived within the range, at most `count_max`. `page_token`: of the page before, or empty.
  struct Page {
    std::vector<Label> labels;
    std::string next_page_token;  // empty: this was the last
  };
  Result<Page> List(std::string_view model, const TimeRange& range, size_t count_max, const std::string& page_token);

 private:
  Status WriteLabels(std::string_view model, const std::vector<Label>& labels, int64_t now_micros);

  Store& store_;
  const RecordRows rows_;
  const Clock& clock_;
  const int64_t ttl_micros_;
  std::array<std::mutex, 64> write_locks_;  // of models
};

}  // namespace scoreway
