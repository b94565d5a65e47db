// Texts to numbers of words: counts, weights by how rare a word is, and hashed words.

#include <cmath>

#include "importers/python/token_pattern.h"
#include "importers/sklearn/decision.h"
#include "importers/sklearn/english_words.h"
#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

constexpr size_t kTermsMax = size_t{1} << 24;

// The one column of texts. A vectorizer that stands first knows no names of columns.
Result<ValueId> TextInput(Context& context, const Object& vectorizer, const Table& in) {
  Table column = in;
  if (in.by_name && in.width() == 0) column = context.PositionalInputs(1);
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(vectorizer, column, 1));
  context.RejectMissing(column.columns[0]);
  return context.Texts(vectorizer, column);
}

Result<std::vector<std::string>> ReadStopWords(Context& context, const Object& vectorizer) {
  const Object given = vectorizer.Get("stop_words");
  std::vector<std::string> words;
  if (!given.has_value()) return words;
  if (given.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string name, given.Text());
    if (name != "english") return context.Unsupported(vectorizer, "the stop words '" + name + "'");
    return std::vector<std::string>(EnglishStopWords().begin(), EnglishStopWords().end());
  }
  if (const Result<const pickle::Nodes*> set = given.node().AsSet(); set.ok()) {
    for (const pickle::Node* node : **set) {
      SCOREWAY_ASSIGN_OR_RETURN(words.emplace_back(), Object(node, given.path()).Text());
    }
    return words;
  }
  return given.Texts();
}

// Code of the user's own in one of the places that take some.
Status RefuseCode(Context& context, const Object& vectorizer) {
  if (vectorizer.Get("preprocessor").has_value()) {
    return Status(context.Unsupported(vectorizer, "a preprocessor of the user's own"));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::string encoding, vectorizer.TextOr("input", "content"));
  if (encoding != "content") return Status(context.Unsupported(vectorizer, "texts in files"));
  return {};
}

// How texts are cut into words: by a pattern, or by one of sklearn2pmml's tokenizers, which are saved as their pattern.
Result<python::TokenPattern> ReadTokens(Context& context, const Object& vectorizer) {
  const Object tokenizer = vectorizer.Get("tokenizer");
  std::string pattern;
  bool separators = false;
  if (tokenizer.has_value()) {
    const std::string name = tokenizer.class_name();
    const bool matcher = name == "sklearn2pmml.feature_extraction.text.Matcher";
    separators = name == "sklearn2pmml.feature_extraction.text.Splitter";
    const pickle::Node* state = tokenizer.is_instance() ? (*tokenizer.node().AsInstance())->state : nullptr;
    if (!(matcher || separators) || state == nullptr || !state->is_str()) {
      return context.Unsupported(vectorizer, "a tokenizer of the user's own");
    }
    pattern = *state->AsString();
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(pattern, vectorizer.TextOr("token_pattern", R"((?u)\b\w\w+\b)"));
  }
  Result<python::TokenPattern> tokens =
      separators ? python::TranslateSeparators(pattern) : python::TranslateTokenPattern(pattern);
  if (tokens.ok()) return tokens;
  return context.Unsupported(vectorizer, "the token_pattern '" + pattern + "': " + tokens.error().message);
}

// Everything that counting and hashing share.
Result<op::CountText> ReadAnalyzer(Context& context, const Object& vectorizer) {
  using Unit = op::CountText::Unit;
  SCOREWAY_RETURN_IF_ERROR(RefuseCode(context, vectorizer));
  const Object analyzer_at = vectorizer.Get("analyzer");
  if (analyzer_at.has_value() && !analyzer_at.is_text()) {
    return context.Unsupported(vectorizer, "an analyzer of the user's own");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::string analyzer, vectorizer.TextOr("analyzer", "word"));
  op::CountText count;
  if (analyzer == "char") {
    count.unit = Unit::kCharacters;
  } else if (analyzer == "char_wb") {
    count.unit = Unit::kWordCharacters;
  } else if (analyzer != "word") {
    return context.Unsupported(vectorizer, "the analyzer '" + analyzer + "'");
  }
  if (const Object range = vectorizer.Get("ngram_range"); range.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> bounds, range.Integers());
    constexpr int64_t kSizeMax = 1000;
    if (bounds.size() != 2 || bounds[0] < 1 || bounds[1] < bounds[0] || bounds[1] > kSizeMax) {
      return range.Corrupt("not a range of sizes");
    }
    count.least = static_cast<uint32_t>(bounds[0]);
    count.most = static_cast<uint32_t>(bounds[1]);
  }
  SCOREWAY_ASSIGN_OR_RETURN(count.presence, vectorizer.BoolOr("binary", false));
  if (count.unit != Unit::kWords) return count;
  SCOREWAY_ASSIGN_OR_RETURN(python::TokenPattern tokens, ReadTokens(context, vectorizer));
  count.token = std::move(tokens.token);
  count.whole = std::move(tokens.whole);
  SCOREWAY_ASSIGN_OR_RETURN(count.stop_words, ReadStopWords(context, vectorizer));
  return count;
}

Result<std::vector<std::string>> ReadTerms(const Object& vectorizer) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object vocabulary, vectorizer.Want("vocabulary_"));
  SCOREWAY_ASSIGN_OR_RETURN(const auto entries, vocabulary.Entries());
  if (entries.empty() || entries.size() > kTermsMax) return vocabulary.Corrupt("a vocabulary of no words");
  std::vector<std::string> terms(entries.size());
  std::vector<bool> seen(entries.size());
  for (const auto& [term, index_at] : entries) {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t index, index_at.Integer());
    if (index < 0 || static_cast<size_t>(index) >= terms.size() || seen[static_cast<size_t>(index)]) {
      return vocabulary.Corrupt("not one column a word");
    }
    seen[static_cast<size_t>(index)] = true;
    terms[static_cast<size_t>(index)] = term;
  }
  return terms;
}

Result<ValueId> AddCounts(Context& context, const Object& vectorizer, const Table& in, op::CountText count) {
  SCOREWAY_ASSIGN_OR_RETURN(ValueId texts, TextInput(context, vectorizer, in));
  SCOREWAY_ASSIGN_OR_RETURN(const bool lower, vectorizer.BoolOr("lowercase", true));
  if (lower) {
    SCOREWAY_ASSIGN_OR_RETURN(texts, context.Add(op::TextUnary{op::TextFunction::kLower}, {texts}, vectorizer));
  }
  if (const Object accents = vectorizer.Get("strip_accents"); accents.has_value()) {
    if (!accents.is_text()) return context.Unsupported(vectorizer, "strip_accents by code of the user's own");
    SCOREWAY_ASSIGN_OR_RETURN(const std::string kind, accents.Text());
    if (kind != "unicode" && kind != "ascii") return context.Unsupported(vectorizer, "strip_accents '" + kind + "'");
    const op::TextFunction function =
        kind == "ascii" ? op::TextFunction::kWithoutAccentsAscii : op::TextFunction::kWithoutAccents;
    SCOREWAY_ASSIGN_OR_RETURN(texts, context.Add(op::TextUnary{function}, {texts}, vectorizer));
  }
  return context.Add(std::move(count), {texts}, vectorizer);
}

Result<ValueId> AddNorm(Context& context, const Object& origin, const Object& norm, ValueId value) {
  if (!norm.has_value()) return value;
  SCOREWAY_ASSIGN_OR_RETURN(const std::string text, norm.Text());
  const std::string_view name = text;
  if (name != "l1" && name != "l2") return context.Unsupported(origin, "the norm '" + text + "'");
  using Norm = op::NormalizeRows::Norm;
  return context.Add(op::NormalizeRows{name == "l1" ? Norm::kL1 : Norm::kL2}, {value}, origin);
}

// log(count) + 1 of what occurs.
Result<ValueId> AddSublinear(Context& context, const Object& origin, ValueId counts) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId logs, AddUnary(context, origin, op::UnaryFunction::kLog, counts));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId more, MultiplyAdd(context, origin, logs, 1, 1));
  return context.Add(op::Where{}, {counts, more, counts}, origin);
}

Result<std::vector<double>> ReadRarity(const Object& transformer, size_t width) {
  if (const Object diagonal = transformer.Get("_idf_diag"); diagonal.has_value()) return diagonal.Vector("data", width);
  return transformer.Vector("idf_", width);
}

Result<ValueId> AddTfidf(Context& context, const Object& transformer, ValueId counts) {
  SCOREWAY_ASSIGN_OR_RETURN(const bool sublinear, transformer.BoolOr("sublinear_tf", false));
  SCOREWAY_ASSIGN_OR_RETURN(const bool use_idf, transformer.BoolOr("use_idf", true));
  ValueId value = counts;
  if (sublinear) {
    SCOREWAY_ASSIGN_OR_RETURN(value, AddSublinear(context, transformer, value));
  }
  if (use_idf) {
    op::Affine weigh{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
    SCOREWAY_ASSIGN_OR_RETURN(weigh.factor, ReadRarity(transformer, context.width(value)));
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(weigh), {value}, transformer));
  }
  return AddNorm(context, transformer, transformer.Get("norm"), value);
}

Result<ValueId> AddVocabularyCounts(Context& context, const Object& vectorizer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(op::CountText count, ReadAnalyzer(context, vectorizer));
  SCOREWAY_ASSIGN_OR_RETURN(count.terms, ReadTerms(vectorizer));
  return AddCounts(context, vectorizer, in, std::move(count));
}

}  // namespace

Result<Table> TransformCountVectorizer(Context& context, const Object& vectorizer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId counts, AddVocabularyCounts(context, vectorizer, in));
  return context.TableOf(counts);
}

Result<Table> TransformTfidfVectorizer(Context& context, const Object& vectorizer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId counts, AddVocabularyCounts(context, vectorizer, in));
  SCOREWAY_ASSIGN_OR_RETURN(const Object transformer, vectorizer.Want("_tfidf"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId weights, AddTfidf(context, transformer, counts));
  return context.TableOf(weights);
}

Result<Table> TransformTfidfTransformer(Context& context, const Object& transformer, const Table& in) {
  Table checked = in;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId counts, context.FiniteNumbers(transformer, &checked));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId weights, AddTfidf(context, transformer, counts));
  return context.TableOf(weights);
}

Result<Table> TransformHashingVectorizer(Context& context, const Object& vectorizer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(op::CountText count, ReadAnalyzer(context, vectorizer));
  SCOREWAY_ASSIGN_OR_RETURN(const double columns, vectorizer.NumberOr("n_features", 1 << 20));
  if (!(columns >= 1 && columns <= static_cast<double>(kTermsMax))) {
    return context.Unsupported(vectorizer, "so many columns to hash to");
  }
  count.hash_columns = static_cast<uint32_t>(columns);
  SCOREWAY_ASSIGN_OR_RETURN(count.signed_hash, vectorizer.BoolOr("alternate_sign", true));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId counts, AddCounts(context, vectorizer, in, std::move(count)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId normed, AddNorm(context, vectorizer, vectorizer.Get("norm"), counts));
  return context.TableOf(normed);
}

}  // namespace scoreway::sklearn
