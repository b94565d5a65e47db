// AssociationModel: which rules apply to a set of items.
//
// The items of a transaction come as one list, where the schema has a group field; else as fields: an item is a field
// that is true, or a value of a field.

#include <algorithm>
#include <array>
#include <map>

#include "importers/pmml/model_elements.h"
#include "importers/pmml/ranking.h"

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;

// What an OutputField may ask about a rule, and the number of it that AssociationRule says, if it is one.
constexpr std::array<std::string_view, 9> kFeatures = {"antecedent", "consequent", "rule",     "ruleId",  "confidence",
                                                       "support",    "lift",       "leverage", "affinity"};
constexpr std::array<std::string_view, 5> kNumbers = {"confidence", "support", "lift", "leverage", "affinity"};
constexpr size_t kRankMax = 10'000;

struct Item {
  std::string value;  // as shown
  Element element;
};

struct Rule {
  std::string id;
  size_t antecedent = 0, consequent = 0;  // itemsets
  Element element;
};

class Association {
 public:
  explicit Association(ModelScope& scope) : scope_(scope), emit_(scope.context(), scope.model()) {}

  Status Read() {
    SCOREWAY_RETURN_IF_ERROR(ReadItems());
    SCOREWAY_RETURN_IF_ERROR(ReadItemsets());
    return ReadRules();
  }

  // Which itemsets are held by the row as a whole, a column each.
  Status TestItemsets() {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId items, ItemFlags());
    op::Linear absent;  // how many items more or fewer than all
    absent.outputs = static_cast<uint32_t>(itemsets_.size());
    SCOREWAY_RETURN_IF_ERROR(scope_.context().Charge(itemsets_.size() * items_.size() * sizeof(double), emit_.at()));
    absent.weights.assign(itemsets_.size() * items_.size(), 0);
    for (size_t i = 0; i < itemsets_.size(); ++i) {
      for (const size_t item : itemsets_[i]) absent.weights[i * items_.size() + item] = 1;
      absent.bias.push_back(-static_cast<double>(itemsets_[i].size()));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId count, emit_.Add(std::move(absent), {items}));
    SCOREWAY_ASSIGN_OR_RETURN(held_, emit_.Add(op::Threshold{0, true}, {count}));
    return {};
  }

  // What the OutputFields say of the rules that apply.
  Result<Prediction> Predict() {
    Prediction prediction;
    const Element output = scope_.model().Child("Output");
    if (!output) {
      SCOREWAY_ASSIGN_OR_RETURN(const Ranking* ranking, Rank(output, 1));
      SCOREWAY_ASSIGN_OR_RETURN(prediction.value, OfRule("consequent", ranking->indices[0]));
      return prediction;
    }
    for (const Element& field : output.Children("OutputField")) {
      const std::string_view feature = field.Attribute("feature", "predictedValue");
      std::string_view wanted = feature == "ruleValue" ? field.Attribute("ruleFeature", "consequent") : feature;
      if (feature == "entityId") wanted = "ruleId";
      if (std::ranges::find(kFeatures, wanted) == kFeatures.end()) continue;
      const Result<Cell> cell = OfField(field, wanted);
      if (!cell.ok()) {
        if (!Context::NotedOnly(cell.error())) return cell.error();
        continue;
      }
      prediction.by_field.emplace_back(field.index(), *cell);
    }
    return prediction;
  }

 private:
  Status ReadItems() {
    for (const Element& element : scope_.model().Children("Item")) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::string_view id, scope_.context().Want(element, "id"));
      SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, scope_.context().Want(element, "value"));
      if (!item_of_id_.emplace(id, items_.size()).second) {
        return Status(Context::Corrupt(element, "another Item has this id"));
      }
      items_.push_back({std::string(value), element});
    }
    if (items_.empty()) return Status(Context::Corrupt(scope_.model(), "it has no Item"));
    return {};
  }

  Status ReadItemsets() {
    for (const Element& element : scope_.model().Children("Itemset")) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::string_view id, scope_.context().Want(element, "id"));
      if (!itemset_of_id_.emplace(id, itemsets_.size()).second) {
        return Status(Context::Corrupt(element, "another Itemset has this id"));
      }
      std::vector<size_t>& itemset = itemsets_.emplace_back();
      for (const Element& reference : element.Children("ItemRef")) {
        SCOREWAY_ASSIGN_OR_RETURN(const std::string_view item, scope_.context().Want(reference, "itemRef"));
        const auto it = item_of_id_.find(item);
        if (it == item_of_id_.end()) return Status(Context::Corrupt(reference, "there is no such Item"));
        if (std::ranges::find(itemset, it->second) == itemset.end()) itemset.push_back(it->second);
      }
    }
    return {};
  }

  Result<size_t> Itemset(const Element& rule, std::string_view attribute) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view id, scope_.context().Want(rule, attribute));
    const auto it = itemset_of_id_.find(id);
    if (it == itemset_of_id_.end()) {
      return Context::Corrupt(rule, "there is no Itemset '" + std::string(id) + "'");
    }
    return it->second;
  }

  Status ReadRules() {
    for (const Element& element : scope_.model().Children("AssociationRule")) {
      Rule rule;
      rule.element = element;
      // A rule without an id has its number, from 1.
      rule.id = element.Attribute("id", std::to_string(rules_.size() + 1));
      SCOREWAY_ASSIGN_OR_RETURN(rule.antecedent, Itemset(element, "antecedent"));
      SCOREWAY_ASSIGN_OR_RETURN(rule.consequent, Itemset(element, "consequent"));
      rules_.push_back(std::move(rule));
    }
    if (rules_.empty()) return Status(Context::Corrupt(scope_.model(), "it has no AssociationRule"));
    return {};
  }

  // ---- the items of a row ----

  std::vector<std::string_view> FieldsOf(std::string_view usage) const {
    std::vector<std::string_view> names;
    for (const Element& field : scope_.model().Child("MiningSchema").Children("MiningField")) {
      if (field.Attribute("usageType", "active") == usage) names.push_back(field.Attribute("name", ""));
    }
    return names;
  }

  // A column an item: 1 where the row has it, else 0.
  Result<ValueId> ItemFlags() {
    const std::vector<std::string_view> groups = FieldsOf("group");
    if (groups.empty()) return FlagsOfFields();
    const std::vector<std::string_view> active = FieldsOf("active");
    if (groups.size() != 1 || active.size() != 1) {
      return scope_.context().Unsupported(scope_.model(), "transactions of other than one group and one active field");
    }
    if (groups[0] == active[0]) return Context::Corrupt(scope_.model(), "a field is both group and active");
    // The group is accepted, and says nothing.
    SCOREWAY_RETURN_IF_ERROR(scope_.Field(groups[0], scope_.model()).status());
    return FlagsOfList(active[0]);
  }

  Result<ValueId> FlagsOfList(std::string_view name) {
    const Element field = scope_.context().FindDataField(name);
    if (!field) return Context::Corrupt(scope_.model(), "the active field is no DataField");
    SCOREWAY_ASSIGN_OR_RETURN(const auto type, scope_.context().DataTypeOf(field));
    if (type.value_or(DataType::kString) != DataType::kString) {
      return scope_.context().Unsupported(field, "items that are no texts");
    }
    if (scope_.parent() != nullptr) return scope_.context().Unsupported(scope_.model(), "transactions within a model");
    ModelBuilder& builder = scope_.context().builder();
    const ValueId list = builder.AddInput(std::string(name));
    SCOREWAY_RETURN_IF_ERROR(builder.UseInput(list, Type::kList));
    std::vector<std::string> values;
    for (const Item& item : items_) values.push_back(item.value);
    builder.SetCategories(list, values);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, emit_.Add(op::ListItems{}, {list}));
    // Items of one value are one term.
    op::CountText count;
    count.token = op::ListItems::kItem;
    count.presence = true;
    op::Select columns;
    std::map<std::string_view, uint32_t> term_of;
    for (const Item& item : items_) {
      const auto [it, is_new] = term_of.emplace(item.value, static_cast<uint32_t>(count.terms.size()));
      if (is_new) count.terms.push_back(item.value);
      columns.columns.push_back(it->second);
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId terms, emit_.Add(std::move(count), {text}));
    return emit_.Add(std::move(columns), {terms});
  }

  // The field of an item, and its value there; no value: the field says itself whether it holds.
  struct ItemField {
    std::string_view field;
    std::optional<std::string_view> value;
  };
  Result<ItemField> FieldOfItem(const Item& item) {
    if (const auto field = item.element.Attribute("field"))
      return ItemField{*field, item.element.Attribute("category")};
    const std::string_view value = item.element.Attribute("value", "");
    if (scope_.Knows(value)) return ItemField{value, std::nullopt};
    const size_t at = value.find('=');
    if (at != std::string_view::npos && scope_.Knows(value.substr(0, at))) {
      return ItemField{value.substr(0, at), value.substr(at + 1)};
    }
    return Context::Corrupt(item.element, "it belongs to no field");
  }

  Result<ValueId> FlagsOfFields() {
    for (const std::string_view name : FieldsOf("active")) {
      SCOREWAY_RETURN_IF_ERROR(scope_.Field(name, scope_.model()).status());
    }
    std::vector<ValueId> flags;
    for (const Item& item : items_) {
      SCOREWAY_ASSIGN_OR_RETURN(const ItemField at, FieldOfItem(item));
      Emit emit(scope_.context(), item.element);
      SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope_.Field(at.field, item.element));
      if (at.value) {
        SCOREWAY_ASSIGN_OR_RETURN(flags.emplace_back(), emit.IsAmong(cell, {std::string(*at.value)}));
      } else {
        SCOREWAY_ASSIGN_OR_RETURN(flags.emplace_back(), TruthOf(emit, at.field, cell));
      }
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit_.Concat(std::move(flags)));
    return emit_.Add(op::ImputeNumber{op::kNaN, std::vector<double>(items_.size(), 0)}, {row});
  }

  // A boolean, or the text T or F.
  Result<ValueId> TruthOf(Emit& emit, std::string_view name, const Cell& cell) {
    if (cell.type == DataType::kBoolean) return cell.value;
    if (cell.type != DataType::kString) {
      return scope_.context().Unsupported(emit.at(),
                                          "an item that is a field of type " + std::string(DataTypeName(cell.type)));
    }
    op::TextDomain domain;
    domain.column_names = {std::string(name)};
    domain.allowed = {{"T", "F"}};
    domain.invalid = op::InvalidCell::kReject;
    Cell known = cell;
    SCOREWAY_ASSIGN_OR_RETURN(known.value, emit.Add(std::move(domain), {cell.value}));
    return emit.IsAmong(known, {"T"});
  }

  // ---- the rules ----

  Result<std::vector<double>> NumbersOf(std::string_view name) {
    std::vector<double> numbers;
    for (const Rule& rule : rules_) {
      SCOREWAY_ASSIGN_OR_RETURN(numbers.emplace_back(), scope_.context().WantNumber(rule.element, name));
    }
    return numbers;
  }

  // Whether each rule applies: 1 or 0.
  Result<ValueId> Applies(const Element& field, std::string_view algorithm) {
    op::Select antecedents, consequents;
    for (const Rule& rule : rules_) {
      antecedents.columns.push_back(static_cast<uint32_t>(rule.antecedent));
      consequents.columns.push_back(static_cast<uint32_t>(rule.consequent));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId if_part, emit_.Add(std::move(antecedents), {held_}));
    if (algorithm == "recommendation") return if_part;
    SCOREWAY_ASSIGN_OR_RETURN(ValueId then_part, emit_.Add(std::move(consequents), {held_}));
    if (algorithm == "exclusiveRecommendation") {
      SCOREWAY_ASSIGN_OR_RETURN(then_part, emit_.Unary(op::UnaryFunction::kNot, then_part));
    } else if (algorithm != "ruleAssociation") {
      return Context::Corrupt(field, "algorithm '" + std::string(algorithm) + "' is not known");
    }
    return emit_.Binary(BinaryFunction::kAnd, if_part, then_part);
  }

  // The rules that apply, by rank as the field wants them ranked. `field` may be empty.
  Result<const Ranking*> Rank(const Element& field, size_t ranks) {
    const auto attribute = [&field](std::string_view name, std::string_view otherwise) {
      return field ? field.Attribute(name, otherwise) : otherwise;
    };
    const std::string_view algorithm = attribute("algorithm", "exclusiveRecommendation");
    const std::string_view basis = attribute("rankBasis", "confidence");
    const std::string_view order = attribute("rankOrder", "descending");
    if (std::ranges::find(kNumbers, basis) == kNumbers.end() || (order != "descending" && order != "ascending")) {
      return Context::Corrupt(field, "its rankBasis or rankOrder is not known");
    }
    const std::string key = std::string(algorithm) + "," + std::string(basis) + "," + std::string(order);
    const auto it = rankings_.find(key);
    if (it != rankings_.end() && it->second.indices.size() >= std::min(ranks, rules_.size())) return &it->second;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId applies, Applies(field, algorithm));
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> numbers, NumbersOf(basis));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId basis_of, emit_.Numbers(std::move(numbers)));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit_.Number(op::kNaN));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId candidates, emit_.Where(applies, basis_of, none));
    SCOREWAY_ASSIGN_OR_RETURN(Ranking ranking, RankColumns(emit_, candidates, ranks, order == "descending"));
    return &(rankings_[key] = std::move(ranking));
  }

  std::string TextOfItems(size_t itemset) const {
    std::string text;
    for (const size_t item : itemsets_[itemset]) text += (text.empty() ? "" : ",") + items_[item].value;
    return text;
  }

  std::string TextOfRule(const Rule& rule, std::string_view feature) const {
    if (feature == "antecedent") return TextOfItems(rule.antecedent);
    if (feature == "consequent") return TextOfItems(rule.consequent);
    if (feature == "ruleId") return rule.id;
    return "{" + TextOfItems(rule.antecedent) + "}->{" + TextOfItems(rule.consequent) + "}";
  }

  Result<Cell> OfRule(std::string_view feature, ValueId index) {
    if (std::ranges::find(kNumbers, feature) != kNumbers.end()) {
      Cell cell;
      SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> numbers, NumbersOf(feature));
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit_.Add(op::DecodeNumber{std::move(numbers)}, {index}));
      return cell;
    }
    std::vector<std::string> texts;
    for (const Rule& rule : rules_) texts.push_back(TextOfRule(rule, feature));
    return TextOf(emit_, texts, index);
  }

  Result<Cell> OfField(const Element& field, std::string_view feature) {
    const std::string_view multiple = field.Attribute("isMultiValued", "0");
    if (multiple != "0" && multiple != "false") return scope_.context().Unsupported(field, "isMultiValued");
    SCOREWAY_ASSIGN_OR_RETURN(const double rank, scope_.context().NumberOr(field, "rank", 1));
    if (!(rank >= 1) || rank > static_cast<double>(kRankMax)) return Context::Corrupt(field, "its rank is no rank");
    const auto place = static_cast<size_t>(rank) - 1;
    SCOREWAY_ASSIGN_OR_RETURN(const Ranking* ranking, Rank(field, place + 1));
    if (place < ranking->indices.size()) return OfRule(feature, ranking->indices[place]);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit_.Number(op::kNaN));
    return OfRule(feature, none);
  }

  ModelScope& scope_;
  Emit emit_;
  std::vector<Item> items_;
  std::vector<std::vector<size_t>> itemsets_;
  std::vector<Rule> rules_;
  std::map<std::string_view, size_t, std::less<>> item_of_id_, itemset_of_id_;
  std::map<std::string, Ranking, std::less<>> rankings_;
  ValueId held_ = 0;  // a column an itemset: whether the row has all of it
};

}  // namespace

Result<Prediction> LowerAssociationModel(ModelScope& scope) {
  if (scope.function() != MiningFunction::kAssociationRules) {
    return Context::Corrupt(scope.model(), "an AssociationModel does not have this functionName");
  }
  Association association(scope);
  SCOREWAY_RETURN_IF_ERROR(association.Read());
  SCOREWAY_RETURN_IF_ERROR(association.TestItemsets());
  return association.Predict();
}

}  // namespace scoreway::pmml
