#include "importers/boosters/xgboost_importer.h"

#include <algorithm>

#include "importers/boosters/feature_inputs.h"
#include "importers/boosters/feature_map.h"
#include "importers/boosters/xgboost_lowering.h"

namespace scoreway::boosters {
namespace {

constexpr std::string_view kOrigin = "learner";

class FileImport {
 public:
  FileImport(XgboostModel model, std::string_view format) : model_(std::move(model)) {
    builder_.SetProvenance(
        Provenance{std::string(format), "xgboost", model_.VersionText(), "Booster(" + model_.objective + ")"});
  }

  Result<Model> Run(std::string_view feature_map) {
    SCOREWAY_RETURN_IF_ERROR(CheckXgboost(model_));
    if (model_.features > kFeaturesMax) {
      return Error{Code::kResourceExhausted, "the model has " + std::to_string(model_.features) + " features", {}};
    }
    SCOREWAY_ASSIGN_OR_RETURN(objective_, FindObjective(model_));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId matrix, AddInputs(feature_map));
    const std::optional<size_t> tree_limit = feature_map.empty() ? std::nullopt : TreesOfBestRound(model_);
    SCOREWAY_ASSIGN_OR_RETURN(
        margin_, AddXgboostMargin(builder_, std::move(model_), objective_, tree_limit, matrix, std::string(kOrigin)));
    SCOREWAY_ASSIGN_OR_RETURN(prediction_, AddXgboostPrediction(builder_, objective_, margin_, std::string(kOrigin)));
    SCOREWAY_RETURN_IF_ERROR(feature_map.empty() ? AddOutputs() : AddTargets());
    return std::move(builder_).Build();
  }

 private:
  Result<ValueId> AddInputs(std::string_view feature_map) {
    if (!feature_map.empty() && model_.feature_names.empty()) return AddMapped(feature_map);
    std::vector<FeatureInput> features;
    if (model_.feature_names.empty()) features = PositionalFeatures(builder_, model_.features);
    builder_.set_inputs_named(!AreMadeUp(model_.feature_names, "f"));
    for (const std::string& name : model_.feature_names) features.push_back({.name = name, .categories = {}});
    for (size_t i = 0; i < model_.categories.size(); ++i) {
      if (model_.categories[i].size() == 0) continue;
      features[i].categories = std::move(model_.categories[i]);
      features[i].reject_unknown = true;
    }
    return AddFeatureInputs(builder_, features);
  }

  // Where a split between an indicator's 0 and 1 is below both, the 0 was never there: the table was sparse.
  Result<ValueId> AddMapped(std::string_view feature_map) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<MappedFeature> features, ParseFeatureMap(feature_map));
    if (features.size() != model_.features) {
      return Error{
          Code::kInvalidArgument,
          "it has " + std::to_string(features.size()) + " features, the model " + std::to_string(model_.features),
          "feature map"};
    }
    std::vector<bool> off_is_missing(features.size());
    model_.trees.ForEachSplit([&](uint32_t feature, double condition) {
      if (feature < off_is_missing.size() && condition <= 0) off_is_missing[feature] = true;
    });
    return AddMappedInputs(builder_, features, off_is_missing);
  }

  // Columns of a value as `name`, or `name_0`, `name_1` ...
  Status AddColumns(const std::string& name, Type type, ValueId value) {
    const uint32_t width = builder_.shape(value).width;
    for (uint32_t k = 0; k < width; ++k) {
      const std::string full = width == 1 ? name : name + "_" + std::to_string(k);
      SCOREWAY_RETURN_IF_ERROR(builder_.AddOutput(full, type, value, k));
    }
    return {};
  }

  Status AddOutputs() {
    SCOREWAY_RETURN_IF_ERROR(AddColumns("prediction", Type::kFloat32, prediction_));
    return AddColumns("margin", Type::kFloat32, margin_);
  }

  Status AddTargets() {
    const std::string origin(kOrigin);
    if (objective_.many_classes()) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, builder_.Add(op::Row{op::RowFunction::kArgMax}, {margin_}, origin));
      SCOREWAY_RETURN_IF_ERROR(builder_.AddOutput("_target", Type::kInt64, code, 0));
      const XgboostObjective probabilities{objective_.name, XgboostLink::kSoftmax};
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, AddXgboostPrediction(builder_, probabilities, margin_, origin));
      return AddProbabilities("probability(", all, 0, builder_.shape(all).width);
    }
    const uint32_t targets = builder_.shape(prediction_).width;
    for (uint32_t k = 0; k < targets; ++k) {
      const std::string target = targets == 1 ? "_target" : "_target" + std::to_string(k + 1);
      if (!objective_.binary_classes()) {
        SCOREWAY_RETURN_IF_ERROR(builder_.AddOutput(target, Type::kFloat32, prediction_, k));
        continue;
      }
      SCOREWAY_RETURN_IF_ERROR(
          AddBinaryTarget(target, targets == 1 ? "probability(" : "probability(" + target + ", ", k));
    }
    return {};
  }

  Status AddBinaryTarget(const std::string& target, const std::string& prefix, uint32_t column) {
    const std::string origin(kOrigin);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, builder_.Add(op::Select{{column}}, {prediction_}, origin));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, builder_.Add(op::Threshold{.threshold = 0.5}, {positive}, origin));
    SCOREWAY_RETURN_IF_ERROR(builder_.AddOutput(target, Type::kInt64, code, 0));
    op::Affine rest{.form = op::Affine::Form::kMultiplyAdd, .offset = {1}, .factor = {-1}};
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId negative, builder_.Add(std::move(rest), {positive}, origin));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId both, builder_.Add(op::Concat{}, {negative, positive}, origin));
    return AddProbabilities(prefix, both, 0, 2);
  }

  Status AddProbabilities(const std::string& prefix, ValueId value, uint32_t first, uint32_t count) {
    for (uint32_t k = 0; k < count; ++k) {
      SCOREWAY_RETURN_IF_ERROR(builder_.AddOutput(prefix + std::to_string(k) + ")", Type::kFloat32, value, first + k));
    }
    return {};
  }

  XgboostModel model_;
  XgboostObjective objective_;
  ModelBuilder builder_{Provenance{}};
  ValueId margin_ = 0, prediction_ = 0;
};

}  // namespace

bool LooksLikeXgboost(std::string_view bytes) {
  return LooksLikeXgboostJson(bytes) || LooksLikeXgboostUbjson(bytes) || LooksLikeXgboostBinary(bytes);
}

std::string_view XgboostFormat(std::string_view bytes) {
  if (LooksLikeXgboostJson(bytes)) return "xgboost-json";
  return LooksLikeXgboostUbjson(bytes) ? "xgboost-ubj" : "xgboost-legacy";
}

Result<Model> ImportXgboost(std::string_view bytes, std::string_view feature_map) {
  SCOREWAY_ASSIGN_OR_RETURN(XgboostModel model, ReadXgboost(bytes));
  return FileImport(std::move(model), XgboostFormat(bytes)).Run(feature_map);
}

}  // namespace scoreway::boosters
