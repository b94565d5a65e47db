// LinearClassifier and LinearRegressor of ai.onnx.ml.
#include "importers/onnx/matrix.h"
#include "importers/onnx/ml.h"
#include "importers/onnx/scores.h"

namespace scoreway::onnx {
namespace {

// X * coefficients^T + intercepts in float32.
Result<ValueId> Scores(Context& context, const Node& node, const Tensor& x, uint32_t outputs) {
  const auto coefficients = node.Numbers("coefficients");
  const auto intercepts = node.Numbers("intercepts");
  if (coefficients.size() != size_t{outputs} * x.width()) {
    return Error{Code::kCorrupt,
                 std::to_string(coefficients.size()) + " coefficients for " + std::to_string(outputs) +
                     " outputs of an input of " + std::to_string(x.width()) + " columns",
                 {}};
  }
  return Linear(context, ElementType::kFloat, x.value, std::vector<double>(coefficients.begin(), coefficients.end()),
                std::vector<double>(intercepts.begin(), intercepts.end()), outputs);
}

}  // namespace

Result<Outputs> LowerLinearRegressor(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, FloatMatrix(context, node));
  const int64_t targets = node.Integer("targets", 1);
  if (targets < 1 || targets > int64_t{1} << 24) return Error{Code::kCorrupt, "an impossible number of targets", {}};
  SCOREWAY_ASSIGN_OR_RETURN(const PostTransform transform, PostTransformOf(node.Text("post_transform", "NONE")));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, Scores(context, node, x, static_cast<uint32_t>(targets)));
  // Of a single target ONNX Runtime heeds only PROBIT.
  if (targets > 1 || transform == PostTransform::kProbit) {
    SCOREWAY_ASSIGN_OR_RETURN(value, Transformed(context, transform, value));
  }
  return Outputs{Context::Rows(ElementType::kFloat, {Tensor::kRowsDim, targets}, value)};
}

Result<Outputs> LowerLinearClassifier(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, FloatMatrix(context, node));
  Labels labels = LabelsOf(node, "classlabels_ints");
  SCOREWAY_ASSIGN_OR_RETURN(const PostTransform transform, PostTransformOf(node.Text("post_transform", "NONE")));
  const size_t classes = node.Numbers("intercepts").size();
  if (classes == 0) return Unsupported("a linear classifier without intercepts");
  SCOREWAY_ASSIGN_OR_RETURN(ValueId scores, Scores(context, node, x, static_cast<uint32_t>(classes)));
  ValueId codes = scores;
  if (classes == 1) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.ConstantNumbers({0}));
    SCOREWAY_ASSIGN_OR_RETURN(codes, context.Binary(op::BinaryFunction::kGreater, scores, zero));
    const bool two = labels.size() == 2;
    if (!two && labels.text) labels.texts = {"0", "1"};
    if (!two && !labels.text) labels.integers = {0, 1};
    if (two) {
      // The other class gets what is left to 1; a transform other than PROBIT does not apply to a single score.
      if (transform == PostTransform::kProbit) return Unsupported("PROBIT of a single score for two classes");
      op::Affine rest;
      rest.form = op::Affine::Form::kMultiplyAdd;
      rest.factor = {-1};
      rest.offset = {1};
      SCOREWAY_ASSIGN_OR_RETURN(ValueId other, context.Add(std::move(rest), {scores}));
      SCOREWAY_ASSIGN_OR_RETURN(other, context.Round(ElementType::kFloat, other));
      SCOREWAY_ASSIGN_OR_RETURN(scores, context.Concat({other, scores}));
    } else if (transform == PostTransform::kProbit) {
      SCOREWAY_ASSIGN_OR_RETURN(scores, Transformed(context, transform, scores));
    }
  } else {
    if (labels.size() != classes) return Error{Code::kCorrupt, "as many labels as intercepts are wanted", {}};
    SCOREWAY_ASSIGN_OR_RETURN(codes, context.Add(op::Row{op::RowFunction::kArgMax}, {scores}));
    SCOREWAY_ASSIGN_OR_RETURN(scores, Transformed(context, transform, scores));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Tensor label, LabelTensor(context, labels, codes));
  const int64_t width = context.builder().shape(scores).width;
  return Outputs{std::move(label), Context::Rows(ElementType::kFloat, {Tensor::kRowsDim, width}, scores)};
}

}  // namespace scoreway::onnx
