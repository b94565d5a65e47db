// A Batch as a table of Arrow's C data interface.
#pragma once

#include <memory>

#include "bindings/c/scoreway.h"
#include "data/batch.h"

namespace scoreway::c_api {

// The batch as a struct array and its schema, which the receiver releases. Numbers and the bytes of texts (large_utf8)
// lie where the batch has them; bools, validity and the ends of texts are written anew.
void ExportBatch(const std::shared_ptr<const Batch>& batch, ArrowSchema* schema, ArrowArray* array);

}  // namespace scoreway::c_api
