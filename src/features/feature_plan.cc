#include "features/feature_plan.h"

#include "data/codec/column_names.h"
#include "data/packed_row.h"
#include "features/feature_key.h"

namespace scoreway {
namespace {

Error AtColumn(const FeatureView& view, std::string_view column, std::string message) {
  return {Code::kInvalidArgument, std::move(message), "feature view '" + view.name + "', column " + Quoted(column)};
}

class Planner {
 public:
  explicit Planner(const Signature& signature) : signature_(signature), has_view_(signature.inputs.size(), false) {
    for (const InputField& input : signature.inputs) fields_.push_back({input.name, input.type});
  }

  Status Add(const FeatureViewPtr& view) {
    FeaturePlan::Fetch fetch{view, {}, {}};
    for (size_t i = 0; i < view->columns.size(); ++i) {
      const auto input = FindField(view->columns[i].name);
      if (!input || *input >= signature_.inputs.size() || !signature_.inputs[*input].used || has_view_[*input])
        continue;
      if (!CanTakeCell(fields_[*input].type, view->columns[i].type)) {
        return WrongType(*view, view->columns[i], fields_[*input].type);
      }
      has_view_[*input] = true;
      fetch.columns.push_back({i, *input});
    }
    if (fetch.columns.empty()) return {};
    for (const Field& key : view->keys) {
      SCOREWAY_ASSIGN_OR_RETURN(const size_t column, KeyColumn(*view, key));
      fetch.keys.push_back(column);
    }
    plan_.fetches.push_back(std::move(fetch));
    return {};
  }

  Result<FeaturePlan> Finish() && {
    for (size_t i = 0; i < fields_.size(); ++i) {
      const bool is_input = i < signature_.inputs.size();
      plan_.may_be_absent.push_back(!is_input || has_view_[i] || !signature_.inputs[i].used ||
                                    signature_.inputs[i].missing == MissingRule::kModel);
    }
    SCOREWAY_ASSIGN_OR_RETURN(plan_.row_schema, Schema::Make(std::move(fields_)));
    return std::move(plan_);
  }

 private:
  static Error WrongType(const FeatureView& view, const Field& field, Type wanted) {
    return AtColumn(view, field.name,
                    "it is of type " + std::string(TypeName(field.type)) + ", and the model's input of type " +
                        std::string(TypeName(wanted)));
  }

  std::optional<size_t> FindField(std::string_view name) const {
    for (size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].name == name) return i;
    }
    return std::nullopt;
  }

  // The row's column for the key: an input of the model, a key of an earlier view, or a new one.
  Result<size_t> KeyColumn(const FeatureView& view, const Field& key) {
    if (const auto column = FindField(key.name)) {
      if (!CanBeKey(fields_[*column].type, key.type)) return WrongType(view, key, fields_[*column].type);
      return *column;
    }
    fields_.push_back(key);
    return fields_.size() - 1;
  }

  const Signature& signature_;
  std::vector<Field> fields_;
  std::vector<bool> has_view_;  // of each input
  FeaturePlan plan_;
};

}  // namespace

Result<FeaturePlan> PlanFeatures(const Signature& signature, std::span<const FeatureViewPtr> views) {
  Planner planner(signature);
  for (const FeatureViewPtr& view : views) SCOREWAY_RETURN_IF_ERROR(planner.Add(view));
  return std::move(planner).Finish();
}

}  // namespace scoreway
