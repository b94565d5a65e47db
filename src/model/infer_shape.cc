// The rules of shape, one function a kind of operator, and all that a kernel relies on about its parameters.

#include <algorithm>
#include <cmath>
#include <string>

#include "model/model.h"

namespace scoreway {
namespace {

using Shapes = std::vector<ValueShape>;

// Wider blocks than this are no classic model but a mistake or an attack.
constexpr uint64_t kWidthMax = uint64_t{1} << 24;

Error Wrong(std::string message) { return Error{Code::kCorrupt, std::move(message), {}}; }

Result<ValueShape> Numbers(uint64_t width) {
  if (width > kWidthMax) {
    return Error{
        Code::kResourceExhausted,
        "a value of " + std::to_string(width) + " columns is wider than the limit of " + std::to_string(kWidthMax),
        {}};
  }
  return ValueShape{ValueKind::kNumber, static_cast<uint32_t>(width)};
}

Status WantInputs(const Shapes& in, size_t count) {
  if (in.size() == count) return {};
  return Status(Code::kCorrupt, "takes " + std::to_string(count) + " inputs, not " + std::to_string(in.size()));
}

Status Want(const Shapes& in, size_t count, ValueKind kind) {
  SCOREWAY_RETURN_IF_ERROR(WantInputs(in, count));
  for (const ValueShape& shape : in) {
    if (shape.kind != kind) {
      return Status(Code::kCorrupt, "takes " + std::string(ValueKindName(kind)) + "s, not " +
                                        std::string(ValueKindName(shape.kind)) + "s");
    }
  }
  return {};
}

// A list with an entry a column.
Status WantSize(std::string_view what, size_t size, size_t wanted) {
  if (size == wanted) return {};
  return Status(Code::kCorrupt,
                std::string(what) + " has " + std::to_string(size) + " entries, not " + std::to_string(wanted));
}
Status WantSizeOrEmpty(std::string_view what, size_t size, size_t wanted) {
  return size == 0 ? Status() : WantSize(what, size, wanted);
}

Status WantColumnsBelow(const std::vector<uint32_t>& columns, uint32_t width) {
  for (uint32_t column : columns) {
    if (column >= width) {
      return Status(Code::kCorrupt,
                    "column " + std::to_string(column) + " of " + std::to_string(width) + " is out of range");
    }
  }
  return {};
}

Status WantRising(std::string_view what, const std::vector<double>& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i]) || (i > 0 && values[i] < values[i - 1])) {
      return Status(Code::kCorrupt, std::string(what) + " do not rise at entry " + std::to_string(i));
    }
  }
  return {};
}

template <typename Enum>
Status WantEnum(std::string_view what, Enum value, Enum last) {
  if (value <= last) return {};
  return Status(Code::kCorrupt, std::string(what) + " " + std::to_string(static_cast<int>(value)) + " is not known");
}

Result<ValueShape> Infer(const op::Concat&, const Shapes& in) {
  if (in.empty()) return Wrong("takes at least one input");
  uint64_t width = 0;
  for (const ValueShape& shape : in) {
    if (shape.kind != in[0].kind) return Wrong("mixes numbers and text");
    width += shape.width;
  }
  SCOREWAY_ASSIGN_OR_RETURN(ValueShape shape, Numbers(width));
  shape.kind = in[0].kind;
  return shape;
}

Result<ValueShape> Infer(const op::Select& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(WantInputs(in, 1));
  SCOREWAY_RETURN_IF_ERROR(WantColumnsBelow(p.columns, in[0].width));
  SCOREWAY_ASSIGN_OR_RETURN(ValueShape shape, Numbers(p.columns.size()));
  shape.kind = in[0].kind;
  return shape;
}

Result<ValueShape> Infer(const op::Constant& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(WantInputs(in, 0));
  return Numbers(p.values.size());
}

Result<ValueShape> Infer(const op::RequireFinite& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("column_names", p.column_names.size(), in[0].width));
  return in[0];
}

Result<ValueShape> Infer(const op::NumberDomain& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  const size_t width = in[0].width;
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("column_names", p.column_names.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("low", p.low.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("high", p.high.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("allowed", p.allowed.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("clip_low", p.clip_low.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("clip_high", p.clip_high.size(), width));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("invalid", p.invalid, op::InvalidCell::kReplace));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("outlier", p.outlier, op::NumberDomain::Outlier::kClip));
  if (p.outlier != op::NumberDomain::Outlier::kKeep) {
    SCOREWAY_RETURN_IF_ERROR(WantSize("clip_low", p.clip_low.size(), width));
    SCOREWAY_RETURN_IF_ERROR(WantSize("clip_high", p.clip_high.size(), width));
  }
  return in[0];
}

Result<ValueShape> Infer(const op::TextDomain& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("column_names", p.column_names.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("allowed", p.allowed.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("invalid", p.invalid, op::InvalidCell::kReplace));
  return in[0];
}

Result<ValueShape> Infer(const op::ImputeNumber& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantSize("fill", p.fill.size(), in[0].width));
  return in[0];
}

Result<ValueShape> Infer(const op::ImputeText& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantSize("fill", p.fill.size(), in[0].width));
  return in[0];
}

Result<ValueShape> Infer(const op::MissingIndicator& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(WantInputs(in, 1));
  SCOREWAY_RETURN_IF_ERROR(WantColumnsBelow(p.columns, in[0].width));
  return Numbers(p.columns.size());
}

Result<ValueShape> Infer(const op::Affine& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("form", p.form, op::Affine::Form::kMultiplyAdd));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("offset", p.offset.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("factor", p.factor.size(), in[0].width));
  return in[0];
}

Result<ValueShape> Infer(const op::NormalizeRows& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("norm", p.norm, op::NormalizeRows::Norm::kMax));
  return in[0];
}

Result<ValueShape> Infer(const op::PowerTransform& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("method", p.method, op::PowerTransform::Method::kYeoJohnsonByPow));
  SCOREWAY_RETURN_IF_ERROR(WantSize("lambdas", p.lambdas.size(), in[0].width));
  return in[0];
}

Result<ValueShape> Infer(const op::QuantileTransform& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  if (p.references.empty()) return Wrong("has no references");
  SCOREWAY_RETURN_IF_ERROR(WantSize("quantiles", p.quantiles.size(), p.references.size() * in[0].width));
  return in[0];
}

template <typename Encode>
Result<ValueShape> InferEncode(const Encode& p, const Shapes& in, ValueKind kind) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, kind));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("column_names", p.column_names.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("categories", p.categories.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("unknown", p.unknown.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("missing", p.missing.size(), in[0].width));
  return Numbers(in[0].width);
}
Result<ValueShape> Infer(const op::EncodeNumber& p, const Shapes& in) { return InferEncode(p, in, ValueKind::kNumber); }
Result<ValueShape> Infer(const op::EncodeText& p, const Shapes& in) { return InferEncode(p, in, ValueKind::kText); }

Result<ValueShape> Infer(const op::DecodeNumber&, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  return in[0];
}
Result<ValueShape> Infer(const op::DecodeText&, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  return ValueShape{ValueKind::kText, in[0].width};
}

Result<ValueShape> Infer(const op::OneHot& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantSize("widths", p.widths.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("slots", p.slots.size(), in[0].width));
  uint64_t width = 0;
  for (size_t c = 0; c < p.widths.size(); ++c) {
    for (int32_t slot : p.slots[c]) {
      if (slot < -1 || slot >= static_cast<int64_t>(p.widths[c]))
        return Wrong("slot " + std::to_string(slot) + " is out of range");
    }
    width += p.widths[c];
  }
  return Numbers(width);
}

Result<ValueShape> Infer(const op::Bin& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantSize("edges", p.edges.size(), in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSize("codes", p.codes.size(), in[0].width));
  for (size_t c = 0; c < p.edges.size(); ++c) {
    SCOREWAY_RETURN_IF_ERROR(WantRising("edges", p.edges[c]));
    if (p.codes[c] == 0) return Wrong("a column has no codes");
  }
  return in[0];
}

Result<ValueShape> Infer(const op::Polynomial& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantColumnsBelow(p.factors, in[0].width));
  for (size_t i = 0; i < p.ends.size(); ++i) {
    if (p.ends[i] > p.factors.size() || (i > 0 && p.ends[i] < p.ends[i - 1])) return Wrong("ends are out of order");
  }
  return Numbers(p.ends.size());
}

Result<ValueShape> Infer(const op::Unary& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(WantInputs(in, 1));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("function", p.function, op::UnaryFunction::kIsPresent));
  if (p.function != op::UnaryFunction::kIsMissing && p.function != op::UnaryFunction::kIsPresent) {
    SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  }
  return Numbers(in[0].width);
}

// Widths must be equal, or 1, which is used for every column.
Result<uint32_t> BroadcastWidth(const Shapes& in) {
  uint32_t width = 1;
  for (const ValueShape& shape : in) {
    if (shape.width == 1 || shape.width == width) continue;
    if (width != 1) {
      return Error{Code::kCorrupt,
                   "widths " + std::to_string(width) + " and " + std::to_string(shape.width) + " do not fit",
                   {}};
    }
    width = shape.width;
  }
  for (const ValueShape& shape : in) {
    if (shape.width == 0 && width != 0) return Error{Code::kCorrupt, "an input has no columns", {}};
  }
  return width;
}

Result<ValueShape> Infer(const op::Binary& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(WantInputs(in, 2));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("function", p.function, op::BinaryFunction::kHypot));
  const bool compares_text = in[0].kind == ValueKind::kText && in[1].kind == ValueKind::kText &&
                             (p.function == op::BinaryFunction::kEqual || p.function == op::BinaryFunction::kNotEqual);
  if (!compares_text) SCOREWAY_RETURN_IF_ERROR(Want(in, 2, ValueKind::kNumber));
  SCOREWAY_ASSIGN_OR_RETURN(const uint32_t width, BroadcastWidth(in));
  return Numbers(width);
}

Result<ValueShape> Infer(const op::Where&, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(WantInputs(in, 3));
  if (in[0].kind != ValueKind::kNumber) return Wrong("the condition is not a number");
  if (in[1].kind != in[2].kind) return Wrong("mixes numbers and text");
  SCOREWAY_ASSIGN_OR_RETURN(const uint32_t width, BroadcastWidth(in));
  return ValueShape{in[1].kind, width};
}

Result<ValueShape> Infer(const op::TextUnary& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("function", p.function, op::TextFunction::kSubstring));
  const bool number = p.function == op::TextFunction::kLength || p.function == op::TextFunction::kToNumber;
  return ValueShape{number ? ValueKind::kNumber : ValueKind::kText, in[0].width};
}

Result<ValueShape> Infer(const op::NumberToText&, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  return ValueShape{ValueKind::kText, in[0].width};
}

Result<ValueShape> Infer(const op::JoinText&, const Shapes& in) {
  if (in.empty()) return Wrong("takes at least one input");
  for (const ValueShape& shape : in) {
    if (shape.kind != ValueKind::kText || shape.width != 1) return Wrong("takes text of width 1");
  }
  return ValueShape{ValueKind::kText, 1};
}

Result<ValueShape> Infer(const op::AggregateRow& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("function", p.function, op::RowAggregate::kCount));
  if (in[0].width == 0) return Wrong("has no columns to aggregate");
  return Numbers(1);
}

Result<ValueShape> Infer(const op::SplineBasis& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("extrapolation", p.extrapolation, op::SplineBasis::Extrapolation::kPeriodic));
  SCOREWAY_RETURN_IF_ERROR(WantSize("knots", p.knots.size(), in[0].width));
  if (p.degree > 32) return Wrong("degree " + std::to_string(p.degree) + " is beyond the limit of 32");
  uint64_t width = 0;
  for (const std::vector<double>& knots : p.knots) {
    SCOREWAY_RETURN_IF_ERROR(WantRising("knots", knots));
    if (knots.size() < 2 * (size_t{p.degree} + 1)) return Wrong("a column has too few knots for its degree");
    const uint64_t periodic = p.extrapolation == op::SplineBasis::Extrapolation::kPeriodic ? p.degree : 0;
    const uint64_t splines = knots.size() - p.degree - 1 - periodic;
    if (splines == 0 || splines > knots.size()) return Wrong("a column has too few knots for its degree");
    width += splines - (p.include_bias ? 0 : 1);
  }
  return Numbers(width);
}

Result<ValueShape> Infer(const op::Linear& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("precision", p.precision, op::Precision::kFloat32));
  SCOREWAY_RETURN_IF_ERROR(WantSize("weights", p.weights.size(), size_t{p.outputs} * in[0].width));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("bias", p.bias.size(), p.outputs));
  return Numbers(p.outputs);
}

Result<ValueShape> Infer(const op::Distances& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("metric", p.metric, op::Distances::Metric::kManhattan));
  if (in[0].width == 0 || p.points.size() % in[0].width != 0) return Wrong("points do not have the width of the input");
  return Numbers(p.points.size() / in[0].width);
}

// Walks one tree from its root and sees that it is one: every child in range, no node reached twice over all trees.
Status CheckTree(const op::TreeEnsemble& p, uint32_t root, std::vector<bool>* seen, std::vector<uint32_t>* stack) {
  const size_t nodes = p.feature.size();
  const size_t leaves = p.leaf_width == 0 ? 0 : p.leaf_values.size() / p.leaf_width;
  stack->assign(1, root);
  while (!stack->empty()) {
    const uint32_t node = stack->back();
    stack->pop_back();
    if (node >= nodes) return Status(Code::kCorrupt, "node " + std::to_string(node) + " is out of range");
    if ((*seen)[node]) return Status(Code::kCorrupt, "node " + std::to_string(node) + " is reached twice");
    (*seen)[node] = true;
    if (p.left[node] == node) {
      if (p.payload[node] >= leaves) return Status(Code::kCorrupt, "leaf " + std::to_string(node) + " has no value");
      continue;
    }
    stack->push_back(p.right[node]);
    stack->push_back(p.left[node]);
  }
  return {};
}

Result<ValueShape> Infer(const op::TreeEnsemble& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("compare", p.compare, op::TreeEnsemble::Compare::kFloat32Less));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("precision", p.precision, op::Precision::kFloat32));
  const size_t nodes = p.feature.size();
  SCOREWAY_RETURN_IF_ERROR(WantSize("threshold", p.threshold.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSize("left", p.left.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSize("right", p.right.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSize("flags", p.flags.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSize("payload", p.payload.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("category_bits", p.category_bits.size(), nodes));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("base", p.base.size(), p.outputs));
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("tree_output", p.tree_output.size(), p.roots.size()));
  if (p.outputs == 0 || p.leaf_width == 0) return Wrong("has no outputs");
  if (p.tree_output.empty() ? p.leaf_width != p.outputs : p.leaf_width != 1) {
    return Wrong("leaves of " + std::to_string(p.leaf_width) + " numbers do not fit " + std::to_string(p.outputs) +
                 " outputs");
  }
  SCOREWAY_RETURN_IF_ERROR(WantColumnsBelow(p.tree_output, p.outputs));
  if (p.leaf_values.size() % p.leaf_width != 0) return Wrong("leaf_values is not a whole number of leaves");
  if (!(p.divisor != 0)) return Wrong("divisor is 0");
  std::vector<bool> seen(nodes);
  std::vector<uint32_t> stack;
  for (size_t t = 0; t < p.roots.size(); ++t) {
    if (Status status = CheckTree(p, p.roots[t], &seen, &stack); !status.ok()) {
      return AtPlace("tree " + std::to_string(t), std::move(status).error());
    }
  }
  for (size_t i = 0; i < nodes; ++i) {
    if (p.left[i] == i) continue;
    const std::string place = "node " + std::to_string(i);
    if (p.feature[i] >= in[0].width) {
      return Error{
          Code::kCorrupt,
          "feature " + std::to_string(p.feature[i]) + " of " + std::to_string(in[0].width) + " is out of range", place};
    }
    if ((p.flags[i] & op::TreeEnsemble::kCategorical) == 0) continue;
    if (p.category_bits.empty()) return Error{Code::kCorrupt, "a categorical split without category_bits", place};
    const uint64_t words = (uint64_t{p.category_bits[i]} + 31) / 32;
    if (p.payload[i] + words > p.category_words.size())
      return Error{Code::kCorrupt, "category set is out of range", place};
  }
  return Numbers(p.outputs);
}

Result<ValueShape> Infer(const op::Row& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("function", p.function, op::RowFunction::kCumulativeSum));
  if (in[0].width == 0) return Wrong("has no columns");
  const bool index = p.function == op::RowFunction::kArgMax || p.function == op::RowFunction::kArgMin;
  return Numbers(index ? 1 : in[0].width);
}

Result<ValueShape> Infer(const op::Threshold&, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  return in[0];
}

Result<ValueShape> Infer(const op::WeightedSum& p, const Shapes& in) {
  if (in.empty()) return Wrong("takes at least one input");
  for (const ValueShape& shape : in) {
    if (shape.kind != ValueKind::kNumber || shape.width != in[0].width) return Wrong("inputs differ in width or kind");
  }
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("weights", p.weights.size(), in.size()));
  if (!(p.divisor != 0)) return Wrong("divisor is 0");
  return in[0];
}

Result<ValueShape> Infer(const op::Votes& p, const Shapes& in) {
  uint64_t voters = 0;
  for (const ValueShape& shape : in) {
    if (shape.kind != ValueKind::kNumber) return Wrong("takes numbers");
    voters += shape.width;
  }
  if (voters == 0 || p.classes == 0) return Wrong("has no voters or no classes");
  SCOREWAY_RETURN_IF_ERROR(WantSizeOrEmpty("weights", p.weights.size(), voters));
  return Numbers(p.classes);
}

Result<ValueShape> Infer(const op::Interpolate& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  if (p.x.empty()) return Wrong("has no points");
  SCOREWAY_RETURN_IF_ERROR(WantSize("y", p.y.size(), p.x.size()));
  SCOREWAY_RETURN_IF_ERROR(WantRising("x", p.x));
  return in[0];
}

Status WantPattern(const std::string& pattern) {
  constexpr size_t kPatternMax = 64 << 10;
  if (pattern.size() <= kPatternMax) return {};
  return Status(Code::kResourceExhausted, "a pattern longer than 64 KiB");
}

Result<ValueShape> Infer(const op::MatchText& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantPattern(p.pattern));
  return Numbers(in[0].width);
}

Result<ValueShape> Infer(const op::ReplaceText& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantPattern(p.pattern));
  SCOREWAY_RETURN_IF_ERROR(WantPattern(p.replacement));
  return in[0];
}

Result<ValueShape> Infer(const op::DateText& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("function", p.function, op::DateFunction::kFormat));
  if (p.function != op::DateFunction::kFormat) return Numbers(in[0].width);
  SCOREWAY_RETURN_IF_ERROR(WantPattern(p.format));
  for (size_t i = 0; i < p.format.size(); ++i) {
    if (p.format[i] != '%') continue;
    ++i;
    if (i == p.format.size() || std::string_view("YymdHMSj%").find(p.format[i]) == std::string_view::npos) {
      return Wrong("a date format with a letter that is not known");
    }
  }
  return in[0];
}

Result<ValueShape> Infer(const op::GaussianLikelihood& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  const size_t cells = p.log_prior.size() * in[0].width;
  SCOREWAY_RETURN_IF_ERROR(WantSize("mean", p.mean.size(), cells));
  SCOREWAY_RETURN_IF_ERROR(WantSize("variance", p.variance.size(), cells));
  return Numbers(p.log_prior.size());
}

Result<ValueShape> Infer(const op::WeightedMedian& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  if (in[0].width == 0) return Wrong("has no columns");
  SCOREWAY_RETURN_IF_ERROR(WantSize("weights", p.weights.size(), in[0].width));
  return Numbers(1);
}

}  // namespace

Result<ValueShape> InferShape(const op::Params& params, const std::vector<ValueShape>& inputs) {
  Result<ValueShape> shape = std::visit([&inputs](const auto& p) { return Infer(p, inputs); }, params);
  if (shape.ok()) return shape;
  return AtPlace(OperatorName(params), std::move(shape).error());
}

}  // namespace scoreway
