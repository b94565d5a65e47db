#include "importers/boosters/lightgbm_lowering.h"

#include <algorithm>

#include "base/number_text.h"

namespace scoreway::boosters {
namespace {

struct KnownObjective {
  std::string_view name;
  LightgbmLink link;
};

constexpr KnownObjective kObjectives[] = {
    {"regression", LightgbmLink::kIdentity},
    {"regression_l2", LightgbmLink::kIdentity},
    {"regression_l1", LightgbmLink::kIdentity},
    {"huber", LightgbmLink::kIdentity},
    {"fair", LightgbmLink::kIdentity},
    {"quantile", LightgbmLink::kIdentity},
    {"mape", LightgbmLink::kIdentity},
    {"poisson", LightgbmLink::kExp},
    {"gamma", LightgbmLink::kExp},
    {"tweedie", LightgbmLink::kExp},
    {"binary", LightgbmLink::kLogistic},
    {"multiclass", LightgbmLink::kSoftmax},
    {"multiclassova", LightgbmLink::kLogistic},
    {"cross_entropy", LightgbmLink::kLogistic},
    {"xentropy", LightgbmLink::kLogistic},
    {"cross_entropy_lambda", LightgbmLink::kLog1pExp},
    {"xentlambda", LightgbmLink::kLog1pExp},
    {"lambdarank", LightgbmLink::kIdentity},
    {"rank_xendcg", LightgbmLink::kIdentity},
};

Result<ValueId> AddUnary(ModelBuilder& builder, op::UnaryFunction function, ValueId value, const std::string& origin) {
  return builder.Add(op::Unary{function}, {value}, origin);
}

Result<ValueId> AddScaled(ModelBuilder& builder, op::Affine::Form form, double factor, ValueId value,
                          const std::string& origin) {
  op::Affine affine{.form = form, .offset = {}, .factor = std::vector<double>(builder.shape(value).width, factor)};
  return builder.Add(std::move(affine), {value}, origin);
}

Result<ValueId> AddLink(ModelBuilder& builder, const LightgbmObjective& objective, ValueId score,
                        const std::string& origin) {
  switch (objective.link) {
    case LightgbmLink::kIdentity: return score;
    case LightgbmLink::kExp: return AddUnary(builder, op::UnaryFunction::kExp, score, origin);
    case LightgbmLink::kSoftmax: return builder.Add(op::Row{op::RowFunction::kSoftmax}, {score}, origin);
    case LightgbmLink::kLogistic: {
      if (objective.sigmoid != 1) {
        SCOREWAY_ASSIGN_OR_RETURN(score,
                                  AddScaled(builder, op::Affine::Form::kMultiplyAdd, objective.sigmoid, score, origin));
      }
      return AddUnary(builder, op::UnaryFunction::kLogistic, score, origin);
    }
    case LightgbmLink::kLog1pExp: {
      SCOREWAY_ASSIGN_OR_RETURN(score, AddUnary(builder, op::UnaryFunction::kExp, score, origin));
      return AddUnary(builder, op::UnaryFunction::kLog1p, score, origin);
    }
    case LightgbmLink::kSignSquare: {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId sign, AddUnary(builder, op::UnaryFunction::kSign, score, origin));
      SCOREWAY_ASSIGN_OR_RETURN(score, AddUnary(builder, op::UnaryFunction::kSquare, score, origin));
      return builder.Add(op::Binary{op::BinaryFunction::kMultiply, false}, {sign, score}, origin);
    }
  }
  return Error{Code::kInternal, "a link that is not known", origin};
}

Status AddColumns(ModelBuilder& builder, const std::string& name, ValueId value) {
  const uint32_t width = builder.shape(value).width;
  for (uint32_t k = 0; k < width; ++k) {
    const std::string full = width == 1 ? name : name + "_" + std::to_string(k);
    SCOREWAY_RETURN_IF_ERROR(builder.AddOutput(full, Type::kFloat64, value, k));
  }
  return {};
}

}  // namespace

Result<ValueId> AddZeroMissing(ModelBuilder& builder, const std::vector<uint32_t>& features, ValueId matrix,
                               const std::string& origin) {
  if (features.empty()) return matrix;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId columns, builder.Add(op::Select{features}, {matrix}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sizes, AddUnary(builder, op::UnaryFunction::kAbs, columns, origin));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, builder.Add(op::Constant{{kLightgbmZero}}, {}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_zero,
                            builder.Add(op::Binary{op::BinaryFunction::kLessEqual, false}, {sizes, zero}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId missing,
                            builder.Add(op::Constant{std::vector<double>(features.size(), op::kNaN)}, {}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId treated, builder.Add(op::Where{}, {is_zero, missing, columns}, origin));
  return builder.Add(op::Concat{}, {matrix, treated}, origin);
}

Result<LightgbmObjective> FindObjective(const LightgbmModel& model) {
  if (model.objective.empty()) return LightgbmObjective{};
  std::string_view text = model.objective;
  const std::string_view name = text.substr(0, text.find(' '));
  for (const KnownObjective& known : kObjectives) {
    if (known.name != name) continue;
    LightgbmObjective objective{std::string(name), known.link, 1};
    while (text.find(' ') != std::string_view::npos) {
      text.remove_prefix(text.find(' ') + 1);
      const std::string_view word = text.substr(0, text.find(' '));
      if (word == "sqrt" && objective.link == LightgbmLink::kIdentity) objective.link = LightgbmLink::kSignSquare;
      if (word.starts_with("sigmoid:") &&
          ParseDouble(word.substr(std::string_view("sigmoid:").size()), &objective.sigmoid) != NumberParse::kOk) {
        return Error{Code::kCorrupt, "'" + std::string(word) + "' has no number", "objective"};
      }
    }
    return objective;
  }
  return Error{Code::kUnsupported, "unsupported: the objective '" + model.objective + "' of LightGBM", "objective"};
}

Result<LightgbmScores> AddLightgbm(ModelBuilder& builder, LightgbmModel model, std::optional<size_t> rounds,
                                   ValueId matrix, const std::string& origin) {
  SCOREWAY_ASSIGN_OR_RETURN(const LightgbmObjective objective, FindObjective(model));
  if (builder.shape(matrix).width != model.features()) {
    return Error{Code::kCorrupt,
                 "takes " + std::to_string(model.features()) + " columns, but " +
                     std::to_string(builder.shape(matrix).width) + " come in",
                 origin};
  }
  const auto outputs = static_cast<size_t>(model.outputs);
  if (rounds && *rounds < model.trees.size() / outputs) model.trees.Truncate(*rounds * outputs);
  const size_t trees = model.trees.size();
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId features,
                            AddZeroMissing(builder, model.trees.zero_missing_features(), matrix, origin));
  LightgbmScores scores;
  SCOREWAY_ASSIGN_OR_RETURN(
      scores.raw, builder.Add(std::move(model.trees).Take(static_cast<uint32_t>(outputs)), {features}, origin));
  ValueId score = scores.raw;
  if (model.average && trees > 0) {
    SCOREWAY_ASSIGN_OR_RETURN(score, AddScaled(builder, op::Affine::Form::kSubtractDivide,
                                               static_cast<double>(trees / outputs), score, origin));
  }
  SCOREWAY_ASSIGN_OR_RETURN(scores.prediction, AddLink(builder, objective, score, origin));
  return scores;
}

Result<Model> ImportLightgbm(std::string_view bytes) {
  SCOREWAY_ASSIGN_OR_RETURN(LightgbmModel model, ReadLightgbm(bytes));
  ModelBuilder builder(Provenance{"lightgbm", "lightgbm", "", "Booster(" + model.objective + ")"});
  SCOREWAY_ASSIGN_OR_RETURN(const auto categories, CategoriesOfFeatures(model));
  builder.set_inputs_named(!AreMadeUp(model.feature_names, "Column_"));
  std::vector<FeatureInput> features;
  for (size_t i = 0; i < model.features(); ++i) {
    // Categories that are numbers cannot be told from their codes, which is what a table of numbers holds.
    const bool is_text = categories[i] && categories[i]->is_text;
    features.push_back(
        {.name = model.feature_names[i], .categories = is_text ? categories[i] : std::nullopt, .takes_codes = true});
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId matrix, AddFeatureInputs(builder, features));
  SCOREWAY_ASSIGN_OR_RETURN(const LightgbmScores scores,
                            AddLightgbm(builder, std::move(model), std::nullopt, matrix, "trees"));
  SCOREWAY_RETURN_IF_ERROR(AddColumns(builder, "prediction", scores.prediction));
  SCOREWAY_RETURN_IF_ERROR(AddColumns(builder, "margin", scores.raw));
  return std::move(builder).Build();
}

}  // namespace scoreway::boosters
