// API keys: who may do what over the network. A key is shown once, when it is made; the Store has its SHA-256.
//
//     table     partition  sort  value
//     api_key   "all"      id    name, role, digest, times, as JSON
//
// A key reads "sw_<id>_<secret>": 16 hex digits that tell it apart, then 64 of 256 random bits.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "data/codec/json_writer.h"
#include "store/store.h"

namespace scoreway {

// The rows of the keys.
inline Partition ApiKeysPartition() { return {"api_key", "all"}; }

// Each may do what those before it may.
enum class Role : uint8_t {
  kPredict = 0,  // score, and read what is registered
  kPush = 1,     // push, log, move aliases, write features
  kAdmin = 2,    // delete, and make keys
};

std::string_view RoleName(Role role);  // "predict", "push", "admin"
std::optional<Role> RoleFromName(std::string_view name);

struct ApiKey {
  std::string id;
  std::string name;  // whom or what it is for; stands as `who` with what is changed by it
  Role role = Role::kPredict;
  int64_t created_micros = 0;
  int64_t expires_micros = 0;  // 0: never
  std::string who;             // made it
};

// {"id":"...","name":"ci","role":"push","created":"...","expires":null,"who":"ann"}
void WriteJson(const ApiKey& key, JsonWriter* json);

// All keys as they were at one time, to check requests by.
class ApiKeySet {
 public:
  // The key that the text is, or null if it is none or past its time.
  const ApiKey* Find(std::string_view text, int64_t now_micros) const;

 private:
  friend class ApiKeys;
  struct Entry {
    ApiKey key;
    std::string digest;
  };
  std::map<std::string, Entry, std::less<>> entries_;  // by id
};

// Errors: kNotFound for a key that does not exist; kInvalidArgument for bad names; the Store's own beside these.
// Thread-safe.
class ApiKeys {
 public:
  static constexpr size_t kKeysMax = 10'000;

  ApiKeys(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  struct Made {
    ApiKey key;
    std::string text;  // the key itself, which nobody can be told again
  };
  // Takes name, role, expiry and who of `wish`.
  Result<Made> Create(const ApiKey& wish);
  // In the order they were made.
  Result<std::vector<ApiKey>> List();
  Status Revoke(std::string_view id);

  Result<ApiKeySet> ReadAll();
  // Differs after every change.
  Result<uint64_t> ChangeCount();

 private:
  Store& store_;
  const Clock& clock_;
};

}  // namespace scoreway
