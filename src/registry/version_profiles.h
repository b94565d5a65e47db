// VersionProfiles: the reference profile of a version: what its inputs and outputs looked like when it was trained, as
// bytes that drift/profile.h reads.
//
//     table     partition   sort               value
//     profile   model       "v/" number        what is said of it, as JSON, and the SHA-256 of its blob
//
// The bytes are a blob with the reference "profile/" model "/" number "/" random. A version has one profile; setting it
// again replaces it. Errors: kConflict if two set it at the same moment; the Store's own beside it. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "data/codec/json_writer.h"
#include "store/blobs.h"
#include "store/store.h"

namespace scoreway {

struct VersionProfile {
  std::string bytes;
  uint64_t rows = 0;
  std::string source;  // "sample" or "log"
  int64_t created_micros = 0;
  std::string who;
};

// {"rows":...,"source":...,"created":...,"who":...}
void WriteJson(const VersionProfile& profile, JsonWriter* json);

// The rows of a model's profiles, by version: each says which blob it keeps, and by which reference.
Partition ProfilesPartition(std::string_view model);
struct ProfileBlob {
  std::string sha256, reference;
};
Result<ProfileBlob> BlobOfProfile(const Partition& partition, const Row& row);

class VersionProfiles {
 public:
  // Store and clock must outlive this.
  VersionProfiles(Store& store, const Clock& clock) : store_(store), clock_(clock), blobs_(store, clock) {}

  // The time is now.
  Status Put(std::string_view model, int64_t version, const VersionProfile& profile);
  // Nothing if the version has none.
  Result<std::optional<VersionProfile>> Get(std::string_view model, int64_t version);
  // A text that is another one once the profile is set again; nothing if the version has none.
  Result<std::optional<std::string>> Mark(std::string_view model, int64_t version);

 private:
  Store& store_;
  const Clock& clock_;
  Blobs blobs_;
};

}  // namespace scoreway
