// ComparisonMeasure: how far from, or how like, a row and the points of a model are.
#pragma once

#include <optional>
#include <vector>

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

class ComparisonMeasure {
 public:
  // Of a ClusteringModel or NearestNeighborModel.
  static Result<ComparisonMeasure> Read(ModelScope& scope);

  // Greater is nearer.
  bool is_similarity() const { return is_similarity_; }

  // A column a point. `fields` are the elements that name the fields (their weights and compareFunctions), `cells`
  // their numbers or codes, `points` a number a field and point, `presence_weights` one a field (MissingValueWeights).
  Result<ValueId> Lower(ModelScope& scope, const std::vector<Element>& fields, const std::vector<ValueId>& cells,
                        const std::vector<double>& points, const std::vector<double>& presence_weights) const;

 private:
  Result<ValueId> LowerDistances(ModelScope& scope, const std::vector<Element>& fields,
                                 const std::vector<ValueId>& cells, const std::vector<double>& points,
                                 const std::vector<double>& presence_weights) const;
  Result<std::optional<op::FieldDistances>> AsOperator(ModelScope& scope, const std::vector<Element>& fields,
                                                       const std::vector<double>& points,
                                                       const std::vector<double>& presence_weights) const;
  Result<ValueId> LowerSimilarities(ModelScope& scope, const std::vector<ValueId>& cells,
                                    const std::vector<double>& points) const;

  Element element_;  // ComparisonMeasure
  Element measure_;  // its euclidean, jaccard ...
  bool is_similarity_ = false;
};

}  // namespace scoreway::pmml
