// FeaturePlan: which inputs of a model come from which views, and what a row must then say. A pure function of the
// model's Signature and the views it uses.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "data/schema.h"
#include "features/feature_store.h"
#include "model/model.h"

namespace scoreway {

struct FeaturePlan {
  struct Column {
    size_t of_view = 0;   // index into the view's columns
    size_t of_input = 0;  // index into the model's inputs
  };
  // What is asked of one view.
  struct Fetch {
    FeatureViewPtr view;
    std::vector<size_t> keys;  // the columns of a row that hold the view's key, in its order
    std::vector<Column> columns;
  };

  // A row: the model's inputs, then the keys that are no input.
  std::shared_ptr<const Schema> row_schema;
  // Which of them a request may lack: what a view has, what the model treats itself, and keys (a request that brings
  // the features needs none).
  std::vector<bool> may_be_absent;
  std::vector<Fetch> fetches;  // of the views that have an input of the model

  bool empty() const { return fetches.empty(); }
};

// Of several views with the same column the first gives it. kInvalidArgument, at the view and column, where types do
// not go together.
Result<FeaturePlan> PlanFeatures(const Signature& signature, std::span<const FeatureViewPtr> views);

}  // namespace scoreway
