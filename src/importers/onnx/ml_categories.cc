// The operators of ai.onnx.ml that replace categories: by other values, or by columns of their own.
#include <cmath>
#include <unordered_map>

#include "importers/onnx/elementwise.h"
#include "importers/onnx/ml.h"

namespace scoreway::onnx {
namespace {

// Keys or values of a mapping: a constant tensor of numbers or texts.
Tensor TextList(std::span<const std::string_view> texts) {
  Tensor tensor;
  tensor.type = ElementType::kString;
  tensor.dims = {static_cast<int64_t>(texts.size())};
  tensor.constant = std::make_shared<Constant>(Constant{{}, std::vector<std::string>(texts.begin(), texts.end())});
  return tensor;
}

size_t CountOf(const Tensor& list) { return list.is_text() ? list.constant->texts.size() : list.numbers().size(); }

// The list of an attribute, whichever type it has; none if the node has none of them.
Result<std::optional<Tensor>> ListOf(const Node& node, const std::string& prefix) {
  if (node.has(prefix + "_tensor")) {
    SCOREWAY_ASSIGN_OR_RETURN(Tensor tensor, node.TensorAttribute(prefix + "_tensor"));
    return std::optional<Tensor>(std::move(tensor));
  }
  if (const auto texts = node.Texts(prefix + "_strings"); !texts.empty()) {
    return std::optional<Tensor>(TextList(texts));
  }
  if (const auto integers = node.Integers(prefix + "_int64s"); !integers.empty()) {
    return std::optional<Tensor>(ConstantTensor(ElementType::kInt64, {static_cast<int64_t>(integers.size())},
                                                std::vector<double>(integers.begin(), integers.end())));
  }
  if (const auto numbers = node.Numbers(prefix + "_floats"); !numbers.empty()) {
    return std::optional<Tensor>(ConstantTensor(ElementType::kFloat, {static_cast<int64_t>(numbers.size())},
                                                std::vector<double>(numbers.begin(), numbers.end())));
  }
  return std::optional<Tensor>();
}

// Codes of the cells among the keys; what is not among them gets the code after the last, or fails the run.
Result<ValueId> Encoded(Context& context, const Tensor& in, const Tensor& keys, const op::CodeOrReject& unknown) {
  const size_t width = in.width();
  SCOREWAY_RETURN_IF_ERROR(context.Charge(uint64_t{width} * CountOf(keys)));
  if (keys.is_text()) {
    op::EncodeText encode;
    encode.categories.assign(width, keys.constant->texts);
    encode.unknown.assign(width, unknown);
    encode.missing = encode.unknown;
    return context.Add(std::move(encode), {in.value});
  }
  op::EncodeNumber encode;
  op::CodeOrReject missing = unknown;
  std::vector<double> categories = keys.numbers();
  for (size_t i = 0; i < categories.size(); ++i) {
    if (!std::isnan(categories[i])) continue;
    // A key of NaN is that of missing cells. Its place is kept by a number that no cell can be.
    missing = {false, static_cast<double>(i)};
    categories[i] = 1e300;
  }
  encode.categories.assign(width, categories);
  encode.unknown.assign(width, unknown);
  encode.missing.assign(width, missing);
  return context.Add(std::move(encode), {in.value});
}

// The first of equal keys counts.
void DropRepeated(Tensor* keys, Tensor* values) {
  Constant kept_keys, kept_values;
  std::unordered_map<std::string, bool> texts;
  std::unordered_map<double, bool> numbers;
  bool has_nan = false;
  for (size_t i = 0; i < CountOf(*keys); ++i) {
    bool is_new = false;
    if (keys->is_text()) {
      is_new = texts.emplace(keys->constant->texts[i], true).second;
    } else if (std::isnan(keys->numbers()[i])) {
      is_new = !has_nan;
      has_nan = true;
    } else {
      is_new = numbers.emplace(keys->numbers()[i], true).second;
    }
    if (!is_new) continue;
    if (keys->is_text()) {
      kept_keys.texts.push_back(keys->constant->texts[i]);
    } else {
      kept_keys.numbers.push_back(keys->numbers()[i]);
    }
    if (values->is_text()) {
      kept_values.texts.push_back(values->constant->texts[i]);
    } else {
      kept_values.numbers.push_back(values->numbers()[i]);
    }
  }
  keys->constant = std::make_shared<Constant>(std::move(kept_keys));
  values->constant = std::make_shared<Constant>(std::move(kept_values));
}

// Each cell's value by its key; the default (the last of `values`) where there is none.
Result<Outputs> Mapped(Context& context, const Tensor& in, Tensor keys, Tensor values, const Tensor& otherwise) {
  if (!in.rows) return Unsupported("of a constant");
  if (in.is_text() != keys.is_text()) return Error{Code::kCorrupt, "keys of another type than the input", {}};
  if (CountOf(keys) != CountOf(values)) return Error{Code::kCorrupt, "as many keys as values are wanted", {}};
  if (CountOf(otherwise) != 1 || otherwise.is_text() != values.is_text()) {
    return Error{Code::kCorrupt, "one default of the values' type is wanted", {}};
  }
  DropRepeated(&keys, &values);
  const op::CodeOrReject unknown{false, static_cast<double>(CountOf(keys))};
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, Encoded(context, in, keys, unknown));
  std::vector<std::string> texts = values.constant->texts;
  std::vector<double> numbers = values.constant->numbers;
  texts.insert(texts.end(), otherwise.constant->texts.begin(), otherwise.constant->texts.end());
  numbers.insert(numbers.end(), otherwise.numbers().begin(), otherwise.numbers().end());
  op::Params decode = values.is_text() ? op::Params(op::DecodeText{std::move(texts)})
                                       : op::Params(op::DecodeNumber{std::move(numbers)});
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(decode), {codes}));
  return Outputs{Context::Rows(values.type, in.dims, value)};
}

Tensor OneText(std::string_view text) { return TextList(std::span(&text, 1)); }

// What a LabelEncoder gives for a key it does not know.
Result<Tensor> DefaultOf(const Node& node, const Tensor& values) {
  if (node.has("default_tensor")) return node.TensorAttribute("default_tensor");
  if (values.is_text()) return OneText(node.Text("default_string", "_Unused"));
  const double number = values.type == ElementType::kInt64 ? static_cast<double>(node.Integer("default_int64", -1))
                                                           : node.Number("default_float", -0.0F);
  return ConstantTensor(values.type, {1}, {number});
}

}  // namespace

// Version 1 numbers the texts of one list.
Result<Outputs> LowerLabelEncoder(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  if (node.version() < 2) {
    Tensor texts = TextList(node.Texts("classes_strings"));
    std::vector<double> codes(CountOf(texts));
    for (size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<double>(i);
    Tensor numbers = ConstantTensor(ElementType::kInt64, texts.dims, std::move(codes));
    if (in.is_text()) {
      const auto otherwise = static_cast<double>(node.Integer("default_int64", -1));
      return Mapped(context, in, std::move(texts), std::move(numbers),
                    ConstantTensor(ElementType::kInt64, {1}, {otherwise}));
    }
    return Mapped(context, in, std::move(numbers), std::move(texts), OneText(node.Text("default_string", "_Unused")));
  }
  SCOREWAY_ASSIGN_OR_RETURN(std::optional<Tensor> keys, ListOf(node, "keys"));
  SCOREWAY_ASSIGN_OR_RETURN(std::optional<Tensor> values, ListOf(node, "values"));
  if (!keys.has_value() || !values.has_value()) return Error{Code::kCorrupt, "keys or values are missing", {}};
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor otherwise, DefaultOf(node, *values));
  return Mapped(context, in, *std::move(keys), *std::move(values), otherwise);
}

Result<Outputs> LowerCategoryMapper(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  Tensor texts = TextList(node.Texts("cats_strings"));
  const auto integers = node.Integers("cats_int64s");
  Tensor numbers = ConstantTensor(ElementType::kInt64, {static_cast<int64_t>(integers.size())},
                                  std::vector<double>(integers.begin(), integers.end()));
  if (node.input(0).is_text()) {
    const auto otherwise = static_cast<double>(node.Integer("default_int64", -1));
    return Mapped(context, node.input(0), std::move(texts), std::move(numbers),
                  ConstantTensor(ElementType::kInt64, {1}, {otherwise}));
  }
  return Mapped(context, node.input(0), std::move(numbers), std::move(texts),
                OneText(node.Text("default_string", "_Unused")));
}

// Adds an axis of the categories. Numbers are cut to integers first.
Result<Outputs> LowerOneHotEncoder(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  Tensor in = node.input(0);
  if (!in.rows) return Unsupported("of a constant");
  Tensor keys = TextList(node.Texts("cats_strings"));
  if (!in.is_text()) {
    const auto integers = node.Integers("cats_int64s");
    keys = ConstantTensor(ElementType::kInt64, {static_cast<int64_t>(integers.size())},
                          std::vector<double>(integers.begin(), integers.end()));
    if (in.is_real()) {
      SCOREWAY_ASSIGN_OR_RETURN(in.value, context.Unary(op::UnaryFunction::kTruncate, in.value));
    }
  }
  const size_t count = CountOf(keys);
  if (count == 0) return Error{Code::kCorrupt, "no categories for this type of input", {}};
  const bool zeros = node.Integer("zeros", 1) != 0;
  SCOREWAY_RETURN_IF_ERROR(context.Charge(2 * uint64_t{in.width()} * count));
  op::OneHot one_hot;
  one_hot.widths.assign(in.width(), static_cast<uint32_t>(count));
  Tensor slots = ConstantTensor(ElementType::kInt64, keys.dims, {});
  Tensor unique = keys;
  std::vector<double> places;
  for (size_t i = 0; i < count; ++i) places.push_back(static_cast<double>(i));
  slots.constant = std::make_shared<Constant>(Constant{std::move(places), {}});
  DropRepeated(&unique, &slots);
  std::vector<int32_t> of_code;
  for (const double slot : slots.numbers()) of_code.push_back(static_cast<int32_t>(slot));
  one_hot.slots.assign(in.width(), of_code);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, Encoded(context, in, unique, {!zeros, op::kNaN}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(one_hot), {codes}));
  Dims dims = in.dims;
  dims.push_back(static_cast<int64_t>(count));
  return Outputs{Context::Rows(ElementType::kFloat, std::move(dims), value)};
}

}  // namespace scoreway::onnx
