// /v1/streams: streams are made, paused, replayed and looked at.
#include "base/utc_time.h"
#include "gateways/http/handlers.h"
#include "gateways/http/json_body.h"
#include "gateways/http/registry_call.h"
#include "service/manage_streams.h"
#include "service/stream_service.h"

namespace scoreway::http {
namespace {

std::string_view StreamName(const Call& call) { return call.parameters[0]; }

template <typename T>
void WriteAnswer(const T& value, Call& call) {
  JsonWriter json(&call.response().body);
  WriteJson(value, &json);
}

void SetState(Gateway& gateway, Call& call, StreamState state) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const Stream stream, SetStreamState(gateway.service(), StreamName(call), state));
    WriteAnswer(stream, call);
    return {};
  });
}

Result<Stream> ReadStreamRequest(const Call& call) {
  Stream stream;
  std::string format(StreamFormatName(stream.format)), output_format(StreamFormatName(stream.output_format));
  std::string takes(StreamTakesName(stream.takes)), who = "http";
  bool is_paused = false;
  SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(call.request().body(), {{"name", Into(&stream.name)},
                                                                {"brokers", Into(&stream.brokers)},
                                                                {"input", Into(&stream.input)},
                                                                {"model", Into(&stream.model)},
                                                                {"output", Into(&stream.output)},
                                                                {"errors", Into(&stream.errors)},
                                                                {"takes", Into(&takes)},
                                                                {"format", Into(&format)},
                                                                {"output_format", Into(&output_format)},
                                                                {"schema", Into(&stream.schema)},
                                                                {"columns", Into(&stream.columns)},
                                                                {"outputs", Into(&stream.outputs)},
                                                                {"from_end", Into(&stream.from_end)},
                                                                {"paused", Into(&is_paused)},
                                                                {"who", Into(&who)}}));
  if (!StreamFormatFromName(format, &stream.format)) {
    return Error{Code::kInvalidArgument, "not one of json, csv and avro", "member 'format'"};
  }
  if (!StreamFormatFromName(output_format, &stream.output_format)) {
    return Error{Code::kInvalidArgument, "not one of json and avro", "member 'output_format'"};
  }
  if (!StreamTakesFromName(takes, &stream.takes)) {
    return Error{Code::kInvalidArgument, "not one of rows and labels", "member 'takes'"};
  }
  if (is_paused) stream.state = StreamState::kPaused;
  stream.who = WhoOf(call, who);
  return stream;
}

}  // namespace

void HandleListStreams(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const StreamSet streams, gateway.service().streams->store.ReadAll());
    JsonWriter json(&call.response().body);
    json.BeginObject();
    json.Key("streams");
    json.BeginArray();
    for (const auto& [name, stream] : streams) WriteJson(*stream, &json);
    json.EndArray();
    json.EndObject();
    return {};
  });
}

void HandleCreateStream(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(Stream wish, ReadStreamRequest(call));
    SCOREWAY_ASSIGN_OR_RETURN(const Stream stream, CreateStream(gateway.service(), std::move(wish)));
    call.response().status = 201;
    WriteAnswer(stream, call);
    return {};
  });
}

void HandleGetStream(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const StreamView view, ReadStream(gateway.service(), StreamName(call)));
    WriteAnswer(view, call);
    return {};
  });
}

void HandleDeleteStream(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_RETURN_IF_ERROR(DeleteStream(gateway.service(), StreamName(call)));
    call.response().status = 204;
    return {};
  });
}

void HandlePauseStream(Gateway& gateway, Call& call) { SetState(gateway, call, StreamState::kPaused); }
void HandleResumeStream(Gateway& gateway, Call& call) { SetState(gateway, call, StreamState::kRunning); }

void HandleReplayStream(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    ReplayRequest replay;
    replay.stream = StreamName(call);
    std::string from, who = "http";
    SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(call.request().body(), {{"name", Into(&replay.name)},
                                                                  {"model", Into(&replay.model)},
                                                                  {"output", Into(&replay.output)},
                                                                  {"errors", Into(&replay.errors)},
                                                                  {"from_offset", Into(&replay.from_offset)},
                                                                  {"from", Into(&from)},
                                                                  {"who", Into(&who)}}));
    if (!from.empty()) {
      const auto micros = ParseUtc(from);
      if (!micros) {
        return Status(Code::kInvalidArgument, "not a time such as 2026-03-01T12:00:00Z", "member 'from'");
      }
      replay.from_micros = *micros;
    }
    replay.who = WhoOf(call, who);
    SCOREWAY_ASSIGN_OR_RETURN(const Stream stream, ReplayStream(gateway.service(), replay));
    call.response().status = 201;
    WriteAnswer(stream, call);
    return {};
  });
}

}  // namespace scoreway::http
