#include "jobs/job_store.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include "base/utc_time.h"
#include "data/codec/json_members.h"

namespace scoreway {
namespace {

constexpr int64_t kHourMicros = 3'600'000'000;
// Entries looked at for one page of a list, so that a rare state does not hold up a thread.
constexpr size_t kListScanMax = 5000;
constexpr int64_t kChunksOfBucket = 32;
constexpr char kJobSort[] = "job";
constexpr char kNowSort[] = "now";
constexpr char kSchemaSort[] = "!schema";
constexpr char kFirstPart[] = "0";

Partition JobPartition(const std::string& id) { return {"job", id}; }
Partition InputPartition(const Job& job, int64_t chunk) {
  if (job.input.empty()) return {"job_input", job.id};
  return {"job_input", job.input + "/" + std::to_string(chunk / kChunksOfBucket)};
}
Partition ResultPartition(const std::string& id) { return {"job_result", id}; }
Partition ProgressPartition(const std::string& id) { return {"job_progress", id}; }

std::string Digits(int64_t number, int width) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*lld", width, static_cast<long long>(number));
  return text;
}

// "2026013117"
Partition HourPartition(int64_t hour) {
  const std::string time = FormatUtc(hour * kHourMicros);
  return {"job_list", time.substr(0, 4) + time.substr(5, 2) + time.substr(8, 2) + time.substr(11, 2)};
}

// So that the newest comes first.
std::string ListSort(const Job& job) { return Digits(9'999'999'999'999'999 - job.created_micros, 16) + job.id; }

Error BadToken() { return {Code::kInvalidArgument, "not a token that a page before gave", "page_token"}; }

bool ReadWhole(std::string_view text, int64_t* value) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return fault == std::errc() && end == text.data() + text.size() && !text.empty();
}

// "hour/token of the scan"
struct ListCursor {
  int64_t hour = 0;
  std::string scan_token;
};

Result<ListCursor> ParseListCursor(const std::string& token, int64_t newest_hour) {
  if (token.empty()) return ListCursor{newest_hour, {}};
  const size_t slash = token.find('/');
  ListCursor cursor;
  if (slash == std::string::npos || !ReadWhole(std::string_view(token).substr(0, slash), &cursor.hour) ||
      cursor.hour > newest_hour || cursor.hour < 0) {
    return BadToken();
  }
  cursor.scan_token = token.substr(slash + 1);
  return cursor;
}

// "00000000/0000:12": the first rows of a chunk have been read.
struct AnswerCursor {
  std::string sort = kFirstPart;
  int64_t rows = 0;
};

Result<AnswerCursor> ParseAnswerCursor(const std::string& token) {
  AnswerCursor cursor;
  if (token.empty()) return cursor;
  const size_t colon = token.find(':');
  if (colon == std::string::npos || !ReadWhole(std::string_view(token).substr(colon + 1), &cursor.rows) ||
      cursor.rows < 0 || token[0] < '0' || token[0] > '9') {
    return BadToken();
  }
  cursor.sort = token.substr(0, colon);
  return cursor;
}

// The end of the last line that fits, or of the first one.
size_t EndOfChunk(std::string_view lines) {
  if (lines.size() <= kJobChunkBytes) return lines.size();
  const size_t last = lines.rfind('\n', kJobChunkBytes - 1);
  return last == std::string_view::npos ? std::string_view::npos : last + 1;
}

Result<std::shared_ptr<const Schema>> DecodeSchema(std::string_view text) {
  std::vector<Field> fields;
  JsonMembers members(text);
  simdjson::dom::element element;
  simdjson::dom::array columns;
  const Error damaged{Code::kCorrupt, "the stored columns of a job's answers cannot be read", {}};
  if (!members.Find("columns", &element) || element.get_array().get(columns)) return damaged;
  for (const simdjson::dom::element column : columns) {
    simdjson::dom::object object;
    if (column.get_object().get(object)) return damaged;
    std::string type;
    Field field;
    JsonMembers parts(object);
    parts.Read("name", &field.name);
    parts.Read("type", &type);
    const auto known = TypeFromName(type);
    if (!parts.status().ok() || !known) return damaged;
    field.type = *known;
    fields.push_back(std::move(field));
  }
  return Schema::Make(std::move(fields));
}

}  // namespace

std::vector<WriteBatch> JobStore::Create(const Job& job) const {
  Write made = PutWithTtl(kJobSort, EncodeJob(job), keep_micros());
  made.condition = Write::If::kAbsent;
  return {{HourPartition(job.created_micros / kHourMicros),
           {PutWithTtl(ListSort(job), job.tenant + "\n" + job.model, keep_micros())}},
          {JobPartition(job.id), {std::move(made)}}};
}

WriteBatch JobStore::InputChunk(const Job& job, int64_t number, std::string bytes) const {
  return {InputPartition(job, number), {PutWithTtl(Digits(number, 8), std::move(bytes), keep_micros())}};
}

Status JobStore::PutInputChunk(const Job& job, int64_t number, std::string bytes) {
  return store_.Apply(InputChunk(job, number, std::move(bytes)));
}

WriteBatch JobStore::Change(const StoredJob& read, const Job& job) const {
  Write change = PutWithTtl(kJobSort, EncodeJob(job), keep_micros());
  change.condition = Write::If::kEquals;
  change.expected = read.text;
  return {JobPartition(job.id), {std::move(change)}};
}

WriteBatch JobStore::Progress(const std::string& id, const JobProgress& progress,
                              std::chrono::milliseconds life) const {
  return {ProgressPartition(id),
          {PutWithTtl(kNowSort, EncodeProgress(progress), std::chrono::microseconds(life).count())}};
}

WriteBatch JobStore::NoProgress(const std::string& id) const { return {ProgressPartition(id), {Delete(kNowSort)}}; }

Result<WriteBatch> JobStore::Part(const std::string& id, int64_t part, std::string_view lines) const {
  if (lines.size() > kJobPartBytesMax) {
    return Error{Code::kResourceExhausted,
                 "the answers of " + std::to_string(std::ranges::count(lines, '\n')) + " rows take more than " +
                     std::to_string(kJobPartBytesMax) + " bytes",
                 {}};
  }
  WriteBatch batch{ResultPartition(id), {}};
  while (!lines.empty()) {
    const size_t size = EndOfChunk(lines);
    if (size == std::string_view::npos) {
      return Error{Code::kResourceExhausted,
                   "the answer of a row takes more than " + std::to_string(kJobChunkBytes) + " bytes",
                   {}};
    }
    batch.writes.push_back(PutWithTtl(Digits(part, 8) + "/" + Digits(static_cast<int64_t>(batch.writes.size()), 4),
                                      std::string(lines.substr(0, size)), keep_micros()));
    lines.remove_prefix(size);
  }
  return batch;
}

WriteBatch JobStore::AnswerSchema(const std::string& id, const Schema& schema) const {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.Key("columns");
  json.BeginArray();
  for (const Field& field : schema.fields()) {
    json.BeginObject();
    json.StringField("name", field.name);
    json.StringField("type", TypeName(field.type));
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return {ResultPartition(id), {PutWithTtl(kSchemaSort, std::move(text), keep_micros())}};
}

Result<StoredJob> JobStore::Get(const std::string& id) {
  const std::string place = "job '" + id.substr(0, 100) + "'";
  const Error absent{Code::kNotFound, "there is no such job, or it was removed when its time was up", place};
  if (id.empty() || id.size() > 64) return absent;
  SCOREWAY_ASSIGN_OR_RETURN(auto text, store_.Get(JobPartition(id), kJobSort));
  if (!text) return absent;
  Result<Job> job = DecodeJob(*text);
  if (!job.ok()) return AtPlace(place, std::move(job).error());
  return StoredJob{std::move(*job), std::move(*text)};
}

Result<bool> JobStore::GetProgress(const std::string& id, JobProgress* progress) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(ProgressPartition(id), kNowSort));
  if (!text) return false;
  SCOREWAY_ASSIGN_OR_RETURN(*progress, DecodeProgress(*text));
  return true;
}

Result<std::string> JobStore::GetInputChunk(const Job& job, int64_t number) {
  SCOREWAY_ASSIGN_OR_RETURN(auto bytes, store_.Get(InputPartition(job, number), Digits(number, 8)));
  if (bytes) return std::move(*bytes);
  return Error{Code::kNotFound, "what was submitted is no longer there", "job '" + job.id + "'"};
}

// Hour by hour into the past, as far as jobs are kept.
Result<JobPage> JobStore::List(const JobFilter& filter) {
  const int64_t newest_hour = clock_.NowMicros() / kHourMicros + 1;  // clocks differ a little
  const int64_t oldest_hour = newest_hour - 2 - std::chrono::duration_cast<std::chrono::hours>(keep_).count();
  SCOREWAY_ASSIGN_OR_RETURN(ListCursor cursor, ParseListCursor(filter.page_token, newest_hour));
  JobPage page;
  size_t seen = 0;
  for (; cursor.hour >= oldest_hour; --cursor.hour, cursor.scan_token.clear()) {
    do {
      ScanRange range;
      range.row_count_max = std::clamp<size_t>(filter.count_max - page.jobs.size(), 1, 1000);
      range.page_token = cursor.scan_token;
      SCOREWAY_ASSIGN_OR_RETURN(ScanPage rows, store_.Scan(HourPartition(cursor.hour), range));
      for (const Row& row : rows.rows) {
        const size_t line = row.value.find('\n');
        if (line == std::string::npos || row.sort.size() <= 16) continue;
        if (!filter.tenant.empty() && std::string_view(row.value).substr(0, line) != filter.tenant) continue;
        if (!filter.model.empty() && std::string_view(row.value).substr(line + 1) != filter.model) continue;
        Result<StoredJob> stored = Get(row.sort.substr(16));
        if (!stored.ok() && stored.code() == Code::kNotFound) continue;
        if (!stored.ok()) return std::move(stored).error();
        if (ListSort(stored->job) != row.sort) continue;
        JobProgress progress;
        if (!IsFinal(stored->job.state)) {
          SCOREWAY_ASSIGN_OR_RETURN(const bool is_running, GetProgress(stored->job.id, &progress));
          if (is_running) stored->job.state = JobState::kRunning;
        }
        if (filter.has_state && stored->job.state != filter.state) continue;
        page.jobs.push_back(std::move(stored->job));
      }
      seen += rows.rows.size();
      cursor.scan_token = std::move(rows.next_page_token);
      if (page.jobs.size() >= filter.count_max || seen >= kListScanMax) {
        if (cursor.scan_token.empty()) --cursor.hour;
        if (cursor.hour >= oldest_hour) page.next_page_token = std::to_string(cursor.hour) + "/" + cursor.scan_token;
        return page;
      }
    } while (!cursor.scan_token.empty());
  }
  return page;
}

Result<AnswerPage> JobStore::ReadAnswers(const std::string& id, const std::string& page_token, size_t rows_max) {
  SCOREWAY_ASSIGN_OR_RETURN(const AnswerCursor cursor, ParseAnswerCursor(page_token));
  ScanRange range;
  range.begin = cursor.sort;
  range.row_count_max = 4;
  AnswerPage page;
  int64_t to_skip = cursor.rows;  // of the first chunk
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const ScanPage chunks, store_.Scan(ResultPartition(id), range));
    for (const Row& chunk : chunks.rows) {
      std::string_view lines = chunk.value;
      int64_t rows = 0;
      const auto skip_line = [&] {
        lines.remove_prefix(std::min(lines.find('\n'), lines.size() - 1) + 1);
        ++rows;
      };
      while (to_skip > 0 && !lines.empty()) {
        skip_line();
        --to_skip;
      }
      to_skip = 0;
      const std::string_view wanted = lines;
      while (!lines.empty() && page.rows < rows_max) {
        skip_line();
        ++page.rows;
      }
      page.lines.append(wanted.substr(0, wanted.size() - lines.size()));
      // Whoever reads while the job runs goes on from here.
      page.next_page_token = chunk.sort + ":" + std::to_string(rows);
      if (page.rows >= rows_max) return page;
    }
    if (chunks.next_page_token.empty()) break;
    range.page_token = chunks.next_page_token;
  }
  if (page.next_page_token.empty()) page.next_page_token = page_token;
  return page;
}

Result<int64_t> JobStore::CountParts(const std::string& id) {
  ScanRange last;
  last.begin = kFirstPart;
  last.reverse = true;
  last.row_count_max = 1;
  SCOREWAY_ASSIGN_OR_RETURN(const ScanPage page, store_.Scan(ResultPartition(id), last));
  int64_t part = 0;
  if (page.rows.empty()) return part;
  if (ReadWhole(std::string_view(page.rows[0].sort).substr(0, 8), &part)) return part + 1;
  return Error{Code::kCorrupt, "the stored answers of a job cannot be read", "job '" + id + "'"};
}

Result<std::shared_ptr<const Schema>> JobStore::GetAnswerSchema(const std::string& id) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, store_.Get(ResultPartition(id), kSchemaSort));
  if (!text) return Error{Code::kNotFound, "no answer is there yet", "job '" + id + "'"};
  return DecodeSchema(*text);
}

}  // namespace scoreway
