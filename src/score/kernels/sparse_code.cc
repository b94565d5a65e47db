// A row as a sum of few atoms: matching pursuit and least angle regression over the atoms' dot products.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "score/kernels/cholesky.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

using Method = op::SparseCode::Method;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kTiny = std::numeric_limits<float>::min();         // keeps divisors from 0
constexpr double kSettled = std::numeric_limits<float>::epsilon();  // a product this near to its end is there
constexpr double kDegenerate = 1e-7;                                // an atom that others already make up
constexpr double kNone = std::numeric_limits<double>::max();

// One row's search. Atoms stand in an order of their own: those found come first.
struct Search {
  std::vector<double> row;
  std::vector<double> products;   // of the row with each atom
  std::vector<double> code;       // the answer, an amount each atom
  std::vector<size_t> order;      // positions to atoms
  std::vector<double> remaining;  // products with what remains: by position, or of positions from `found` on
  std::vector<double> line, amounts, signs, direction, before;
  Cholesky factor;
  size_t found = 0;
};

class SparseCodeKernel final : public OperatorKernel<op::SparseCode> {
 public:
  explicit SparseCodeKernel(const KernelContext& context)
      : OperatorKernel(context), width_(context.input_shape().width), atoms_(op_.dictionary.size() / width_) {
    if (op_.method == Method::kThreshold) return;
    gram_.reserve(atoms_ * atoms_);
    for (size_t i = 0; i < atoms_; ++i) {
      for (size_t j = 0; j < atoms_; ++j) gram_.push_back(Product(atom(i), atom(j)));
    }
  }

  Status Run(const Tile& tile) const override {
    // Kept between runs, so that rows like those before allocate nothing.
    thread_local Search search;
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (size_t r = 0; r < tile.rows; ++r) {
      search.row.clear();
      for (uint32_t c = 0; c < width_; ++c) search.row.push_back(in.number_column(c)[r]);
      const bool missing = std::any_of(search.row.begin(), search.row.end(), [](double x) { return std::isnan(x); });
      if (!missing) Encode(&search);
      for (uint32_t k = 0; k < out.width; ++k) out.number_column(k)[r] = missing ? op::kNaN : search.code[k];
    }
    return {};
  }

 private:
  const double* atom(size_t index) const { return op_.dictionary.data() + index * width_; }
  double gram(size_t a, size_t b) const { return gram_[a * atoms_ + b]; }
  double Product(const double* x, const double* y) const { return std::inner_product(x, x + width_, y, 0.0); }

  void Encode(Search* search) const {
    search->products.clear();
    for (size_t k = 0; k < atoms_; ++k) search->products.push_back(Product(atom(k), search->row.data()));
    search->code.assign(atoms_, 0);
    if (op_.method == Method::kThreshold) return Shrink(search);
    search->order.resize(atoms_);
    std::iota(search->order.begin(), search->order.end(), size_t{0});
    search->factor.Clear();
    search->remaining = search->products;
    search->found = 0;
    if (op_.method == Method::kMatchingPursuit) return Pursue(search);
    FollowPath(search);
  }

  void Shrink(Search* search) const {
    for (size_t k = 0; k < atoms_; ++k) {
      const double product = search->products[k];
      const double amount = std::copysign(std::max(std::fabs(product) - op_.penalty, 0.0), product);
      search->code[k] = op_.positive ? std::max(amount, 0.0) : amount;
    }
  }

  // ---- matching pursuit ----

  void Pursue(Search* search) const {
    Search& s = *search;
    while (s.found < op_.count) {
      const size_t best = Greatest(s.remaining);
      if (best < s.found || s.remaining[best] * s.remaining[best] < kEpsilon) break;
      const size_t chosen = s.order[best];
      Relate(chosen, &s);
      const double square = s.factor.Prepare(s.line, gram(chosen, chosen));
      if (s.found > 0 && square <= kEpsilon) break;
      s.factor.Append(std::sqrt(square));
      std::swap(s.order[s.found], s.order[best]);
      ++s.found;
      s.amounts.clear();
      for (size_t i = 0; i < s.found; ++i) s.amounts.push_back(s.products[s.order[i]]);
      s.factor.Solve(&s.amounts);
      for (size_t i = 0; i < atoms_; ++i) {
        double sum = 0;
        for (size_t j = 0; j < s.found; ++j) sum += gram(s.order[i], s.order[j]) * s.amounts[j];
        s.remaining[i] = s.products[s.order[i]] - sum;
      }
    }
    for (size_t i = 0; i < s.found; ++i) s.code[s.order[i]] = s.amounts[i];
  }

  // Products of an atom with those found.
  void Relate(size_t chosen, Search* search) const {
    search->line.clear();
    for (size_t i = 0; i < search->found; ++i) search->line.push_back(gram(chosen, search->order[i]));
  }

  static size_t Greatest(const std::vector<double>& values) {
    size_t best = 0;
    for (size_t i = 1; i < values.size(); ++i) {
      if (std::fabs(values[i]) > std::fabs(values[best])) best = i;
    }
    return best;
  }

  // ---- the path of least angle ----

  // How far the path has come: the greatest product with what remains, over the columns; at the last two corners.
  struct Height {
    double now = 0, before = 0;
  };

  void FollowPath(Search* search) const {
    Search& s = *search;
    const bool lasso = op_.method == Method::kLassoPath;
    const double end = lasso ? op_.penalty / width_ : 0;
    const uint32_t steps_max = lasso ? op_.steps : op_.count;
    s.signs.clear();
    s.before.assign(atoms_, 0);
    Height height;
    bool crossed = false;
    for (uint32_t step = 0;;) {
      const size_t best = s.remaining.empty() ? 0 : op_.positive ? First(s.remaining) : Greatest(s.remaining);
      const double product = s.remaining.empty() ? 0 : s.remaining[best];
      const double most = op_.positive ? product : std::fabs(product);
      height.now = most / width_;
      if (height.now <= end + kSettled) return Settle(height, end, step, search);
      if (step >= steps_max || s.found >= atoms_) return;
      if (!crossed && !Join(best, product, search)) continue;
      if (lasso && step > 0 && height.before < height.now) return;  // rounding errors have taken over
      const double scale = Aim(search);
      double length = Reach(most, scale, *search);
      const double until = ZeroAhead(*search);
      crossed = until < length;
      size_t leaves = s.found;
      if (crossed) leaves = Turn(until, search);
      crossed = leaves < s.found;
      if (crossed && lasso) length = until;
      ++step;
      height.before = height.now;
      s.before = s.code;
      for (size_t i = 0; i < s.found; ++i) s.code[s.order[i]] = s.before[s.order[i]] + length * s.amounts[i];
      for (size_t i = 0; i < s.remaining.size(); ++i) s.remaining[i] -= length * s.direction[i];
      if (crossed && lasso) Leave(leaves, search);
    }
  }

  static size_t First(const std::vector<double>& values) {
    return static_cast<size_t>(std::max_element(values.begin(), values.end()) - values.begin());
  }

  // The path went past its end in its last step: back to it.
  static void Settle(const Height& height, double end, uint32_t step, Search* search) {
    if (std::fabs(height.now - end) <= kSettled || step == 0) return;
    const double share = (height.before - end) / (height.before - height.now);
    for (size_t k = 0; k < search->code.size(); ++k) {
      search->code[k] = search->before[k] + share * (search->code[k] - search->before[k]);
    }
  }

  // The atom at `best` among those not found joins; false if others make it up already.
  bool Join(size_t best, double product, Search* search) const {
    Search& s = *search;
    std::swap(s.order[s.found], s.order[s.found + best]);
    const size_t chosen = s.order[s.found];
    Relate(chosen, &s);
    const double square = s.factor.Prepare(s.line, gram(chosen, chosen));
    const double diagonal = std::max(std::sqrt(std::fabs(square)), kEpsilon);
    if (diagonal < kDegenerate) {
      // Out for good, though it keeps the place in the order that it was to take, as in scikit-learn.
      s.remaining[best] = 0;
      return false;
    }
    std::swap(s.remaining[0], s.remaining[best]);
    s.remaining.erase(s.remaining.begin());
    s.factor.Append(diagonal);
    s.signs.push_back(op_.positive || product > 0 ? 1 : product < 0 ? -1 : 0);
    ++s.found;
    return true;
  }

  // The direction of equal angles as amounts of the atoms found, and its products with the others.
  double Aim(Search* search) const {
    Search& s = *search;
    s.amounts = s.signs;
    s.factor.Solve(&s.amounts);
    const double scale = 1 / std::sqrt(std::inner_product(s.amounts.begin(), s.amounts.end(), s.signs.begin(), 0.0));
    for (double& amount : s.amounts) amount *= scale;
    s.direction.clear();
    for (size_t i = s.found; i < atoms_; ++i) {
      double sum = 0;
      for (size_t j = 0; j < s.found; ++j) sum += gram(s.order[j], s.order[i]) * s.amounts[j];
      s.direction.push_back(sum);
    }
    return scale;
  }

  // How far to go until another atom's product is as great as that of those found.
  double Reach(double most, double scale, const Search& s) const {
    double up = kNone, down = kNone;
    for (size_t i = 0; i < s.remaining.size(); ++i) {
      const double rising = (most - s.remaining[i]) / (scale - s.direction[i] + kTiny);
      const double falling = (most + s.remaining[i]) / (scale + s.direction[i] + kTiny);
      if (rising > 0) up = std::min(up, rising);
      if (falling > 0) down = std::min(down, falling);
    }
    return std::min({up, op_.positive ? kNone : down, most / scale});
  }

  // How far to go until the amount of an atom found crosses 0.
  static double ZeroAhead(const Search& s) {
    double nearest = kNone;
    for (size_t i = 0; i < s.found; ++i) {
      const double at = Crossing(s, i);
      if (at > 0) nearest = std::min(nearest, at);
    }
    return nearest;
  }
  static double Crossing(const Search& s, size_t i) { return -s.code[s.order[i]] / (s.amounts[i] + kTiny); }

  // The position of the atom that crosses 0 there, whose sign turns; `found` if there is none.
  static size_t Turn(double until, Search* search) {
    for (size_t position = search->found; position-- > 0;) {
      if (Crossing(*search, position) != until) continue;
      search->signs[position] = -search->signs[position];
      return position;
    }
    return search->found;
  }

  void Leave(size_t position, Search* search) const {
    Search& s = *search;
    const size_t leaving = s.order[position];
    const auto at = [](size_t i) { return static_cast<std::ptrdiff_t>(i); };
    std::rotate(s.order.begin() + at(position), s.order.begin() + at(position) + 1, s.order.begin() + at(s.found));
    s.signs.erase(s.signs.begin() + at(position));
    --s.found;
    double product = s.products[leaving];
    for (size_t k = 0; k < atoms_; ++k) product -= gram(leaving, k) * s.code[k];
    s.remaining.insert(s.remaining.begin(), product);
    const size_t found = s.found;
    s.factor.Clear();
    for (s.found = 0; s.found < found; ++s.found) {
      const size_t chosen = s.order[s.found];
      Relate(chosen, &s);
      s.factor.Append(std::sqrt(s.factor.Prepare(s.line, gram(chosen, chosen))));
    }
  }

  uint32_t width_;
  size_t atoms_;
  std::vector<double> gram_;
};

}  // namespace

KernelResult MakeSparseCode(const KernelContext& context) { return KernelOf<SparseCodeKernel>(context); }

}  // namespace scoreway
