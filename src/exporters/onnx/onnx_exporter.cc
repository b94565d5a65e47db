#include "exporters/onnx/onnx_exporter.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <variant>

#include "exporters/onnx/lower.h"

namespace scoreway {
namespace {

using onnx_export::Element;
using onnx_export::Graph;
using onnx_export::Site;
using onnx_export::Tensor;

Element ElementOf(Type type, bool may_be_missing) {
  switch (type) {
    case Type::kFloat32: return Element::kFloat;
    case Type::kFloat64: return Element::kDouble;
    // Only floats can be missing.
    case Type::kInt64: return may_be_missing ? Element::kDouble : Element::kInt64;
    case Type::kBool: return may_be_missing ? Element::kDouble : Element::kBool;
    case Type::kString:
    case Type::kList: return Element::kString;
  }
  return Element::kDouble;
}

class OnnxExport {
 public:
  explicit OnnxExport(const Model& model) : model_(model), tensors_(model.values().size()) {}

  Status Run(ByteSink* sink) {
    ReserveNames();
    AddInputs();
    AddOperators();
    AddOutputs();
    SCOREWAY_RETURN_IF_ERROR(refusals_.ToStatus("ONNX"));
    const Provenance& from = model_.provenance();
    return graph_.Write("scoreway",
                        {{"source_format", from.format},
                         {"source_library", from.library + " " + from.library_version},
                         {"source_estimator", from.estimator}},
                        sink);
  }

 private:
  void ReserveNames() {
    std::set<std::string_view> inputs;
    for (const InputField& field : model_.signature().inputs) {
      inputs.insert(field.name);
      graph_.Reserve(field.name);
    }
    for (const OutputField& field : model_.signature().outputs) {
      if (inputs.contains(field.name)) refusals_.Add("output '" + field.name + "'", "an input has the same name");
      graph_.Reserve(field.name);
    }
    if (inputs.empty())
      refusals_.Add("the model", "it has no inputs, so that a graph could not tell how many rows there are");
  }

  void AddInputs() {
    const std::vector<InputField>& fields = model_.signature().inputs;
    for (ValueId i = 0; i < fields.size(); ++i) {
      const InputField& field = fields[i];
      const bool may_be_missing = field.missing == MissingRule::kModel;
      const Element element = ElementOf(field.type, may_be_missing);
      graph_.AddInput(field.name, element);
      Tensor& tensor = tensors_[i];
      tensor.shape = model_.values()[i];
      tensor.name = field.name;
      tensor.may_be_missing = may_be_missing;
      tensor.whole = !may_be_missing && (field.type == Type::kInt64 || field.type == Type::kBool);
      if (i == 0) graph_.set_length_witness(graph_.Op("Equal", field.name, field.name));
      if (!field.used) continue;
      if (element != Element::kString && element != Element::kDouble) {
        tensor.name = graph_.Cast(field.name, Element::kDouble);
      }
      const bool is_float = element == Element::kDouble || element == Element::kFloat;
      if (!may_be_missing && is_float && !IsCheckedLater(i)) unchecked_.push_back(tensor.name);
    }
    // No rule says what a missing cell of these means.
    if (!unchecked_.empty()) rejections_.push_back(graph_.Op("IsNaN", graph_.SideBySide(unchecked_)));
  }

  // Whether every use of a value refuses its missing cells.
  bool IsCheckedLater(ValueId value) const {
    for (const OutputField& field : model_.signature().outputs) {
      if (field.value == value) return false;
    }
    for (const Operator& op : model_.operators()) {
      if (std::find(op.inputs.begin(), op.inputs.end(), value) == op.inputs.end()) continue;
      if (const auto* check = std::get_if<op::RequireFinite>(&op.params)) {
        if (check->allow_nan) return false;
      } else if (!std::holds_alternative<op::Concat>(op.params) || !IsCheckedLater(op.output)) {
        return false;
      }
    }
    return true;
  }

  void AddOperators() {
    for (const Operator& op : model_.operators()) {
      graph_.set_origin(op.origin);
      Site site(op, tensors_, model_.values()[op.output], &graph_, &rejections_, &refusals_);
      if (site.output_shape().width > 0) {
        std::visit([&site](const auto& params) { onnx_export::Lower(params, site); }, op.params);
      }
      tensors_[op.output] = site.output();
    }
    graph_.set_origin("");
  }

  void AddOutputs() {
    if (!refusals_.empty()) return;  // what was refused has no tensor
    std::vector<std::string> flags;
    for (const std::string& flag : rejections_) {
      flags.push_back(graph_.OverColumns("ReduceMax", AsNumber(graph_, flag)));
    }
    if (!flags.empty()) {
      const std::string any = flags.size() == 1 ? flags[0] : graph_.OverColumns("ReduceMax", graph_.SideBySide(flags));
      rejected_ = graph_.Cast(any, Element::kBool);
    }
    for (const OutputField& field : model_.signature().outputs) AddOutput(field);
  }

  void AddOutput(const OutputField& field) {
    const Tensor& tensor = tensors_[field.value];
    const std::string& name = OrMissing(field.value);
    const std::string column = tensor.shape.width == 1 ? name : graph_.Column(name, field.column);
    const Element element = ElementOf(field.type, tensor.may_be_missing);
    graph_.AddOutput(field.name, element, CastOutput(column, element));
  }

  // The value, but missing in rows that the source model refuses.
  const std::string& OrMissing(ValueId value) {
    const Tensor& tensor = tensors_[value];
    if (rejected_.empty()) return tensor.name;
    std::string& answer = answers_[value];
    if (answer.empty()) {
      answer = tensor.shape.kind == ValueKind::kNumber
                   ? MissingWhere(graph_, rejected_, tensor.name)
                   : graph_.Op("Where", rejected_, graph_.Constant(onnx_export::Texts({""})), tensor.name);
    }
    return answer;
  }

  std::string CastOutput(const std::string& column, Element element) {
    if (element == Element::kString || element == Element::kDouble) return column;
    if (element == Element::kFloat || rejected_.empty()) return graph_.Cast(column, element);
    // What becomes of a NaN that is cast to a whole number depends on the machine.
    const std::string numbers = graph_.Op("Where", rejected_, graph_.Number(0), column);
    const std::string cast = graph_.Cast(numbers, element);
    if (element == Element::kBool) return cast;
    const std::string least = graph_.Constant(onnx_export::Ints({std::numeric_limits<int64_t>::min()}));
    return graph_.Op("Where", rejected_, least, cast);
  }

  const Model& model_;
  Graph graph_;
  std::vector<Tensor> tensors_;
  std::vector<std::string> unchecked_, rejections_;
  std::string rejected_;  // bools [N, 1]; empty if no row is ever refused
  std::map<ValueId, std::string> answers_;
  Refusals refusals_;
};

}  // namespace

Status ExportOnnx(const Model& model, ByteSink* sink) { return OnnxExport(model).Run(sink); }

}  // namespace scoreway
