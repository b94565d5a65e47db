// scoreway_drift_*: the states of watched models, as they lie in the store.
#pragma once

#include <string>

#include "service/records.h"

namespace scoreway::http {

// Nothing where no model is watched, or the store does not answer.
void AppendDriftMetrics(const Records& records, std::string* out);

}  // namespace scoreway::http
