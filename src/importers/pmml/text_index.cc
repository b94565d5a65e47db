// The expression TextIndex: how often a term occurs in a text.

#include <algorithm>
#include <set>

#include "importers/pmml/expression.h"
#include "importers/pmml/java_pattern.h"

namespace scoreway::pmml {
namespace {

constexpr size_t kTermsMax = 1'000'000;

// The place of the parameter that is the term, if the term is a parameter of the function around.
std::optional<size_t> TermParameter(const Element& term, const Parameters* parameters) {
  if (parameters == nullptr || !term.Is("FieldRef")) return std::nullopt;
  const std::vector<Element> fields = parameters->function.Children("ParameterField");
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].Attribute("name") == term.Attribute("field")) return i;
  }
  return std::nullopt;
}

// All terms that this TextIndex may be asked for: the constants that its function is called with, and this one.
std::vector<std::string> AllTerms(Context& context, const Element& term, const Parameters* parameters,
                                  std::string_view asked) {
  std::vector<std::string> terms = {std::string(asked)};
  const std::optional<size_t> place = TermParameter(term, parameters);
  if (!place) return terms;
  std::set<std::string, std::less<>> known = {terms[0]};
  for (const Element& call : context.CallsOf(parameters->function.Attribute("name", ""))) {
    const std::vector<Element> arguments = call.Children();
    if (*place >= arguments.size() || !arguments[*place].Is("Constant")) continue;
    const std::string_view text = arguments[*place].text();
    if (terms.size() < kTermsMax && known.emplace(text).second) terms.emplace_back(text);
  }
  return terms;
}

Result<uint32_t> DistanceOf(const Context& context, const Element& element, uint32_t otherwise) {
  SCOREWAY_ASSIGN_OR_RETURN(const double distance, context.NumberOr(element, "maxLevenshteinDistance", otherwise));
  if (!(distance >= 0 && distance <= 1000)) return Context::Corrupt(element, "maxLevenshteinDistance is out of range");
  return static_cast<uint32_t>(distance);
}

// One table of replacements over the text.
Result<ValueId> Normalize(Context& context, const Element& index, const Element& normalization, ValueId text) {
  Emit emit(context, normalization);
  SCOREWAY_ASSIGN_OR_RETURN(const bool index_case, context.FlagOr(index, "isCaseSensitive", false));
  SCOREWAY_ASSIGN_OR_RETURN(const bool keeps_case, context.FlagOr(normalization, "isCaseSensitive", index_case));
  SCOREWAY_ASSIGN_OR_RETURN(const uint32_t index_distance, DistanceOf(context, index, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const uint32_t distance, DistanceOf(context, normalization, index_distance));
  if (distance != 0) return context.Unsupported(normalization, "maxLevenshteinDistance in a normalization");
  const Element table = normalization.Child("InlineTable");
  if (!table) return context.Unsupported(normalization, "a table that is not an InlineTable");
  op::NormalizeText normalize;
  SCOREWAY_ASSIGN_OR_RETURN(normalize.recursive, context.FlagOr(normalization, "recursive", false));
  const auto cell_of = [&](const Element& row, std::string_view attribute, std::string_view otherwise) {
    const std::string_view name = normalization.Attribute(attribute, otherwise);
    return row.Child(name.substr(name.rfind(':') + 1));
  };
  for (const Element& row : table.Children("row")) {
    const Element in = cell_of(row, "inField", "string"), out = cell_of(row, "outField", "stem");
    if (!in || !out) return Context::Corrupt(row, "it lacks a cell of the normalization");
    const Element regex = cell_of(row, "regexField", "regex");
    const bool is_pattern = regex && ParseNumber(DataType::kBoolean, regex.text()) == 1.0;
    std::string pattern = QuotePattern(in.text(), !keeps_case);
    if (is_pattern) {
      SCOREWAY_ASSIGN_OR_RETURN(pattern, TranslatePattern(emit, in.text(), !keeps_case));
    }
    normalize.patterns.push_back(std::move(pattern));
    SCOREWAY_ASSIGN_OR_RETURN(normalize.replacements.emplace_back(), TranslateReplacement(emit, out.text()));
  }
  return emit.Add(std::move(normalize), {text});
}

Result<op::TermFrequency> ReadSettings(Emit& emit, const Element& index) {
  Context& context = emit.context();
  op::TermFrequency settings;
  SCOREWAY_ASSIGN_OR_RETURN(const bool keeps_case, context.FlagOr(index, "isCaseSensitive", false));
  settings.ignore_case = !keeps_case;
  SCOREWAY_ASSIGN_OR_RETURN(settings.distance_max, DistanceOf(context, index, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const bool tokenizes, context.FlagOr(index, "tokenize", true));
  if (!tokenizes) return context.Unsupported(index, "TextIndex without tokenizing");
  const std::string_view hits = index.Attribute("countHits", "allHits");
  if (hits != "allHits" && hits != "bestHits") return context.Unsupported(index, "countHits " + std::string(hits));
  settings.best_hits = hits == "bestHits";
  const std::string_view weights = index.Attribute("localTermWeights", "termFrequency");
  if (weights == "binary") {
    settings.weight = op::TermFrequency::Weight::kBinary;
  } else if (weights == "logarithmic") {
    settings.weight = op::TermFrequency::Weight::kLogarithmic;
  } else if (weights != "termFrequency") {
    return context.Unsupported(index, "localTermWeights " + std::string(weights));
  }
  if (const auto word = index.Attribute("x-wordRE")) {
    SCOREWAY_ASSIGN_OR_RETURN(settings.token, TranslatePattern(emit, *word));
  } else {
    const std::string_view separator = index.Attribute("wordSeparatorCharacterRE", R"(\s+)");
    SCOREWAY_ASSIGN_OR_RETURN(settings.separator, TranslatePattern(emit, separator));
  }
  return settings;
}

}  // namespace

Result<Cell> LowerTextIndex(ModelScope& scope, const Element& index, const Parameters* parameters) {
  Context& context = scope.context();
  Emit emit(context, index);
  SCOREWAY_ASSIGN_OR_RETURN(const Cell text, ExpressionField(scope, index, parameters, "textField"));
  const Element term_expression = FindExpression(index);
  if (!term_expression) return Context::Corrupt(index, "it has no term");
  SCOREWAY_ASSIGN_OR_RETURN(const Cell term, LowerExpression(scope, term_expression, parameters));
  if (!term.constant) return context.Unsupported(index, "a term that is not a constant");

  auto& [counts, terms] = context.term_counts()[{index.index(), text.value}];
  auto place = std::ranges::find(terms, *term.constant);
  if (place == terms.end()) {
    terms = AllTerms(context, term_expression, parameters, *term.constant);
    SCOREWAY_ASSIGN_OR_RETURN(ValueId document, emit.AsText(text));
    for (const Element& normalization : index.Children("TextIndexNormalization")) {
      SCOREWAY_ASSIGN_OR_RETURN(document, Normalize(context, index, normalization, document));
    }
    SCOREWAY_ASSIGN_OR_RETURN(op::TermFrequency frequency, ReadSettings(emit, index));
    frequency.terms = terms;
    SCOREWAY_ASSIGN_OR_RETURN(counts, emit.Add(std::move(frequency), {document}));
    place = std::ranges::find(terms, *term.constant);
  }
  const bool is_count = index.Attribute("localTermWeights", "termFrequency") != "logarithmic";
  Cell cell;
  cell.type = is_count ? DataType::kInteger : DataType::kDouble;
  cell.maybe_missing = text.maybe_missing;
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Select(counts, static_cast<uint32_t>(place - terms.begin())));
  return cell;
}

}  // namespace scoreway::pmml
