#include "service/routing.h"

namespace scoreway {
namespace {

// The version, or null if it has to be loaded first, which begins then.
Handle FindOrLoad(const Service& service, ServingSet::Reader& models, std::string_view name, std::string_view alias) {
  Handle model = models.Find(name, alias, 0);
  if (model == nullptr && service.traffic->MayLoad(name, alias)) {
    service.serving->Load(Reference{std::string(name), std::string(alias), 0}, [](const Result<Handle>&) {});
  }
  return model;
}

}  // namespace

std::string_view RouteAlias(const Service& service, TrafficReader& traffic, ServingSet::Reader& models,
                            const ModelWish& wish, std::string_view key) {
  if (!wish.alias.empty() || wish.version != 0) return wish.alias;
  const TrafficPolicy* const policy = traffic.Find(wish.name);
  if (policy == nullptr || policy->split.empty()) return {};
  const std::string_view alias = traffic.Choose(*policy, key);
  return FindOrLoad(service, models, wish.name, alias) == nullptr ? std::string_view() : alias;
}

void ScoreShadows(const Service& service, TrafficReader& traffic, ServingSet::Reader& models, Predictor& predictor,
                  const Handle& model, std::string_view caller, std::string_view trace_id) {
  if (service.shadows == nullptr) return;
  const Batch* const rows = predictor.TakeLogged();
  if (rows == nullptr) return;
  const TrafficPolicy* const policy = traffic.Find(model->name);
  if (policy == nullptr) return;
  for (const std::string& alias : policy->shadow) {
    const Handle shadow = FindOrLoad(service, models, model->name, alias);
    if (shadow == nullptr || shadow->version == model->version) continue;
    service.shadows->Score(shadow, *rows,
                           {.id = std::string(predictor.prediction_id()),
                            .alias = alias,
                            .caller = std::string(caller),
                            .trace_id = std::string(trace_id),
                            .keys = predictor.logged_keys()});
  }
}

}  // namespace scoreway
