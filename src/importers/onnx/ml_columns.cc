// The operators of ai.onnx.ml that choose, join and name columns.
#include <numeric>

#include "importers/onnx/elementwise.h"
#include "importers/onnx/ml.h"
#include "importers/onnx/movement.h"

namespace scoreway::onnx {
namespace {

// An entry of a constant list for each index of the rows. ONNX lays them out as one long row; whoever comes next
// reshapes that back (Tensor::lying).
Result<Tensor> Picked(Context& context, const Tensor& list, const Tensor& indices) {
  if (static_cast<size_t>(list.dims.back()) != (list.is_text() ? list.constant->texts.size() : list.numbers().size())) {
    return Unsupported("indices that are not constant, of a matrix");
  }
  op::Params decode =
      list.is_text() ? op::Params(op::DecodeText{list.constant->texts}) : op::Params(op::DecodeNumber{list.numbers()});
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(decode), {indices.value}));
  if (indices.width() == 1) return Context::Rows(list.type, {1, Tensor::kRowsDim}, value);
  if (indices.row_axis != 0) return Unsupported("it works across rows");
  Tensor picked = Context::Rows(list.type, {Tensor::kRowsDim, indices.width()}, value);
  picked.lying = true;
  return picked;
}

}  // namespace

Result<Outputs> LowerArrayFeatureExtractor(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  const Tensor& in = node.input(0);
  const Tensor& indices = node.input(1);
  if (in.rank() == 0 || indices.is_text()) return Error{Code::kCorrupt, "an input of no axes, or indices of text", {}};
  if (indices.rows) {
    if (in.rows) return Unsupported("indices that are not constant");
    SCOREWAY_ASSIGN_OR_RETURN(Tensor out, Picked(context, in, indices));
    return Outputs{std::move(out)};
  }
  if (in.rows && in.row_axis + 1 == in.rank()) return Unsupported("it works across rows");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> wanted, node.ConstantIntegers(1));
  Dims core = CoreDims(in);
  const int64_t size = core.back();
  const int64_t outer = size == 0 ? 0 : ElementCount(core) / size;
  std::vector<uint32_t> places;
  SCOREWAY_RETURN_IF_ERROR(context.Charge(static_cast<uint64_t>(outer) * wanted.size()));
  for (int64_t o = 0; o < outer; ++o) {
    for (const int64_t index : wanted) {
      if (index < 0 || index >= size) {
        return Error{Code::kCorrupt, "index " + std::to_string(index) + " of " + std::to_string(size), {}};
      }
      places.push_back(static_cast<uint32_t>(o * size + index));
    }
  }
  core.back() = static_cast<int64_t>(wanted.size());
  if (!in.rows && core.size() == 1) core.insert(core.begin(), 1);
  SCOREWAY_ASSIGN_OR_RETURN(Tensor out, Moved(context, in, std::move(core), std::move(places)));
  return Outputs{std::move(out)};
}

// The inputs side by side as floats, each cut or filled up with zeros to its stated width.
Result<Outputs> LowerFeatureVectorizer(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(std::max<size_t>(node.input_count(), 1)));
  const auto sizes = node.Integers("inputdimensions");
  if (!sizes.empty() && sizes.size() != node.input_count()) {
    return Error{Code::kCorrupt, "as many inputdimensions as inputs are wanted", {}};
  }
  std::vector<ValueId> values;
  int64_t width = 0;
  for (size_t i = 0; i < node.input_count(); ++i) {
    if (node.input(i).is_text()) return Error{Code::kCorrupt, "texts where numbers belong", {}};
    SCOREWAY_ASSIGN_OR_RETURN(const Tensor rows, Repeated(context, node.input(i)));
    SCOREWAY_ASSIGN_OR_RETURN(const Tensor part, CastTo(context, rows, ElementType::kFloat));
    const int64_t have = part.width();
    const int64_t wanted = sizes.empty() ? have : sizes[i];
    if (wanted < 0) return Error{Code::kCorrupt, "a negative width", {}};
    SCOREWAY_RETURN_IF_ERROR(context.Charge(static_cast<uint64_t>(wanted)));
    std::vector<uint32_t> columns(static_cast<size_t>(std::min(have, wanted)));
    std::iota(columns.begin(), columns.end(), 0U);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId kept, context.Select(part.value, std::move(columns)));
    values.push_back(kept);
    if (wanted > have) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId zeros,
                                context.ConstantNumbers(std::vector<double>(static_cast<size_t>(wanted - have), 0)));
      values.push_back(zeros);
    }
    width += wanted;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Concat(std::move(values)));
  return Outputs{Context::Rows(ElementType::kFloat, {Tensor::kRowsDim, width}, value)};
}

Result<Outputs> LowerZipMap(Context&, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  Tensor out = node.input(0);
  if (!out.rows) return Unsupported("of a constant");
  auto keys = std::make_shared<std::vector<std::string>>();
  for (const std::string_view text : node.Texts("classlabels_strings")) keys->emplace_back(text);
  if (keys->empty()) {
    for (const int64_t integer : node.Integers("classlabels_int64s")) keys->push_back(std::to_string(integer));
  }
  if (keys->size() != out.width()) {
    return Error{
        Code::kCorrupt, std::to_string(keys->size()) + " labels for " + std::to_string(out.width()) + " columns", {}};
  }
  out.map_keys = std::move(keys);
  return Outputs{std::move(out)};
}

}  // namespace scoreway::onnx
