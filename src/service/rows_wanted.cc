#include "service/rows_wanted.h"

#include <utility>

namespace scoreway {

Result<BatchRowsWanted> RowsWantedOf(const Service& service, const Handle& model) {
  const Signature& signature = model->model->signature();
  BatchRowsWanted wanted{.schema = model->model->input_schema(), .may_be_absent = {}, .make_join = {}};
  for (const InputField& field : signature.inputs) {
    wanted.may_be_absent.push_back(field.missing == MissingRule::kModel);
  }
  if (service.features == nullptr) return wanted;
  const auto definitions = service.features->catalogue.Newest();
  const auto views = definitions->views_of_model.find(model->name);
  if (views == definitions->views_of_model.end()) return wanted;
  SCOREWAY_ASSIGN_OR_RETURN(FeaturePlan plan, PlanFeatures(signature, views->second));
  if (plan.empty()) return wanted;
  wanted.schema = plan.row_schema;
  wanted.may_be_absent = plan.may_be_absent;
  wanted.make_join = [features = service.features, model, plan = std::move(plan)] {
    return std::make_unique<FeatureJoin>(&features->reader, features->clock, model->model->signature(), plan);
  };
  return wanted;
}

}  // namespace scoreway
