// Stages of XGBoost for Spark (xgboost.spark of its Python package), which hold a booster.

#include <cmath>
#include <utility>

#include "importers/boosters/xgboost_lowering.h"
#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

using boosters::XgboostModel;
using boosters::XgboostObjective;

struct BoosterMargin {
  XgboostObjective objective;
  ValueId margin = 0;
};

std::string PlaceOf(const Stage& stage) { return stage.folder().empty() ? stage.uid() : stage.folder(); }

// What the stage's parameters ask for that is not done.
Status CheckParameters(Context& context, const Stage& stage) {
  for (const char* name : {"base_margin_col", "pred_contrib_col"}) {
    if (stage.IsSet(name)) return context.Unsupported(stage, name);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const bool zero_is_missing, stage.Bool("enable_sparse_data_optim", false));
  if (zero_is_missing) {
    return context.Unsupported(stage, "enable_sparse_data_optim, by which a sparse vector's zeros are missing");
  }
  return {};
}

// The columns `features_cols`, or the vector `featuresCol`; missing ones are NaN.
Result<ValueId> BoosterFeatures(Context& context, const Stage& stage, size_t width) {
  ValueId value = 0;
  if (stage.IsSet("features_cols") && !stage.Find("features_cols")->array()->empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> names, stage.Texts("features_cols"));
    std::vector<ValueId> columns;
    for (const std::string& name : names) {
      SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, context.Number(stage, name));
      context.AllowMissing(column);
      columns.push_back(column.value);
    }
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(stage, op::Concat{}, std::move(columns)));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn vector, Features(context, stage, width));
    value = vector.value;
  }
  if (context.width(value) != width) return stage.Corrupt("its booster has not as many features as it takes");
  SCOREWAY_ASSIGN_OR_RETURN(const double missing, stage.Number("missing", op::kNaN));
  if (std::isnan(missing)) return value;
  return context.Add(stage, op::ImputeNumber{missing, std::vector<double>(width, op::kNaN)}, {value});
}

// The booster is the JSON of all lines of the folder `model`.
Result<BoosterMargin> AddMargin(Context& context, const Stage& stage) {
  SCOREWAY_RETURN_IF_ERROR(CheckParameters(context, stage));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string json, stage.ReadLines("model"));
  const std::string place = PlaceOf(stage);
  Result<XgboostModel> read = boosters::ReadXgboostJson(json);
  if (!read.ok()) return AtPlace(place + "/model", std::move(read).error());
  XgboostModel& model = *read;
  if (Status fit = boosters::CheckXgboost(model); !fit.ok()) return AtPlace(place, std::move(fit).error());
  for (const auto& categories : model.categories) {
    if (categories.size() != 0) return context.Unsupported(stage, "a booster over categories of a data frame");
  }
  BoosterMargin added;
  SCOREWAY_ASSIGN_OR_RETURN(added.objective, boosters::FindObjective(model));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId features, BoosterFeatures(context, stage, model.features));
  const std::optional<size_t> tree_limit = boosters::TreesOfBestRound(model);
  SCOREWAY_ASSIGN_OR_RETURN(added.margin, boosters::AddXgboostMargin(context.builder(), std::move(model),
                                                                     added.objective, tree_limit, features, place));
  return added;
}

}  // namespace

Status LowerXgboostRegressor(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const BoosterMargin booster, AddMargin(context, stage));
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId prediction,
      boosters::AddXgboostPrediction(context.builder(), booster.objective, booster.margin, PlaceOf(stage)));
  if (context.width(prediction) != 1) return context.Unsupported(stage, "a regressor of several outputs");
  return SetPrediction(context, stage, prediction);
}

// Probabilities in float32, as the stage computes them from the margins.
Status LowerXgboostClassifier(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const BoosterMargin booster, AddMargin(context, stage));
  ValueId raw = booster.margin, probability = 0;
  if (context.width(raw) == 1) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId second,
                              context.Add(stage, op::Unary{op::UnaryFunction::kLogisticFloat32}, {booster.margin}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, Rest(context, stage, second));
    SCOREWAY_ASSIGN_OR_RETURN(probability, context.Add(stage, op::Concat{}, {first, second}));
    SCOREWAY_ASSIGN_OR_RETURN(raw, BothSides(context, stage, booster.margin));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(probability, context.Add(stage, op::Row{op::RowFunction::kSoftmax}, {raw}));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId prediction,
                            context.Add(stage, op::Row{op::RowFunction::kArgMax}, {probability}));
  return SetClassifierColumns(context, stage, raw, probability, prediction);
}

}  // namespace scoreway::spark
