#include "importers/pmml/embedded_regressions.h"

#include "importers/pmml/normalization.h"
#include "importers/pmml/regression_table.h"

namespace scoreway::pmml {

bool HasEmbeddedModels(const Element& any) {
  return any.DocumentKnows("Regression") || any.DocumentKnows("DecisionTree");
}

Status EmbeddedRegressions::Add(ModelScope& scope, const Element& node) {
  for (Element child = node.first_child(); child; child = child.next_sibling()) {
    if (child.Is("DecisionTree")) return scope.context().Unsupported(child, "a tree within a Node");
    if (!child.Is("Regression")) continue;
    if (scope.function() != MiningFunction::kRegression) {
      return scope.context().Unsupported(child, "a regression within a Node of a classification");
    }
    for (const std::string_view part : {"LocalTransformations", "Targets", "Output"}) {
      if (const Element own = child.Child(part)) return scope.context().Unsupported(own, "of a model within a Node");
    }
    place_of_node_.emplace(node.index(), regressions_.size());
    regressions_.push_back(child);
  }
  return {};
}

double EmbeddedRegressions::PlaceIn(const Element& node) const {
  const auto it = place_of_node_.find(node.index());
  return it == place_of_node_.end() ? op::kNaN : static_cast<double>(it->second);
}

Result<ValueId> EmbeddedRegressions::Replace(ModelScope& scope, ValueId places, ValueId scores) const {
  for (size_t place = 0; place < regressions_.size(); ++place) {
    const Element& regression = regressions_[place];
    Emit emit(scope.context(), regression);
    const std::vector<Element> tables = regression.Children("RegressionTable");
    const std::string_view method = regression.Attribute("normalizationMethod", "none");
    if (tables.size() != 1) return Context::Corrupt(regression, "a regression needs one RegressionTable");
    if (method == "simplemax") return Context::Corrupt(regression, "normalizationMethod simplemax in a regression");
    SCOREWAY_ASSIGN_OR_RETURN(ValueId value, LowerRegressionTables(scope, tables));
    SCOREWAY_ASSIGN_OR_RETURN(value, InverseLink(emit, method, value, scope.precision()));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId own, emit.Number(static_cast<double>(place)));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId decides,
                              emit.Add(op::Binary{op::BinaryFunction::kEqual, false}, {places, own}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId known, emit.Unary(op::UnaryFunction::kIsPresent, value));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId counts, emit.Binary(op::BinaryFunction::kAnd, decides, known));
    SCOREWAY_ASSIGN_OR_RETURN(scores, emit.Where(counts, value, scores));
  }
  return scores;
}

}  // namespace scoreway::pmml
