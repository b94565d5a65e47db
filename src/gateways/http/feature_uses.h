// What a prediction took from feature views, told in its answer.
#pragma once

#include <span>
#include <string>

#include "gateways/http/response.h"
#include "service/feature_join.h"

namespace scoreway::http {

// ,"features":[{"view":"customers","looked_up":1,"found":1,"oldest_seconds":12.5,"failed":false}]
// or nothing where no view is used. oldest_seconds is null where nothing was found.
void AppendFeatureUses(std::span<const FeatureUse> uses, std::string* body);

// The same array as the header X-Scoreway-Features.
void AddFeatureUsesHeader(std::span<const FeatureUse> uses, Response* response);

}  // namespace scoreway::http
