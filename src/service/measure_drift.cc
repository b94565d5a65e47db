#include "service/measure_drift.h"

#include <chrono>

#include "base/duration_text.h"
#include "service/log_window.h"

namespace scoreway {
namespace {

constexpr std::chrono::seconds kFlushMax{1};

Result<std::shared_ptr<const Profile>> ReferenceOf(ReferenceProfiles& references, ModelDrift* drift) {
  SCOREWAY_ASSIGN_OR_RETURN(auto found, references.Get(drift->model, drift->version));
  if (!found) {
    return Error{Code::kNotFound,
                 "has no reference profile: push with a sample of the training data, or learn it from the log",
                 "version " + std::to_string(drift->version) + " of '" + drift->model + "'"};
  }
  drift->reference = std::move(found->source);
  return std::move(found->profile);
}

// What this process has logged until now is seen, as far as the Store takes it within a second.
void FlushLog(const Records& records) {
  if (records.log != nullptr) records.log->Flush(kFlushMax);
}

}  // namespace

Result<ModelDrift> MeasureDrift(const Service& service, const Reference& reference, const DriftQuery& query,
                                ReferenceProfiles* references) {
  SCOREWAY_RETURN_IF_ERROR(CheckBounds(query.bounds));
  const Records& records = *service.records;
  const int64_t now = records.clock.NowMicros();
  ModelDrift drift{.model = reference.name, .version = 0, .window = query.window, .reference = {}, .report = {}};
  SCOREWAY_ASSIGN_OR_RETURN(drift.version, service.registry->Resolve(reference));
  SCOREWAY_ASSIGN_OR_RETURN(LogWindow window, ReadWindow(query.window, now));
  if (window.rows == 0) window.rows = query.rows_max;
  window.shadow = query.shadow;
  FlushLog(records);
  std::shared_ptr<const Profile> expected;
  if (query.against.empty()) {
    ReferenceProfiles once(*service.profiles);
    SCOREWAY_ASSIGN_OR_RETURN(expected, ReferenceOf(references == nullptr ? once : *references, &drift));
  } else {
    const auto ago = ParseDuration(query.against);
    if (!ago || *ago <= 0) {
      return Error{Code::kInvalidArgument, "'" + query.against + "' is no time such as 7d", "against"};
    }
    SCOREWAY_ASSIGN_OR_RETURN(LogWindow earlier, ReadWindow(query.window, now, *ago));
    if (earlier.rows == 0) earlier.rows = query.rows_max;
    earlier.shadow = query.shadow;
    SCOREWAY_ASSIGN_OR_RETURN(Profile before, ProfileLog(records, drift.model, drift.version, earlier));
    before.FitShape();
    expected = std::make_shared<const Profile>(std::move(before));
    drift.reference = query.against;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Profile current, ProfileLog(records, drift.model, drift.version, window));
  drift.report = CompareProfiles(*expected, current, query.bounds, query.exact_p_values);
  return drift;
}

Status StoreReference(const Service& service, std::string_view model, int64_t version, const Profile& profile,
                      const std::string& source, const std::string& who) {
  VersionProfile stored;
  stored.bytes = profile.Encode();
  stored.rows = profile.rows();
  stored.source = source;
  stored.who = who;
  return service.profiles->Put(model, version, stored);
}

Result<uint64_t> LearnReference(const Service& service, std::string_view model, int64_t version, uint64_t rows,
                                const std::string& who) {
  FlushLog(*service.records);
  SCOREWAY_ASSIGN_OR_RETURN(Profile profile,
                            ProfileLog(*service.records, model, version, {.rows = rows, .oldest = true}));
  if (profile.rows() < rows) {
    return Error{Code::kInvalidArgument,
                 std::to_string(profile.rows()) + " rows are logged, " + std::to_string(rows) + " are wanted",
                 "version " + std::to_string(version) + " of '" + std::string(model) + "'"};
  }
  profile.FitShape();
  SCOREWAY_RETURN_IF_ERROR(StoreReference(service, model, version, profile, "log", who));
  return profile.rows();
}

void WriteJson(const ModelDrift& drift, JsonWriter* json) {
  json->BeginObject();
  json->StringField("model", drift.model);
  json->IntField("version", drift.version);
  json->StringField("window", drift.window);
  json->StringField("reference", drift.reference);
  std::string report;
  JsonWriter report_json(&report);
  WriteJson(drift.report, &report_json);
  json->RawField("report", report);
  json->EndObject();
}

}  // namespace scoreway
