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
#include <utility>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "data/codec/csv_reader.h"
#include "data/codec/json_request.h"
#include "service/chance.h"
#include "service/feature_join.h"
#include "service/loaded_model.h"
#include "service/online_features.h"
#include "service/records.h"

namespace scoreway {

// What a door knows of a request besides its rows, for the prediction log. Views: valid as long as Run.
struct RequestNote {
  std::string_view alias;   // by which the model was found; empty: by its name alone, or a version
  std::string_view caller;  // the name of the API key
  std::string_view trace_id;
  std::vector<std::string> keys;  // the caller's own names of the rows: none, or one for each row
};

class Predictor {
 public:
  // `slot` tells the threads' counters apart; any number. `features` and `records`, or null where there are none, must
  // outlive this.
  explicit Predictor(unsigned slot, OnlineFeatures* features = nullptr, Records* records = nullptr);

  // How rows of the model are read, and where to: an empty batch of its inputs and, if it uses feature views, of their
  // keys, to be filled for Run. Valid until the next Input.
  struct Rows {
    Batch* batch = nullptr;
    const JsonReadOptions* json = nullptr;
    const CsvReadOptions* csv = nullptr;
  };
  Rows Input(const Handle& model);
  // Completes what was put into Input(model) and scores it. The answers are valid until the next Input.
  // INVALID_ARGUMENT names row and column of a cell that the model has no rule for, or a number of keys that is not the
  // number of rows. Counts the prediction, and hands it to the prediction log. May wait for the store, if
  // WaitsForFeatures. Rows are named from 1, after `rows_before`.
  Result<const Batch*> Run(const Handle& model, const RequestNote& note = {}, uint64_t rows_before = 0);
  // Whether Run is likely to wait for a store that takes its time.
  bool WaitsForFeatures(const Handle& model);
  // What the last Run took from feature views; empty where the model uses none.
  std::span<const FeatureUse> feature_uses() const { return feature_uses_; }

  // Of the last Run: never the same in any process.
  std::string_view prediction_id() const { return id_; }
  bool has_logged() const { return logged_ != nullptr; }
  // The rows of the last Run if it logged them, once; else null. Valid until the next Input. Their keys are kept.
  const Batch* TakeLogged() { return std::exchange(logged_, nullptr); }
  const std::vector<std::string>& logged_keys() const { return logged_keys_; }

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
  void MakePredictionId();
  void Log(const Handle& model, const Workspace& workspace, const RequestNote& note, int64_t nanoseconds);

  const unsigned slot_;
  OnlineFeatures* const features_;
  Records* const records_;
  Followed<FeatureDefinitions>::Reader feature_views_;
  std::span<const FeatureUse> feature_uses_;
  std::unordered_map<uint64_t, std::unique_ptr<Workspace>> workspaces_;  // by LoadedModel::load_number
  uint64_t uses_ = 0;
  std::string id_;
  size_t id_prefix_ = 0;
  uint64_t id_count_ = 0;
  const Batch* logged_ = nullptr;
  std::vector<std::string> logged_keys_;
  Chance sampling_;  // which requests are logged
};

}  // namespace scoreway
