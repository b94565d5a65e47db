// FeatureJoin: completes the rows of requests with what feature views know of their keys.
//
// An input that a view has and a row lacks (absent or null) is looked up by the row's key; what the row brings stays as
// it is. All keys of a batch are asked for at once. Where a view has no row, an expired one or no answer in time, the
// input stays missing, and the model's own rule for that holds; an input without a rule is an error that says so.
//
// A FeatureJoin belongs to one thread; its memory is kept from batch to batch.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "data/batch.h"
#include "features/feature_plan.h"
#include "features/feature_reader.h"
#include "features/feature_row.h"

namespace scoreway {

// What a batch took from one view.
struct FeatureUse {
  std::string_view view;       // its name, valid as long as the join
  uint64_t looked_up = 0;      // rows that lacked something and had a key
  uint64_t found = 0;          // of them, rows of which the view had something fresh
  int64_t oldest_micros = -1;  // the age of the oldest features used; -1: none
  bool failed = false;         // the view did not answer in time
};

class FeatureJoin {
 public:
  // The reader and clock must outlive this.
  FeatureJoin(FeatureReader* reader, const Clock& clock, const Signature& signature, FeaturePlan plan);

  const FeaturePlan& plan() const { return plan_; }

  // Fills `inputs`, of the model's input schema, from `rows`, of plan().row_schema. The cells of `rows` may be moved
  // out of it. kInvalidArgument names row and column: a key that is none, or an input that is missing though it may not
  // be; the store's error in place of the latter where it gave no answer. Rows count from 1, after `rows_before`.
  Status Complete(Batch* rows, Batch* inputs, uint64_t rows_before = 0);

  // What the last Complete took, a view each.
  std::span<const FeatureUse> uses() const { return uses_; }

 private:
  // Sets, for each row, the encoded features that its key has in the view, or null.
  Status LookUp(const FeaturePlan::Fetch& fetch, const Batch& rows, FeatureUse* use);
  void FillColumns(const FeaturePlan::Fetch& fetch, const Batch& rows, Batch* inputs) const;
  Status CheckFilled(const FeaturePlan::Fetch& fetch, const Batch& inputs, uint64_t rows_before) const;

  FeatureReader* const reader_;
  const Clock& clock_;
  const FeaturePlan plan_;
  std::vector<bool> may_be_missing_;  // of each input
  std::vector<bool> from_view_;       // of each input
  std::vector<FeatureUse> uses_;
  Status failure_;  // of the fetch under way
  // Of the fetch under way: the keys to look up, their features, and for each row the place of its key, from 1.
  std::vector<std::string> keys_;
  std::vector<FeatureCache::Value> found_;
  std::vector<uint32_t> key_of_row_;
  std::vector<FeatureRow> parsed_;
  std::vector<bool> is_fresh_;
};

}  // namespace scoreway
