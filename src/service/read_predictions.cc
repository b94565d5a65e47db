#include "service/read_predictions.h"

#include <chrono>

#include "base/duration_text.h"
#include "base/utc_time.h"

namespace scoreway {
namespace {

constexpr std::chrono::seconds kFlushMax{1};

}  // namespace

Result<int64_t> ReadTimeOrAge(std::string_view text, int64_t now_micros) {
  if (const auto micros = ParseUtc(text)) return *micros;
  if (const auto age = ParseDuration(text)) return now_micros - *age;
  return Error{Code::kInvalidArgument,
               "'" + std::string(text.substr(0, 80)) +
                   "' is neither a time such as 2026-03-01T12:00:00Z nor an age "
                   "such as 12h",
               {}};
}

Result<PredictionPage> ReadPredictions(const Service& service, std::string_view model, const PredictionQuery& query,
                                       size_t count_max, const std::string& page_token) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(model));
  Records& records = *service.records;
  if (records.log != nullptr) records.log->Flush(kFlushMax);
  return records.reader.Read(model, query, count_max, page_token);
}

}  // namespace scoreway
