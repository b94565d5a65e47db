#include "service/manage_batches.h"

#include <algorithm>
#include <utility>

#include "base/utc_time.h"
#include "data/codec/column_names.h"
#include "databases/database_grant.h"
#include "kafka/kafka_settings.h"
#include "service/batch_service.h"
#include "service/find_model.h"
#include "service/zone_file.h"

namespace scoreway {
namespace {

constexpr int64_t kMicros = 1'000'000;

std::string PlaceOf(std::string_view name) { return "batch '" + std::string(name) + "'"; }

// What only they can read who speak to databases and brokers.
Status CheckUrls(const StoredBatch& batch) {
  SCOREWAY_ASSIGN_OR_RETURN(const BatchOutput output, ParseBatchOutput(batch.output));
  Status status;
  if (output.kind == BatchOutput::Kind::kTopic) status = ParseKafkaTopicUrl(output.url).status();
  if (output.kind == BatchOutput::Kind::kTable) {
    status = CheckTableName(output.url);
    if (status.ok() && batch.keep.empty()) {
      status = Status(Code::kInvalidArgument, "a table needs columns of the rows that tell them apart: member 'keep'");
    }
  }
  if (!status.ok()) return AtPlace("member 'output'", std::move(status).error());
  if (!batch.input.empty()) status = ParseKafkaTopicUrl(batch.input).status();
  if (status.ok() && batch.input == batch.output) {
    status = Status(Code::kInvalidArgument, "is the output: answers would be read as rows");
  }
  return status.ok() ? std::move(status) : AtPlace("member 'input'", std::move(status).error());
}

}  // namespace

Result<BatchVersions> VersionsOf(const Service& service, const StoredBatch& batch) {
  Result<Reference> reference = ParseReference(batch.model);
  if (!reference.ok()) return AtPlace("member 'model'", ToError(std::move(reference)));
  BatchVersions versions;
  SCOREWAY_ASSIGN_OR_RETURN(versions.meant, service.registry->Resolve(*reference));
  versions.newest = versions.meant;
  if (!batch.trigger.after_version) return versions;
  SCOREWAY_ASSIGN_OR_RETURN(const ModelInfo model, service.registry->GetModel(reference->name));
  versions.newest = model.latest_version;
  return versions;
}

Status CheckOutputs(const StoredBatch& batch, const Schema& outputs) {
  std::vector<std::string_view> names;
  for (const Field& field : outputs.fields()) names.push_back(field.name);
  for (const std::string& output : batch.outputs) {
    if (outputs.Find(output)) continue;
    return Status(Code::kInvalidArgument, "the model has no output " + Quoted(output) + DidYouMean(output, names),
                  "member 'outputs'");
  }
  for (const Field& kept : KeptFields(batch)) {
    const bool is_given =
        outputs.Find(kept.name) && (batch.outputs.empty() || std::ranges::count(batch.outputs, kept.name) > 0);
    if (!is_given) continue;
    return Status(Code::kInvalidArgument, "an output of the model is called " + Quoted(kept.name), "member 'keep'");
  }
  return {};
}

Result<StoredBatch> CreateBatch(const Service& service, StoredBatch batch) {
  SCOREWAY_RETURN_IF_ERROR(CheckStoredBatch(batch));
  SCOREWAY_RETURN_IF_ERROR(CheckUrls(batch));
  if (const Result<TimeZone> zone = LoadTimeZone(batch.trigger.timezone); !zone.ok()) {
    return AtPlace("member 'timezone'", zone.error());
  }
  SCOREWAY_ASSIGN_OR_RETURN(const BatchVersions versions, VersionsOf(service, batch));
  if (service.serving != nullptr) {
    SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ParseReference(batch.model));
    Result<Handle> model = service.serving->LoadNow(reference);
    if (!model.ok()) return AsLoadError(model.error());
    SCOREWAY_RETURN_IF_ERROR(CheckOutputs(batch, *(*model)->scorer->output_schema()));
  }
  SCOREWAY_ASSIGN_OR_RETURN(StoredBatch created,
                            service.batches->store.Create(std::move(batch), versions.newest, versions.meant));
  SCOREWAY_RETURN_IF_ERROR(service.batches->definitions.Refresh());
  return created;
}

Status DeleteBatch(const Service& service, std::string_view name, bool drops_rows) {
  SCOREWAY_RETURN_IF_ERROR(service.batches->store.Delete(name, drops_rows));
  return service.batches->definitions.Refresh();
}

Result<Firing> FireBatch(const Service& service, std::string_view name, const std::string& who) {
  BatchService& batches = *service.batches;
  SCOREWAY_ASSIGN_OR_RETURN(const StoredBatch batch, batches.store.Get(name));
  SCOREWAY_ASSIGN_OR_RETURN(const BatchVersions versions, VersionsOf(service, batch));
  SCOREWAY_ASSIGN_OR_RETURN(
      const BatchLook fired, batches.store.Change(batch.name, [&](const BatchState& state) -> Result<BatchLook> {
        if (state.is_deleted) return Error{Code::kNotFound, "no such batch", PlaceOf(name)};
        if (state.rows == 0) return Error{Code::kConflict, "no rows wait", PlaceOf(name)};
        if (state.unfinished.size() >= BatchState::kUnfinishedMax) {
          return Error{Code::kResourceExhausted, "too many of its firings are not over", PlaceOf(name)};
        }
        BatchLook look = FireNow(state, FiringCause::kManual,
                                 {.now_micros = batches.clock.NowMicros(), .meant_version = versions.meant});
        look.firing.who = who;
        return look;
      }));
  return fired.firing;
}

Result<Firing> RetryFiring(const Service& service, std::string_view name, int64_t number) {
  BatchStore& store = service.batches->store;
  SCOREWAY_ASSIGN_OR_RETURN(const StoredBatch batch, store.Get(name));
  SCOREWAY_ASSIGN_OR_RETURN(const StoredFiring read, store.GetFiring(batch.name, number));
  if (read.firing.state != FiringState::kFailed) {
    return Error{Code::kConflict, "has not failed", PlaceOf(name) + ", firing " + std::to_string(number)};
  }
  Firing again = read.firing;
  again.state = FiringState::kWaiting;
  again.attempts = 0;
  again.next_try_micros = again.finished_micros = 0;
  SCOREWAY_ASSIGN_OR_RETURN(const StoredFiring changed, store.ChangeFiring(batch.name, read, again));
  return changed.firing;
}

Result<BatchView> ReadBatch(const Service& service, std::string_view name) {
  BatchStore& store = service.batches->store;
  BatchView view;
  SCOREWAY_ASSIGN_OR_RETURN(view.batch, store.Get(name));
  SCOREWAY_ASSIGN_OR_RETURN(view.state, store.State(view.batch.name));
  SCOREWAY_ASSIGN_OR_RETURN(view.unfinished, store.Unfinished(view.batch.name, view.state));
  const Trigger& trigger = view.batch.trigger;
  if (trigger.cron.empty()) return view;
  SCOREWAY_ASSIGN_OR_RETURN(const Cron cron, Cron::Parse(trigger.cron));
  SCOREWAY_ASSIGN_OR_RETURN(const TimeZone zone, LoadTimeZone(trigger.timezone));
  view.next_micros = cron.NextAfter(zone, view.state.cron_until_seconds).value_or(0) * kMicros;
  return view;
}

void WriteJson(const BatchView& view, JsonWriter* json) {
  std::string text;
  JsonWriter batch(&text);
  WriteJson(view.batch, &batch);
  text.pop_back();
  text += ",\"waiting\":";
  JsonWriter waiting(&text);
  waiting.BeginObject();
  waiting.IntField("firing", view.state.collecting);
  waiting.IntField("rows", view.state.rows);
  waiting.IntField("bytes", view.state.bytes);
  waiting.IntField("bad_messages", view.state.bad_messages);
  waiting.Key("oldest");
  view.state.rows == 0 ? waiting.Null() : waiting.String(FormatUtc(view.state.oldest_micros));
  waiting.EndObject();
  text += ",\"next\":";
  JsonWriter next(&text);
  view.next_micros == 0 ? next.Null() : next.String(FormatUtc(view.next_micros));
  text += ",\"input_offsets\":";
  JsonWriter offsets(&text);
  offsets.BeginArray();
  for (const int64_t offset : view.state.input_offsets) offsets.Int(offset);
  offsets.EndArray();
  text += ",\"unfinished\":";
  JsonWriter firings(&text);
  firings.BeginArray();
  for (const Firing& firing : view.unfinished) WriteJson(firing, &firings);
  firings.EndArray();
  text += '}';
  json->Raw(text);
}

}  // namespace scoreway
