#include "importers/sklearn2pmml/chaid.h"
#include "model/append_node.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace scoreway::sklearn2pmml {
namespace {

constexpr std::string_view kMissing = "<missing>";
constexpr int kDepthMax = 64;

// One of the categories that lead to a branch; missing cells may be one.
struct Choice {
  bool is_missing = false;
  bool is_text = false;
  double number = 0;
  std::string text;
};

struct Node {
  double number = 0;
  std::vector<Choice> choices;  // of the parent's column, that lead here
  size_t column = 0;            // of the split below
  std::vector<size_t> children;
};

// The categories that splits of a column name, each once, in places 0, 1, ...
struct Column {
  Labels categories;
  std::map<std::string, size_t> place_of_text;
  std::map<double, size_t> place_of_number;

  size_t PlaceOf(const Choice& choice) const {
    if (choice.is_missing) return categories.size();
    return choice.is_text ? place_of_text.at(choice.text) : place_of_number.at(choice.number);
  }
};

Result<std::vector<Choice>> ReadChoices(const Object& node) {
  std::vector<Choice> choices;
  const Object list = node.Get("choices");
  if (!list.has_value()) return choices;
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, list.Items());
  for (const Object& item : items) {
    Choice& choice = choices.emplace_back();
    if (item.is_none()) {
      choice.is_missing = true;
    } else if (item.is_text()) {
      SCOREWAY_ASSIGN_OR_RETURN(choice.text, item.Text());
      choice.is_missing = choice.text == kMissing;
      choice.is_text = true;
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(choice.number, item.Number());
      choice.is_missing = std::isnan(choice.number);
    }
  }
  return choices;
}

Result<std::vector<Node>> ReadNodes(const Object& tree, size_t columns) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, tree.Items("_tree_store"));
  std::vector<Node> nodes(items.size());
  std::map<int64_t, size_t> index_of_number;
  for (size_t i = 0; i < items.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, items[i].Integer("node_id"));
    nodes[i].number = static_cast<double>(number);
    if (!index_of_number.emplace(number, i).second) return items[i].Corrupt("two nodes of one number");
    SCOREWAY_ASSIGN_OR_RETURN(nodes[i].choices, ReadChoices(items[i]));
    const Object split = items[i].Get("split").Get("column_id");
    if (!split.has_value()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t column, split.Integer());
    if (column < 0 || static_cast<size_t>(column) >= columns) return split.Corrupt("a column out of range");
    nodes[i].column = static_cast<size_t>(column);
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const Object parent = items[i].Get("parent");
    if (!parent.has_value()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, parent.Integer());
    const auto found = index_of_number.find(number);
    // Parents come before their children, so that there is no cycle.
    if (found == index_of_number.end() || found->second >= i) return parent.Corrupt("no such parent");
    nodes[found->second].children.push_back(i);
  }
  if (nodes.empty()) return tree.Corrupt("a tree without nodes");
  return nodes;
}

Result<std::vector<Column>> FindCategories(const Object& tree, const std::vector<Node>& nodes, size_t count) {
  std::vector<Column> columns(count);
  for (const Node& node : nodes) {
    Column& column = columns[node.column];
    Labels& known = column.categories;
    for (size_t child : node.children) {
      for (const Choice& choice : nodes[child].choices) {
        if (choice.is_missing) continue;
        const Type type = choice.is_text ? Type::kString : Type::kFloat64;
        if (known.size() > 0 && known.type != type) return tree.Corrupt("categories of several types");
        known.type = type;
        if (choice.is_text) {
          if (column.place_of_text.emplace(choice.text, known.size()).second) known.texts.push_back(choice.text);
        } else {
          if (column.place_of_number.emplace(choice.number, known.size()).second)
            known.numbers.push_back(choice.number);
        }
      }
    }
  }
  return columns;
}

// Every branch asks whether the category is one of its own, and hands on to the next.
class Builder {
 public:
  Builder(const std::vector<Node>& nodes, const std::vector<Column>& columns) : nodes_(nodes), columns_(columns) {
    ensemble_.leaf_width = 1;
    ensemble_.outputs = 1;
  }

  Result<op::TreeEnsemble> Run(const Object& tree) {
    ensemble_.roots.push_back(0);
    SCOREWAY_RETURN_IF_ERROR(Add(tree, 0, 0));
    return std::move(ensemble_);
  }

 private:
  uint32_t NewNode() {
    ensemble_.category_bits.push_back(0);
    return op::AppendNode(&ensemble_);
  }

  void AddLeaf(double value) {
    ensemble_.category_bits.push_back(0);
    op::AppendLeaf(&ensemble_, value);
  }

  Status Add(const Object& tree, size_t index, int depth) {
    if (depth > kDepthMax) return Status(Code::kResourceExhausted, "a tree of so many levels", tree.path());
    const Node& node = nodes_[index];
    if (node.children.empty()) {
      AddLeaf(node.number);
      return {};
    }
    for (size_t child : node.children) {
      const uint32_t asks = NewNode();
      ensemble_.flags[asks] = op::TreeEnsemble::kCategorical;
      ensemble_.feature[asks] = static_cast<uint32_t>(node.column);
      AddCategories(asks, columns_[node.column], nodes_[child].choices);
      ensemble_.left[asks] = static_cast<uint32_t>(ensemble_.feature.size());
      SCOREWAY_RETURN_IF_ERROR(Add(tree, child, depth + 1));
      ensemble_.right[asks] = static_cast<uint32_t>(ensemble_.feature.size());
    }
    AddLeaf(op::kNaN);
    return {};
  }

  void AddCategories(uint32_t asks, const Column& column, const std::vector<Choice>& choices) {
    // One place more stands for a missing cell.
    const size_t places = column.categories.size() + 1;
    ensemble_.payload[asks] = static_cast<uint32_t>(ensemble_.category_words.size());
    ensemble_.category_bits[asks] = static_cast<uint32_t>(places);
    ensemble_.category_words.resize(ensemble_.category_words.size() + (places + 31) / 32);
    uint32_t* words = ensemble_.category_words.data() + ensemble_.payload[asks];
    for (const Choice& choice : choices) {
      const size_t place = column.PlaceOf(choice);
      words[place / 32] |= uint32_t{1} << (place % 32);
    }
  }

  const std::vector<Node>& nodes_;
  const std::vector<Column>& columns_;
  op::TreeEnsemble ensemble_;
};

// Numbers are recoded in place, one after the other, by the numbers of their categories: one that was recoded may be
// taken for a later category. So it is in the tree, and so it is here.
struct Recoding {
  std::vector<std::pair<double, double>> steps;  // number of the category, value
  std::vector<double> values;                    // each once

  double ValueOf(double value) const {
    double cell = value;
    for (const auto& [number, category] : steps) cell = cell == category ? number : cell;
    for (const auto& [number, category] : steps) {
      if (number == cell) return category;
    }
    return value;
  }
};

Result<Recoding> ReadRecoding(const Object& column) {
  constexpr size_t kStepsMax = 4000;
  const Object metadata = column.Get("metadata");
  Recoding recoding;
  const auto dict =
      metadata.exists() ? metadata.node().AsDict() : Result<pickle::DictView>(Error{Code::kCorrupt, "", ""});
  if (!dict.ok() || dict->size() > kStepsMax) return column.Corrupt("a dict of categories was expected");
  for (size_t i = 0; i < dict->size(); ++i) {
    const Object number(&dict->key(i), metadata.path()), value(&dict->value(i), metadata.path());
    if (!number.is_number() || !value.is_number()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const double key, number.Number());
    SCOREWAY_ASSIGN_OR_RETURN(const double category, value.Number());
    if (key < 0 || std::isnan(category)) continue;
    recoding.steps.emplace_back(key, category);
    if (std::find(recoding.values.begin(), recoding.values.end(), category) == recoding.values.end()) {
      recoding.values.push_back(category);
    }
  }
  return recoding;
}

// A column as the places of its categories, one beyond the last where missing, and two beyond where unknown.
Result<ValueId> AddPlaces(Context& context, const Object& estimator, const Column& column, const Recoding& recoding,
                          const Table& one) {
  const auto count = static_cast<double>(column.categories.size());
  const op::CodeOrReject unknown{false, count + 1}, missing{false, count};
  const std::vector<std::string> names = {one.columns[0].name};
  if (column.categories.size() == 0) return context.Add(op::Constant{{count}}, {}, estimator);  // nothing asks for it
  if (column.categories.type == Type::kString) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, context.Texts(estimator, one));
    return context.Add(op::EncodeText{names, {column.categories.texts}, {unknown}, {missing}}, {text}, estimator);
  }
  op::DecodeNumber table;
  for (double value : recoding.values) {
    const auto found = column.place_of_number.find(recoding.ValueOf(value));
    table.table.push_back(found == column.place_of_number.end() ? count + 1 : static_cast<double>(found->second));
  }
  const auto values = static_cast<double>(recoding.values.size());
  table.table.push_back(count + 1);
  table.table.push_back(count);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId number, context.DecidedNumbers(estimator, one));
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId code,
      context.Add(op::EncodeNumber{names, {recoding.values}, {{false, values}}, {{false, values + 1}}}, {number},
                  estimator));
  return context.Add(std::move(table), {code}, estimator);
}

}  // namespace

bool IsChaid(const Object& estimator) { return estimator.class_name().starts_with("sklearn2pmml.tree.chaid.CHAID"); }

Result<ValueId> AddChaidNode(Context& context, const Object& estimator, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object tree, estimator.Want("tree_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> columns_at, tree.Items("vectorised_array"));
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(estimator, in, columns_at.size()));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Node> nodes, ReadNodes(tree, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Column> columns, FindCategories(tree, nodes, in.width()));
  std::vector<ValueId> places;
  for (size_t i = 0; i < columns.size(); ++i) {
    const size_t position[] = {i};
    SCOREWAY_ASSIGN_OR_RETURN(const Recoding recoding, ReadRecoding(columns_at[i]));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId place,
                              AddPlaces(context, estimator, columns[i], recoding, in.Select(position)));
    places.push_back(place);
  }
  SCOREWAY_ASSIGN_OR_RETURN(op::TreeEnsemble ensemble, Builder(nodes, columns).Run(tree));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId input, context.Concat(std::move(places), estimator));
  return context.Add(std::move(ensemble), {input}, estimator);
}

}  // namespace scoreway::sklearn2pmml
