// scoreway_batch_*: stored batches, as they lie in the store.
#pragma once

#include <string>

#include "service/batch_service.h"

namespace scoreway::http {

// Of the first thousand by name. Nothing where there is none, or the store does not answer.
void AppendBatchMetrics(BatchService& batches, std::string* out);

}  // namespace scoreway::http
