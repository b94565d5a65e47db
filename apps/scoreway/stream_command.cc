// scoreway stream: messages of one Kafka topic answered in another.

#include "commands.h"
#include "files.h"
#include "open_registry.h"
#include "printing.h"
#include "read_kafka_config.h"
#include "service/manage_streams.h"
#include "service/read_predictions.h"
#include "service/stream_service.h"
#include "table.h"

namespace scoreway {
namespace {

void PrintView(const StreamView& view) {
  const Stream& stream = view.stream;
  Table table({"stream", stream.name});
  table.Add({"state", std::string(StreamStateName(stream.state))});
  table.Add({"input", stream.input + " at " + stream.brokers});
  table.Add({"takes", std::string(StreamTakesName(stream.takes))});
  table.Add({"format", std::string(StreamFormatName(stream.format))});
  table.Add({"model", stream.model});
  if (stream.takes == StreamTakes::kRows) table.Add({"output", stream.output});
  table.Add({"errors", stream.errors});
  if (stream.is_replay()) table.Add({"replay of", stream.replay_of});
  table.Add({"created", TimeText(stream.created_micros) + " by " + stream.who});
  Print(table.ToString());
  if (view.instances.empty()) return Print("no server says that it runs it\n");
  Table instances({"INSTANCE", "IS", "PARTITIONS", "LAG", "MESSAGES", "BAD", "VERSION", "ERROR"});
  for (const StreamReport& report : view.instances) {
    instances.Add({report.instance, report.activity, std::to_string(report.partitions), std::to_string(report.lag),
                   std::to_string(report.messages), std::to_string(report.bad), std::to_string(report.version),
                   report.error.substr(0, 100)});
  }
  Print(instances.ToString());
}

Status List(StreamStore& store, bool as_json) {
  SCOREWAY_ASSIGN_OR_RETURN(const StreamSet streams, store.ReadAll());
  if (as_json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("streams");
      json.BeginArray();
      for (const auto& [name, stream] : streams) WriteJson(*stream, &json);
      json.EndArray();
    });
    return {};
  }
  Table table({"STREAM", "STATE", "INPUT", "MODEL", "OUTPUT"});
  for (const auto& [name, stream] : streams) {
    table.Add({name, std::string(StreamStateName(stream->state)), stream->input, stream->model, stream->output});
  }
  Print(table.empty() ? "no streams yet; 'scoreway stream create' makes one\n" : table.ToString());
  return {};
}

Result<Stream> Create(const Service& service, const StreamCommandOptions& options) {
  Stream stream;
  stream.name = options.name;
  stream.brokers = options.brokers;
  stream.input = options.input;
  stream.output = options.output;
  stream.errors = options.errors;
  stream.model = options.model;
  (void)StreamTakesFromName(options.takes, &stream.takes);
  (void)StreamFormatFromName(options.format, &stream.format);
  (void)StreamFormatFromName(options.output_format, &stream.output_format);
  if (!options.schema_file.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const std::string> schema,
                              ReadFile(options.schema_file, Stream::kSchemaBytesMax));
    stream.schema = *schema;
  }
  stream.columns = options.columns;
  stream.outputs = options.outputs;
  stream.from_end = options.from_end;
  if (options.paused) stream.state = StreamState::kPaused;
  stream.who = CurrentUser();
  return CreateStream(service, std::move(stream));
}

Result<Stream> Replay(const Service& service, const StreamCommandOptions& options) {
  ReplayRequest replay;
  replay.stream = options.name;
  replay.name = options.replay_name;
  replay.model = options.model;
  replay.output = options.output;
  replay.errors = options.errors;
  replay.from_offset = options.from_offset;
  replay.who = CurrentUser();
  if (!options.from.empty()) {
    Result<int64_t> micros = ReadTimeOrAge(options.from, SystemClock().NowMicros());
    if (!micros.ok()) return AtPlace("--from", ToError(std::move(micros)));
    replay.from_micros = *micros;
  }
  return ReplayStream(service, replay);
}

}  // namespace

Status RunStream(const StreamCommandOptions& options) {
  using Action = StreamCommandOptions::Action;
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  StreamOptions stream_options;
  SCOREWAY_ASSIGN_OR_RETURN(stream_options.kafka, ReadKafkaConfig(options.kafka_config));
  StreamService streams(*registry.store, SystemClock(), std::chrono::milliseconds(0), stream_options);
  const Service service{.registry = registry.registry.get(), .streams = &streams};
  std::string name = options.name;
  switch (options.action) {
    case Action::kList: return List(streams.store, options.json);
    case Action::kDelete: return DeleteStream(service, name);
    case Action::kCreate: SCOREWAY_RETURN_IF_ERROR(Create(service, options).status()); break;
    case Action::kReplay:
      SCOREWAY_RETURN_IF_ERROR(Replay(service, options).status());
      name = options.replay_name;
      break;
    case Action::kPause: SCOREWAY_RETURN_IF_ERROR(SetStreamState(service, name, StreamState::kPaused).status()); break;
    case Action::kResume:
      SCOREWAY_RETURN_IF_ERROR(SetStreamState(service, name, StreamState::kRunning).status());
      break;
    case Action::kShow: break;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const StreamView view, ReadStream(service, name));
  options.json ? PrintAsJson(view) : PrintView(view);
  return {};
}

}  // namespace scoreway
