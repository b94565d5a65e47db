// Texts to tokens to counts. A list of tokens is no Value: the column keeps how the tokens come of a text, and the
// stage that counts them does it all.

#include <algorithm>
#include <memory>
#include <utility>

#include "importers/spark/ascii_case.h"
#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

// Java's classes \s and \w, which are of ASCII.
constexpr std::string_view kNoBlanks = R"([^ \t\n\x0B\f\r]+)", kWord = "[0-9A-Za-z_]+";

Status SetTokens(Context& context, const Stage& stage, TokenRecipe recipe) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("outputCol"));
  FrameColumn column;
  column.kind = FrameColumn::Kind::kTokens;
  column.value = recipe.text;
  column.tokens = std::make_shared<const TokenRecipe>(std::move(recipe));
  context.Set(name, std::move(column));
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

// What is left between matches of the separator, for those that are read.
std::string_view Between(std::string_view separator) {
  if (separator == R"(\s+)" || separator == R"(\s)") return kNoBlanks;
  if (separator == R"(\W+)" || separator == R"(\W)") return kWord;
  return {};
}

// Patterns of tokens that mean the same to Java and to RE2.
bool IsPlain(std::string_view pattern) {
  if (pattern.find_first_of("(|^$") != std::string_view::npos) return false;
  for (size_t at = pattern.find('\\'); at != std::string_view::npos; at = pattern.find('\\', at + 2)) {
    if (at + 1 == pattern.size() || std::string_view("wWdDS.-").find(pattern[at + 1]) == std::string_view::npos) {
      return false;
    }
  }
  return !pattern.empty();
}

}  // namespace

// Splits at every blank, so that two blanks have an empty token between them.
Status LowerTokenizer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Text(stage, name));
  TokenRecipe recipe;
  SCOREWAY_ASSIGN_OR_RETURN(recipe.text, Lowered(context, stage, in.value));
  recipe.pattern = kNoBlanks;
  recipe.is_lower = true;
  recipe.leaves_out_empty = true;
  return SetTokens(context, stage, std::move(recipe));
}

Status LowerRegexTokenizer(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string pattern, stage.Text("pattern", R"(\s+)"));
  SCOREWAY_ASSIGN_OR_RETURN(const bool gaps, stage.Bool("gaps", true));
  SCOREWAY_ASSIGN_OR_RETURN(const double length_min, stage.Number("minTokenLength", 1));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Text(stage, name));
  TokenRecipe recipe;
  recipe.text = in.value;
  recipe.pattern = gaps ? std::string(Between(pattern)) : pattern;
  if (gaps ? recipe.pattern.empty() : !IsPlain(pattern)) {
    return context.Unsupported(stage, "the pattern '" + pattern + "'");
  }
  if (!(length_min >= 0 && length_min <= 1000)) return context.Unsupported(stage, "its minTokenLength");
  if (length_min > 1) recipe.whole = "(?s:.{" + std::to_string(static_cast<int>(length_min)) + ",})";
  SCOREWAY_ASSIGN_OR_RETURN(recipe.is_lower, stage.Bool("toLowercase", true));
  if (recipe.is_lower) {
    SCOREWAY_ASSIGN_OR_RETURN(recipe.text, Lowered(context, stage, in.value));
  }
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
  const auto& terms = vocabulary->texts;
  if (recipe.leaves_out_empty &&
      (recipe.tokens_a_term > 1 || std::find(terms.begin(), terms.end(), "") != terms.end())) {
    return context.Unsupported(stage, "empty tokens, which Tokenizer leaves between two blanks");
  }
  op::CountText count;
  count.token = recipe.pattern;
  count.whole = recipe.whole;
  count.stop_words = recipe.stop_words;
  count.least = count.most = recipe.tokens_a_term;
  count.terms = terms;
  SCOREWAY_ASSIGN_OR_RETURN(count.presence, stage.Bool("binary", false));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId counts, context.Add(stage, std::move(count), {recipe.text}));
  context.SetVector(out, counts);
  return {};
}

Status LowerIdf(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string in_name, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out, stage.Text("outputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn in, context.Vector(stage, in_name));
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> weights, stage.VectorOf(table, "idf"));
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId weighed,
      context.Add(stage, op::Affine{op::Affine::Form::kMultiplyAdd, {}, std::move(weights)}, {in.value}));
  context.SetVector(out, weighed);
  return {};
}

}  // namespace scoreway::spark
