#include "service/manage_streams.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "kafka/kafka.h"
#include "service/stream_service.h"

namespace scoreway {
namespace {

constexpr std::chrono::milliseconds kAskTimeout{5000};

Result<int64_t> VersionOf(const Service& service, const std::string& model) {
  Result<Reference> reference = ParseReference(model);
  if (!reference.ok()) return AtPlace("member 'model'", ToError(std::move(reference)));
  return service.registry->Resolve(*reference);
}

// This process sees it at once.
Result<Stream> Shown(const Service& service, Result<Stream> changed) {
  if (changed.ok()) SCOREWAY_RETURN_IF_ERROR(service.streams->definitions.Refresh());
  return changed;
}

}  // namespace

Result<Stream> CreateStream(const Service& service, Stream stream) {
  SCOREWAY_RETURN_IF_ERROR(CompleteStream(&stream));
  SCOREWAY_RETURN_IF_ERROR(VersionOf(service, stream.model).status());
  return Shown(service, service.streams->store.Create(std::move(stream)));
}

Result<Stream> ReplayStream(const Service& service, const ReplayRequest& request) {
  StreamService& streams = *service.streams;
  if (request.from_offset < 0 || request.from_micros < 0) {
    return Error{Code::kInvalidArgument, "a replay begins at an offset or a time from 0", "member 'from'"};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Stream origin, streams.store.Get(request.stream));
  if (origin.takes == StreamTakes::kLabels) {
    return Error{Code::kInvalidArgument, "it takes labels, which are not answered", "stream '" + origin.name + "'"};
  }
  Stream replay = origin;
  replay.name = request.name;
  replay.output = request.output;
  replay.errors = request.errors;
  replay.who = request.who;
  replay.replay_of = origin.name;
  replay.state = StreamState::kRunning;
  replay.from_end = false;
  replay.ends.clear();
  if (replay.output == origin.output) {
    return Error{Code::kInvalidArgument, "a replay's answers go to another topic than its stream's", "member 'output'"};
  }
  SCOREWAY_RETURN_IF_ERROR(CompleteStream(&replay));
  const std::string model = request.model.empty() ? origin.model : request.model;
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t version, VersionOf(service, model));
  SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ParseReference(model));
  replay.model = reference.name + "/" + std::to_string(version);
  if (streams.store.Get(replay.name).ok()) {
    return Error{Code::kAlreadyExists, "there is one already", "stream '" + replay.name + "'"};
  }

  const KafkaAccess access = streams.AccessOf(replay);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<KafkaRange> ranges,
                            KafkaRangesOf(access, replay.input, request.from_micros / 1000, kAskTimeout));
  std::vector<KafkaOffset> begins;
  for (const KafkaRange& range : ranges) {
    begins.push_back({range.partition, std::clamp(request.from_offset, range.begin, range.end)});
    replay.ends.push_back({range.partition, range.end});
  }
  // Whoever runs it goes on from what its group has committed.
  SCOREWAY_RETURN_IF_ERROR(SetKafkaCommitted(access, replay.group(), replay.input, begins, kAskTimeout));
  return Shown(service, streams.store.Create(std::move(replay)));
}

Result<Stream> SetStreamState(const Service& service, std::string_view name, StreamState state) {
  return Shown(service, service.streams->store.SetState(name, state));
}

Status DeleteStream(const Service& service, std::string_view name) {
  SCOREWAY_RETURN_IF_ERROR(service.streams->store.Delete(name));
  return service.streams->definitions.Refresh();
}

Result<StreamView> ReadStream(const Service& service, std::string_view name) {
  StreamView view;
  SCOREWAY_ASSIGN_OR_RETURN(view.stream, service.streams->store.Get(name));
  SCOREWAY_ASSIGN_OR_RETURN(view.instances, service.streams->store.Reports(view.stream.name));
  return view;
}

void WriteJson(const StreamView& view, JsonWriter* json) {
  std::string text;
  JsonWriter stream(&text);
  WriteJson(view.stream, &stream);
  text.pop_back();
  text += ",\"instances\":";
  JsonWriter instances(&text);
  instances.BeginArray();
  for (const StreamReport& report : view.instances) WriteJson(report, &instances);
  instances.EndArray();
  text += '}';
  json->Raw(text);
}

}  // namespace scoreway
