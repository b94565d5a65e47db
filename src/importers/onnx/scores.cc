#include "importers/onnx/scores.h"

#include "importers/onnx/elementwise.h"

namespace scoreway::onnx {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

Result<ValueId> Affine(Context& context, ValueId value, double factor, double offset) {
  const uint32_t width = context.builder().shape(value).width;
  op::Affine affine;
  affine.form = op::Affine::Form::kMultiplyAdd;
  affine.factor.assign(width, factor);
  affine.offset.assign(width, offset);
  return context.Add(std::move(affine), {value});
}

// ONNX Runtime's approximation of the inverse of erf, by Winitzki, with its own constants.
Result<ValueId> Probit(Context& context, ValueId scores) {
  constexpr float kA = 0.147F;
  constexpr float kTwoOverPiA = 2 / (3.14159F * kA);
  constexpr float kRootOfTwo = 1.41421356F;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, Affine(context, scores, 2, -1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sign, context.Unary(UnaryFunction::kSign, x));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId log, context.Unary(UnaryFunction::kSquare, x));
  SCOREWAY_ASSIGN_OR_RETURN(log, Affine(context, log, -1, 1));
  SCOREWAY_ASSIGN_OR_RETURN(log, context.Unary(UnaryFunction::kLog, log));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId v, Affine(context, log, 0.5, kTwoOverPiA));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId v2, Affine(context, log, 1 / kA, 0));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId root, context.Unary(UnaryFunction::kSquare, v));
  SCOREWAY_ASSIGN_OR_RETURN(root, context.Binary(BinaryFunction::kSubtract, root, v2));
  SCOREWAY_ASSIGN_OR_RETURN(root, context.Unary(UnaryFunction::kSqrt, root));
  SCOREWAY_ASSIGN_OR_RETURN(root, context.Binary(BinaryFunction::kSubtract, root, v));
  SCOREWAY_ASSIGN_OR_RETURN(root, context.Unary(UnaryFunction::kSqrt, root));
  SCOREWAY_ASSIGN_OR_RETURN(root, context.Binary(BinaryFunction::kMultiply, root, sign));
  return Affine(context, root, kRootOfTwo, 0);
}

// A softmax in which scores of 0 stay next to nothing and do not count.
Result<ValueId> SoftmaxZero(Context& context, ValueId scores) {
  constexpr float kNothing = 0.0000001F;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId greatest,
                            context.Add(op::AggregateRow{.function = op::RowAggregate::kMax}, {scores}));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId powers, context.Binary(BinaryFunction::kSubtract, scores, greatest));
  SCOREWAY_ASSIGN_OR_RETURN(powers, context.Unary(UnaryFunction::kExp, powers));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId factor, context.Unary(UnaryFunction::kNegate, greatest));
  SCOREWAY_ASSIGN_OR_RETURN(factor, context.Unary(UnaryFunction::kExp, factor));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId small, context.Binary(BinaryFunction::kMultiply, scores, factor));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId counts, context.Unary(UnaryFunction::kAbs, scores));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId nothing, context.ConstantNumbers({kNothing}));
  SCOREWAY_ASSIGN_OR_RETURN(counts, context.Binary(BinaryFunction::kGreater, counts, nothing));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId counted, context.Binary(BinaryFunction::kMultiply, powers, counts));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum,
                            context.Add(op::AggregateRow{.function = op::RowAggregate::kSum}, {counted}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId chosen, context.Add(op::Where{}, {counts, powers, small}));
  return context.Binary(BinaryFunction::kDivide, chosen, sum);
}

}  // namespace

Labels LabelsOf(const Node& node, std::string_view integers) {
  Labels labels;
  const auto texts = node.Texts("classlabels_strings");
  labels.text = !texts.empty();
  labels.texts.assign(texts.begin(), texts.end());
  const auto numbers = node.Integers(integers);
  labels.integers.assign(numbers.begin(), numbers.end());
  return labels;
}

Result<Tensor> LabelTensor(Context& context, const Labels& labels, ValueId codes) {
  op::Params decode =
      labels.text ? op::Params(op::DecodeText{labels.texts}) : op::Params(op::DecodeNumber{labels.integers});
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(decode), {codes}));
  return Context::Rows(labels.text ? ElementType::kString : ElementType::kInt64, {Tensor::kRowsDim}, value);
}

Result<PostTransform> PostTransformOf(std::string_view name) {
  if (name == "NONE") return PostTransform::kNone;
  if (name == "LOGISTIC") return PostTransform::kLogistic;
  if (name == "SOFTMAX") return PostTransform::kSoftmax;
  if (name == "SOFTMAX_ZERO") return PostTransform::kSoftmaxZero;
  if (name == "PROBIT") return PostTransform::kProbit;
  return Error{Code::kCorrupt, "post_transform '" + std::string(name) + "' is not known", {}};
}

Result<ValueId> Transformed(Context& context, PostTransform transform, ValueId scores) {
  Result<ValueId> value = scores;
  switch (transform) {
    case PostTransform::kNone: return scores;
    case PostTransform::kLogistic: value = context.Unary(UnaryFunction::kLogistic, scores); break;
    case PostTransform::kSoftmax: value = context.Add(op::Row{op::RowFunction::kSoftmax}, {scores}); break;
    case PostTransform::kSoftmaxZero: value = SoftmaxZero(context, scores); break;
    case PostTransform::kProbit: value = Probit(context, scores); break;
  }
  if (!value.ok()) return value;
  return context.Round(ElementType::kFloat, *value);
}

Result<Tensor> FloatMatrix(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  if (in.is_text()) return Error{Code::kCorrupt, "texts where numbers belong", {}};
  if (!in.rows) return Unsupported("of a constant");
  if (in.rank() != 2) return Unsupported("an input of " + std::to_string(in.rank()) + " axes");
  if (in.row_axis != 0) return Unsupported("it works across rows");
  return CastTo(context, in, ElementType::kFloat);
}

}  // namespace scoreway::onnx
