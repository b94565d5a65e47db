// Variational inference of a document's topics, as scikit-learn does it.

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

constexpr double kEuler = 0.577215664901532860606512090082402431;

// The digamma function by J. Bernardo's series (Algorithm AS 103), with the terms that scikit-learn takes.
double Digamma(double x) {
  if (x <= 1e-6) return -kEuler - 1 / x;
  double sum = 0;
  for (; x < 6; x += 1) sum -= 1 / x;
  double r = 1 / x;
  sum += std::log(x) - 0.5 * r;
  r *= r;
  return sum - r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252)));
}

class TopicSharesKernel final : public OperatorKernel<op::TopicShares> {
 public:
  explicit TopicSharesKernel(const KernelContext& context)
      : OperatorKernel(context), topics_(op_.topics.size() / context.input_shape().width) {}

  Status Run(const Tile& tile) const override {
    // Kept between runs, so that rows like those before allocate nothing.
    thread_local Working working;
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (size_t r = 0; r < tile.rows; ++r) {
      working.terms.clear();
      for (uint32_t w = 0; w < in.width; ++w) {
        const double count = in.number_column(w)[r];
        if (count != 0) working.terms.push_back({w, count});
      }
      Infer(&working);
      for (uint32_t k = 0; k < out.width; ++k) out.number_column(k)[r] = working.shares[k];
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
    std::vector<double> shares, weights, sums;
  };

  void Infer(Working* working) const {
    std::vector<double>& shares = working->shares;
    shares.assign(topics_, 1);
    Weigh(shares, &working->weights);
    for (uint32_t step = 0; step < op_.steps; ++step) {
      if (Step(working) < op_.tolerance) break;
    }
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    for (double& share : shares) share /= sum;
  }

  // The mean change of the shares.
  double Step(Working* working) const {
    const double* weights = working->weights.data();
    working->sums.assign(topics_, 0);
    for (const Term& term : working->terms) {
      const double* row = op_.topics.data() + size_t{term.index} * topics_;
      double norm = 0;
      for (size_t k = 0; k < topics_; ++k) norm += weights[k] * row[k];
      const double share = term.count / (norm + std::numeric_limits<double>::epsilon());
      for (size_t k = 0; k < topics_; ++k) working->sums[k] += share * row[k];
    }
    double change = 0;
    for (size_t k = 0; k < topics_; ++k) {
      const double next = weights[k] * working->sums[k] + op_.prior;
      change += std::fabs(working->shares[k] - next);
      working->shares[k] = next;
    }
    Weigh(working->shares, &working->weights);
    return change / static_cast<double>(topics_);
  }

  // exp(psi(share) - psi(sum of shares)).
  static void Weigh(const std::vector<double>& shares, std::vector<double>* weights) {
    const double whole = Digamma(std::accumulate(shares.begin(), shares.end(), 0.0));
    weights->clear();
    for (const double share : shares) weights->push_back(std::exp(Digamma(share) - whole));
  }

  size_t topics_;
};

}  // namespace

KernelResult MakeTopicShares(const KernelContext& context) { return KernelOf<TopicSharesKernel>(context); }

}  // namespace scoreway
