#include "bench/inprocess/engine.h"
#include "score/plan.h"

namespace scoreway::bench {
namespace {

class ScorewayEngine final : public Engine {
 public:
  explicit ScorewayEngine(std::shared_ptr<const Plan> plan)
      : plan_(std::move(plan)), scratch_(plan_->MakeScratch()), output_(plan_->output_schema()) {}

  Result<size_t> Prepare(const Batch& rows) override {
    batches_.push_back(rows);
    return batches_.size() - 1;
  }

  Status Call(size_t call) override { return plan_->Run(batches_[call], *scratch_, &output_); }

  void Answers(std::vector<double>* answers) const override {
    const Column& last = output_.column(output_.column_count() - 1);
    for (size_t row = 0; row < output_.rows(); ++row) answers->push_back(last.NumberAt(row));
  }

 private:
  const std::shared_ptr<const Plan> plan_;
  ScratchPtr scratch_;
  Batch output_;
  std::vector<Batch> batches_;
};

}  // namespace

Result<std::unique_ptr<Engine>> MakeScorewayEngine(std::shared_ptr<const Model> model) {
  // What ONNX Runtime answers too: the prediction and the probabilities, without what else the model could tell.
  ScorerOptions options;
  for (const OutputField& output : model->signature().outputs) {
    if (output.name.starts_with("predict") || output.name.starts_with("proba")) options.outputs.push_back(output.name);
  }
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Plan> plan, Plan::Make(std::move(model), options));
  return std::unique_ptr<Engine>(std::make_unique<ScorewayEngine>(std::move(plan)));
}

}  // namespace scoreway::bench
