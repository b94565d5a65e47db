// Routing: from the plain name of a model to the alias that its traffic policy chooses, and to the copies that score
// besides. The same for every door.
#pragma once

#include <string_view>

#include "service/find_model.h"
#include "service/predict.h"
#include "service/service.h"
#include "service/traffic.h"

namespace scoreway {

// The alias that a request is led to which asks for this and has this key (empty: none); the wish's own where it names
// an alias or a version, or the model has no split. An alias that is not loaded is loaded, and meanwhile the plain name
// answers: nobody waits for a challenger, or fails by it. Valid until the readers are used again.
std::string_view RouteAlias(const Service& service, TrafficReader& traffic, ServingSet::Reader& models,
                            const ModelWish& wish, std::string_view key);

// Hands the rows that the predictor scored and logged last, if it has since the last call, to those versions that
// shadow it.
void ScoreShadows(const Service& service, TrafficReader& traffic, ServingSet::Reader& models, Predictor& predictor,
                  const Handle& model, std::string_view caller, std::string_view trace_id);

}  // namespace scoreway
