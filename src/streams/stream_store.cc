#include "streams/stream_store.h"

#include <utility>

#include "data/codec/json_text.h"

namespace scoreway {
namespace {

Partition StreamsPartition() { return {"stream", "all"}; }
Partition ReportsPartition(const std::string& name) { return {"stream_report", name}; }

std::string PlaceOf(std::string_view name) { return "stream '" + std::string(name) + "'"; }

Error NoSuchStream(std::string_view name) { return {Code::kNotFound, "no such stream", PlaceOf(name)}; }

}  // namespace

Result<Stream> StreamStore::Create(Stream stream) {
  SCOREWAY_ASSIGN_OR_RETURN(const StreamSet all, ReadAll());
  if (all.contains(stream.name)) return Error{Code::kAlreadyExists, "there is one already", PlaceOf(stream.name)};
  if (all.size() >= kStreamsMax) {
    return Error{Code::kResourceExhausted, "there are " + std::to_string(kStreamsMax) + " streams already", {}};
  }
  stream.revision = 1;
  stream.created_micros = stream.changed_micros = clock_.NowMicros();
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(StreamsPartition(), PutIfAbsent(stream.name, JsonText(stream))));
  return stream;
}

Result<Stream> StreamStore::Get(std::string_view name) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(StreamsPartition(), name));
  if (!text) return NoSuchStream(name);
  return ParseStream(*text);
}

Result<Stream> StreamStore::SetState(std::string_view name, StreamState state) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(StreamsPartition(), name));
  if (!text) return NoSuchStream(name);
  SCOREWAY_ASSIGN_OR_RETURN(Stream stream, ParseStream(*text));
  if (stream.state == state) return stream;
  if (stream.state == StreamState::kDone) return Error{Code::kConflict, "the replay is done", PlaceOf(name)};
  stream.state = state;
  ++stream.revision;
  stream.changed_micros = clock_.NowMicros();
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(StreamsPartition(), PutIfEquals(std::string(name), JsonText(stream), *text)));
  return stream;
}

Status StreamStore::Delete(std::string_view name) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(StreamsPartition(), name));
  if (!text) return NoSuchStream(name);
  return store_.Apply(StreamsPartition(), DeleteIfEquals(std::string(name), *text));
}

Result<StreamSet> StreamStore::ReadAll() {
  StreamSet set;
  ScanRange all;
  all.row_count_max = 1000;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, StreamsPartition(), all, [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(Stream stream, ParseStream(row.value));
    set.emplace(row.sort, std::make_shared<const Stream>(std::move(stream)));
    return {};
  }));
  return set;
}

Result<uint64_t> StreamStore::ChangeCount() { return store_.ChangeCount(StreamsPartition()); }

Status StreamStore::PutReport(const std::string& name, const StreamReport& report, std::chrono::seconds life) {
  return store_.Apply(ReportsPartition(name),
                      PutWithTtl(report.instance, JsonText(report), std::chrono::microseconds(life).count()));
}

Result<std::vector<StreamReport>> StreamStore::Reports(const std::string& name) {
  std::vector<StreamReport> reports;
  ScanRange all;
  all.row_count_max = 1000;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, ReportsPartition(name), all, [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(StreamReport report, ParseStreamReport(row.value));
    reports.push_back(std::move(report));
    return {};
  }));
  return reports;
}

}  // namespace scoreway
