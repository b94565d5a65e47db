// The shape rules of model/operators/derived.h.

#include <string>

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {

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
  SCOREWAY_RETURN_IF_ERROR(WantEnum("function", p.function, op::UnaryFunction::kNormalQuantile));
  if (p.function != op::UnaryFunction::kIsMissing && p.function != op::UnaryFunction::kIsPresent) {
    SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  }
  return Numbers(in[0].width);
}

namespace {

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

}  // namespace

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
  SCOREWAY_RETURN_IF_ERROR(WantEnum("function", p.function, op::TextFunction::kWithoutAccentsAscii));
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

}  // namespace scoreway
