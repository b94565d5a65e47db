// ReferenceProfiles: the reference profiles of versions, ready to be compared with, for who does so again and again:
// reading one takes longer than comparing with it. Asks the store each time whether the profile is still the same.
//
// Of each model that of the version asked for last is kept, of all models some 64 MB of stored bytes, those used last.
// One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "drift/profile.h"
#include "registry/version_profiles.h"

namespace scoreway {

struct ReferenceProfile {
  std::shared_ptr<const Profile> profile;
  std::string source;  // as VersionProfile
};

class ReferenceProfiles {
 public:
  // They must outlive this.
  explicit ReferenceProfiles(VersionProfiles& profiles) : profiles_(profiles) {}

  // Nothing if the version has none.
  Result<std::optional<ReferenceProfile>> Get(const std::string& model, int64_t version);

 private:
  struct Kept {
    int64_t version = 0;
    std::string mark;
    ReferenceProfile reference;
    size_t bytes = 0;
    uint64_t last_use = 0;
  };

  void Keep(const std::string& model, Kept kept);

  VersionProfiles& profiles_;
  std::map<std::string, Kept, std::less<>> kept_;  // by model
  size_t bytes_ = 0;                               // of all
  uint64_t uses_ = 0;
};

}  // namespace scoreway
