#include "service/admission.h"

#include <algorithm>
#include <cstdint>

#include "base/number_text.h"
#include "base/plain_name.h"

namespace scoreway {

Status ModelLimit::Set(std::string_view text, unsigned least, unsigned most) {
  const size_t equals = text.rfind('=');
  const std::string_view model = text.substr(0, equals == std::string_view::npos ? 0 : equals);
  const std::string_view digits = equals == std::string_view::npos ? text : text.substr(equals + 1);
  const auto wrong = [&](const std::string& why) {
    return Status(Code::kInvalidArgument, "'" + std::string(text) + "': " + why);
  };
  int64_t count = 0;
  if (ParseInt64(digits, &count) != NumberParse::kOk || count < least || count > most) {
    return wrong("not COUNT or MODEL=COUNT, with a count from " + std::to_string(least) + " to " +
                 std::to_string(most));
  }
  if (equals == std::string_view::npos) {
    all_ = static_cast<unsigned>(count);
    return {};
  }
  if (const Status status = CheckPlainName("a model", model); !status.ok()) return wrong(status.error().message);
  own_.insert_or_assign(std::string(model), static_cast<unsigned>(count));
  return {};
}

unsigned ModelLimit::Of(std::string_view model) const {
  const auto found = own_.find(model);
  return found == own_.end() ? all_ : found->second;
}

Lane LaneOf(const LoadedModel& model, std::string_view caller, const AdmissionOptions& options,
            const WorkerPool& pool) {
  unsigned running_max = options.running_max.Of(model.name);
  if (running_max == 0) running_max = pool.threads();
  if (model.model->program()) running_max = std::min(running_max, std::max(pool.threads() / 2, 1U));
  return {model.name, caller, running_max, options.waiting_max.Of(model.name)};
}

Error AsError(const Refusal& refusal) {
  if (refusal.reason == Refusal::Reason::kModelBusy) {
    return {Code::kResourceExhausted, "too many requests for this model wait already; try again", {}};
  }
  return {Code::kUnavailable, "too many requests wait already; try again", {}};
}

}  // namespace scoreway
