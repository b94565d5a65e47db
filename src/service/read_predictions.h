// ReadPredictions: a page of a model's logged predictions, as a caller names it in texts.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "record/prediction_reader.h"
#include "service/service.h"

namespace scoreway {

// "2026-03-01T12:00:00Z" or how long ago: "90s", "15m", "12h", "30d". kInvalidArgument if it is neither.
Result<int64_t> ReadTimeOrAge(std::string_view text, int64_t now_micros);

// As PredictionReader::Read; what this process has logged until now is seen, as far as the Store takes it within a
// second.
Result<PredictionPage> ReadPredictions(const Service& service, std::string_view model, const PredictionQuery& query,
                                       size_t count_max, const std::string& page_token);

}  // namespace scoreway
