#include "exporters/pmml/pmml_exporter.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "base/number_text.h"
#include "exporters/pmml/lower.h"

namespace scoreway {
namespace {

using namespace pmml_export;

// A label for each code of a column: what a classifier's target says.
struct Labels {
  const Cell* code = nullptr;
  std::vector<std::string> texts;
};

std::string_view DataTypeOf(Type type) {
  switch (type) {
    case Type::kFloat32: return "float";
    case Type::kFloat64: return "double";
    case Type::kInt64: return "integer";
    case Type::kBool: return "boolean";
    case Type::kString:
    case Type::kList: return "string";
  }
  return "double";
}

std::string LabelText(Type type, double value) {
  if (type == Type::kBool) return value != 0 ? "true" : "false";
  std::string text;
  AppendInt64(static_cast<int64_t>(value), &text);
  return text;
}

class PmmlExport {
 public:
  explicit PmmlExport(const Model& model) : model_(model), document_(model), values_(model.values().size()) {}

  Status Run(ByteSink* sink) {
    CheckNames();
    AddInputs();
    labels_operator_ = FindLabels();
    for (const Operator& op : model_.operators()) AddOperator(op);
    SCOREWAY_RETURN_IF_ERROR(refusals_.ToStatus("PMML"));
    AddOutputs();
    return document_.Write(sink);
  }

 private:
  const OutputField& primary() const { return model_.signature().outputs.front(); }
  static bool IsNumber(Type type) { return type == Type::kFloat64 || type == Type::kFloat32; }

  void CheckNames() {
    std::set<std::string_view> inputs;
    for (const InputField& field : model_.signature().inputs) {
      inputs.insert(field.name);
      if (!IsXmlText(field.name)) refusals_.Add("an input's name", "XML cannot hold it");
    }
    for (const OutputField& field : model_.signature().outputs) {
      if (inputs.contains(field.name)) refusals_.Add("output '" + field.name + "'", "an input has the same name");
      if (!IsXmlText(field.name)) refusals_.Add("an output's name", "XML cannot hold it");
    }
  }

  void AddInputs() {
    const std::vector<InputField>& fields = model_.signature().inputs;
    for (ValueId i = 0; i < fields.size(); ++i) {
      const InputField& field = fields[i];
      const bool whole = field.type == Type::kInt64 || field.type == Type::kBool;
      Cell cell{field.name, field.missing == MissingRule::kModel, whole ? "" : field.name, whole, whole, 0};
      if (IsText(field.type)) {
        cell.input.clear();
        cell.finite = true;
      }
      if (field.used && (whole || field.type == Type::kFloat32)) {
        // Everything is computed in float64.
        cell.field = document_.NewName("double(" + field.name + ")");
        document_.Define(cell.field, "double",
                         field.type == Type::kBool ? NormDiscrete(field.name, "true", "") : Ref(field.name));
      }
      values_[i].push_back(std::move(cell));
    }
  }

  // The operator that makes labels of codes for the first output and nothing else; null if there is none.
  const Operator* FindLabels() const {
    if (model_.signature().outputs.empty() || IsNumber(primary().type)) return nullptr;
    const ValueId value = primary().value;
    for (const OutputField& field : model_.signature().outputs) {
      if (&field != &primary() && field.value == value) return nullptr;
    }
    const Operator* found = nullptr;
    for (const Operator& op : model_.operators()) {
      if (std::find(op.inputs.begin(), op.inputs.end(), value) != op.inputs.end()) return nullptr;
      if (op.output == value) found = &op;
    }
    const bool decodes = found != nullptr && (std::holds_alternative<op::DecodeText>(found->params) ||
                                              std::holds_alternative<op::DecodeNumber>(found->params));
    return decodes ? found : nullptr;
  }

  void AddOperator(const Operator& op) {
    if (&op == labels_operator_) return;
    Site site(op, values_, model_.values()[op.output], &document_, &accepted_, &refusals_);
    std::vector<ValueKind> kinds;
    for (const ValueId input : op.inputs) kinds.push_back(model_.values()[input].kind);
    site.set_input_kinds(std::move(kinds));
    std::visit([&site](const auto& params) { Lower(params, site); }, op.params);
    Cells cells = site.TakeOutput();
    // After a refusal whatever follows finds its columns.
    cells.resize(site.output_shape().width);
    values_[op.output] = std::move(cells);
  }

  void AddOutputs() {
    if (!accepted_.empty()) {
      accepted_field_ = document_.NewName("accepted");
      document_.Define(accepted_field_, "double",
                       AsNumber(accepted_.size() == 1 ? accepted_[0] : Apply("and", accepted_)));
    }
    std::vector<Expression> finals;
    const std::optional<Labels> labels = PrimaryLabels();
    const bool has_target = labels || IsNumber(primary().type);
    for (const OutputField& field : model_.signature().outputs) {
      if (has_target && &field == &primary()) continue;
      finals.push_back(Final(field));
    }
    if (labels) {
      document_.Finish(LabelModel(*labels), TargetField(labels->texts), std::move(finals));
    } else if (has_target) {
      ModelElement last = NumberModel(finals);
      document_.Finish(std::move(last), TargetField({}), std::move(finals));
    } else {
      ModelElement last;
      last.name = "RegressionModel";
      last.attributes = " functionName=\"regression\"";
      last.content = [](const Document&, Writer& out) { out << "<RegressionTable intercept=\"0.0\"/>\n"; };
      document_.Finish(std::move(last), "", std::move(finals));
    }
  }

  Expression IfAccepted(const Expression& x) const {
    if (accepted_field_.empty()) return x;
    return OnlyIf(Apply("equal", {Ref(accepted_field_), Number(1)}), x);
  }

  Expression Final(const OutputField& field) const {
    const Cell& cell = values_[field.value][field.column];
    const Expression x = Ref(cell.field);
    const Expression answer = field.type == Type::kBool ? Guarded(cell, Apply("notEqual", {x, Number(0)})) : x;
    return OutputElement(field.name, DataTypeOf(field.type), true, IfAccepted(answer));
  }

  // The codes and labels of the first output, if it has any.
  std::optional<Labels> PrimaryLabels() const {
    if (IsNumber(primary().type)) return std::nullopt;
    Labels labels;
    if (labels_operator_ != nullptr) {
      labels.code = &values_[labels_operator_->inputs[0]][primary().column];
      if (const auto* decode = std::get_if<op::DecodeText>(&labels_operator_->params)) {
        labels.texts = decode->table;
      } else {
        for (const double value : std::get<op::DecodeNumber>(labels_operator_->params).table) {
          labels.texts.push_back(LabelText(primary().type, value));
        }
      }
      return labels;
    }
    const size_t codes = CodeCount(primary().value);
    if (IsText(primary().type) || codes == 0) return std::nullopt;
    labels.code = &values_[primary().value][primary().column];
    for (size_t code = 0; code < codes; ++code)
      labels.texts.push_back(LabelText(primary().type, static_cast<double>(code)));
    return labels;
  }

  // How many codes a value has; 0 if it is none of codes.
  size_t CodeCount(ValueId value) const {
    for (const Operator& op : model_.operators()) {
      if (op.output != value) continue;
      if (std::holds_alternative<op::Threshold>(op.params)) return 2;
      const auto* row = std::get_if<op::Row>(&op.params);
      if (row != nullptr && (row->function == op::RowFunction::kArgMax || row->function == op::RowFunction::kArgMin)) {
        return model_.values()[op.inputs[0]].width;
      }
    }
    return 0;
  }

  std::string TargetField(const std::vector<std::string>& labels) const {
    const std::string_view type = DataTypeOf(primary().type);
    std::string field = "<DataField" + AttributeText("name", primary().name) +
                        (IsNumber(primary().type) ? " optype=\"continuous\"" : " optype=\"categorical\"") +
                        AttributeText("dataType", type);
    if (labels.empty()) return field + "/>\n";
    field += ">\n";
    std::set<std::string_view> seen;
    for (const std::string& label : labels) {
      if (seen.insert(label).second) field += "<Value" + AttributeText("value", label) + "/>\n";
    }
    return field + "</DataField>\n";
  }

  // A tree whose root asks for each code; a code that is missing has no label.
  ModelElement LabelModel(const Labels& labels) {
    std::string field = labels.code->field;
    if (!accepted_field_.empty()) {
      const std::string name = document_.NewName("label");
      document_.Define(name, "double", IfAccepted(Ref(field)));
      field = name;
    }
    ModelElement element;
    element.name = "TreeModel";
    element.attributes =
        " functionName=\"classification\" missingValueStrategy=\"nullPrediction\" "
        "noTrueChildStrategy=\"returnNullPrediction\" splitCharacteristic=\"multiSplit\"";
    element.fields = {field};
    element.target = primary().name;
    std::string nodes = "<Node><True/>\n";
    for (size_t code = 0; code < labels.texts.size(); ++code) {
      nodes += "<Node" + AttributeText("score", labels.texts[code]) + "><SimplePredicate" +
               AttributeText("field", field) + " operator=\"equal\"" +
               AttributeText("value", static_cast<double>(code)) + "/></Node>\n";
    }
    nodes += "</Node>\n";
    element.content = [nodes](const Document&, Writer& out) { out << nodes; };
    return element;
  }

  // The model that predicts the first output, or one that passes on the field that holds it.
  ModelElement NumberModel(const std::vector<Expression>& finals) {
    std::string field = values_[primary().value][primary().column].field;
    if (accepted_field_.empty()) {
      if (std::optional<ModelElement> last = document_.TakeLastPrediction(field, finals)) {
        last->target = primary().name;
        return *std::move(last);
      }
    } else {
      const std::string name = document_.NewName("prediction");
      document_.Define(name, "double", IfAccepted(Ref(field)));
      field = name;
    }
    ModelElement element;
    element.name = "RegressionModel";
    element.attributes = " functionName=\"regression\"";
    element.fields = {field};
    element.target = primary().name;
    const std::string table = "<RegressionTable intercept=\"0.0\">\n<NumericPredictor" + AttributeText("name", field) +
                              " coefficient=\"1.0\"/>\n</RegressionTable>\n";
    element.content = [table](const Document&, Writer& out) { out << table; };
    return element;
  }

  const Model& model_;
  Document document_;
  std::vector<Cells> values_;
  const Operator* labels_operator_ = nullptr;
  std::vector<Expression> accepted_;
  std::string accepted_field_;  // 1 in rows that the source model does not refuse; empty if it refuses none
  Refusals refusals_;
};

}  // namespace

Status ExportPmml(const Model& model, ByteSink* sink) { return PmmlExport(model).Run(sink); }

}  // namespace scoreway
