#include "importers/pmml/tree_model.h"

#include <algorithm>
#include <cmath>

#include "importers/pmml/embedded_regressions.h"
#include "importers/pmml/model_elements.h"
#include "importers/pmml/tree_aggregation.h"

namespace scoreway::pmml {
namespace {

// Calls f(node) for every Node in document order; it may be a long one, so without recursion.
template <typename F>
void ForEachNode(const Element& tree_model, F&& f) {
  std::vector<Element> open = {tree_model.Child("Node")};
  while (!open.empty()) {
    const Element node = open.back();
    open.pop_back();
    if (!node) continue;
    f(node);
    const std::vector<Element> children = node.Children("Node");
    open.insert(open.end(), children.rbegin(), children.rend());
  }
}

Status FindRegressions(ModelScope& scope, EmbeddedRegressions* regressions) {
  Status status;
  if (!HasEmbeddedModels(scope.model())) return status;
  ForEachNode(scope.model(), [&](const Element& node) {
    if (status.ok()) status = regressions->Add(scope, node);
  });
  return status;
}

bool HasScoreDistributions(const Element& tree_model) {
  bool found = false;
  ForEachNode(tree_model, [&found](const Element& node) { found = found || node.Child("ScoreDistribution"); });
  return found;
}

// The columns of a leaf's row.
struct Layout {
  bool classifies = false;
  size_t classes = 0;
  bool probabilities = false, confidences = false, entity = false, regressions = false;

  size_t width() const {
    return 1 + (probabilities ? classes : 0) + (confidences ? classes : 0) + (entity ? 1 : 0) + (regressions ? 1 : 0);
  }
};

class LeafWriter {
 public:
  LeafWriter(ModelScope& scope, const Layout& layout, const std::vector<std::string>& classes,
             const EmbeddedRegressions& regressions, double penalty)
      : scope_(scope), layout_(layout), classes_(classes), regressions_(regressions), penalty_(penalty) {
    if (!layout.entity) return;
    ForEachNode(scope.model(), [this](const Element& node) {
      index_of_node_.emplace(node.index(), ids_.size());
      ids_.push_back(EntityId(node, ids_.size()));
    });
  }

  Status Write(const Element& node, size_t missing_levels, std::vector<double>* row) const {
    if (!node) {
      row->resize(row->size() + layout_.width(), op::kNaN);
      return {};
    }
    if (!layout_.classifies) {
      SCOREWAY_ASSIGN_OR_RETURN(const double score, ReadNodeScore(node));
      row->push_back(score);
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(NodeClasses said, ReadNodeClasses(scope_.context(), node, classes_));
      row->push_back(said.code);
      said.probabilities.resize(classes_.size(), op::kNaN);
      said.confidences.resize(classes_.size(), op::kNaN);
      const double factor = std::pow(penalty_, static_cast<double>(missing_levels));
      if (layout_.probabilities) row->insert(row->end(), said.probabilities.begin(), said.probabilities.end());
      for (size_t i = 0; layout_.confidences && i < classes_.size(); ++i) {
        row->push_back(said.confidences[i] * factor);
      }
    }
    if (layout_.entity) row->push_back(static_cast<double>(index_of_node_.at(node.index())));
    if (layout_.regressions) row->push_back(regressions_.PlaceIn(node));
    return {};
  }

  const std::vector<std::string>& ids() const { return ids_; }

 private:
  ModelScope& scope_;
  const Layout& layout_;
  const std::vector<std::string>& classes_;
  const EmbeddedRegressions& regressions_;
  double penalty_;
  std::map<uint32_t, size_t> index_of_node_;
  std::vector<std::string> ids_;
};

Result<ValueId> SelectRange(Emit& emit, ValueId value, size_t first, size_t count) {
  op::Select select;
  for (size_t i = 0; i < count; ++i) select.columns.push_back(static_cast<uint32_t>(first + i));
  return emit.Add(std::move(select), {value});
}

}  // namespace

void CollectTreeClasses(const Element& tree_model, std::vector<std::string>* classes) {
  std::set<std::string, std::less<>> known(classes->begin(), classes->end());
  const auto add = [&](std::optional<std::string_view> name) {
    if (!name || known.contains(*name)) return;
    known.emplace(*name);
    classes->emplace_back(*name);
  };
  ForEachNode(tree_model, [&](const Element& node) {
    for (Element child = node.first_child(); child; child = child.next_sibling()) {
      if (child.Is("ScoreDistribution")) add(child.Attribute("value"));
    }
    add(node.Attribute("score"));
  });
}

Result<NodeClasses> ReadNodeClasses(const Context& context, const Element& node,
                                    const std::vector<std::string>& classes) {
  const auto index_of = [&classes](std::string_view name) {
    return static_cast<size_t>(std::ranges::find(classes, name) - classes.begin());
  };
  NodeClasses said;
  bool by_probability = false;
  double sum = 0;
  for (Element child = node.first_child(); child; child = child.next_sibling()) {
    if (!child.Is("ScoreDistribution")) continue;
    if (said.probabilities.empty()) {
      said.probabilities.assign(classes.size(), 0);
      said.confidences.assign(classes.size(), 0);
      by_probability = child.Attribute("probability").has_value();
    }
    const size_t index = index_of(child.Attribute("value", ""));
    if (index == classes.size()) return Context::Corrupt(child, "its value is no class");
    SCOREWAY_ASSIGN_OR_RETURN(const double share,
                              context.WantNumber(child, by_probability ? "probability" : "recordCount"));
    said.probabilities[index] = share;
    sum += share;
    SCOREWAY_ASSIGN_OR_RETURN(said.confidences[index], context.NumberOr(child, "confidence", 0));
  }
  if (!said.probabilities.empty() && sum != 1) {
    for (double& probability : said.probabilities) probability /= sum;
  }
  if (const auto score = node.Attribute("score")) {
    const size_t index = index_of(*score);
    if (index == classes.size()) return Context::Corrupt(node, "its score is no class");
    said.code = static_cast<double>(index);
  } else if (!said.probabilities.empty()) {
    said.code = static_cast<double>(std::ranges::max_element(said.probabilities) - said.probabilities.begin());
  }
  return said;
}

Result<double> ReadNodeScore(const Element& node) {
  const auto text = node.Attribute("score");
  if (!text) return op::kNaN;
  if (const auto score = ParseDouble(*text)) return *score;
  return Context::Corrupt(node, "score '" + std::string(*text) + "' is no number");
}

Result<Prediction> LowerTreeModel(ModelScope& scope) {
  const Element& model = scope.model();
  Context& context = scope.context();
  if (CountsSeveralLeaves(model)) return LowerAggregatedTree(scope);
  Prediction prediction;
  Layout layout;
  layout.classifies = scope.function() == MiningFunction::kClassification;
  if (!layout.classifies && scope.function() != MiningFunction::kRegression) {
    return Context::Corrupt(model, "a TreeModel does not have this functionName");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double penalty, context.NumberOr(model, "missingValuePenalty", 1));
  if (layout.classifies) {
    prediction.classes = scope.target().categories;
    CollectTreeClasses(model, &prediction.classes);
    layout.classes = prediction.classes.size();
    layout.probabilities = HasScoreDistributions(model);
    layout.confidences = layout.probabilities && scope.Wants({"confidence"});
  }
  layout.entity = scope.Wants({"entityId", "clusterId"});
  EmbeddedRegressions regressions;
  SCOREWAY_RETURN_IF_ERROR(FindRegressions(scope, &regressions));
  layout.regressions = !regressions.empty();

  const LeafWriter leaves(scope, layout, prediction.classes, regressions, penalty);
  TreeCompiler compiler(context, static_cast<uint32_t>(layout.width()));
  const TreeCompiler::LeafRow leaf_row = [&leaves](const Element& node, size_t levels, std::vector<double>* row) {
    return leaves.Write(node, levels, row);
  };
  SCOREWAY_RETURN_IF_ERROR(compiler.AddTree(scope, leaf_row, layout.confidences && penalty != 1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, compiler.Finish(model));

  Emit emit(context, model);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, SelectRange(emit, row, 0, 1));
  if (layout.classifies) {
    prediction.codes = first;
  } else {
    Cell cell;
    cell.value = first;
    if (layout.regressions) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId places, SelectRange(emit, row, layout.width() - 1, 1));
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, regressions.Replace(scope, places, first));
    }
    if (scope.precision() == op::Precision::kFloat32) {
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Unary(op::UnaryFunction::kFloat32, cell.value));
    }
    prediction.value = cell;
  }
  size_t at = 1;
  if (layout.probabilities) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, SelectRange(emit, row, at, layout.classes));
    at += layout.classes;
  }
  if (layout.confidences) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.confidences, SelectRange(emit, row, at, layout.classes));
    at += layout.classes;
  }
  if (layout.entity) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId node, SelectRange(emit, row, at, 1));
    Cell id;
    id.type = DataType::kString;
    id.op_type = OpType::kCategorical;
    SCOREWAY_ASSIGN_OR_RETURN(id.value, emit.Add(op::DecodeText{leaves.ids()}, {node}));
    prediction.entity_id = id;
  }
  return prediction;
}

}  // namespace scoreway::pmml
