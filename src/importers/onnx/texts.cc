#include "importers/onnx/texts.h"

namespace scoreway::onnx {

// Stop words would take rows or columns away.
Result<Outputs> LowerStringNormalizer(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  if (!in.is_text() || !in.rows) return Unsupported("of a constant");
  if (!node.Texts("stopwords").empty()) return Unsupported("stop words");
  const std::string_view action = node.Text("case_change_action", "NONE");
  if (action == "NONE") return Outputs{in};
  if (action != "LOWER" && action != "UPPER") {
    return Error{Code::kCorrupt, "case_change_action '" + std::string(action) + "' is not known", {}};
  }
  op::TextUnary change;
  change.function = action == "LOWER" ? op::TextFunction::kLower : op::TextFunction::kUpper;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(change), {in.value}));
  return Outputs{Context::Rows(in.type, in.dims, value)};
}

Result<Outputs> LowerStringConcat(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  const Tensor& a = node.input(0);
  const Tensor& b = node.input(1);
  if (!a.is_text() || !b.is_text()) return Error{Code::kCorrupt, "numbers where texts belong", {}};
  if (!a.rows && !b.rows) return Unsupported("of constants");
  SCOREWAY_ASSIGN_OR_RETURN(const Dims dims, BroadcastDims(a, b));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId left, context.Stretched(a, dims));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId right, context.Stretched(b, dims));
  const auto width = static_cast<uint32_t>(-ElementCount(dims));
  constexpr uint32_t kColumnsMax = 512;
  if (width > kColumnsMax) return Unsupported("of very many columns");
  const auto column = [&context](ValueId value, uint32_t c) -> Result<ValueId> {
    return context.Select(value, {context.builder().shape(value).width == 1 ? 0 : c});
  };
  std::vector<ValueId> parts;
  for (uint32_t c = 0; c < width; ++c) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, column(left, c));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId y, column(right, c));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId joined, context.Add(op::JoinText{}, {x, y}));
    parts.push_back(joined);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Concat(std::move(parts)));
  return Outputs{Context::Rows(ElementType::kString, dims, value)};
}

}  // namespace scoreway::onnx
