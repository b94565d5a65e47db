// Learner: goes on training a model that is already in use. It takes labelled rows and gives checkpoints: the model as
// it then is, an ordinary Model that every door serves, with what the learner needs to go on from there.
//
// Made from the artifact of a version, it continues as the training library would with the same rows in the same
// batches (docs/learning.md lists the estimators and what is exact): scikit-learn's partial_fit, Spark's streaming
// k-means, the half of an iteration of Spark's ALS. Of a pipeline the last step learns; the steps before it stay as
// they are. The model that is served never changes by being asked; a learner has its own copy.
//
// Not thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/batch.h"
#include "importers/importer.h"
#include "learn/estimator.h"
#include "learn/learner_state.h"
#include "score/plan.h"

namespace scoreway::learn {

struct LearnerCheckpoint {
  std::shared_ptr<const Model> model;
  // An artifact: ImportModel gives the model, and Learner::Make the learner as it was.
  std::shared_ptr<const std::string> artifact;
};

class Learner {
 public:
  // From a pickle of scikit-learn, an archive of Spark or the artifact of a checkpoint. UNSUPPORTED names an estimator
  // that does not learn on, or a setting with which it would not; INVALID_ARGUMENT one of `settings` that it does not
  // take, or one that it needs (learner_settings.h); otherwise the errors of ImportModel.
  static Result<std::unique_ptr<Learner>> Make(std::shared_ptr<const std::string> artifact,
                                               const ImportOptions& options = {},
                                               const std::map<std::string, double>& settings = {});

  // What Learn takes: rows of this model's input schema, which is the served model's but for a recommender, whose items
  // are asked for, too; and, of labels, a column of this type; nothing for an estimator that learns without.
  const Model& rows_model() const { return *rows_model_; }
  const std::shared_ptr<const Schema>& input_schema() const { return rows_model_->input_schema(); }
  std::optional<Type> label_type() const;
  // Whether the model's first output is a class or a cluster.
  bool answers_classes() const { return estimator_->answers_classes(); }

  // Learns from one batch, in the order of its rows. INVALID_ARGUMENT names row and column of a cell that cannot be
  // used, or a label that is no class of the model: then nothing of the batch is learned. Where the numbers themselves
  // run away the error says so, and the learner is spent: go back to a checkpoint. Rows count from 1, after
  // `rows_before`.
  Status Learn(const Batch& rows, const Column* labels, uint64_t rows_before = 0);
  uint64_t rows_learned() const { return rows_learned_; }

  Result<LearnerCheckpoint> Checkpoint() const;

  // "sklearn.linear_model.SGDClassifier".
  const std::string& kind() const { return state_.kind; }
  // Those that were given, now or when it learned before.
  std::map<std::string, double> settings() const;

 private:
  Learner() = default;
  static Result<std::unique_ptr<Learner>> Make(Model model, LearnerState state);
  Status MakeFeatures();
  Result<std::vector<double>> ReadTargets(const Column& labels, uint64_t rows_before) const;

  std::shared_ptr<const Model> model_;       // as it was when the learner was made
  PlacedOperators placed_;                   // its operators that change
  LearnerState state_;                       // as it was; what changes is the estimator's
  std::shared_ptr<const Model> rows_model_;  // from rows to what the estimator takes
  std::shared_ptr<const Plan> features_;
  ScratchPtr scratch_;
  std::unique_ptr<Batch> cells_;
  EstimatorPtr estimator_;
  uint64_t rows_learned_ = 0;
};

}  // namespace scoreway::learn
