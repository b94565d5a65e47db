#include "importers/boosters/feature_inputs.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace scoreway::boosters {
namespace {

Type TypeOf(const FeatureCategories& categories) {
  if (categories.is_text) return Type::kString;
  const bool whole = std::all_of(categories.numbers.begin(), categories.numbers.end(),
                                 [](double number) { return number == std::trunc(number); });
  return whole ? Type::kInt64 : Type::kFloat64;
}

}  // namespace

bool AreMadeUp(std::span<const std::string> names, std::string_view stem) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != std::string(stem) + std::to_string(i)) return false;
  }
  return true;
}

std::vector<FeatureInput> PositionalFeatures(ModelBuilder& builder, uint64_t count) {
  builder.set_inputs_named(false);
  std::vector<FeatureInput> features;
  for (uint64_t i = 0; i < count; ++i) features.push_back({.name = "x" + std::to_string(i), .categories = {}});
  return features;
}

Result<ValueId> AddCategoryCodes(ModelBuilder& builder, ValueId column, const FeatureInput& feature) {
  const op::CodeOrReject unknown{feature.reject_unknown, op::kNaN};
  const op::CodeOrReject missing{false, op::kNaN};
  if (!feature.categories->is_text) {
    return builder.Add(op::EncodeNumber{{feature.name}, {feature.categories->numbers}, {unknown}, {missing}}, {column},
                       feature.name);
  }
  std::vector<std::string> texts = feature.categories->texts;
  std::vector<double> codes;
  for (size_t code = 0; code < texts.size(); ++code) codes.push_back(static_cast<double>(code));
  if (!feature.takes_codes) {
    return builder.Add(op::EncodeText{{feature.name}, {std::move(texts)}, {unknown}, {missing}}, {column},
                       feature.name);
  }
  const std::set<std::string, std::less<>> known(texts.begin(), texts.end());
  for (size_t code = 0; code < feature.categories->size(); ++code) {
    if (known.contains(std::to_string(code))) continue;
    texts.push_back(std::to_string(code));
    codes.push_back(static_cast<double>(code));
  }
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId place,
      builder.Add(op::EncodeText{{feature.name}, {std::move(texts)}, {unknown}, {missing}}, {column}, feature.name));
  return builder.Add(op::DecodeNumber{std::move(codes)}, {place}, feature.name);
}

Result<ValueId> AddFeatureInputs(ModelBuilder& builder, std::span<const FeatureInput> features) {
  std::vector<ValueId> columns;
  for (const FeatureInput& feature : features) columns.push_back(builder.AddInput(feature.name));
  for (size_t i = 0; i < features.size(); ++i) {
    const FeatureInput& feature = features[i];
    const Type type = feature.categories ? TypeOf(*feature.categories) : Type::kFloat64;
    SCOREWAY_RETURN_IF_ERROR(builder.UseInput(columns[i], type));
    builder.SetMissingRule(columns[i], MissingRule::kModel);
    if (!feature.categories) continue;
    if (feature.categories->is_text) builder.SetCategories(columns[i], feature.categories->texts);
    SCOREWAY_ASSIGN_OR_RETURN(columns[i], AddCategoryCodes(builder, columns[i], feature));
  }
  if (columns.size() == 1) return columns[0];
  return builder.Add(op::Concat{}, std::move(columns), "features");
}

}  // namespace scoreway::boosters
