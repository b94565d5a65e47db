// /v1/models/NAME/watch: that a model is looked at, what was found, and what people say to it.
#include <string>

#include "gateways/http/drift_handlers.h"
#include "gateways/http/json_body.h"
#include "gateways/http/registry_call.h"
#include "service/set_watch.h"
#include "service/watch_store.h"

namespace scoreway::http {
namespace {

void WriteWatch(const Watch& watch, const WatchState& state, Call& call) {
  JsonWriter json(&call.response().body);
  std::string state_text;
  JsonWriter state_json(&state_text);
  WriteJson(state, &state_json);
  std::string watch_text;
  JsonWriter watch_json(&watch_text);
  WriteJson(watch, &watch_json);
  json.BeginObject();
  json.RawField("watch", watch_text);
  json.RawField("status", state_text);
  json.EndObject();
}

Status ReadCount(const JsonElement& value, uint32_t* count) {
  uint64_t number = 0;
  if (value.get(number) || number == 0 || number > 1000) return Status(Code::kInvalidArgument, "not from 1 to 1000");
  *count = static_cast<uint32_t>(number);
  return {};
}

Status ReadRows(const JsonElement& value, uint64_t* rows) {
  return value.get(*rows) ? Status(Code::kInvalidArgument, "not a number of rows") : Status();
}

// Changes the state of a watch, and answers with both.
template <typename Change>
Status ChangeState(Gateway& gateway, Call& call, Change&& change) {
  WatchStore watches(*gateway.service().records);
  SCOREWAY_ASSIGN_OR_RETURN(const Watch watch, watches.Get(ModelName(call)));
  SCOREWAY_ASSIGN_OR_RETURN(const WatchState state, watches.Update(watch.model, change));
  WriteWatch(watch, state, call);
  return {};
}

}  // namespace

void HandleGetWatch(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    WatchStore watches(*gateway.service().records);
    SCOREWAY_ASSIGN_OR_RETURN(const Watch watch, watches.Get(ModelName(call)));
    SCOREWAY_ASSIGN_OR_RETURN(const WatchState state, watches.GetState(watch.model));
    WriteWatch(watch, state, call);
    return {};
  });
}

void HandlePutWatch(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    Watch watch;
    watch.model = ModelName(call);
    std::string who = "http";
    SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(
        call.request().body(),
        {{"window", Into(&watch.window)},
         {"against", Into(&watch.against)},
         {"interval_seconds", Into(&watch.interval_seconds)},
         {"learn_rows", [&](const JsonElement& value) { return ReadRows(value, &watch.learn_rows); }},
         {"level", Into(&watch.bounds.level)},
         {"psi_warning", Into(&watch.bounds.psi_warning)},
         {"psi_alarm", Into(&watch.bounds.psi_alarm)},
         {"missing_warning", Into(&watch.bounds.missing_warning)},
         {"missing_alarm", Into(&watch.bounds.missing_alarm)},
         {"outside_warning", Into(&watch.bounds.outside_warning)},
         {"outside_alarm", Into(&watch.bounds.outside_alarm)},
         {"rows_min", [&](const JsonElement& value) { return ReadRows(value, &watch.bounds.rows_min); }},
         {"below", Into(&watch.below)},
         {"above", Into(&watch.above)},
         {"metric_window", Into(&watch.metric_window)},
         {"rise_after", [&](const JsonElement& value) { return ReadCount(value, &watch.rule.rise_after); }},
         {"fall_after", [&](const JsonElement& value) { return ReadCount(value, &watch.rule.fall_after); }},
         {"webhook", Into(&watch.webhook)},
         {"mail", Into(&watch.mail)},
         {"who", Into(&who)}}));
    SCOREWAY_ASSIGN_OR_RETURN(const Watch set, SetWatch(gateway.service(), watch, WhoOf(call, who)));
    JsonWriter json(&call.response().body);
    WriteJson(set, &json);
    return {};
  });
}

void HandleDeleteWatch(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_RETURN_IF_ERROR(WatchStore(*gateway.service().records).Remove(ModelName(call)));
    call.response().status = 204;
    return {};
  });
}

void HandleSilenceWatch(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    int64_t seconds = -1;
    std::string who = "http", note;
    SCOREWAY_RETURN_IF_ERROR(
        ReadJsonBody(call.request().body(), {{"seconds", Into(&seconds)}, {"who", Into(&who)}, {"note", Into(&note)}}));
    if (seconds < 0 || seconds > WatchState::kSilenceSecondsMax) {
      return Status(Code::kInvalidArgument, "from 0, which ends the silence, to a year", "member 'seconds'");
    }
    const int64_t now = gateway.service().records->clock.NowMicros();
    return ChangeState(gateway, call, [&](WatchState* state) -> Status {
      Silence(seconds == 0 ? 0 : now + seconds * 1'000'000, WhoOf(call, who), note, state);
      return {};
    });
  });
}

void HandleAcknowledgeWatch(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    std::string who = "http", note;
    SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(call.request().body(), {{"who", Into(&who)}, {"note", Into(&note)}}));
    return ChangeState(gateway, call, [&](WatchState* state) { return Acknowledge(WhoOf(call, who), note, state); });
  });
}

}  // namespace scoreway::http
