// Texts to tokens to counts. A list of tokens is no Value: the column keeps how the tokens come of a text, and the
// stage that counts them does it all.

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii_case.h"
#include "importers/spark/lowerings.h"
#include "importers/spark/token_pattern.h"

namespace scoreway::spark {
namespace {

Status SetTokens(Context& context, const Stage& stage, TokenRecipe recipe) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("outputCol"));
  context.SetTokens(name, std::move(recipe));
  return {};
}

Result<ValueId> Lowered(Context& context, const Stage& stage, ValueId text) {
  return context.Add(stage, op::TextUnary{.function = op::TextFunction::kLower}, {text});
}

Result<TokenRecipe> TokensOf(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, context.Tokens(stage, name));
  return *column.tokens;
}

// The parts between matches of the separator as tokens.
Result<TokenRecipe> SplitAt(Context& context, const Stage& stage, std::string separator, ValueId text) {
  TokenRecipe recipe;
  SCOREWAY_ASSIGN_OR_RETURN(recipe.text, context.Add(stage, op::SplitText{std::move(separator)}, {text}));
  recipe.pattern = op::ListItems::kItem;
  return recipe;
}

}  // namespace

// Splits at every blank, so that two blanks have an empty token between them.
Status LowerTokenizer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Text(stage, name));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId lower, Lowered(context, stage, in.value));
  SCOREWAY_ASSIGN_OR_RETURN(TokenRecipe recipe, SplitAt(context, stage, *TokenPattern(R"(\s)"), lower));
  recipe.is_lower = true;
  return SetTokens(context, stage, std::move(recipe));
}

Status LowerRegexTokenizer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string pattern, stage.Text("pattern", R"(\s+)"));
  SCOREWAY_ASSIGN_OR_RETURN(const bool gaps, stage.Bool("gaps", true));
  SCOREWAY_ASSIGN_OR_RETURN(const bool lower, stage.Bool("toLowercase", true));
  SCOREWAY_ASSIGN_OR_RETURN(const double length_min, stage.Number("minTokenLength", 1));
  if (!(length_min >= 0 && length_min <= 1000)) return context.Unsupported(stage, "its minTokenLength");
  const std::optional<std::string> read = TokenPattern(pattern);
  if (!read) return context.Unsupported(stage, "the pattern '" + pattern + "'");
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Text(stage, name));
  ValueId text = in.value;
  if (lower) {
    SCOREWAY_ASSIGN_OR_RETURN(text, Lowered(context, stage, text));
  }
  TokenRecipe recipe;
  recipe.text = text;
  recipe.pattern = *read;
  if (gaps) {
    SCOREWAY_ASSIGN_OR_RETURN(recipe, SplitAt(context, stage, *read, text));
  }
  if (length_min >= 1) recipe.whole = "(?s:.{" + std::to_string(static_cast<int>(length_min)) + ",})";
  recipe.is_lower = lower;
  return SetTokens(context, stage, std::move(recipe));
}

Status LowerStopWordsRemover(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(TokenRecipe recipe, TokensOf(context, stage));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<std::string> words, stage.Texts("stopWords"));
  SCOREWAY_ASSIGN_OR_RETURN(const bool case_sensitive, stage.Bool("caseSensitive", false));
  if (recipe.tokens_a_term > 1) return context.Unsupported(stage, "stop words among n-grams");
  if (!case_sensitive && !recipe.is_lower) return context.Unsupported(stage, "tokens of both cases");
  for (std::string& word : words) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (!case_sensitive && std::all_of(word.begin(), word.end(), is_ascii)) word = AsciiLower(std::move(word));
  }
  recipe.stop_words.insert(recipe.stop_words.end(), words.begin(), words.end());
  return SetTokens(context, stage, std::move(recipe));
}

Status LowerNGram(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(TokenRecipe recipe, TokensOf(context, stage));
  SCOREWAY_ASSIGN_OR_RETURN(const double n, stage.Number("n", 2));
  if (recipe.tokens_a_term > 1) return context.Unsupported(stage, "n-grams of n-grams");
  if (!(n >= 1 && n <= 100)) return stage.Corrupt("has no n");
  recipe.tokens_a_term = static_cast<uint32_t>(n);
  return SetTokens(context, stage, std::move(recipe));
}

Status LowerCountVectorizer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const TokenRecipe recipe, TokensOf(context, stage));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out, stage.Text("outputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const double least_frequency, stage.Number("minTF", 1));
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  const parquet::Column* vocabulary = table.Find("vocabulary");
  if (vocabulary == nullptr || vocabulary->kind != parquet::Column::Kind::kText || vocabulary->texts.empty()) {
    return stage.Corrupt("its data have no vocabulary");
  }
  if (least_frequency != 1) return context.Unsupported(stage, "minTF, the least frequency within a text");
  op::CountText count = recipe.Count();
  count.terms = vocabulary->texts;
  SCOREWAY_ASSIGN_OR_RETURN(count.presence, stage.Bool("binary", false));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId counts, context.Add(stage, std::move(count), {recipe.text}));
  context.SetVector(out, counts);
  return {};
}

// The mean of the vectors of a text's words, which are float32; words that have none count as 0.
Status LowerWord2Vec(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const TokenRecipe recipe, TokensOf(context, stage));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out, stage.Text("outputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  const parquet::Column* words = table.Find("word");
  const parquet::Column* vectors = table.Find("vector");
  if (words == nullptr || words->kind != parquet::Column::Kind::kText || !words->ends.empty() || words->texts.empty() ||
      vectors == nullptr || vectors->kind != parquet::Column::Kind::kReal || vectors->ends.size() != 1 ||
      vectors->size() % words->size() != 0) {
    return stage.Corrupt("its data are no words with vectors");
  }
  const size_t width = vectors->size() / words->size();
  for (size_t row = 0; row < table.row_count(); ++row) {
    const auto range = vectors->ValuesOf(row);
    if (range.end - range.begin != width) return stage.Corrupt("its vectors differ in length");
  }
  op::TermMeans means;
  means.words = recipe.Count();
  means.words.terms = words->texts;
  means.vectors = vectors->reals;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, context.Add(stage, std::move(means), {recipe.text}));
  context.SetVector(out, mean);
  return {};
}

Status LowerIdf(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string in_name, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out, stage.Text("outputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> weights, stage.VectorOf(table, "idf"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Vector(stage, in_name, weights.size()));
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId weighed,
      context.Add(stage, op::Affine{op::Affine::Form::kMultiplyAdd, {}, std::move(weights)}, {in.value}));
  context.SetVector(out, weighed);
  return {};
}

}  // namespace scoreway::spark
