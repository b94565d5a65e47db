// Predict: the conductor of one prediction: a Handle and its rows, completed from feature views, to answers with an id.
//
// A Predictor belongs to one thread. It keeps the batches and the working memory of the models it has scored lately, so
// that after the first requests scoring a row allocates nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "data/batch.h"
#include "data/codec/csv_reader.h"
#include "data/codec/json_request.h"
#include "service/feature_join.h"
#include "service/loaded_model.h"
#include "service/online_features.h"

namespace scoreway {

class Predictor {
 public:
  // `slot` tells the threads' counters apart; any number. `features`, or null where there are none, must outlive this.
  explicit Predictor(unsigned slot, OnlineFeatures* features = nullptr);

  // How rows of the model are read, and where to: an empty batch of its inputs and, if it uses feature views, of their
  // keys, to be filled for Run. Valid until the next Input.
  struct Rows {
    Batch* batch = nullptr;
    const JsonReadOptions* json = nullptr;
    const CsvReadOptions* csv = nullptr;
  };
  Rows Input(const Handle& model);
  // Completes what was put into Input(model) and scores it. The answers are valid until the next Input.
  // INVALID_ARGUMENT names row and column of a cell that the model has no rule for. Counts the prediction. May wait for
  // the store, if WaitsForFeatures. Rows are named from 1, after `rows_before`.
  Result<const Batch*> Run(const Handle& model, uint64_t rows_before = 0);
  // Whether Run is likely to wait for a store that takes its time.
  bool WaitsForFeatures(const Handle& model);
  // What the last Run took from feature views; empty where the model uses none.
  std::span<const FeatureUse> feature_uses() const { return feature_uses_; }

  // Never the same in any process, until NextPredictionId is called again valid as a view.
  std::string_view NextPredictionId();

  unsigned slot() const { return slot_; }

 private:
  // What a model that uses feature views needs besides.
  struct Joined {
    Status fault;  // why it cannot use them
    std::unique_ptr<FeatureJoin> join;
    std::unique_ptr<Batch> rows;
    JsonReadOptions json;
    CsvReadOptions csv;
  };
  struct Workspace {
    explicit Workspace(const Handle& loaded)
        : model(loaded),
          input(loaded->scorer->input_schema()),
          output(loaded->scorer->output_schema()),
          scratch(loaded->scorer->MakeScratch()) {}

    std::weak_ptr<const LoadedModel> model;
    Batch input, output;
    ScratchPtr scratch;
    uint64_t last_use = 0;
    // The feature views as they were in this snapshot; null: the model uses none.
    uint64_t features_number = 0;
    std::unique_ptr<Joined> joined;
  };
  Workspace& For(const Handle& model);
  void FollowFeatures(const Handle& model, Workspace& workspace);
  void DropOldest();

  const unsigned slot_;
  OnlineFeatures* const features_;
  Followed<FeatureDefinitions>::Reader feature_views_;
  std::span<const FeatureUse> feature_uses_;
  std::unordered_map<uint64_t, std::unique_ptr<Workspace>> workspaces_;  // by LoadedModel::load_number
  uint64_t uses_ = 0;
  std::string id_;
  size_t id_prefix_ = 0;
  uint64_t id_count_ = 0;
};

}  // namespace scoreway
