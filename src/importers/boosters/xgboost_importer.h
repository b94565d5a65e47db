// The importer of models that XGBoost saved as files.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/model.h"

namespace scoreway::boosters {

bool LooksLikeXgboost(std::string_view bytes);
// "xgboost-json", "xgboost-ubj" or "xgboost-legacy".
std::string_view XgboostFormat(std::string_view bytes);

// Outputs are prediction[_<k>], what Booster.predict gives, and margin[_<k>]. With a feature map ("" if there is none;
// feature_map.h) they are named as those of PMML that is made of the two files: _target (_target1, _target2 ... if
// there are several), and probability(<class>) of a classifier. CORRUPT and RESOURCE_EXHAUSTED name the place;
// UNSUPPORTED names what is beyond us.
Result<Model> ImportXgboost(std::string_view bytes, std::string_view feature_map);

}  // namespace scoreway::boosters
