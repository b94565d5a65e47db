#include "registry/api_keys.h"

#include <algorithm>

#include "base/plain_name.h"
#include "base/sha256.h"
#include "base/utc_time.h"
#include "data/codec/json_members.h"
#include "store/random_id.h"

namespace scoreway {
namespace {

constexpr char kPrefix[] = "sw_";
constexpr size_t kIdDigits = 16;
constexpr size_t kSecretDigits = 64;
constexpr std::string_view kRoleNames[] = {"predict", "push", "admin"};

// In a time that does not tell where they differ.
bool EqualDigests(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

std::string Encode(const ApiKey& key, std::string_view digest) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.StringField("name", key.name);
  json.StringField("role", RoleName(key.role));
  json.StringField("sha256", digest);
  json.IntField("created", key.created_micros);
  json.IntField("expires", key.expires_micros);
  json.StringField("who", key.who);
  json.EndObject();
  return text;
}

Status Decode(const Row& row, ApiKey* key, std::string* digest) {
  std::string role;
  JsonMembers members(row.value);
  key->id = row.sort;
  members.Read("name", &key->name);
  members.Read("role", &role);
  members.Read("sha256", digest);
  members.Read("created", &key->created_micros);
  members.Read("expires", &key->expires_micros);
  members.Read("who", &key->who);
  const auto known = RoleFromName(role);
  if (members.status().ok() && known && IsSha256Hex(*digest)) {
    key->role = *known;
    return {};
  }
  return Status(Code::kCorrupt, "a stored row cannot be read", ApiKeysPartition().ToString() + " " + row.sort);
}

}  // namespace

std::string_view RoleName(Role role) { return kRoleNames[static_cast<size_t>(role)]; }

std::optional<Role> RoleFromName(std::string_view name) {
  const auto* const found = std::ranges::find(kRoleNames, name);
  if (found == std::end(kRoleNames)) return std::nullopt;
  return static_cast<Role>(found - std::begin(kRoleNames));
}

void WriteJson(const ApiKey& key, JsonWriter* json) {
  json->BeginObject();
  json->StringField("id", key.id);
  json->StringField("name", key.name);
  json->StringField("role", RoleName(key.role));
  json->StringField("created", FormatUtc(key.created_micros));
  json->Key("expires");
  key.expires_micros == 0 ? json->Null() : json->String(FormatUtc(key.expires_micros));
  json->StringField("who", key.who);
  json->EndObject();
}

const ApiKey* ApiKeySet::Find(std::string_view text, int64_t now_micros) const {
  constexpr size_t kIdBegin = sizeof(kPrefix) - 1;
  if (text.size() != kIdBegin + kIdDigits + 1 + kSecretDigits || !text.starts_with(kPrefix)) return nullptr;
  const auto entry = entries_.find(text.substr(kIdBegin, kIdDigits));
  if (entry == entries_.end() || !EqualDigests(Sha256::Hex(text), entry->second.digest)) return nullptr;
  const ApiKey& key = entry->second.key;
  return key.expires_micros != 0 && key.expires_micros <= now_micros ? nullptr : &key;
}

Result<ApiKeys::Made> ApiKeys::Create(const ApiKey& wish) {
  SCOREWAY_RETURN_IF_ERROR(CheckPlainName("a key", wish.name));
  if (wish.expires_micros != 0 && wish.expires_micros <= clock_.NowMicros()) {
    return Error{Code::kInvalidArgument, "it would be past its time at once", "key '" + wish.name + "'"};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ApiKey> keys, List());
  if (keys.size() >= kKeysMax) {
    return Error{Code::kResourceExhausted, "there are " + std::to_string(kKeysMax) + " keys already", {}};
  }
  Made made{wish, {}};
  made.key.id = RandomId().substr(0, kIdDigits);
  made.key.created_micros = clock_.NowMicros();
  made.text = kPrefix + made.key.id + "_" + RandomId() + RandomId();
  SCOREWAY_RETURN_IF_ERROR(
      store_.Apply(ApiKeysPartition(), PutIfAbsent(made.key.id, Encode(made.key, Sha256::Hex(made.text)))));
  return made;
}

Result<ApiKeySet> ApiKeys::ReadAll() {
  ApiKeySet set;
  ScanRange all;
  all.row_count_max = 1000;
  SCOREWAY_RETURN_IF_ERROR(ForEachRow(store_, ApiKeysPartition(), all, [&](const Row& row) -> Status {
    ApiKeySet::Entry& entry = set.entries_[row.sort];
    return Decode(row, &entry.key, &entry.digest);
  }));
  return set;
}

Result<std::vector<ApiKey>> ApiKeys::List() {
  SCOREWAY_ASSIGN_OR_RETURN(const ApiKeySet set, ReadAll());
  std::vector<ApiKey> keys;
  for (const auto& [id, entry] : set.entries_) keys.push_back(entry.key);
  std::ranges::stable_sort(keys, {}, &ApiKey::created_micros);
  return keys;
}

Status ApiKeys::Revoke(std::string_view id) {
  const std::string place = "key '" + std::string(id.substr(0, 160)) + "'";
  const Error absent{Code::kNotFound, "no such key", place};
  if (id.empty() || id.size() > kIdDigits) return absent;
  SCOREWAY_ASSIGN_OR_RETURN(const auto stored, store_.Get(ApiKeysPartition(), id));
  if (!stored) return absent;
  return store_.Apply(ApiKeysPartition(), Delete(std::string(id)));
}

Result<uint64_t> ApiKeys::ChangeCount() { return store_.ChangeCount(ApiKeysPartition()); }

}  // namespace scoreway
