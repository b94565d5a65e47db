#include <algorithm>
#include <cmath>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

// Minimises p' Q p over probabilities p, one of them after the other, until Q p is nearly the same for all.
class CouplePairsKernel final : public OperatorKernel<op::CouplePairs> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    const size_t n = op_.classes;
    double* q = reinterpret_cast<double*>(tile.scratch);
    double* p = q + n * n;
    double* qp = p + n;
    for (size_t r = 0; r < tile.rows; ++r) {
      FillQ(in, r, q);
      std::fill_n(p, n, 1.0 / static_cast<double>(n));
      Solve(q, p, qp);
      for (uint32_t k = 0; k < out.width; ++k) out.number_column(k)[r] = p[k];
    }
    return {};
  }

  size_t ScratchBytes(size_t) const override { return (op_.classes + size_t{2}) * op_.classes * sizeof(double); }

 private:
  void FillQ(const Block& in, size_t row, double* q) const {
    const size_t n = op_.classes;
    std::fill_n(q, n * n, 0.0);
    // Both triangles first hold the pair's probabilities, as the diagonal is summed in the order of the classes.
    uint32_t pair = 0;
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = i + 1; j < n; ++j, ++pair) {
        q[i * n + j] = in.number_column(pair)[row];
        q[j * n + i] = 1 - q[i * n + j];
      }
    }
    for (size_t t = 0; t < n; ++t) {
      for (size_t j = 0; j < n; ++j) {
        if (j != t) q[t * n + t] += q[j * n + t] * q[j * n + t];
      }
    }
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = i + 1; j < n; ++j) {
        const double both = -q[j * n + i] * q[i * n + j];
        q[i * n + j] = both;
        q[j * n + i] = both;
      }
    }
  }

  void Solve(const double* q, double* p, double* qp) const {
    const size_t n = op_.classes;
    const double least_error = 0.005 / static_cast<double>(n);
    const size_t rounds_max = std::max<size_t>(100, n);
    for (size_t round = 0; round < rounds_max; ++round) {
      double pqp = 0;
      for (size_t t = 0; t < n; ++t) {
        qp[t] = 0;
        for (size_t j = 0; j < n; ++j) qp[t] += q[t * n + j] * p[j];
        pqp += p[t] * qp[t];
      }
      double error = 0;
      for (size_t t = 0; t < n; ++t) error = std::max(error, std::fabs(qp[t] - pqp));
      if (error < least_error) return;
      for (size_t t = 0; t < n; ++t) {
        const double step = (-qp[t] + pqp) / q[t * n + t];
        p[t] += step;
        pqp = (pqp + step * (step * q[t * n + t] + 2 * qp[t])) / (1 + step) / (1 + step);
        for (size_t j = 0; j < n; ++j) {
          qp[j] = (qp[j] + step * q[t * n + j]) / (1 + step);
          p[j] /= 1 + step;
        }
      }
    }
  }
};

}  // namespace

KernelResult MakeCouplePairs(const KernelContext& context) { return KernelOf<CouplePairsKernel>(context); }

}  // namespace scoreway
