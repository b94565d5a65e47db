// The operators of model/operators/decisions.h.

#include <cmath>
#include <numbers>
#include <numeric>

#include "exporters/pmml/lower.h"

namespace scoreway::pmml_export {
namespace {

// Expressions grow with the square of the columns.
constexpr size_t kMedianColumnsMax = 200;

// The greatest or least cell of a row; missing if a cell is.
std::string Extreme(Site& site, std::string_view function) {
  const Cells& cells = site.in();
  std::vector<Expression> fields;
  for (const Cell& cell : cells) fields.push_back(Ref(cell.field));
  return site.Helper(function, Guarded(cells, fields.size() == 1 ? fields[0] : Apply(function, fields)));
}

void Softmax(Site& site, bool log) {
  const Cells cells = site.in();
  const bool missing = Site::AnyMissing(cells);
  const Cell greatest{Extreme(site, "max"), missing, "", true, false, 0};
  std::vector<std::string> powers;
  std::vector<Expression> terms;
  for (size_t c = 0; c < cells.size(); ++c) {
    const Expression shifted = Apply("-", {Ref(cells[c].field), Ref(greatest.field)});
    const std::string power = site.Helper("exp," + std::to_string(c), Guarded(greatest, Apply("exp", {shifted})));
    powers.push_back(power);
    terms.push_back(Ref(power));
  }
  const std::string sum = site.Helper("sum", Guarded(greatest, Sum(terms)));
  for (size_t c = 0; c < cells.size(); ++c) {
    if (!log) {
      site.Give(Apply("/", {Ref(powers[c]), Ref(sum)}), missing);
      continue;
    }
    const Expression shifted = Apply("-", {Ref(cells[c].field), Ref(greatest.field)});
    site.Give(Guarded(greatest, Apply("-", {shifted, Apply("ln", {Ref(sum)})})), missing);
  }
}

void NormalizeSum(Site& site, bool zero_sum_uniform) {
  const Cells& cells = site.in();
  std::vector<Expression> terms;
  for (const Cell& cell : cells) terms.push_back(Ref(cell.field));
  const std::string sum = site.Helper("sum", Guarded(cells, Sum(terms)));
  const Expression is_zero = Apply("equal", {Ref(sum), Number(0)});
  for (const Cell& cell : cells) {
    const Expression zero = zero_sum_uniform ? Number(1.0 / static_cast<double>(cells.size())) : Ref(cell.field);
    site.Give(Guarded(cells, If(is_zero, zero, Apply("/", {Ref(cell.field), Ref(sum)}))), Site::AnyMissing(cells));
  }
}

// The index of the first cell that is the extreme, a missing one before all others; asked from the last to the first so
// that no question nests.
void ArgBest(Site& site, std::string_view function) {
  const Cells cells = site.in();
  const std::string extreme = Extreme(site, function);
  Expression index = Number(static_cast<double>(cells.size()) - 1);
  const auto ask = [&](std::string_view what, size_t c, const Expression& question, const Expression& otherwise) {
    return Ref(
        site.Helper(std::string(what) + std::to_string(c), If(question, Number(static_cast<double>(c)), otherwise)));
  };
  // Where a cell is missing there is no extreme to compare with.
  const Cell best{extreme, Site::AnyMissing(cells), "", true, false, 0};
  for (size_t c = cells.size() - 1; c-- > 0;) {
    const Expression is_best = Apply("equal", {Ref(cells[c].field), Ref(extreme)});
    index = ask("from ", c, Unless(best, Apply("not", {True()}), is_best), index);
  }
  for (size_t c = cells.size(); c-- > 0;) {
    if (cells[c].may_be_missing) index = ask("missing from ", c, IsMissing(cells[c].field), index);
  }
  site.GiveCode(index, false, static_cast<uint32_t>(cells.size()));
}

}  // namespace

void Lower(const op::Row& op, Site& site) {
  using enum op::RowFunction;
  switch (op.function) {
    case kSoftmax: return Softmax(site, false);
    case kLogSoftmax: return Softmax(site, true);
    case kNormalizeSum: return NormalizeSum(site, op.zero_sum_uniform);
    case kArgMax: return ArgBest(site, "max");
    case kArgMin: return ArgBest(site, "min");
    case kSort: return site.Refuse("PMML has no expression for it");
    case kCumulativeSum: {
      bool missing = false;
      for (const Cell& cell : site.in()) {
        missing |= cell.may_be_missing;
        const Expression x = Ref(cell.field);
        const bool first = &cell == site.in().data();
        site.Give(first ? x : Apply("+", {Ref(site.LastField()), x}), missing);
      }
      return;
    }
  }
}

void Lower(const op::Threshold& op, Site& site) {
  for (const Cell& cell : site.in()) {
    const char* function = op.or_equal ? "greaterOrEqual" : "greaterThan";
    const Expression passes = Apply(function, {Ref(cell.field), Number(op.threshold)});
    site.GiveCode(Guarded(cell, AsNumber(passes)), cell.may_be_missing, 2);
  }
}

void Lower(const op::WeightedSum& op, Site& site) {
  for (uint32_t c = 0; c < site.output_shape().width; ++c) {
    Cells cells;
    std::vector<Expression> terms;
    for (size_t i = 0; i < site.input_count(); ++i) {
      cells.push_back(site.in(i)[c]);
      const Expression x = Ref(cells.back().field);
      const bool weighs = !op.weights.empty() && op.weights[i] != 1;
      terms.push_back(weighs ? Apply("*", {Number(op.weights[i]), x}) : x);
    }
    Expression sum = Sum(terms);
    if (op.divisor != 1) sum = Apply("/", {sum, Number(op.divisor)});
    site.Give(Guarded(cells, sum), Site::AnyMissing(cells));
  }
}

void Lower(const op::Votes& op, Site& site) {
  Cells voters;
  for (size_t i = 0; i < site.input_count(); ++i) voters.insert(voters.end(), site.in(i).begin(), site.in(i).end());
  for (size_t v = 0; v < voters.size(); ++v) voters[v].field = site.WholeField("voter," + std::to_string(v), voters[v]);
  for (uint32_t k = 0; k < op.classes; ++k) {
    std::vector<Expression> votes;
    for (size_t v = 0; v < voters.size(); ++v) {
      const Expression votes_for = Apply("equal", {Ref(voters[v].field), Number(k)});
      votes.push_back(If(votes_for, Number(op.weights.empty() ? 1 : op.weights[v]), Number(0)));
    }
    site.Give(Guarded(voters, Sum(votes)), Site::AnyMissing(voters));
  }
}

void Lower(const op::Interpolate& op, Site& site) {
  for (size_t i = 0; i < op.x.size(); ++i) {
    if (!std::isfinite(op.x[i]) || !std::isfinite(op.y[i]))
      return site.Refuse("it interpolates through an infinite point");
    if (i > 0 && op.x[i] == op.x[i - 1]) return site.Refuse("two of its points have the same place");
  }
  for (const Cell& cell : site.in()) {
    if (op.x.size() == 1) {
      if (op.nan_outside) return site.Refuse("it interpolates through a single point");
      site.Give(Unless(cell, Missing(), Number(op.y[0])), cell.may_be_missing);
      continue;
    }
    site.Give(NormContinuous(cell.field, op.x, op.y, op.nan_outside), cell.may_be_missing || op.nan_outside);
  }
}

// The least cell at which the weights of the cells up to it reach half of all.
void Lower(const op::WeightedMedian& op, Site& site) {
  const Cells& cells = site.in();
  if (cells.size() > kMedianColumnsMax) return site.Refuse("it has too many columns to compare each with each");
  const double half = 0.5 * std::accumulate(op.weights.begin(), op.weights.end(), 0.0);
  std::vector<Expression> candidates;
  for (size_t c = 0; c < cells.size(); ++c) {
    std::vector<Expression> weights;
    for (size_t i = 0; i < cells.size(); ++i) {
      const Expression counts = Apply("lessOrEqual", {Ref(cells[i].field), Ref(cells[c].field)});
      weights.push_back(If(counts, Number(op.weights[i]), Number(0)));
    }
    const std::string sum = site.Helper("up to," + std::to_string(c), Guarded(cells, Sum(weights)));
    const Cell sum_cell{sum, Site::AnyMissing(cells), "", true, false, 0};
    const Expression reaches = Apply("greaterOrEqual", {Ref(sum), Number(half)});
    const Expression candidate = Guarded(sum_cell, OnlyIf(reaches, Ref(cells[c].field)));
    candidates.push_back(Ref(site.Helper("candidate," + std::to_string(c), candidate)));
  }
  const Expression least = candidates.size() == 1 ? candidates[0] : Apply("min", candidates);
  site.Give(Guarded(cells, least), Site::AnyMissing(cells));
}

void Lower(const op::GaussianLikelihood& op, Site& site) {
  const Cells& cells = site.in();
  for (size_t k = 0; k < op.log_prior.size(); ++k) {
    double scale = 0;
    std::vector<Expression> terms;
    for (size_t c = 0; c < cells.size(); ++c) {
      const double mean = op.mean[k * cells.size() + c], variance = op.variance[k * cells.size() + c];
      scale += std::log(2 * std::numbers::pi * variance);
      const Expression apart = Apply("-", {Ref(cells[c].field), Number(mean)});
      terms.push_back(Apply("/", {Apply("pow", {apart, Number(2)}), Number(variance)}));
    }
    const Expression halves = Apply("*", {Number(0.5), Sum(terms)});
    const Expression likelihood = Apply("-", {Number(-0.5 * scale), halves});
    site.Give(Guarded(cells, Apply("+", {Number(op.log_prior[k]), likelihood})), Site::AnyMissing(cells));
  }
}

}  // namespace scoreway::pmml_export
