// PushWithSample: a push that brings rows of the training data along: their profile becomes the version's reference.
#pragma once

#include <memory>

#include "base/file_bytes.h"
#include "base/result.h"
#include "service/push.h"
#include "tables/table_format.h"

namespace scoreway {

struct TrainingSample {
  std::shared_ptr<const FileBytes> rows;
  TableFormat format = TableFormat::kCsv;
};

// As PushModel. Rows that the model cannot score are an error before anything is stored. *profile_rows: how many there
// were.
Result<PushModelAnswer> PushWithSample(const Service& service, PushModelRequest request,
                                       std::shared_ptr<const std::string> artifact, const TrainingSample& sample,
                                       uint64_t* profile_rows);

}  // namespace scoreway
