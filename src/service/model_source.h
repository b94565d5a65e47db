// ModelSource: what the serving set asks of the registry.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

// What a name means now.
struct NameState {
  std::map<std::string, int64_t, std::less<>> aliases;
  int64_t newest = 0;         // newest version not deleted; 0 if none
  std::vector<int64_t> gone;  // those asked about that are deleted
};

// What was pushed.
struct PushedModel {
  std::shared_ptr<const std::string> artifact;
  std::map<std::string, std::string> import_options;  // VersionMetadata's
};

class ModelSource {
 public:
  virtual ~ModelSource() = default;
  // A number that differs after every change. Thread-safe, as all of these; they may block.
  virtual Result<uint64_t> ChangeCount() = 0;
  // NOT_FOUND if there is no such model. `versions` are looked at for NameState::gone.
  virtual Result<NameState> Describe(const std::string& name, std::span<const int64_t> versions) = 0;
  virtual Result<PushedModel> ReadPushed(const std::string& name, int64_t version) = 0;
};

}  // namespace scoreway
