#include "store/queue_rows.h"

#include <charconv>
#include <cstdio>
#include <tuple>

#include "base/wire_reader.h"
#include "base/wire_writer.h"

namespace scoreway {
namespace {

enum FieldNumber : uint32_t {
  kState = 1,
  kTenant = 2,
  kPriority = 3,
  kTurn = 4,
  kDue = 5,
  kAttempts = 6,
  kToken = 7,
  kPut = 8,
  kPayload = 9,
  kReason = 10,
};
constexpr int kTurnDigits = 19;
constexpr int kTimeDigits = 17;

std::string Digits(int64_t number, int width) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*lld", width, static_cast<long long>(number));
  return text;
}

bool ReadWhole(std::string_view text, int64_t* value) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return fault == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

std::string EncodeEntry(const EntryRow& entry) {
  WireWriter writer;
  writer.Int(kState, static_cast<int64_t>(entry.state));
  writer.Bytes(kTenant, entry.tenant);
  writer.Int(kPriority, entry.priority);
  writer.Int(kTurn, entry.turn);
  writer.Int(kDue, entry.due_micros);
  writer.Int(kAttempts, entry.attempts);
  writer.Int(kToken, entry.token);
  writer.Int(kPut, entry.put_micros);
  writer.Bytes(kPayload, entry.payload);
  writer.Bytes(kReason, entry.reason);
  return std::move(writer).TakeBytes();
}

Result<EntryRow> DecodeEntry(std::string_view text) {
  EntryRow entry;
  WireReader reader(text);
  WireField field;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool has_field, reader.Next(&field));
    if (!has_field) return entry;
    switch (field.number) {
      case kState:
        if (field.scalar > static_cast<uint64_t>(EntryState::kDead)) {
          return Error{Code::kCorrupt, "a stored queue entry has no known state", {}};
        }
        entry.state = static_cast<EntryState>(field.scalar);
        break;
      case kTenant: entry.tenant = field.bytes; break;
      case kPriority: entry.priority = field.signed_value(); break;
      case kTurn: entry.turn = field.signed_value(); break;
      case kDue: entry.due_micros = field.signed_value(); break;
      case kAttempts: entry.attempts = field.signed_value(); break;
      case kToken: entry.token = field.signed_value(); break;
      case kPut: entry.put_micros = field.signed_value(); break;
      case kPayload: entry.payload = field.bytes; break;
      case kReason: entry.reason = field.bytes; break;
      default: break;
    }
  }
}

bool IndexKey::operator<(const IndexKey& other) const {
  return std::tie(other.priority, turn, put_micros, id) < std::tie(priority, other.turn, other.put_micros, other.id);
}

IndexKey KeyOf(const std::string& id, const EntryRow& entry) {
  return {entry.priority, entry.turn, entry.put_micros, id};
}

std::string BucketName(int64_t priority, int64_t minute) {
  return Digits(kQueuePriorityMax - priority, 3) + "/" + Digits(minute, 10);
}

bool ParseBucketName(std::string_view name, int64_t* priority, int64_t* minute) {
  int64_t inverse = 0;
  if (name.size() != 14 || !ReadWhole(name.substr(0, 3), &inverse) || !ReadWhole(name.substr(4), minute)) return false;
  *priority = kQueuePriorityMax - inverse;
  return true;
}

Partition IndexPartition(const std::string& bucket) { return {"queue_index", bucket}; }
Partition BucketPartition() { return {"queue_bucket", "all"}; }
Partition TurnPartition() { return {"queue_bucket", "turns"}; }
Partition DeadPartition() { return {"queue_bucket", "dead"}; }

std::string IndexSort(const IndexKey& key) {
  return Digits(key.turn, kTurnDigits) + "/" + Digits(key.put_micros, kTimeDigits) + "/" + key.id;
}

bool ParseIndexSort(int64_t priority, std::string_view sort, IndexKey* key) {
  constexpr size_t kIdAt = kTurnDigits + 1 + kTimeDigits + 1;
  if (sort.size() <= kIdAt) return false;
  key->priority = priority;
  key->id = sort.substr(kIdAt);
  return ReadWhole(sort.substr(0, kTurnDigits), &key->turn) &&
         ReadWhole(sort.substr(kTurnDigits + 1, kTimeDigits), &key->put_micros);
}

std::string IndexValue(EntryState state, int64_t due_micros) {
  return std::to_string(static_cast<int>(state)) + " " + std::to_string(due_micros);
}

bool ParseIndexValue(std::string_view value, EntryState* state, int64_t* due_micros) {
  if (value.size() < 3 || value[0] < '0' || value[0] > '3') return false;
  *state = static_cast<EntryState>(value[0] - '0');
  return ReadWhole(value.substr(2), due_micros);
}

}  // namespace scoreway
