// Topics of a document as scikit-learn finds them.

#include <limits>
#include <vector>

#include "base/digamma.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/topic_search.h"

namespace scoreway {
namespace {

constexpr TopicSearch::Way kWay = {&DigammaOfScikitLearn, std::numeric_limits<double>::epsilon()};

class TopicSharesKernel final : public OperatorKernel<op::TopicShares> {
 public:
  explicit TopicSharesKernel(const KernelContext& context)
      : OperatorKernel(context), prior_(op_.topics.size() / context.input_shape().width, op_.prior) {}

  Status Run(const Tile& tile) const override {
    thread_local TopicSearch search;
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (size_t r = 0; r < tile.rows; ++r) {
      (void)search.Read(in, r);  // of no terms the prior is left
      search.parameters.assign(prior_.size(), 1);
      for (uint32_t step = 0; step < op_.steps; ++step) {
        if (search.Step(op_.topics, prior_, kWay) < op_.tolerance) break;
      }
      search.Normalize();
      for (uint32_t k = 0; k < out.width; ++k) out.number_column(k)[r] = search.parameters[k];
    }
    return {};
  }

 private:
  std::vector<double> prior_;
};

}  // namespace

KernelResult MakeTopicShares(const KernelContext& context) { return KernelOf<TopicSharesKernel>(context); }

}  // namespace scoreway
