// Linear and Distances of model/operators/predictors.h.

#include "exporters/pmml/lower.h"
#include "exporters/pmml/models.h"

namespace scoreway::pmml_export {

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

void Lower(const op::Linear& op, Site& site) {
  for (uint32_t j = 0; j < op.outputs; ++j) {
    ModelElement element = RegressionElement(op, j, site.in());
    site.GivePrediction(std::move(element), Site::AnyMissing(site.in()));
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
    const Expression sum = Sum(cells, std::move(terms));
    site.Give(Guarded(cells, op.metric == kEuclidean ? Apply("sqrt", {sum}) : sum), Site::AnyMissing(cells));
  }
}

}  // namespace scoreway::pmml_export
