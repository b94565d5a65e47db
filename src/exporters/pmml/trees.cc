// TreeEnsemble of model/operators/predictors.h: a TreeModel, or a MiningModel of them.
//
// Leaves of one number make trees of regression, whose numbers are summed or averaged. Leaves whose rows are
// distributions over classes, averaged over the trees, make trees of classification. Any other leaves of a row make an
// ensemble for each column.

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>

#include "exporters/pmml/lower.h"
#include "exporters/tree_cut.h"

namespace scoreway::pmml_export {
namespace {

using op::TreeEnsemble;

constexpr double kGreatest = std::numeric_limits<double>::max();

bool IsLeaf(const TreeEnsemble& op, uint32_t node) { return op.left[node] == node; }
bool Has(const TreeEnsemble& op, uint32_t node, TreeEnsemble::Flag flag) { return (op.flags[node] & flag) != 0; }

// What the nodes of the ensemble ask.
struct Questions {
  std::vector<Cell> columns;                                             // of numbers
  std::map<std::pair<uint32_t, uint32_t>, std::string> category_fields;  // by feature and known categories

  const std::string& FieldOf(const TreeEnsemble& op, uint32_t node) const {
    if (!Has(op, node, TreeEnsemble::kCategorical)) return columns[op.feature[node]].field;
    return category_fields.at({op.feature[node], KnownOf(op, node)});
  }
  // How many categories are known, if others are taken for missing.
  static uint32_t KnownOf(const TreeEnsemble& op, uint32_t node) {
    return Has(op, node, TreeEnsemble::kUnknownIsMissing) ? op.category_bits[node] : 0;
  }
};

std::string MakeCategoryField(Site& site, uint32_t feature, uint32_t known) {
  const Cell& cell = site.in()[feature];
  const Expression x = Ref(cell.field);
  const Expression whole = If(Apply("lessThan", {x, Number(0)}), Apply("ceil", {x}), Apply("floor", {x}));
  const std::string what = "category," + std::to_string(feature);
  const std::string field = site.Helper(what, Guarded(cell, whole));
  if (known == 0) return field;
  const Expression is_known =
      Apply("and", {Apply("greaterOrEqual", {Ref(field), Number(0)}), Apply("lessThan", {Ref(field), Number(known)})});
  return site.Helper(what + ",known", Guarded(cell, OnlyIf(is_known, Ref(field))));
}

Questions AskAll(const TreeEnsemble& op, Site& site) {
  Questions questions;
  questions.columns = site.in();
  for (uint32_t node = 0; node < op.feature.size(); ++node) {
    if (IsLeaf(op, node) || !Has(op, node, TreeEnsemble::kCategorical)) continue;
    const uint32_t known = Questions::KnownOf(op, node);
    std::string& field = questions.category_fields[{op.feature[node], known}];
    if (field.empty()) field = MakeCategoryField(site, op.feature[node], known);
  }
  return questions;
}

// What a leaf says.
struct LeafRule {
  // The number in a column of its row, 0 for a missing one; whether that is missing, as 1 or 0; a distribution.
  enum class Kind { kNumber, kIsMissing, kDistribution };
  Kind kind = Kind::kNumber;
  uint32_t column = 0;
};

// Writes one tree, element by element.
class TreeWriter {
 public:
  TreeWriter(const TreeEnsemble& op, const Questions& questions, LeafRule rule, bool may_be_missing, Writer& out)
      : op_(op), questions_(questions), rule_(rule), may_be_missing_(may_be_missing), out_(out) {}

  // The TreeModel but for its head.
  void WriteNodes(uint32_t root) {
    next_id_ = 0;
    open_.push_back({root, "<True/>", next_id_++, false});
    while (!open_.empty()) {
      Open& node = open_.back();
      if (node.entered) {
        out_ << "</Node>\n";
        open_.pop_back();
      } else {
        node.entered = true;
        Enter(Open(node));
      }
    }
  }

 private:
  struct Open {
    uint32_t node = 0;
    std::string predicate;
    uint64_t id = 0;
    bool entered = false;
  };

  void Enter(const Open& open) {
    out_ << "<Node";
    if (may_be_missing_) out_ << AttributeText("id", std::to_string(open.id));
    if (IsLeaf(op_, open.node)) return WriteLeaf(open);
    const uint64_t left = next_id_++, right = next_id_++;
    if (may_be_missing_) {
      const uint64_t chosen = Has(op_, open.node, TreeEnsemble::kMissingLeft) ? left : right;
      out_ << AttributeText("defaultChild", std::to_string(chosen));
    }
    out_ << ">" << open.predicate << "\n";
    const auto [goes_left, goes_right] = Predicates(open.node);
    open_.push_back({op_.right[open.node], goes_right, right, false});
    open_.push_back({op_.left[open.node], goes_left, left, false});
  }

  void WriteLeaf(const Open& open) {
    const double* row = op_.leaf_values.data() + size_t{op_.payload[open.node]} * op_.leaf_width;
    if (rule_.kind != LeafRule::Kind::kDistribution) {
      const bool missing = std::isnan(row[rule_.column]);
      const double number = missing ? 0 : row[rule_.column];
      const double score = rule_.kind == LeafRule::Kind::kNumber ? number : missing ? 1 : 0;
      out_ << AttributeText("score", score) << ">" << open.predicate;
      return;
    }
    const auto best = std::max_element(row, row + op_.leaf_width) - row;
    out_ << AttributeText("score", std::to_string(best)) << ">" << open.predicate;
    for (uint32_t k = 0; k < op_.leaf_width; ++k) {
      out_ << "<ScoreDistribution" << AttributeText("value", std::to_string(k)) << AttributeText("recordCount", row[k])
           << AttributeText("probability", row[k]) << "/>";
    }
  }

  std::pair<std::string, std::string> Predicates(uint32_t node) const {
    const std::string& field = questions_.FieldOf(op_, node);
    if (Has(op_, node, TreeEnsemble::kCategorical)) {
      if (std::optional<std::string> set = SetOf(node)) {
        const std::string head = "<SimpleSetPredicate" + AttributeText("field", field) + " booleanOperator=\"";
        return {head + "isIn\">" + *set, head + "isNotIn\">" + *set};
      }
      return Comparisons(field, {false, -op::kInfinity});
    }
    return Comparisons(field, Float64Cut(op_.compare, op_.threshold[node]));
  }

  // Numbers are finite, so an infinite threshold is one beyond the greatest of them.
  static std::pair<std::string, std::string> Comparisons(const std::string& field, const TreeCut& cut) {
    const std::string head = "<SimplePredicate" + AttributeText("field", field) + " operator=\"";
    const std::string value = "\"" + AttributeText("value", std::clamp(cut.threshold, -kGreatest, kGreatest)) + "/>";
    return {head + (cut.or_equal ? "lessOrEqual" : "lessThan") + value,
            head + (cut.or_equal ? "greaterThan" : "greaterOrEqual") + value};
  }

  // The rest of a SimpleSetPredicate; nothing for an empty set.
  std::optional<std::string> SetOf(uint32_t node) const {
    std::string members;
    size_t count = 0;
    for (uint32_t bit = 0; bit < op_.category_bits[node]; ++bit) {
      if ((op_.category_words[op_.payload[node] + bit / 32] >> (bit % 32) & 1) == 0) continue;
      members += (count++ == 0 ? "" : " ") + NumberText(bit);
    }
    if (count == 0) return std::nullopt;
    return "<Array n=\"" + std::to_string(count) + "\" type=\"real\">" + members + "</Array></SimpleSetPredicate>";
  }

  const TreeEnsemble& op_;
  const Questions& questions_;
  LeafRule rule_;
  bool may_be_missing_;
  Writer& out_;
  std::vector<Open> open_;
  uint64_t next_id_ = 0;
};

std::set<std::string> FieldsOf(const TreeEnsemble& op, const Questions& questions, uint32_t root) {
  std::set<std::string> fields;
  std::vector<uint32_t> open = {root};
  while (!open.empty()) {
    const uint32_t node = open.back();
    open.pop_back();
    if (IsLeaf(op, node)) continue;
    fields.insert(questions.FieldOf(op, node));
    open.push_back(op.left[node]);
    open.push_back(op.right[node]);
  }
  return fields;
}

// An ensemble, or a part of one, as a model element.
class Ensemble {
 public:
  // The operator outlives the element that is made.
  Ensemble(const TreeEnsemble& op, std::shared_ptr<const Questions> questions, LeafRule rule)
      : op_(op), questions_(std::move(questions)), rule_(rule) {
    may_be_missing_ = std::any_of(questions_->columns.begin(), questions_->columns.end(),
                                  [](const Cell& cell) { return cell.may_be_missing; }) ||
                      !questions_->category_fields.empty();
  }

  void AddTree(uint32_t root) { roots_.push_back(root); }
  // What the sum begins with.
  void SetBase(double base) { base_ = base; }

  ModelElement Make(bool averages) const {
    ModelElement element;
    for (const uint32_t root : roots_) element.fields.merge(FieldsOf(op_, *questions_, root));
    if (roots_.size() == 1 && base_ == 0) {
      element.name = "TreeModel";
      element.attributes = TreeAttributes();
      element.content = [*this](const Document&, Writer& out) { WriteNodes(out, roots_[0]); };
      return element;
    }
    element.name = "MiningModel";
    element.attributes = std::string(" functionName=\"") + Function() + "\"";
    element.content = [*this, averages](const Document& document, Writer& out) {
      out << "<Segmentation multipleModelMethod=\"" << (averages ? "average" : "sum") << "\">\n";
      if (base_ != 0) WriteBase(out);
      for (const uint32_t root : roots_) WriteSegment(document, out, root);
      out << "</Segmentation>\n";
    };
    return element;
  }

 private:
  const char* Function() const { return rule_.kind == LeafRule::Kind::kDistribution ? "classification" : "regression"; }
  std::string TreeAttributes() const {
    return std::string(" functionName=\"") + Function() + "\" missingValueStrategy=\"" +
           (may_be_missing_ ? "defaultChild" : "nullPrediction") + "\" splitCharacteristic=\"binarySplit\"";
  }

  void WriteNodes(Writer& out, uint32_t root) const {
    TreeWriter(op_, *questions_, rule_, may_be_missing_, out).WriteNodes(root);
  }

  void WriteSegment(const Document& document, Writer& out, uint32_t root) const {
    out << "<Segment><True/><TreeModel" << TreeAttributes() << ">\n<MiningSchema>";
    for (const std::string& field : document.SchemaFields(FieldsOf(op_, *questions_, root))) {
      out << "<MiningField" << AttributeText("name", field) << "/>";
    }
    out << "</MiningSchema>\n";
    WriteNodes(out, root);
    out << "</TreeModel></Segment>\n";
  }

  void WriteBase(Writer& out) const {
    out << "<Segment><True/><RegressionModel functionName=\"regression\"><MiningSchema/><RegressionTable"
        << AttributeText("intercept", base_) << "/></RegressionModel></Segment>\n";
  }

  const TreeEnsemble& op_;
  std::shared_ptr<const Questions> questions_;
  LeafRule rule_;
  bool may_be_missing_ = true;
  std::vector<uint32_t> roots_;
  double base_ = 0;
};

double BaseOf(const TreeEnsemble& op, uint32_t output) { return op.base.empty() ? 0 : op.base[output]; }

// Whether the mean over the trees is one of distributions.
bool AveragesDistributions(const TreeEnsemble& op) {
  if (op.leaf_width < 2 || op.divisor != static_cast<double>(op.roots.size())) return false;
  if (std::any_of(op.base.begin(), op.base.end(), [](double base) { return base != 0; })) return false;
  for (size_t i = 0; i < op.leaf_values.size(); i += op.leaf_width) {
    const auto row = op.leaf_values.begin() + static_cast<ptrdiff_t>(i);
    const auto end = row + op.leaf_width;
    if (std::any_of(row, end, [](double p) { return !(p >= 0); })) return false;
    if (!(std::fabs(std::accumulate(row, end, 0.0) - 1) < 1e-9)) return false;
  }
  return true;
}

void GiveDistribution(const TreeEnsemble& op, std::shared_ptr<const Questions> questions, Site& site) {
  Ensemble ensemble(op, std::move(questions), {LeafRule::Kind::kDistribution, 0});
  for (const uint32_t root : op.roots) ensemble.AddTree(root);
  ModelElement element = ensemble.Make(true);
  std::vector<std::string> names;
  for (uint32_t k = 0; k < op.outputs; ++k) {
    names.push_back(site.NameColumn());
    element.outputs.push_back("<OutputField" + AttributeText("name", names.back()) +
                              " optype=\"continuous\" dataType=\"double\" feature=\"probability\"" +
                              AttributeText("value", std::to_string(k)) + " isFinalResult=\"false\"/>\n");
    site.Give(Cell{names.back(), false, "", true, false, 0});
  }
  site.document().AddModel(std::move(element), names);
}

// The trees of an output, one by one.
template <typename Visit>
void ForEachTree(const TreeEnsemble& op, uint32_t output, Visit visit) {
  for (size_t t = 0; t < op.roots.size(); ++t) {
    if (op.tree_output.empty() || op.tree_output[t] == output) visit(op.roots[t]);
  }
}

bool HasMissingLeaf(const TreeEnsemble& op, uint32_t root, uint32_t column) {
  std::vector<uint32_t> open = {root};
  while (!open.empty()) {
    const uint32_t node = open.back();
    open.pop_back();
    if (!IsLeaf(op, node)) {
      open.insert(open.end(), {op.left[node], op.right[node]});
    } else if (std::isnan(op.leaf_values[size_t{op.payload[node]} * op.leaf_width + column])) {
      return true;
    }
  }
  return false;
}

void GiveSum(const TreeEnsemble& op, const std::shared_ptr<const Questions>& questions, uint32_t output, Site& site) {
  const uint32_t column = op.leaf_width == 1 ? 0 : output;
  Ensemble numbers(op, questions, {LeafRule::Kind::kNumber, column});
  Ensemble missing(op, questions, {LeafRule::Kind::kIsMissing, column});
  size_t trees = 0, missing_trees = 0;
  ForEachTree(op, output, [&](uint32_t root) {
    numbers.AddTree(root);
    ++trees;
    if (!HasMissingLeaf(op, root, column)) return;
    missing.AddTree(root);
    ++missing_trees;
  });
  const double base = BaseOf(op, output);
  if (trees == 0) return site.Give(Number(base / op.divisor), false);
  numbers.SetBase(base);
  const bool averages = base == 0 && trees > 1 && op.divisor == static_cast<double>(trees);
  const bool divides = !averages && op.divisor != 1;
  if (!divides && missing_trees == 0) return site.GivePrediction(numbers.Make(averages), false);
  const std::string what = std::to_string(output);
  Expression answer = Ref(site.PredictionHelper("sum," + what, numbers.Make(averages)));
  if (divides) answer = Apply("/", {answer, Number(op.divisor)});
  if (missing_trees > 0) {
    const std::string count = site.PredictionHelper("missing," + what, missing.Make(false));
    answer = OnlyIf(Apply("equal", {Ref(count), Number(0)}), answer);
  }
  site.Give(answer, missing_trees > 0);
}

}  // namespace

void Lower(const TreeEnsemble& op, Site& site) {
  const auto questions = std::make_shared<const Questions>(AskAll(op, site));
  if (AveragesDistributions(op)) return GiveDistribution(op, questions, site);
  for (uint32_t output = 0; output < op.outputs; ++output) GiveSum(op, questions, output, site);
}

}  // namespace scoreway::pmml_export
