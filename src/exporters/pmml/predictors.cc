// Linear and Distances of model/operators/predictors.h.

#include "exporters/pmml/lower.h"

namespace scoreway::pmml_export {

namespace {

// One output, as a model.
ModelElement RegressionElement(const op::Linear& op, size_t output, const Cells& inputs) {
  ModelElement element;
  element.name = "RegressionModel";
  element.attributes = " functionName=\"regression\"";
  std::map<std::string, double> coefficients;
  std::vector<std::string> order;
  for (size_t c = 0; c < inputs.size(); ++c) {
    const std::string& field = inputs[c].field;
    if (element.fields.insert(field).second) order.push_back(field);
    coefficients[field] += op.weights[output * inputs.size() + c];
  }
  std::string table = "<RegressionTable" + AttributeText("intercept", op.bias.empty() ? 0 : op.bias[output]) + ">\n";
  for (const std::string& field : order) {
    table +=
        "<NumericPredictor" + AttributeText("name", field) + AttributeText("coefficient", coefficients[field]) + "/>\n";
  }
  table += "</RegressionTable>\n";
  element.content = [table](const Document&, Writer& out) { out << table; };
  return element;
}

// A model that predicts nothing has no output to refer to in some readers; an expression is missing.
Expression WeightedSumOf(const op::Linear& op, size_t output, const Cells& inputs) {
  std::vector<Expression> terms;
  for (size_t c = 0; c < inputs.size(); ++c) {
    terms.push_back(Apply("*", {Number(op.weights[output * inputs.size() + c]), Ref(inputs[c].field)}));
  }
  if (!op.bias.empty()) terms.push_back(Number(op.bias[output]));
  return Guarded(inputs, Sum(terms));
}

}  // namespace

void Lower(const op::Linear& op, Site& site) {
  const bool missing = Site::AnyMissing(site.in());
  for (uint32_t j = 0; j < op.outputs; ++j) {
    if (missing) {
      site.Give(WeightedSumOf(op, j, site.in()), true);
    } else {
      site.GivePrediction(RegressionElement(op, j, site.in()), false);
    }
  }
}

void Lower(const op::Distances& op, Site& site) {
  using enum op::Distances::Metric;
  const Cells& cells = site.in();
  for (size_t k = 0; k < op.points.size() / cells.size(); ++k) {
    std::vector<Expression> terms;
    for (size_t c = 0; c < cells.size(); ++c) {
      const Expression apart = Apply("-", {Ref(cells[c].field), Number(op.points[k * cells.size() + c])});
      terms.push_back(op.metric == kManhattan ? Apply("abs", {apart}) : Apply("pow", {apart, Number(2)}));
    }
    const Expression sum = Sum(terms);
    site.Give(Guarded(cells, op.metric == kEuclidean ? Apply("sqrt", {sum}) : sum), Site::AnyMissing(cells));
  }
}

}  // namespace scoreway::pmml_export
