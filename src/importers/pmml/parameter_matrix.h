// ParameterMatrix: the parameters of a GeneralRegressionModel: which fields make up each (PPMatrix) and what they weigh
// for each target category (ParamMatrix).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

class ParameterMatrix {
 public:
  struct Weight {
    std::string_view parameter;
    double beta = 0;
  };
  // By target category as the document writes it; "" is that of none.
  using Weights = std::map<std::string_view, std::vector<Weight>, std::less<>>;

  static Result<ParameterMatrix> Read(ModelScope& scope);

  const Weights& weights() const { return weights_; }
  // The reference point of a parameter; CORRUPT if ParameterList has no such parameter.
  Result<double> ReferencePoint(std::string_view parameter) const;

  // One linear score: of the weights, with the cells of PPMatrix that stand for the category.
  struct Score {
    std::string_view category;
    std::vector<Weight> weights;
  };
  // The scores side by side. A parameter without cells in PPMatrix is 1; else it is the product of its factors (1 where
  // the field has the value, or an entry of a contrast matrix) and covariates (raised to a power). A row in which a
  // field that counts is missing is missing as a whole; the covariates of a product whose factors are 0 do not count.
  Result<ValueId> Lower(ModelScope& scope, const std::vector<Score>& scores) const;

 private:
  friend class ParameterColumns;
  using Cells = std::map<std::string_view, std::vector<Element>, std::less<>>;  // by parameter

  Status ReadCells(const Context& context, const Element& model);
  Status ReadWeights(const Context& context, const Element& model);

  Element model_;
  std::map<std::string_view, Element, std::less<>> factors_, covariates_, parameters_;
  std::map<std::string_view, Cells, std::less<>> cells_;  // by target category
  Weights weights_;
};

}  // namespace scoreway::pmml
