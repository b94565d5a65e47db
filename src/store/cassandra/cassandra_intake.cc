#include "store/cassandra/cassandra_intake.h"

#include "store/cassandra/cql_value.h"

namespace scoreway::cassandra {
namespace {

constexpr int32_t kWaitingMax = 1000;
constexpr int32_t kChunksPerBucket = 32;
constexpr int64_t kChunkCountMax = 1 << 20;  // 1 TiB
constexpr int32_t kOutcomeSeconds = 30 * 86'400;

Status Missing(const IntakeModel& model, std::string what) {
  return Status(Code::kCorrupt, std::move(what), "intake " + model.id);
}

}  // namespace

Result<std::vector<IntakeModel>> CassandraIntake::Waiting() {
  CqlCall call("SELECT id, name, metadata, chunk_count, sha256 FROM intake WHERE state = 'new' LIMIT ?");
  call.Int(kWaitingMax);
  SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session_.Run(std::move(call)));
  std::vector<IntakeModel> models;
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto text = [&](std::string_view column) { return std::string(rows.Cell(row, column).value_or("")); };
    models.push_back({text("id"), text("name"), text("metadata"), DecodeInt(rows.Cell(row, "chunk_count").value_or("")),
                      text("sha256")});
  }
  return models;
}

Status CassandraIntake::Read(const IntakeModel& model, const std::function<Status(std::string_view chunk)>& sink) {
  if (model.chunk_count <= 0 || model.chunk_count > kChunkCountMax) return Missing(model, "chunk_count makes no sense");
  for (int32_t chunk = 0; chunk < static_cast<int32_t>(model.chunk_count); ++chunk) {
    CqlCall call("SELECT data FROM intake_chunk WHERE id = ? AND bucket = ? AND chunk = ?");
    call.View(model.id).Int(chunk / kChunksPerBucket).Int(chunk);
    SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session_.Run(std::move(call)));
    const auto data = rows.Cell(0, "data");
    if (!data) return Missing(model, "chunk " + std::to_string(chunk) + " is missing");
    SCOREWAY_RETURN_IF_ERROR(sink(*data));
  }
  return {};
}

// The outcome first: a crash in between leaves it to be taken in again, which gives the same version.
Status CassandraIntake::Finish(const IntakeModel& model, int64_t version, const std::string& reason) {
  const std::string state = version > 0 ? "done" : "refused";
  CqlCall outcome(
      "INSERT INTO intake (state, id, name, metadata, chunk_count, sha256, version, reason) VALUES (?, ?, ?, ?, ?, ?, "
      "?, ?) "
      "USING TTL ?");
  outcome.View(state).View(model.id).View(model.name).View(model.metadata_json);
  outcome.Int(static_cast<int32_t>(model.chunk_count)).View(model.sha256).Bigint(version).View(reason);
  outcome.Int(kOutcomeSeconds);
  SCOREWAY_RETURN_IF_ERROR(session_.Run(std::move(outcome)).status());
  CqlCall waiting("DELETE FROM intake WHERE state = 'new' AND id = ?");
  waiting.View(model.id);
  SCOREWAY_RETURN_IF_ERROR(session_.Run(std::move(waiting)).status());
  if (model.chunk_count <= 0 || model.chunk_count > kChunkCountMax) return {};
  for (int32_t bucket = 0; bucket <= (static_cast<int32_t>(model.chunk_count) - 1) / kChunksPerBucket; ++bucket) {
    CqlCall chunks("DELETE FROM intake_chunk WHERE id = ? AND bucket = ?");
    chunks.View(model.id).Int(bucket);
    SCOREWAY_RETURN_IF_ERROR(session_.Run(std::move(chunks)).status());
  }
  return {};
}

}  // namespace scoreway::cassandra
