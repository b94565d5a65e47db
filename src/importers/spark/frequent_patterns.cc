// Frequent itemsets: what the rules that follow from them want.

#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/number_text.h"
#include "importers/spark/association_rules.h"
#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

// An itemset of n items gives n candidates of n - 1 items.
constexpr size_t kCandidateItemsMax = size_t{1} << 26;

struct Itemsets {
  std::vector<std::string> items;  // distinct
  std::vector<int32_t> hashes;     // Java's
  bool numbers = false;
  std::vector<FrequentItemset> sets;
};

// String.hashCode, over UTF-16.
int32_t JavaHash(std::string_view text) {
  uint32_t hash = 0;
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<uint8_t>(text[i]);
    const size_t size = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    uint32_t code = size == 1 ? byte : byte & (0x7Fu >> size);
    for (size_t k = 1; k < size && i + k < text.size(); ++k) {
      code = (code << 6) | (static_cast<uint8_t>(text[i + k]) & 0x3Fu);
    }
    i += size;
    if (code < 0x10000) {
      hash = hash * 31 + code;
    } else {
      hash = hash * 31 + (0xD800u + ((code - 0x10000) >> 10));
      hash = hash * 31 + (0xDC00u + (code & 0x3FFu));
    }
  }
  return static_cast<int32_t>(hash);
}

// That of a number in Scala: whole ones of any type are alike.
int32_t JavaHash(double number) {
  if (number == std::trunc(number) && std::abs(number) < 2147483648.0) return static_cast<int32_t>(number);
  const auto bits = std::bit_cast<uint64_t>(number);
  return static_cast<int32_t>(static_cast<uint32_t>(bits ^ (bits >> 32)));
}

Result<Itemsets> ReadItemsets(const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  const parquet::Column* items = table.Find("items");
  const parquet::Column* counts = table.Find("freq");
  if (items == nullptr || items->ends.size() != 1 || counts == nullptr || !counts->ends.empty() ||
      counts->kind == parquet::Column::Kind::kText) {
    return stage.Corrupt("its data are no frequent itemsets");
  }
  Itemsets read;
  read.numbers = items->kind != parquet::Column::Kind::kText;
  std::unordered_map<std::string, uint32_t> position;
  size_t candidate_items = 0;
  for (size_t row = 0; row < table.row_count(); ++row) {
    FrequentItemset& set = read.sets.emplace_back();
    set.count = counts->NumberAt(row);
    const auto range = items->ValuesOf(row);
    for (size_t i = range.begin; i < range.end; ++i) {
      std::string text;
      if (read.numbers) {
        AppendShortest(items->NumberAt(i), &text);
      } else {
        text = items->texts[i];
      }
      const auto [at, is_new] = position.try_emplace(text, static_cast<uint32_t>(read.items.size()));
      if (is_new) {
        read.hashes.push_back(read.numbers ? JavaHash(items->NumberAt(i)) : JavaHash(text));
        read.items.push_back(std::move(text));
      }
      set.items.push_back(at->second);
    }
    candidate_items += set.items.size() * set.items.size();
    if (candidate_items > kCandidateItemsMax) {
      return Error{Code::kResourceExhausted, "its itemsets are too many or too large", stage.folder()};
    }
  }
  return read;
}

}  // namespace

// The items that a row has not, but that rules want whose antecedents it has, in the order of the rules.
Status LowerFpGrowth(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(Itemsets itemsets, ReadItemsets(stage));
  SCOREWAY_ASSIGN_OR_RETURN(const double confidence, stage.Number("minConfidence", 0.8));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, stage.Text("itemsCol", "items"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out_name, stage.Text("predictionCol", "prediction"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, context.Tokens(stage, name, itemsets.numbers));
  context.AllowMissing(column);
  const TokenRecipe& recipe = *column.tokens;
  op::ItemRules rules;
  const SequenceHash hash = stage.AtLeast(4, 0) ? SequenceHash::kScala213 : SequenceHash::kScala212;
  for (const AssociationRule& rule : FindAssociationRules(itemsets.sets, itemsets.hashes, hash, confidence)) {
    rules.antecedents.insert(rules.antecedents.end(), rule.antecedent.begin(), rule.antecedent.end());
    rules.ends.push_back(static_cast<uint32_t>(rules.antecedents.size()));
    rules.consequents.push_back(rule.consequent);
  }
  rules.numbers = itemsets.numbers;
  rules.items = recipe.Count();
  rules.items.terms = std::move(itemsets.items);
  if (rules.items.terms.empty()) rules.items.terms.emplace_back();  // of no transactions there are no rules
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId wanted, context.Add(stage, std::move(rules), {recipe.text}));
  FrameColumn prediction;
  prediction.kind = FrameColumn::Kind::kList;
  prediction.value = wanted;
  context.Set(out_name, std::move(prediction));
  context.MarkAnswer(out_name);
  return {};
}

}  // namespace scoreway::spark
