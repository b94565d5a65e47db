// RowsWantedOf: how the rows of a loaded version are read where they are scored apart from requests.
#pragma once

#include "base/result.h"
#include "service/loaded_model.h"
#include "service/run_batch.h"
#include "service/service.h"

namespace scoreway {

// Its inputs, or where it uses feature views what rows have instead; the joins must not outlive service.features.
Result<BatchRowsWanted> RowsWantedOf(const Service& service, const Handle& model);

}  // namespace scoreway
