// scoreway inspect: what a model takes and gives, how it computes, and where it came from.

#include <cstdio>

#include "commands.h"
#include "open_registry.h"
#include "service/inspect.h"
#include "service/parity.h"
#include "table.h"

namespace scoreway {
namespace {

// Names of many alike columns would drown the rest.
constexpr size_t kRowsShown = 40;

std::string CategoriesText(const std::vector<std::string>& categories) {
  std::string text;
  for (size_t i = 0; i < categories.size(); ++i) {
    if (text.size() > 60) return text + ", ... " + std::to_string(categories.size()) + " in all";
    text += (i == 0 ? "" : ", ") + categories[i];
  }
  return text;
}

std::string InputsText(const Signature& signature) {
  Table table({"INPUT", "TYPE", "MISSING", "CATEGORIES"});
  size_t shown = 0;
  for (const InputField& field : signature.inputs) {
    if (++shown > kRowsShown) break;
    const char* missing = !field.used ? "ignored" : field.missing == MissingRule::kModel ? "allowed" : "error";
    table.Add({field.name, std::string(TypeName(field.type)), missing, CategoriesText(field.categories)});
  }
  std::string text = table.ToString();
  if (signature.inputs.size() > kRowsShown) {
    text += "... " + std::to_string(signature.inputs.size()) + " inputs in all; --json lists them\n";
  }
  if (!signature.inputs_named) text += "(the model knows its inputs by position; these names are ours)\n";
  return text;
}

std::string OutputsText(const Signature& signature) {
  Table table({"OUTPUT", "TYPE"});
  size_t shown = 0;
  for (const OutputField& field : signature.outputs) {
    if (++shown > kRowsShown) break;
    table.Add({field.name, std::string(TypeName(field.type))});
  }
  std::string text = table.ToString();
  if (signature.outputs.size() > kRowsShown) {
    text += "... " + std::to_string(signature.outputs.size()) + " outputs in all; --json lists them\n";
  }
  return text;
}

std::string OperatorsText(const Model& model) {
  Table table({"OPERATOR", "COLUMNS", "FROM"});
  size_t shown = 0;
  for (const Operator& op : model.operators()) {
    if (++shown > kRowsShown) break;
    table.Add({std::string(OperatorName(op.params)), std::to_string(model.values()[op.output].width), op.origin});
  }
  std::string text = table.ToString();
  if (model.operators().size() > kRowsShown) {
    text += "... " + std::to_string(model.operators().size()) + " operators in all; --json lists them\n";
  }
  return text;
}

// "15 rows alike", of the rows that a file brings along; empty if it has none, or they cannot be scored.
std::string ParityText(const OpenedModel& source) {
  const auto scorer = source.engines->MakeScorer(source.model);
  if (!scorer.ok()) return {};
  const Result<std::optional<ParityReport>> report = CheckOwnSample(**scorer, *source.artifact);
  if (!report.ok() || !*report) return {};
  const ParityReport& parity = **report;
  return std::to_string(parity.rows) + " rows of its own" +
         (parity.passed() ? std::string(": equal") : "; first difference: " + parity.first_difference);
}

}  // namespace

Status RunInspect(const InspectOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedModel source,
                            OpenModel(options.registry, options.engines, options.reading, options.model));
  const Model& model = *source.model;
  if (options.json) {
    std::string text;
    JsonWriter json(&text);
    WriteModel(model, &json);
    std::printf("%s\n", text.c_str());
    return {};
  }
  const Provenance& from = model.provenance();
  std::printf("%s\n", source.place.c_str());
  std::printf("estimator  %s\n", from.estimator.c_str());
  std::printf("producer   %s %s (%s)\n", from.library.c_str(), from.library_version.c_str(), from.format.c_str());
  std::printf("engine     %s\n", std::string(model.engine()).c_str());
  if (source.version.name.empty()) {
    const std::string parity = ParityText(source);
    if (!parity.empty()) std::printf("parity     %s\n", parity.c_str());
  }
  std::printf("memory     %s\n", BytesText(model.ByteSize()).c_str());
  std::printf("\n%s\n%s", InputsText(model.signature()).c_str(), OutputsText(model.signature()).c_str());
  if (!model.operators().empty()) std::printf("\n%s", OperatorsText(model).c_str());
  return {};
}

}  // namespace scoreway
