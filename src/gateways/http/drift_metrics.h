// scoreway_drift_* and scoreway_performance_*: what the last look at each watched model found, as it lies in the store.
#pragma once

#include <string>

#include "service/records.h"

namespace scoreway::http {

// Nothing where no model is watched, or the store does not answer.
void AppendDriftMetrics(const Records& records, std::string* out);

}  // namespace scoreway::http
