// SetAsideRows: the rows of a firing that could not be scored are kept with their reasons (batches/bad_row.h).
#pragma once

#include <string>

#include "base/result.h"
#include "batches/batch_store.h"

namespace scoreway {

// `errors` is the file of them that RunBatch has written: row,line,reason.
Status SetAsideRows(BatchStore& store, const std::string& batch, const Firing& firing, const std::string& errors);

}  // namespace scoreway
