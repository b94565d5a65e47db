#include "streams/stream.h"

#include <algorithm>
#include <array>

#include "base/plain_name.h"
#include "base/utc_time.h"
#include "data/avro/avro_schema.h"
#include "data/codec/json_members.h"

namespace scoreway {
namespace {

constexpr std::array<std::string_view, 3> kStateNames = {"running", "paused", "done"};
constexpr std::array<std::string_view, 3> kFormatNames = {"json", "csv", "avro"};
constexpr std::array<std::string_view, 2> kTakesNames = {"rows", "labels"};
constexpr size_t kTopicBytesMax = 249;  // Kafka's own limit

Status Wrong(std::string message, const char* member) {
  return Status(Code::kInvalidArgument, std::move(message), "member '" + std::string(member) + "'");
}

// As Kafka takes them.
Status CheckTopic(std::string_view topic, const char* member) {
  const bool is_right = !topic.empty() && topic.size() <= kTopicBytesMax && topic != "." && topic != ".." &&
                        std::ranges::all_of(topic, [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                 c == '.' || c == '_' || c == '-';
                        });
  if (is_right) return {};
  return Wrong("a topic's name has letters, digits, '.', '_' and '-', at most 249 of them", member);
}

Status CheckBrokers(std::string_view brokers) {
  const bool is_right = !brokers.empty() && brokers.size() <= Stream::kTextBytesMax &&
                        std::ranges::all_of(brokers, [](char c) { return c > ' ' && c < 0x7f; });
  return is_right ? Status() : Wrong("not host:port,host:port", "brokers");
}

Status CheckNames(const std::vector<std::string>& names, const char* member) {
  if (names.size() > Stream::kColumnsMax) {
    return Wrong("more than " + std::to_string(Stream::kColumnsMax) + " names", member);
  }
  for (const std::string& name : names) {
    const bool is_right = !name.empty() && name.size() <= Stream::kTextBytesMax &&
                          std::ranges::none_of(name, [](char c) { return c == '\n' || c == '\r'; });
    if (!is_right) return Wrong("a column's name is a line of text", member);
  }
  return {};
}

Status CheckFormats(const Stream& stream) {
  if (stream.output_format == StreamFormat::kCsv) return Wrong("answers are json or avro", "output_format");
  if (!stream.columns.empty() && stream.format != StreamFormat::kCsv) {
    return Wrong("only CSV has columns by position; JSON and Avro name them", "columns");
  }
  if (stream.schema.empty()) return {};
  if (stream.format != StreamFormat::kAvro) return Wrong("only Avro has one", "schema");
  if (stream.schema.size() > Stream::kSchemaBytesMax) return Wrong("longer than 256 KiB", "schema");
  auto schema = AvroSchema::Parse(stream.schema);
  if (!schema.ok()) return AtPlace("member 'schema'", std::move(schema).error());
  return schema->nodes()[0].kind == AvroKind::kRecord ? Status() : Wrong("rows are records", "schema");
}

// It has members of its own only to say that the others are left out.
Status CheckLabelStream(const Stream& stream) {
  if (!stream.output.empty()) return Wrong("labels are not answered", "output");
  if (stream.format != StreamFormat::kJson) return Wrong("labels are JSON", "format");
  if (!stream.outputs.empty()) return Wrong("labels are not answered", "outputs");
  if (stream.output_format != StreamFormat::kJson) return Wrong("labels are not answered", "output_format");
  return {};
}

void WriteNames(std::string_view key, const std::vector<std::string>& names, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const std::string& name : names) json->String(name);
  json->EndArray();
}

void ReadEnds(JsonMembers& members, std::vector<Stream::End>* ends) {
  simdjson::dom::element value;
  simdjson::dom::array items;
  if (!members.Find("ends", &value)) return;
  if (value.get(items)) return members.Fail("ends", "an array");
  for (const simdjson::dom::element item : items) {
    int64_t partition = 0, offset = 0;
    if (item["partition"].get(partition) || item["offset"].get(offset)) return members.Fail("ends", "of ends");
    ends->push_back({static_cast<int32_t>(partition), offset});
  }
}

}  // namespace

std::string_view StreamStateName(StreamState state) { return kStateNames[static_cast<size_t>(state)]; }
std::string_view StreamFormatName(StreamFormat format) { return kFormatNames[static_cast<size_t>(format)]; }

std::string_view StreamTakesName(StreamTakes takes) { return kTakesNames[static_cast<size_t>(takes)]; }

bool StreamTakesFromName(std::string_view name, StreamTakes* takes) {
  const auto* const found = std::ranges::find(kTakesNames, name);
  if (found == kTakesNames.end()) return false;
  *takes = static_cast<StreamTakes>(found - kTakesNames.begin());
  return true;
}

bool StreamFormatFromName(std::string_view name, StreamFormat* format) {
  const auto* const found = std::ranges::find(kFormatNames, name);
  if (found == kFormatNames.end()) return false;
  *format = static_cast<StreamFormat>(found - kFormatNames.begin());
  return true;
}

Status CompleteStream(Stream* stream) {
  SCOREWAY_RETURN_IF_ERROR(CheckPlainName("a stream", stream->name));
  SCOREWAY_RETURN_IF_ERROR(CheckBrokers(stream->brokers));
  const bool takes_labels = stream->takes == StreamTakes::kLabels;
  if (takes_labels) SCOREWAY_RETURN_IF_ERROR(CheckLabelStream(*stream));
  if (stream->errors.empty()) stream->errors = (takes_labels ? stream->input : stream->output) + ".errors";
  SCOREWAY_RETURN_IF_ERROR(CheckTopic(stream->input, "input"));
  if (!takes_labels) SCOREWAY_RETURN_IF_ERROR(CheckTopic(stream->output, "output"));
  SCOREWAY_RETURN_IF_ERROR(CheckTopic(stream->errors, "errors"));
  if (stream->output == stream->input || stream->errors == stream->input) {
    return Wrong("answers cannot go where the rows come from", "output");
  }
  if (stream->errors == stream->output) return Wrong("the topics of answers and of errors are one", "errors");
  SCOREWAY_RETURN_IF_ERROR(CheckFormats(*stream));
  SCOREWAY_RETURN_IF_ERROR(CheckNames(stream->columns, "columns"));
  return CheckNames(stream->outputs, "outputs");
}

void WriteJson(const Stream& stream, JsonWriter* json) {
  json->BeginObject();
  json->StringField("name", stream.name);
  json->StringField("brokers", stream.brokers);
  json->StringField("input", stream.input);
  json->StringField("model", stream.model);
  json->StringField("output", stream.output);
  json->StringField("errors", stream.errors);
  json->StringField("takes", StreamTakesName(stream.takes));
  json->StringField("format", StreamFormatName(stream.format));
  json->StringField("output_format", StreamFormatName(stream.output_format));
  json->Key("schema");
  stream.schema.empty() ? json->Null() : json->String(stream.schema);
  WriteNames("columns", stream.columns, json);
  WriteNames("outputs", stream.outputs, json);
  json->BoolField("from_end", stream.from_end);
  json->Key("replay_of");
  stream.is_replay() ? json->String(stream.replay_of) : json->Null();
  json->Key("ends");
  json->BeginArray();
  for (const Stream::End& end : stream.ends) {
    json->BeginObject();
    json->IntField("partition", end.partition);
    json->IntField("offset", end.offset);
    json->EndObject();
  }
  json->EndArray();
  json->StringField("state", StreamStateName(stream.state));
  json->IntField("revision", stream.revision);
  json->StringField("created", FormatUtc(stream.created_micros));
  json->StringField("changed", FormatUtc(stream.changed_micros));
  json->StringField("who", stream.who);
  json->EndObject();
}

Result<Stream> ParseStream(std::string_view text) {
  Stream stream;
  JsonMembers members(text);
  std::string format, state, created, changed;
  std::string takes(StreamTakesName(stream.takes)), output_format(StreamFormatName(stream.output_format));
  members.Read("name", &stream.name);
  members.Read("brokers", &stream.brokers);
  members.Read("input", &stream.input);
  members.Read("model", &stream.model);
  members.Read("output", &stream.output);
  members.Read("errors", &stream.errors);
  members.Read("format", &format);
  // Streams of older releases have not all of these.
  members.Read("takes", &takes);
  members.Read("output_format", &output_format);
  members.Read("schema", &stream.schema);
  members.Read("columns", &stream.columns);
  members.Read("outputs", &stream.outputs);
  members.Read("from_end", &stream.from_end);
  members.Read("replay_of", &stream.replay_of);
  ReadEnds(members, &stream.ends);
  members.Read("state", &state);
  members.Read("revision", &stream.revision);
  members.Read("created", &created);
  members.Read("changed", &changed);
  members.Read("who", &stream.who);
  stream.created_micros = ParseUtc(created).value_or(0);
  stream.changed_micros = ParseUtc(changed).value_or(0);
  if (!StreamFormatFromName(format, &stream.format)) members.Fail("format", "a format");
  if (!StreamFormatFromName(output_format, &stream.output_format)) members.Fail("output_format", "a format");
  if (!StreamTakesFromName(takes, &stream.takes)) members.Fail("takes", "rows or labels");
  const auto* const found = std::ranges::find(kStateNames, state);
  if (found == kStateNames.end()) members.Fail("state", "a state");
  if (!members.status().ok()) {
    return Error{Code::kCorrupt, "a stored stream cannot be read: " + members.status().ToString(), {}};
  }
  stream.state = static_cast<StreamState>(found - kStateNames.begin());
  return stream;
}

void WriteJson(const StreamReport& report, JsonWriter* json) {
  json->BeginObject();
  json->StringField("instance", report.instance);
  json->StringField("activity", report.activity);
  json->Key("error");
  report.error.empty() ? json->Null() : json->String(report.error);
  json->IntField("partitions", report.partitions);
  json->IntField("lag", report.lag);
  json->UintField("messages", report.messages);
  json->UintField("bad", report.bad);
  json->UintField("transactions", report.transactions);
  json->UintField("restarts", report.restarts);
  json->IntField("version", report.version);
  json->StringField("time", FormatUtc(report.time_micros));
  json->EndObject();
}

Result<StreamReport> ParseStreamReport(std::string_view text) {
  StreamReport report;
  JsonMembers members(text);
  std::string time;
  members.Read("instance", &report.instance);
  members.Read("activity", &report.activity);
  members.Read("error", &report.error);
  members.Read("partitions", &report.partitions);
  members.Read("lag", &report.lag);
  members.Read("messages", &report.messages);
  members.Read("bad", &report.bad);
  members.Read("transactions", &report.transactions);
  members.Read("restarts", &report.restarts);
  members.Read("version", &report.version);
  members.Read("time", &time);
  report.time_micros = ParseUtc(time).value_or(0);
  if (members.status().ok()) return report;
  return Error{Code::kCorrupt, "a stored report cannot be read: " + members.status().ToString(), {}};
}

}  // namespace scoreway
