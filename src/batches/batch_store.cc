#include "batches/batch_store.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "data/codec/json_text.h"

namespace scoreway {
namespace {

constexpr int kTriesMax = 1000;
constexpr size_t kChunkBytesMax = BatchStore::kRowBytesMax;
constexpr int64_t kKeyLifeMicros = int64_t{7} * 86'400 * 1'000'000;
constexpr size_t kKeyBytesLimit = 256;
constexpr size_t kPageTokenBytesMax = 256;
constexpr int64_t kBadRowsLifeMicros = int64_t{30} * 86'400 * 1'000'000;
constexpr char kStateSort[] = "state";
// Their values are as large as values are.
constexpr size_t kRowsAtOnce = 8;

Partition BatchesPartition() { return {"stored_batch", "all"}; }
Partition BatchPartition(const std::string& name) { return {"batch", name}; }

std::string Digits(uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

std::string RowsPrefix(int64_t firing) { return "rows/" + Digits(static_cast<uint64_t>(firing)) + "/"; }
std::string RowsSort(int64_t firing, int64_t offset) {
  return RowsPrefix(firing) + Digits(static_cast<uint64_t>(offset));
}
std::string FiringSort(int64_t number) { return "firing/" + Digits(~static_cast<uint64_t>(number)); }
std::string BadPrefix(int64_t firing) { return "bad/" + Digits(static_cast<uint64_t>(firing)) + "/"; }

std::string PlaceOf(std::string_view name) { return "batch '" + std::string(name) + "'"; }
Error NoSuchBatch(std::string_view name) { return {Code::kNotFound, "no such batch", PlaceOf(name)}; }

// The chunks of a firing as one run of bytes.
class RowBytes final : public FileBytes {
 public:
  RowBytes(Store& store, std::string name, int64_t firing, int64_t bytes)
      : store_(store), name_(std::move(name)), firing_(firing), bytes_(static_cast<uint64_t>(bytes)) {}

  uint64_t size() const override { return bytes_; }

  Status AppendAt(uint64_t offset, size_t count, std::string* bytes) const override {
    if (offset >= bytes_) return {};
    ScanRange at;
    at.begin = RowsPrefix(firing_);
    at.end = RowsSort(firing_, static_cast<int64_t>(offset) + 1);
    at.reverse = true;
    at.row_count_max = 1;
    SCOREWAY_ASSIGN_OR_RETURN(const ScanPage first, store_.Scan(BatchPartition(name_), at));
    if (first.rows.empty()) return Missing();
    ScanRange on;
    on.begin = first.rows[0].sort;
    on.end = RowsPrefix(firing_) + "~";
    on.row_count_max = kRowsAtOnce;
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(count, bytes_ - offset));
    size_t taken = 0;
    while (true) {
      SCOREWAY_ASSIGN_OR_RETURN(const ScanPage page, store_.Scan(BatchPartition(name_), on));
      for (const Row& row : page.rows) {
        // Each begins where the one before it ends.
        const uint64_t begin = std::stoull(row.sort.substr(RowsPrefix(firing_).size()), nullptr, 16);
        const uint64_t next = offset + taken;
        if (begin > next || next - begin > row.value.size()) return Missing();
        const std::string_view part =
            std::string_view(row.value).substr(static_cast<size_t>(next - begin), wanted - taken);
        bytes->append(part);
        taken += part.size();
        if (taken == wanted) return {};
      }
      if (page.next_page_token.empty()) return Missing();
      on.page_token = page.next_page_token;
    }
  }

 private:
  Status Missing() const {
    return Status(Code::kCorrupt, "stored rows are missing", PlaceOf(name_) + ", firing " + std::to_string(firing_));
  }

  Store& store_;
  const std::string name_;
  const int64_t firing_;
  const uint64_t bytes_;
};

// Whole lines, at most 1 MiB a chunk.
Result<std::vector<std::string_view>> ChunksOf(std::string_view lines) {
  std::vector<std::string_view> chunks;
  while (!lines.empty()) {
    size_t size = lines.size();
    if (size > kChunkBytesMax) {
      const size_t end = lines.rfind('\n', kChunkBytesMax - 1);
      if (end == std::string_view::npos) {
        return Error{Code::kInvalidArgument, "a row takes more than a megabyte", {}};
      }
      size = end + 1;
    }
    chunks.push_back(lines.substr(0, size));
    lines.remove_prefix(size);
  }
  return chunks;
}

// kConflict where a range does not begin with what is to come next.
Status MoveOffsets(const std::string& name, const std::string& input, std::span<const MessageRange> ranges,
                   BatchState* state) {
  if (state->input != input) return Status(Code::kConflict, "it reads another topic", PlaceOf(name));
  for (const MessageRange& range : ranges) {
    if (range.partition < 0 || static_cast<size_t>(range.partition) >= BatchState::kPartitionsMax) {
      return Status(Code::kUnsupported, "the topic has more than 10000 partitions", PlaceOf(name));
    }
    const auto at = static_cast<size_t>(range.partition);
    if (at >= state->input_offsets.size()) state->input_offsets.resize(at + 1, 0);
    if (state->input_offsets[at] != range.begin) {
      return Status(Code::kConflict, "another process has stored these messages", PlaceOf(name));
    }
    state->input_offsets[at] = range.end;
  }
  return {};
}

}  // namespace

Result<StoredBatch> BatchStore::Create(StoredBatch batch, int64_t newest_version, int64_t meant_version) {
  SCOREWAY_ASSIGN_OR_RETURN(const StoredBatchSet all, ReadAll());
  if (all.contains(batch.name)) return Error{Code::kAlreadyExists, "there is one already", PlaceOf(batch.name)};
  if (all.size() >= kBatchesMax) {
    return Error{Code::kResourceExhausted, "there are " + std::to_string(kBatchesMax) + " batches already", {}};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const BatchOutput output, ParseBatchOutput(batch.output));
  for (const auto& [name, other] : all) {
    if (output.is_own() && other->output == batch.output) {
      return Error{Code::kInvalidArgument, "batch '" + name + "' writes there already", "member 'output'"};
    }
  }
  batch.created_micros = clock_.NowMicros();
  SCOREWAY_ASSIGN_OR_RETURN(const auto read, store_.Get(BatchPartition(batch.name), kStateSort));
  BatchState state;
  if (read) {
    SCOREWAY_ASSIGN_OR_RETURN(state, ParseBatchState(*read));
    // Its removal may have been broken off.
    SCOREWAY_RETURN_IF_ERROR(RemoveAll(batch.name, "rows/"));
  }
  // The same topic is gone on with, as by a stream that is made anew.
  BatchState begun{
      .collecting = state.collecting + (read ? 1 : 0), .unfinished = {}, .input = batch.input, .input_offsets = {}};
  if (state.input == batch.input) begun.input_offsets = std::move(state.input_offsets);
  state = std::move(begun);
  state.cron_until_seconds = batch.created_micros / 1'000'000;
  state.newest_version = newest_version;
  state.meant_version = meant_version;
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(BatchPartition(batch.name), PutIfUnchanged(kStateSort, JsonText(state), read)));
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(BatchesPartition(), PutIfAbsent(batch.name, JsonText(batch))));
  return batch;
}

Result<StoredBatch> BatchStore::Get(std::string_view name) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(BatchesPartition(), name));
  if (!text) return NoSuchBatch(name);
  return ParseStoredBatch(*text);
}

Status BatchStore::Delete(std::string_view name, bool drops_rows) {
  const std::string batch(name);
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(BatchesPartition(), name));
  if (!text) return NoSuchBatch(name);
  SCOREWAY_RETURN_IF_ERROR(Change(batch, [&](const BatchState& state) -> Result<BatchLook> {
                             if (!drops_rows && (state.rows > 0 || !state.unfinished.empty())) {
                               return Error{Code::kConflict, "it has rows that are not scored yet", PlaceOf(name)};
                             }
                             BatchLook look{.state = state, .fires = false, .firing = {}, .has_changed = true};
                             look.state.is_deleted = true;
                             look.state.unfinished.clear();
                             look.state.rows = look.state.bytes = look.state.held_bytes = 0;
                             look.state.bad_messages = 0;
                             return look;
                           }).status());
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(BatchesPartition(), DeleteIfEquals(batch, *text)));
  SCOREWAY_RETURN_IF_ERROR(RemoveAll(batch, "rows/"));
  SCOREWAY_RETURN_IF_ERROR(RemoveAll(batch, "firing/"));
  return RemoveAll(batch, "bad/");
}

Result<StoredBatchSet> BatchStore::ReadAll() {
  StoredBatchSet set;
  ScanRange all;
  all.row_count_max = 1000;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, BatchesPartition(), all, [&](const Row& row) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(StoredBatch batch, ParseStoredBatch(row.value));
    set.emplace(row.sort, std::make_shared<const StoredBatch>(std::move(batch)));
    return {};
  }));
  return set;
}

Result<uint64_t> BatchStore::ChangeCount() { return store_.ChangeCount(BatchesPartition()); }

Result<StoredRows> BatchStore::Add(const std::string& name, const AddToState& add) {
  const Partition partition = BatchPartition(name);
  for (int tries = 0; tries < kTriesMax; ++tries) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto read, store_.Get(partition, kStateSort));
    if (!read) return NoSuchBatch(name);
    SCOREWAY_ASSIGN_OR_RETURN(BatchState state, ParseBatchState(*read));
    if (state.is_deleted) return NoSuchBatch(name);
    WriteBatch writes{.partition = partition, .writes = {}};
    SCOREWAY_ASSIGN_OR_RETURN(const StoredRows stored, add(&state, &writes));
    if (!stored.is_new) return stored;
    writes.writes.push_back(PutIfEquals(kStateSort, JsonText(state), *read));
    Status status = store_.Apply(writes);
    if (status.ok()) return stored;
    if (status.code() != Code::kConflict) return status;
  }
  return Error{Code::kUnavailable, "too many store rows there at once", PlaceOf(name)};
}

Status BatchStore::AddRows(const std::string& name, const std::vector<std::string_view>& chunks, int64_t rows,
                           BatchState* state, WriteBatch* writes) const {
  int64_t offset = state->bytes;
  for (const std::string_view chunk : chunks) {
    writes->writes.push_back(Put(RowsSort(state->collecting, offset), std::string(chunk)));
    offset += static_cast<int64_t>(chunk.size());
  }
  const int64_t size = offset - state->bytes;
  if (state->held_bytes + size > kHeldBytesMax) {
    return Status(Code::kUnavailable, "the rows that wait would take more than 96 MiB; fire it, or score a file",
                  PlaceOf(name));
  }
  if (state->rows == 0) state->oldest_micros = clock_.NowMicros();
  state->rows += rows;
  state->bytes += size;
  state->held_bytes += size;
  return {};
}

Result<StoredRows> BatchStore::Append(const std::string& name, std::string_view lines, int64_t rows,
                                      std::string_view key) {
  if (key.size() > kKeyBytesLimit) {
    return Error{Code::kInvalidArgument, "longer than 256 bytes", "idempotency key"};
  }
  if (lines.size() > kAppendBytesMax) {
    return Error{Code::kInvalidArgument, "more than 6 MiB of rows at once; store them in pieces", {}};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string_view> chunks, ChunksOf(lines));
  const std::string key_sort = "key/" + std::string(key);
  return Add(name, [&](BatchState* state, WriteBatch* writes) -> Result<StoredRows> {
    if (!key.empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(const auto before, store_.Get(writes->partition, key_sort));
      if (before) return StoredRows{.firing = std::stoll(*before), .rows = rows, .is_new = false};
      Write mark = PutIfAbsent(key_sort, std::to_string(state->collecting));
      mark.ttl_micros = kKeyLifeMicros;
      writes->writes.push_back(std::move(mark));
    }
    const StoredRows stored{.firing = state->collecting, .rows = rows};
    SCOREWAY_RETURN_IF_ERROR(AddRows(name, chunks, rows, state, writes));
    return stored;
  });
}

Result<StoredRows> BatchStore::AppendMessages(const std::string& name, const std::string& input,
                                              const MessagesAsRows& messages) {
  if (messages.lines.size() + messages.bad_lines.size() > kAppendBytesMax || messages.ranges.empty()) {
    return Error{Code::kInvalidArgument, "not messages of at most 6 MiB", PlaceOf(name)};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string_view> chunks, ChunksOf(messages.lines));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string_view> bad_chunks, ChunksOf(messages.bad_lines));
  return Add(name, [&](BatchState* state, WriteBatch* writes) -> Result<StoredRows> {
    SCOREWAY_RETURN_IF_ERROR(MoveOffsets(name, input, messages.ranges, state));
    const StoredRows stored{.firing = state->collecting, .rows = messages.rows};
    // The first range tells them from all others.
    const MessageRange& first = messages.ranges[0];
    std::string sort = BadPrefix(state->collecting) + "messages/" + Digits(static_cast<uint64_t>(first.partition)) +
                       "-" + Digits(static_cast<uint64_t>(first.begin)) + "-";
    for (const std::string_view chunk : bad_chunks) {
      sort += '0';
      writes->writes.push_back(PutWithTtl(sort, std::string(chunk), kBadRowsLifeMicros));
    }
    state->bad_messages += messages.bad;
    if (messages.rows > 0) SCOREWAY_RETURN_IF_ERROR(AddRows(name, chunks, messages.rows, state, writes));
    return stored;
  });
}

Result<BatchState> BatchStore::State(const std::string& name) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(BatchPartition(name), kStateSort));
  if (!text) return NoSuchBatch(name);
  return ParseBatchState(*text);
}

Result<BatchLook> BatchStore::Change(const std::string& name,
                                     const std::function<Result<BatchLook>(const BatchState&)>& look_at) {
  for (int tries = 0; tries < kTriesMax; ++tries) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto read, store_.Get(BatchPartition(name), kStateSort));
    if (!read) return NoSuchBatch(name);
    SCOREWAY_ASSIGN_OR_RETURN(const BatchState state, ParseBatchState(*read));
    SCOREWAY_ASSIGN_OR_RETURN(BatchLook look, look_at(state));
    if (!look.has_changed) return look;
    WriteBatch writes{.partition = BatchPartition(name), .writes = {}};
    writes.writes.push_back(PutIfEquals(kStateSort, JsonText(look.state), *read));
    if (look.fires) writes.writes.push_back(PutIfAbsent(FiringSort(look.firing.number), JsonText(look.firing)));
    Status status = store_.Apply(writes);
    if (status.ok()) return look;
    if (status.code() != Code::kConflict) return status;
  }
  return Error{Code::kUnavailable, "too many change it at once", PlaceOf(name)};
}

Result<StoredFiring> BatchStore::GetFiring(const std::string& name, int64_t number) {
  SCOREWAY_ASSIGN_OR_RETURN(auto text, store_.Get(BatchPartition(name), FiringSort(number)));
  if (!text) return Error{Code::kNotFound, "no such firing", PlaceOf(name) + ", firing " + std::to_string(number)};
  SCOREWAY_ASSIGN_OR_RETURN(Firing firing, ParseFiring(*text));
  return StoredFiring{std::move(firing), std::move(*text)};
}

Result<StoredFiring> BatchStore::ChangeFiring(const std::string& name, const StoredFiring& read, const Firing& firing) {
  std::string text = JsonText(firing);
  SCOREWAY_RETURN_IF_ERROR(store_.Apply(BatchPartition(name), PutIfEquals(FiringSort(firing.number), text, read.text)));
  return StoredFiring{firing, std::move(text)};
}

Result<std::vector<Firing>> BatchStore::Firings(const std::string& name, int64_t before, size_t count_max) {
  std::vector<Firing> firings;
  ScanRange range = ScanPrefix("firing/");
  if (before > 0) range.begin = FiringSort(before - 1);
  range.row_count_max = count_max;
  SCOREWAY_ASSIGN_OR_RETURN(const ScanPage page, store_.Scan(BatchPartition(name), range));
  for (const Row& row : page.rows) {
    SCOREWAY_ASSIGN_OR_RETURN(Firing firing, ParseFiring(row.value));
    firings.push_back(std::move(firing));
  }
  return firings;
}

Result<std::vector<Firing>> BatchStore::Unfinished(const std::string& name, const BatchState& state) {
  std::vector<Firing> firings;
  for (const int64_t number : state.unfinished) {
    Result<StoredFiring> stored = GetFiring(name, number);
    if (stored.code() == Code::kNotFound) continue;
    if (!stored.ok()) return ToError(std::move(stored));
    firings.push_back(std::move(stored->firing));
  }
  return firings;
}

std::shared_ptr<const FileBytes> BatchStore::Rows(const std::string& name, const Firing& firing) {
  return std::make_shared<RowBytes>(store_, name, firing.number, firing.bytes);
}

Status BatchStore::PutBadRows(const std::string& name, int64_t firing, int64_t offset, std::string lines) {
  const std::string sort = BadPrefix(firing) + "rows/" + Digits(static_cast<uint64_t>(offset));
  return store_.Apply(BatchPartition(name), PutWithTtl(sort, std::move(lines), kBadRowsLifeMicros));
}

Status BatchStore::RemoveBadRows(const std::string& name, int64_t firing) {
  return RemoveAll(name, BadPrefix(firing) + "rows/");
}

Result<BadRowsPage> BatchStore::BadRows(const std::string& name, int64_t firing, std::string_view page_token) {
  if (page_token.size() > kPageTokenBytesMax)
    return Error{Code::kInvalidArgument, "not one that was given", "page_token"};
  const std::string prefix = BadPrefix(firing);
  ScanRange range = ScanPrefix(prefix);
  if (!page_token.empty()) range.begin = prefix + std::string(page_token) + '\0';
  range.row_count_max = 1;
  SCOREWAY_ASSIGN_OR_RETURN(ScanPage scanned, store_.Scan(BatchPartition(name), range));
  if (scanned.rows.empty()) {
    const Result<StoredFiring> fired = GetFiring(name, firing);
    SCOREWAY_ASSIGN_OR_RETURN(const BatchState state, State(name));
    if (!fired.ok() && firing != state.collecting) return fired.error();
    return BadRowsPage{};
  }
  BadRowsPage page{.lines = std::move(scanned.rows[0].value), .next_page_token = {}};
  if (!scanned.next_page_token.empty()) page.next_page_token = scanned.rows[0].sort.substr(prefix.size());
  return page;
}

Status BatchStore::RemoveRows(const std::string& name, const StoredFiring& delivered) {
  const int64_t number = delivered.firing.number;
  SCOREWAY_RETURN_IF_ERROR(RemoveAll(name, RowsPrefix(number)));
  Firing done = delivered.firing;
  done.state = FiringState::kDone;
  SCOREWAY_RETURN_IF_ERROR(ChangeFiring(name, delivered, done).status());
  return Change(name,
                [&](const BatchState& state) -> Result<BatchLook> {
                  BatchLook look{.state = state, .fires = false, .firing = {}, .has_changed = false};
                  if (std::erase(look.state.unfinished, number) == 0) return look;
                  look.has_changed = true;
                  look.state.held_bytes -= delivered.firing.bytes;
                  return look;
                })
      .status();
}

Status BatchStore::RemoveAll(const std::string& name, const std::string& prefix) {
  ScanRange range = ScanPrefix(prefix);
  range.row_count_max = kRowsAtOnce;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const ScanPage page, store_.Scan(BatchPartition(name), range));
    if (page.rows.empty()) return {};
    WriteBatch removed{.partition = BatchPartition(name), .writes = {}};
    for (const Row& row : page.rows) removed.writes.push_back(scoreway::Delete(row.sort));
    SCOREWAY_RETURN_IF_ERROR(store_.Apply(removed));
  }
}

}  // namespace scoreway
