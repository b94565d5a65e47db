// The operators of ai.onnx.ml that scale numbers and fill in missing ones.
#include "importers/onnx/elementwise.h"
#include "importers/onnx/ml.h"

namespace scoreway::onnx {
namespace {

using op::BinaryFunction;

// A number a column: as given, or the one that serves all of them.
Result<std::vector<double>> ForColumns(std::string_view what, std::span<const float> given, uint32_t width) {
  if (given.size() == 1) return std::vector<double>(width, given[0]);
  if (given.size() == width) return std::vector<double>(given.begin(), given.end());
  return Error{
      Code::kCorrupt,
      std::to_string(given.size()) + " entries of " + std::string(what) + " for " + std::to_string(width) + " columns",
      {}};
}

Result<Tensor> NumberRows(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  if (node.input(0).is_text()) return Error{Code::kCorrupt, "texts where numbers belong", {}};
  if (node.input(0).rows && node.input(0).row_axis != 0) return Unsupported("it works across rows");
  return Repeated(context, node.input(0));
}

}  // namespace

// 1 where x is greater, else 0, NaN among them.
Result<Outputs> LowerBinarizer(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor in, NumberRows(context, node));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId threshold, context.ConstantNumbers({node.Number("threshold", 0)}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Binary(BinaryFunction::kGreater, in.value, threshold));
  return Outputs{Context::Rows(in.type, in.dims, value)};
}

Result<Outputs> LowerImputer(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor in, NumberRows(context, node));
  if (in.rank() != 2) return Unsupported("an input of " + std::to_string(in.rank()) + " axes");
  op::ImputeNumber impute;
  const auto floats = node.Numbers("imputed_value_floats");
  if (!floats.empty()) {
    impute.marker = node.Number("replaced_value_float", 0);
    SCOREWAY_ASSIGN_OR_RETURN(impute.fill, ForColumns("imputed_value_floats", floats, in.width()));
  } else {
    const auto integers = node.Integers("imputed_value_int64s");
    impute.marker = static_cast<double>(node.Integer("replaced_value_int64", 0));
    if (integers.size() != 1 && integers.size() != in.width()) {
      return Error{Code::kCorrupt, std::to_string(integers.size()) + " entries of imputed_value_int64s", {}};
    }
    for (uint32_t c = 0; c < in.width(); ++c) {
      impute.fill.push_back(static_cast<double>(integers.size() == 1 ? integers[0] : integers[c]));
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(impute), {in.value}));
  return Outputs{Context::Rows(in.type, in.dims, value)};
}

// Rows of norm 0 stay as they are. MAX is the greatest cell, not the greatest size.
Result<Outputs> LowerNormalizer(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor in, NumberRows(context, node));
  if (in.rank() != 2) return Unsupported("an input of " + std::to_string(in.rank()) + " axes");
  const std::string_view norm = node.Text("norm", "MAX");
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor x, CastTo(context, in, ElementType::kFloat));
  ValueId value = x.value;
  if (norm == "MAX") {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId greatest,
                              context.Add(op::AggregateRow{.function = op::RowAggregate::kMax}, {value}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, context.ConstantNumbers({1}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId divisor, context.Add(op::Where{}, {greatest, greatest, one}));
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Binary(BinaryFunction::kDivide, value, divisor));
  } else if (norm == "L1" || norm == "L2") {
    op::NormalizeRows normalize;
    normalize.norm = norm == "L1" ? op::NormalizeRows::Norm::kL1 : op::NormalizeRows::Norm::kL2;
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(normalize), {value}));
  } else {
    return Error{Code::kCorrupt, "norm '" + std::string(norm) + "' is not known", {}};
  }
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Round(ElementType::kFloat, value));
  return Outputs{Context::Rows(ElementType::kFloat, x.dims, value)};
}

// (x - offset) * scale; of float64 the difference is not rounded.
Result<Outputs> LowerScaler(Context& context, const Node& node) {
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor in, NumberRows(context, node));
  if (in.rank() != 2) return Unsupported("an input of " + std::to_string(in.rank()) + " axes");
  Tensor x = in;
  if (in.type != ElementType::kDouble) {
    SCOREWAY_ASSIGN_OR_RETURN(x, CastTo(context, in, ElementType::kFloat));
  }
  ValueId value = x.value;
  if (const auto offset = node.Numbers("offset"); !offset.empty()) {
    op::Affine affine;
    affine.form = op::Affine::Form::kSubtractDivide;
    SCOREWAY_ASSIGN_OR_RETURN(affine.offset, ForColumns("offset", offset, x.width()));
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(affine), {value}));
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Round(x.type, value));
  }
  if (const auto scale = node.Numbers("scale"); !scale.empty()) {
    op::Affine affine;
    affine.form = op::Affine::Form::kMultiplyAdd;
    SCOREWAY_ASSIGN_OR_RETURN(affine.factor, ForColumns("scale", scale, x.width()));
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(affine), {value}));
  }
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Round(ElementType::kFloat, value));
  return Outputs{Context::Rows(ElementType::kFloat, x.dims, value)};
}

}  // namespace scoreway::onnx
