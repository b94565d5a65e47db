#include "exporters/pmml/document.h"

#include <algorithm>
#include <limits>

namespace scoreway::pmml_export {
namespace {

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

// A model that says nothing, to carry output fields.
ModelElement Carrier() {
  ModelElement carrier;
  carrier.name = "RegressionModel";
  carrier.attributes = " functionName=\"regression\"";
  carrier.content = [](const Document&, Writer& out) { out << "<RegressionTable intercept=\"0.0\"/>"; };
  return carrier;
}

void WriteField(Writer& out, std::string_view name, std::string_view usage) {
  out << "<MiningField" << AttributeText("name", name);
  if (!usage.empty()) out << AttributeText("usageType", usage);
  out << "/>\n";
}

}  // namespace

std::string OpType(std::string_view data_type) {
  return data_type == "string" || data_type == "boolean" ? "categorical" : "continuous";
}

Expression OutputElement(std::string_view name, std::string_view data_type, bool is_final,
                         const Expression& expression) {
  Expression field = expression;
  field.xml = "<OutputField" + AttributeText("name", name) + AttributeText("optype", OpType(data_type)) +
              AttributeText("dataType", data_type) + " feature=\"transformedValue\"" +
              (is_final ? ">" : " isFinalResult=\"false\">") + expression.xml + "</OutputField>\n";
  return field;
}

Document::Document(const Model& model) : model_(model) {
  for (const InputField& field : model.signature().inputs) reserved_.insert(field.name);
  for (const auto& field : model.signature().outputs) reserved_.insert(field.name);
}

std::string Document::NewName(std::string_view what) {
  std::string name(what);
  for (int number = 2; !reserved_.insert(name).second; ++number) {
    name = std::string(what) + " #" + std::to_string(number);
  }
  return name;
}

bool Document::IsGlobal(const std::set<std::string>& fields) const {
  for (const std::string& field : fields) {
    if (local_.contains(field)) return false;
  }
  return true;
}

void Document::Define(const std::string& name, std::string_view data_type, const Expression& expression) {
  if (IsGlobal(expression.fields)) {
    inputs_[name] = SchemaFields(expression.fields);
    derived_.push_back("<DerivedField" + AttributeText("name", name) + AttributeText("optype", OpType(data_type)) +
                       AttributeText("dataType", data_type) + ">" + expression.xml + "</DerivedField>\n");
    return;
  }
  local_.insert(name);
  pending_.push_back(OutputElement(name, data_type, false, expression));
  pending_names_.insert(name);
}

std::set<std::string> Document::SchemaFields(const std::set<std::string>& fields) const {
  std::set<std::string> schema;
  for (const std::string& field : fields) {
    const auto derived = inputs_.find(field);
    if (derived == inputs_.end()) {
      schema.insert(field);
    } else {
      schema.insert(derived->second.begin(), derived->second.end());
    }
  }
  return schema;
}

void Document::FlushPending() {
  if (pending_.empty()) return;
  ModelElement carrier = Carrier();
  for (const Expression& output : pending_) {
    carrier.outputs.push_back(output.xml);
    for (const std::string& field : output.fields) {
      if (!pending_names_.contains(field)) carrier.fields.insert(field);
    }
  }
  chain_.push_back(std::move(carrier));
  pending_.clear();
  pending_names_.clear();
}

void Document::AddModel(ModelElement element, const std::vector<std::string>& gives) {
  for (const std::string& field : element.fields) {
    if (!pending_names_.contains(field)) continue;
    FlushPending();
    break;
  }
  local_.insert(gives.begin(), gives.end());
  chain_.push_back(std::move(element));
}

void Document::AddPrediction(ModelElement element, const std::string& field) {
  element.outputs.push_back("<OutputField" + AttributeText("name", field) +
                            " optype=\"continuous\" dataType=\"double\" feature=\"predictedValue\" "
                            "isFinalResult=\"false\"/>\n");
  element.prediction = field;
  AddModel(std::move(element), {field});
}

std::optional<ModelElement> Document::TakeLastPrediction(const std::string& field,
                                                         const std::vector<Expression>& finals) {
  if (chain_.empty() || chain_.back().prediction != field) return std::nullopt;
  const auto refers = [&field](const Expression& output) { return output.fields.contains(field); };
  if (std::any_of(pending_.begin(), pending_.end(), refers) || std::any_of(finals.begin(), finals.end(), refers)) {
    return std::nullopt;
  }
  ModelElement last = std::move(chain_.back());
  chain_.pop_back();
  last.outputs.clear();
  return last;
}

void Document::Finish(ModelElement last, std::string_view target_field, std::vector<Expression> finals) {
  AddModel(std::move(last), {});
  target_field_ = target_field;
  finals_ = std::move(finals);
}

void Document::WriteDataDictionary(Writer& out) const {
  out << "<DataDictionary>\n";
  for (const InputField& field : model_.signature().inputs) {
    const std::string_view type = DataTypeOf(field.type);
    out << "<DataField" << AttributeText("name", field.name) << AttributeText("optype", OpType(type))
        << AttributeText("dataType", type);
    const auto limit = limits_.find(field.name);
    if (limit == limits_.end()) {
      out << "/>\n";
      continue;
    }
    // Of float64 the greatest may still occur, of float32 that which rounds to infinity may not.
    const bool closed = limit->second == std::numeric_limits<double>::max();
    out << "><Interval" << AttributeText("closure", closed ? "closedClosed" : "openOpen")
        << AttributeText("leftMargin", -limit->second) << AttributeText("rightMargin", limit->second)
        << "/></DataField>\n";
  }
  out << target_field_ << "</DataDictionary>\n";
}

void Document::WriteSchemaOfInputs(Writer& out) const {
  for (const InputField& field : model_.signature().inputs) {
    if (!field.used) {
      out << "<MiningField" << AttributeText("name", field.name)
          << " usageType=\"supplementary\" invalidValueTreatment=\"asIs\"/>\n";
      continue;
    }
    out << "<MiningField" << AttributeText("name", field.name);
    if (field.missing == MissingRule::kReject) out << AttributeText("missingValueTreatment", "returnInvalid");
    out << "/>\n";
  }
}

void Document::WriteElement(Writer& out, const ModelElement& element, bool is_top) const {
  out << "<" << element.name << element.attributes << ">\n<MiningSchema>\n";
  if (is_top) {
    WriteSchemaOfInputs(out);
  } else {
    for (const std::string& field : SchemaFields(element.fields)) WriteField(out, field, "");
  }
  if (!element.target.empty()) WriteField(out, element.target, "target");
  out << "</MiningSchema>\n";
  const bool has_finals = is_top && (!pending_.empty() || !finals_.empty());
  if (!element.outputs.empty() || has_finals) {
    out << "<Output>\n";
    for (const std::string& output : element.outputs) out << output;
    if (is_top) {
      for (const Expression& output : pending_) out << output.xml;
      for (const Expression& output : finals_) out << output.xml;
    }
    out << "</Output>\n";
  }
  element.content(*this, out);
  out << "</" << element.name << ">\n";
}

void Document::WriteChain(Writer& out) const {
  ModelElement chain;
  chain.name = "MiningModel";
  chain.attributes = chain_.back().attributes.find("classification") != std::string::npos
                         ? " functionName=\"classification\""
                         : " functionName=\"regression\"";
  chain.target = chain_.back().target;
  chain.content = [this](const Document&, Writer& to) {
    to << "<Segmentation multipleModelMethod=\"modelChain\">\n";
    for (const ModelElement& element : chain_) {
      to << "<Segment><True/>\n";
      WriteElement(to, element, false);
      to << "</Segment>\n";
    }
    to << "</Segmentation>\n";
  };
  WriteElement(out, chain, true);
}

Status Document::Write(ByteSink* sink) const {
  Writer out(sink);
  const Provenance& from = model_.provenance();
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\">\n<Header"
      << AttributeText("description", from.estimator + ", " + from.library + " " + from.library_version)
      << "><Application name=\"scoreway\"/></Header>\n";
  WriteDataDictionary(out);
  if (!derived_.empty()) {
    out << "<TransformationDictionary>\n";
    for (const std::string& field : derived_) out << field;
    out << "</TransformationDictionary>\n";
  }
  if (chain_.size() == 1) {
    WriteElement(out, chain_[0], true);
  } else {
    WriteChain(out);
  }
  out << "</PMML>\n";
  return out.Finish();
}

}  // namespace scoreway::pmml_export
