// Topics of a document as Spark finds them.

#include "base/digamma.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/topic_search.h"

namespace scoreway {
namespace {

// Parameters of a sound model settle within some hundred steps.
constexpr int kStepsMax = 10000;
constexpr double kChangeMax = 1e-3;
constexpr TopicSearch::Way kWay = {&DigammaOfCommonsMath, 1e-100};

class TopicInferenceKernel final : public OperatorKernel<op::TopicInference> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    thread_local TopicSearch search;
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (size_t r = 0; r < tile.rows; ++r) {
      if (search.Read(in, r)) {
        Infer(&search);
      } else {
        search.parameters.assign(op_.prior.size(), 0.0);
      }
      for (uint32_t k = 0; k < out.width; ++k) out.number_column(k)[r] = search.parameters[k];
    }
    return {};
  }

 private:
  void Infer(TopicSearch* search) const {
    search->parameters = op_.start;
    double change = 1;
    for (int step = 0; step < kStepsMax && change > kChangeMax; ++step) {
      change = search->Step(op_.topics, op_.prior, kWay);
    }
    search->Normalize();
  }
};

}  // namespace

KernelResult MakeTopicInference(const KernelContext& context) { return KernelOf<TopicInferenceKernel>(context); }

}  // namespace scoreway
