// GeneralRegressionModel.

#include <algorithm>
#include <optional>

#include "importers/pmml/cox_regression.h"
#include "importers/pmml/link_function.h"
#include "importers/pmml/model_elements.h"
#include "importers/pmml/parameter_matrix.h"

namespace scoreway::pmml {
namespace {

using op::BinaryFunction;
using op::UnaryFunction;

// What an attribute pair such as offsetVariable and offsetValue stands for: a field, a number or nothing.
Result<std::optional<ValueId>> FieldOrNumber(ModelScope& scope, std::string_view field, std::string_view number) {
  Emit emit(scope.context(), scope.model());
  std::optional<ValueId> value;
  if (scope.model().Attribute(field)) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope.FieldOf(scope.model(), field));
    SCOREWAY_ASSIGN_OR_RETURN(value, emit.AsNumber(cell));
  } else if (scope.model().Attribute(number)) {
    SCOREWAY_ASSIGN_OR_RETURN(const double constant, scope.context().WantNumber(scope.model(), number));
    SCOREWAY_ASSIGN_OR_RETURN(value, emit.Number(constant));
  }
  return value;
}

Status RefuseIfPresent(ModelScope& scope, const std::vector<std::string_view>& attributes) {
  for (const std::string_view attribute : attributes) {
    if (!scope.model().Attribute(attribute)) continue;
    return Status(scope.context().Unsupported(
        scope.model(),
        std::string(attribute) + " with modelType " + std::string(scope.model().Attribute("modelType", ""))));
  }
  return {};
}

Status RefuseTrials(ModelScope& scope) { return RefuseIfPresent(scope, {"trialsVariable", "trialsValue"}); }
Status RefuseOffset(ModelScope& scope) { return RefuseIfPresent(scope, {"offsetVariable", "offsetValue"}); }

// The score with the offset, through the link that `attribute` names.
Result<ValueId> ApplyLink(ModelScope& scope, std::string_view attribute, ValueId score) {
  Context& context = scope.context();
  Emit emit(context, scope.model());
  SCOREWAY_ASSIGN_OR_RETURN(const std::optional<ValueId> offset, FieldOrNumber(scope, "offsetVariable", "offsetValue"));
  if (offset) {
    SCOREWAY_ASSIGN_OR_RETURN(score, emit.Binary(BinaryFunction::kAdd, score, *offset));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view link, context.Want(scope.model(), attribute));
  LinkParameters parameters;
  if (link == "negbin") {
    SCOREWAY_ASSIGN_OR_RETURN(parameters.distribution, context.WantNumber(scope.model(), "distParameter"));
  } else if (link == "power" || link == "oddspower") {
    SCOREWAY_ASSIGN_OR_RETURN(parameters.link, context.WantNumber(scope.model(), "linkParameter"));
  }
  return InverseLinkFunction(emit, link, parameters, score, scope.precision());
}

// The only score of a regression.
Result<ValueId> SingleScore(ModelScope& scope, const ParameterMatrix& matrix) {
  const ParameterMatrix::Weights& weights = matrix.weights();
  const auto it = weights.find("");
  if (weights.size() != 1 || it == weights.end()) {
    return Context::Corrupt(scope.model(), "the ParamMatrix of a regression has target categories, or is empty");
  }
  return matrix.Lower(scope, {{"", it->second}});
}

// exp(score - score of the reference points) times the hazard of the baseline.
Result<ValueId> CumulativeHazard(ModelScope& scope, const ParameterMatrix& matrix, ValueId score) {
  Emit emit(scope.context(), scope.model());
  double reference = 0;
  for (const ParameterMatrix::Weight& weight : matrix.weights().find("")->second) {
    SCOREWAY_ASSIGN_OR_RETURN(const double point, matrix.ReferencePoint(weight.parameter));
    reference += weight.beta * point;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId baseline, LowerBaselineHazard(scope));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId at_reference, emit.Number(reference));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId difference, emit.Binary(BinaryFunction::kSubtract, score, at_reference));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId ratio, emit.Unary(UnaryFunction::kExp, difference));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId hazard, emit.Binary(BinaryFunction::kMultiply, ratio, baseline));
  // Before the first event there is none, whoever the row is.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit.Number(0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId early, emit.Binary(BinaryFunction::kEqual, baseline, zero));
  return emit.Where(early, baseline, hazard);
}

Result<Prediction> LowerRegression(ModelScope& scope, const ParameterMatrix& matrix, std::string_view type) {
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, SingleScore(scope, matrix));
  Emit emit(scope.context(), scope.model());
  if (type == "generalizedLinear") {
    SCOREWAY_ASSIGN_OR_RETURN(value, ApplyLink(scope, "linkFunction", value));
    SCOREWAY_ASSIGN_OR_RETURN(const std::optional<ValueId> trials,
                              FieldOrNumber(scope, "trialsVariable", "trialsValue"));
    if (trials) {
      SCOREWAY_ASSIGN_OR_RETURN(value, emit.Binary(BinaryFunction::kMultiply, value, *trials));
    }
  } else {
    SCOREWAY_RETURN_IF_ERROR(RefuseTrials(scope));
    SCOREWAY_RETURN_IF_ERROR(RefuseOffset(scope));
    if (type == "CoxRegression") {
      SCOREWAY_ASSIGN_OR_RETURN(value, CumulativeHazard(scope, matrix, value));
    } else if (type != "regression" && type != "generalLinear") {
      return Context::Corrupt(scope.model(), "modelType " + std::string(type) + " in a regression");
    }
  }
  Prediction prediction;
  Cell cell;
  cell.value = value;
  prediction.value = cell;
  return prediction;
}

// The categories that may be the reference category: what the model names; else, but of an ordinal model, which needs
// none, that without weights, or, where all have some, that whose weights are 0.
std::vector<std::string> References(const ModelScope& scope, const ParameterMatrix& matrix, std::string_view type) {
  if (const auto reference = scope.model().Attribute("targetReferenceCategory")) return {std::string(*reference)};
  if (type == "ordinalMultinomial") return {};
  std::vector<std::string> without, zeros;
  for (const std::string& category : scope.target().categories) {
    const auto weights = matrix.weights().find(category);
    if (weights == matrix.weights().end()) {
      without.push_back(category);
    } else if (std::ranges::all_of(weights->second, [](const auto& weight) { return weight.beta == 0; })) {
      zeros.push_back(category);
    }
  }
  return without.empty() ? zeros : without;
}

// The categories of the target, the reference category last.
Result<std::vector<std::string>> Categories(ModelScope& scope, const ParameterMatrix& matrix, std::string_view type) {
  std::vector<std::string> categories = scope.target().categories;
  if (categories.size() < 2) return Context::Corrupt(scope.model(), "the target field has fewer than two values");
  const std::vector<std::string> references = References(scope, matrix, type);
  if (references.size() != 1 && type != "ordinalMultinomial") {
    return Context::Corrupt(scope.model(), "the ParamMatrix does not tell the reference category");
  }
  if (references.empty()) return categories;
  const auto it = std::ranges::find(categories, references[0]);
  if (it == categories.end()) {
    return Context::Corrupt(scope.model(), "the reference category '" + references[0] + "' is no value of the target");
  }
  std::rotate(it, it + 1, categories.end());
  return categories;
}

// A score for every category but the last.
Result<ValueId> CategoryScores(ModelScope& scope, const ParameterMatrix& matrix, std::string_view type,
                               const std::vector<std::string>& categories) {
  std::vector<ParameterMatrix::Score> scores;
  const auto common = matrix.weights().find("");
  for (size_t i = 0; i + 1 < categories.size(); ++i) {
    const auto own = matrix.weights().find(categories[i]);
    ParameterMatrix::Score& score = scores.emplace_back();
    score.category = categories[i];
    if (type == "ordinalMultinomial") {
      if (own == matrix.weights().end() || own->second.size() != 1 || common == matrix.weights().end()) {
        return Context::Corrupt(scope.model(), "the ParamMatrix has no intercept for '" + categories[i] + "'");
      }
      score.weights = common->second;
      score.weights.push_back(own->second[0]);
    } else if (own != matrix.weights().end()) {
      score.weights = own->second;
    } else if (common != matrix.weights().end() && categories.size() == 2) {
      score.weights = common->second;
    } else {
      return Context::Corrupt(scope.model(), "the ParamMatrix says nothing of category '" + categories[i] + "'");
    }
  }
  return matrix.Lower(scope, scores);
}

Result<ValueId> OneMinus(Emit& emit, ValueId x) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, emit.Number(1));
  return emit.Binary(BinaryFunction::kSubtract, one, x);
}

// Of two categories the first through the link.
Result<ValueId> Binomial(ModelScope& scope, Emit& emit, ValueId scores, size_t count) {
  if (count != 2) return scope.context().Unsupported(scope.model(), "a generalizedLinear model of several categories");
  SCOREWAY_RETURN_IF_ERROR(RefuseTrials(scope));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, ApplyLink(scope, "linkFunction", scores));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId second, OneMinus(emit, first));
  return emit.Concat({first, second});
}

// exp(score) over their sum; the score of the reference category is 0.
Result<ValueId> Multinomial(ModelScope& scope, Emit& emit, ValueId scores) {
  SCOREWAY_RETURN_IF_ERROR(RefuseTrials(scope));
  SCOREWAY_RETURN_IF_ERROR(RefuseOffset(scope));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, emit.Select(scores, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit.Binary(BinaryFunction::kSubtract, first, first));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, emit.Concat({scores, zero}));
  return emit.Add(op::Row{op::RowFunction::kSoftmax}, {all});
}

// The links give the probabilities of a category or one before; a category has the difference to the one before.
Result<ValueId> Ordinal(ModelScope& scope, Emit& emit, ValueId scores, size_t count) {
  SCOREWAY_RETURN_IF_ERROR(RefuseTrials(scope));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId up_to, ApplyLink(scope, "cumulativeLink", scores));
  std::vector<ValueId> columns;
  std::optional<ValueId> before;
  for (size_t i = 0; i + 1 < count; ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId column, emit.Select(up_to, static_cast<uint32_t>(i)));
    columns.push_back(column);
    if (before) {
      SCOREWAY_ASSIGN_OR_RETURN(columns.back(), emit.Binary(BinaryFunction::kSubtract, column, *before));
    }
    before = column;
  }
  SCOREWAY_ASSIGN_OR_RETURN(columns.emplace_back(), OneMinus(emit, *before));
  return emit.Concat(columns);
}

Result<Prediction> LowerClassification(ModelScope& scope, const ParameterMatrix& matrix, std::string_view type) {
  if (type != "generalizedLinear" && type != "multinomialLogistic" && type != "ordinalMultinomial") {
    return Context::Corrupt(scope.model(), "modelType " + std::string(type) + " in a classification");
  }
  Prediction prediction;
  SCOREWAY_ASSIGN_OR_RETURN(prediction.classes, Categories(scope, matrix, type));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, CategoryScores(scope, matrix, type, prediction.classes));
  Emit emit(scope.context(), scope.model());
  const size_t count = prediction.classes.size();
  if (type == "generalizedLinear") {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, Binomial(scope, emit, scores, count));
  } else if (type == "multinomialLogistic") {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, Multinomial(scope, emit, scores));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.probabilities, Ordinal(scope, emit, scores, count));
  }
  return prediction;
}

}  // namespace

Result<Prediction> LowerGeneralRegressionModel(ModelScope& scope) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view type, scope.context().Want(scope.model(), "modelType"));
  if (type == "logLinear") return scope.context().Unsupported(scope.model(), "modelType logLinear");
  SCOREWAY_ASSIGN_OR_RETURN(const ParameterMatrix matrix, ParameterMatrix::Read(scope));
  switch (scope.function()) {
    case MiningFunction::kRegression: return LowerRegression(scope, matrix, type);
    case MiningFunction::kClassification: return LowerClassification(scope, matrix, type);
    default: return Context::Corrupt(scope.model(), "a GeneralRegressionModel does not have this functionName");
  }
}

}  // namespace scoreway::pmml
