// Variational inference of a document's topics.

#include <cmath>
#include <numeric>
#include <vector>

#include "base/digamma.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// Parameters of a sound model settle within some hundred steps.
constexpr int kStepsMax = 10000;
constexpr double kChangeMax = 1e-3;

class TopicInferenceKernel final : public OperatorKernel<op::TopicInference> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    thread_local Working working;
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (size_t r = 0; r < tile.rows; ++r) {
      working.terms.clear();
      for (uint32_t w = 0; w < in.width; ++w) {
        const double count = in.number_column(w)[r];
        if (count != 0) working.terms.push_back({w, count});
      }
      if (working.terms.empty()) {
        working.gamma.assign(op_.prior.size(), 0.0);
      } else {
        Infer(&working);
      }
      for (uint32_t k = 0; k < out.width; ++k) out.number_column(k)[r] = working.gamma[k];
    }
    return {};
  }

 private:
  struct Term {
    uint32_t index;
    double count;  // NaN where missing: so are then all topics
  };
  struct Working {
    std::vector<Term> terms;
    std::vector<double> gamma, weights, sums;
  };

  void Infer(Working* working) const {
    std::vector<double>& gamma = working->gamma;
    const size_t topics = op_.prior.size();
    gamma = op_.start;
    double change = 1;
    for (int step = 0; step < kStepsMax && change > kChangeMax; ++step) {
      Weigh(gamma, &working->weights);
      const double* weights = working->weights.data();
      working->sums.assign(topics, 0.0);
      for (const Term& term : working->terms) {
        const double* row = op_.topics.data() + size_t{term.index} * topics;
        double norm = 0;
        for (size_t k = 0; k < topics; ++k) norm += row[k] * weights[k];
        const double share = term.count / (norm + 1e-100);
        for (size_t k = 0; k < topics; ++k) working->sums[k] += row[k] * share;
      }
      change = 0;
      for (size_t k = 0; k < topics; ++k) {
        const double next = weights[k] * working->sums[k] + op_.prior[k];
        change += std::abs(next - gamma[k]);
        gamma[k] = next;
      }
      change /= static_cast<double>(topics);
    }
    const double sum = std::accumulate(gamma.begin(), gamma.end(), 0.0);
    for (double& g : gamma) g /= sum;
  }

  // exp(psi(gamma) - psi(sum of gamma)).
  static void Weigh(const std::vector<double>& gamma, std::vector<double>* weights) {
    const double whole = DigammaOfCommonsMath(std::accumulate(gamma.begin(), gamma.end(), 0.0));
    weights->clear();
    for (const double g : gamma) weights->push_back(std::exp(DigammaOfCommonsMath(g) - whole));
  }
};

}  // namespace

KernelResult MakeTopicInference(const KernelContext& context) { return KernelOf<TopicInferenceKernel>(context); }

}  // namespace scoreway
