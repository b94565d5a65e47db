#include "importers/pmml/pmml_importer.h"

#include <algorithm>
#include <set>

#include "importers/pmml/model_elements.h"

namespace scoreway::pmml {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Error UnsupportedError(const std::vector<std::string>& reasons) {
  // So many that anybody reads them; a broken artifact may have thousands.
  constexpr size_t kReasonsMax = 50;
  std::string message;
  for (size_t i = 0; i < std::min(reasons.size(), kReasonsMax); ++i) message += reasons[i] + "\n";
  if (reasons.size() > kReasonsMax) message += "and " + std::to_string(reasons.size() - kReasonsMax) + " more\n";
  message += "what to do: export the model without these, or in another format";
  return Error{Code::kUnsupported, std::move(message), {}};
}

Status CheckVersion(const Element& root) {
  const std::string_view version = root.Attribute("version", "4.4");
  if (version.starts_with("3.") || (version.starts_with("4.") && version <= "4.4.9")) return {};
  return Status(Code::kUnsupported, "PMML of version " + std::string(version) + "; 3.0 to 4.4 are read", root.Place());
}

// Probabilities of the classes, where the document's Output does not name any itself.
Status AddProbabilities(Context& context, const Prediction& prediction, std::set<std::string, std::less<>>* names) {
  if (!prediction.probabilities || prediction.classes.empty()) return {};
  for (const NamedCell& output : prediction.outputs) {
    if (output.name.starts_with("probability")) return {};
  }
  for (size_t i = 0; i < prediction.classes.size(); ++i) {
    const std::string name = "probability(" + prediction.classes[i] + ")";
    if (!names->insert(name).second) continue;
    SCOREWAY_RETURN_IF_ERROR(
        context.builder().AddOutput(name, Type::kFloat64, *prediction.probabilities, static_cast<uint32_t>(i)));
  }
  return {};
}

Status AddOutputs(Context& context, const Prediction& prediction) {
  std::set<std::string, std::less<>> names;
  const auto add = [&](const NamedCell& named) -> Status {
    if (!names.insert(named.name).second) return {};
    return context.builder().AddOutput(named.name, ColumnType(named.cell.type), named.cell.value, 0);
  };
  for (const NamedCell& target : prediction.targets) {
    // An output field of the same name takes the target's place.
    const auto output = std::ranges::find(prediction.outputs, target.name, &NamedCell::name);
    SCOREWAY_RETURN_IF_ERROR(add(output == prediction.outputs.end() ? target : *output));
  }
  SCOREWAY_RETURN_IF_ERROR(AddProbabilities(context, prediction, &names));
  for (const NamedCell& output : prediction.outputs) SCOREWAY_RETURN_IF_ERROR(add(output));
  return {};
}

// A model that needs no input still needs rows: it accepts its target fields and ignores them.
Status AddTargetInputs(Context& context, const Element& model) {
  for (const Element& field : model.Child("MiningSchema").Children("MiningField")) {
    const Element data_field = context.FindDataField(field.Attribute("name", ""));
    if (!data_field) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const auto type, context.DataTypeOf(data_field));
    const ValueId input = context.builder().AddInput(std::string(field.Attribute("name", "")));
    SCOREWAY_RETURN_IF_ERROR(context.builder().UseInput(input, ColumnType(type.value_or(DataType::kString))));
  }
  return {};
}

Provenance DescribeSource(const Element& root, const Element& model) {
  Provenance provenance;
  provenance.format = "pmml";
  const Element header = root.Child("Header");
  const Element application = header.Child("Application");
  if (application) {
    provenance.library = application.Attribute("name", "");
    provenance.library_version = application.Attribute("version", "");
  }
  provenance.estimator = model.name();
  if (const auto algorithm = model.Attribute("algorithmName")) {
    provenance.estimator += "(" + std::string(*algorithm) + ")";
  }
  return provenance;
}

}  // namespace

bool LooksLikePmml(std::string_view bytes) {
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return true;  // UTF-16
  const size_t first = bytes.substr(0, 4096).find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || bytes[first] != '<') return false;
  const std::string_view rest = bytes.substr(first, 5);
  return rest.starts_with("<?xml") || rest.starts_with("<!") || rest.starts_with("<PMML") ||
         bytes.substr(first, 200).find("PMML") != std::string_view::npos;
}

Result<Model> ImportPmml(std::string_view bytes) {
  SCOREWAY_ASSIGN_OR_RETURN(const XmlDocument document, XmlDocument::Parse(bytes));
  const Element root = document.root();
  if (!root.Is("PMML")) {
    return Error{Code::kInvalidArgument, "the root of the document is not PMML but " + std::string(root.name()), {}};
  }
  SCOREWAY_RETURN_IF_ERROR(CheckVersion(root));
  const Element model = FindModel(root);
  if (!model) return Error{Code::kUnsupported, "the document has no model element", root.Place()};
  ModelBuilder builder(DescribeSource(root, model));
  Context context(&builder, root, bytes.size());
  const Result<Prediction> prediction = LowerModel(context, model, nullptr);
  if (builder.input_count() == 0) SCOREWAY_RETURN_IF_ERROR(AddTargetInputs(context, model));
  if (!context.reasons().empty()) return UnsupportedError(context.reasons());
  if (!prediction.ok()) return prediction.error();
  SCOREWAY_RETURN_IF_ERROR(AddOutputs(context, *prediction));
  return std::move(builder).Build();
}

}  // namespace scoreway::pmml
