#include "batches/stored_batch.h"

#include <algorithm>

#include "base/plain_name.h"
#include "base/utc_time.h"
#include "batches/cron.h"
#include "data/codec/json_members.h"

namespace scoreway {
namespace {

constexpr int64_t kAgeSecondsMax = int64_t{366} * 86'400;
constexpr size_t kFiringDigits = 8;
constexpr std::string_view kEndings[] = {".csv", ".jsonl", ".arrow", ".parquet"};
constexpr std::string_view kKafka = "kafka://", kDatabases[] = {"cassandra://", "postgresql://"};

Status Wrong(std::string message, const char* member) {
  return Status(Code::kInvalidArgument, std::move(message), "member '" + std::string(member) + "'");
}

// Relative, and nothing that leads out of the folder or hides in it.
bool IsPathBeneath(std::string_view path) {
  if (path.empty() || path.size() > StoredBatch::kTextBytesMax) return false;
  while (true) {
    const size_t end = path.find('/');
    const std::string_view step = path.substr(0, end);
    const bool is_right = !step.empty() && step.front() != '.' && std::ranges::all_of(step, [](char c) {
      return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '\\';
    });
    if (!is_right) return false;
    if (end == std::string_view::npos) return true;
    path.remove_prefix(end + 1);
  }
}

Status CheckKeep(const std::vector<std::string>& keep) {
  if (keep.size() > StoredBatch::kColumnsMax) return Wrong("more than 1000 columns", "keep");
  std::vector<std::string> names;
  for (const std::string& column : keep) {
    const size_t colon = column.rfind(':');
    const std::string name = column.substr(0, colon);
    if (name.empty() || column.size() > StoredBatch::kTextBytesMax) return Wrong("a column has a name", "keep");
    if (colon != std::string::npos && !TypeFromName(column.substr(colon + 1))) {
      return Wrong("'" + column + "': behind the colon is the type: string, int64, float64, float32, bool or list",
                   "keep");
    }
    if (std::ranges::find(names, name) != names.end()) return Wrong("'" + name + "' is there twice", "keep");
    names.push_back(name);
  }
  return {};
}

Status CheckTrigger(const Trigger& trigger) {
  if (trigger.rows < 0) return Wrong("not a number of rows", "rows");
  if (trigger.age_seconds < 0 || trigger.age_seconds > kAgeSecondsMax) return Wrong("not within a year", "age_seconds");
  if (trigger.timezone.size() > 100) return Wrong("not the name of a time zone", "timezone");
  if (trigger.cron.empty()) {
    return trigger.timezone.empty() ? Status() : Wrong("is of a cron line, and there is none", "timezone");
  }
  const Result<Cron> cron = Cron::Parse(trigger.cron);
  return cron.ok() ? Status() : Wrong(cron.error().message, "cron");
}

void WriteTexts(std::string_view key, const std::vector<std::string>& texts, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

}  // namespace

std::string BatchOutput::PathOf(int64_t firing) const {
  const size_t at = path.find(kFiring);
  if (at == std::string::npos) return path;
  std::string number = std::to_string(firing);
  if (number.size() < kFiringDigits) number.insert(0, kFiringDigits - number.size(), '0');
  return path.substr(0, at) + number + path.substr(at + kFiring.size());
}

Result<BatchOutput> ParseBatchOutput(std::string_view text) {
  const auto wrong = [](std::string message) {
    return Error{Code::kInvalidArgument, std::move(message), "member 'output'"};
  };
  BatchOutput output;
  constexpr std::string_view kFile = "file:", kSqlite = "sqlite:";
  if (text.starts_with(kFile)) {
    output.path = text.substr(kFile.size());
    if (!std::ranges::any_of(kEndings, [&](std::string_view ending) { return output.path.ends_with(ending); })) {
      return wrong("a file's name ends in .csv, .jsonl, .arrow or .parquet");
    }
    if (output.path.find(BatchOutput::kFiring) == std::string::npos) {
      return wrong("a file's name has {firing} in it, so that each firing has a file of its own");
    }
  } else if (text.starts_with(kSqlite)) {
    output.kind = BatchOutput::Kind::kSqlite;
    const std::string_view rest = text.substr(kSqlite.size());
    const size_t slash = rest.rfind('/');
    if (slash == std::string_view::npos) return wrong("a table is sqlite:FILE/TABLE");
    output.path = rest.substr(0, slash);
    output.table = rest.substr(slash + 1);
    if (const Status status = CheckPlainName("a table", output.table); !status.ok()) {
      return wrong(status.error().message);
    }
  } else if (text.size() > StoredBatch::kTextBytesMax) {
    return wrong("longer than 1024 bytes");
  } else if (text.starts_with(kKafka)) {
    return BatchOutput{.kind = BatchOutput::Kind::kTopic, .path = {}, .table = {}, .url = std::string(text)};
  } else if (std::ranges::any_of(kDatabases, [&](std::string_view scheme) { return text.starts_with(scheme); })) {
    return BatchOutput{.kind = BatchOutput::Kind::kTable, .path = {}, .table = {}, .url = std::string(text)};
  } else {
    return wrong(
        "not of file:NAME-{firing}.parquet, sqlite:FILE/TABLE, cassandra://HOST/KEYSPACE.TABLE, "
        "postgresql://HOST/DATABASE?table=TABLE or kafka://HOST:PORT/TOPIC");
  }
  if (!IsPathBeneath(output.path))
    return wrong("its path is relative, without '..', blanks and names that begin with '.'");
  return output;
}

Status CheckStoredBatch(const StoredBatch& batch) {
  SCOREWAY_RETURN_IF_ERROR(CheckPlainName("a batch", batch.name));
  SCOREWAY_RETURN_IF_ERROR(ParseBatchOutput(batch.output).status());
  if (batch.input.size() > StoredBatch::kTextBytesMax) return Wrong("longer than 1024 bytes", "input");
  SCOREWAY_RETURN_IF_ERROR(CheckKeep(batch.keep));
  if (batch.outputs.size() > StoredBatch::kColumnsMax) return Wrong("more than 1000 names", "outputs");
  return CheckTrigger(batch.trigger);
}

std::vector<Field> KeptFields(const StoredBatch& batch) {
  std::vector<Field> fields;
  for (const std::string& column : batch.keep) {
    const size_t colon = column.rfind(':');
    const auto type =
        colon == std::string::npos ? std::nullopt : TypeFromName(std::string_view(column).substr(colon + 1));
    fields.push_back({column.substr(0, colon), type.value_or(Type::kString)});
  }
  return fields;
}

void WriteJson(const StoredBatch& batch, JsonWriter* json) {
  const Trigger& trigger = batch.trigger;
  json->BeginObject();
  json->StringField("name", batch.name);
  json->StringField("model", batch.model);
  json->StringField("output", batch.output);
  json->StringField("input", batch.input);
  WriteTexts("keep", batch.keep, json);
  WriteTexts("outputs", batch.outputs, json);
  json->StringField("cron", trigger.cron);
  json->StringField("timezone", trigger.timezone);
  json->IntField("rows", trigger.rows);
  json->IntField("age_seconds", trigger.age_seconds);
  json->BoolField("after_version", trigger.after_version);
  json->BoolField("after_move", trigger.after_move);
  json->StringField("created", FormatUtc(batch.created_micros));
  json->StringField("who", batch.who);
  json->EndObject();
}

Result<StoredBatch> ParseStoredBatch(std::string_view text) {
  StoredBatch batch;
  JsonMembers members(text);
  std::string created;
  members.Read("name", &batch.name);
  members.Read("model", &batch.model);
  members.Read("output", &batch.output);
  members.Read("input", &batch.input);
  members.Read("keep", &batch.keep);
  members.Read("outputs", &batch.outputs);
  members.Read("cron", &batch.trigger.cron);
  members.Read("timezone", &batch.trigger.timezone);
  members.Read("rows", &batch.trigger.rows);
  members.Read("age_seconds", &batch.trigger.age_seconds);
  members.Read("after_version", &batch.trigger.after_version);
  members.Read("after_move", &batch.trigger.after_move);
  members.Read("created", &created);
  members.Read("who", &batch.who);
  batch.created_micros = ParseUtc(created).value_or(0);
  if (members.status().ok()) return batch;
  return Error{Code::kCorrupt, "a stored batch cannot be read: " + members.status().ToString(), {}};
}

}  // namespace scoreway
