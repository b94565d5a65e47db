// Predict: the conductor of one prediction: a Handle and its rows to answers with an id.
//
// A Predictor belongs to one thread. It keeps the batches and the working memory of the models it has scored lately, so
// that after the first requests scoring a row allocates nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "data/batch.h"
#include "service/loaded_model.h"

namespace scoreway {

class Predictor {
 public:
  // `slot` tells the threads' counters apart; any number.
  explicit Predictor(unsigned slot);

  // An empty batch of the model's inputs, to be filled for Run. Valid until the next Input.
  Batch* Input(const Handle& model);
  // Scores what was put into Input(model). The answers are valid until the next Input. INVALID_ARGUMENT names row and
  // column of a cell that the model has no rule for. Counts the prediction.
  Result<const Batch*> Run(const Handle& model);

  // Never the same in any process, until NextPredictionId is called again valid as a view.
  std::string_view NextPredictionId();

  unsigned slot() const { return slot_; }

 private:
  struct Workspace {
    std::weak_ptr<const LoadedModel> model;
    Batch input, output;
    ScratchPtr scratch;
    uint64_t last_use = 0;
  };
  Workspace& For(const Handle& model);
  void DropOldest();

  const unsigned slot_;
  std::unordered_map<uint64_t, std::unique_ptr<Workspace>> workspaces_;  // by LoadedModel::load_number
  uint64_t uses_ = 0;
  std::string id_;
  size_t id_prefix_ = 0;
  uint64_t id_count_ = 0;
};

}  // namespace scoreway
