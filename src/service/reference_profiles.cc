#include "service/reference_profiles.h"

#include <algorithm>
#include <utility>

namespace scoreway {
namespace {

constexpr size_t kBytesMax = size_t{64} << 20;

}  // namespace

Result<std::optional<ReferenceProfile>> ReferenceProfiles::Get(const std::string& model, int64_t version) {
  SCOREWAY_ASSIGN_OR_RETURN(auto mark, profiles_.Mark(model, version));
  if (!mark) return std::optional<ReferenceProfile>();
  const auto found = kept_.find(model);
  if (found != kept_.end() && found->second.version == version && found->second.mark == *mark) {
    found->second.last_use = ++uses_;
    return std::optional(found->second.reference);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const auto stored, profiles_.Get(model, version));
  if (!stored) return std::optional<ReferenceProfile>();
  SCOREWAY_ASSIGN_OR_RETURN(Profile profile, Profile::Parse(stored->bytes));
  profile.Settle();
  ReferenceProfile reference{std::make_shared<const Profile>(std::move(profile)), stored->source};
  Keep(model, {version, *std::move(mark), reference, stored->bytes.size(), ++uses_});
  return std::optional(std::move(reference));
}

void ReferenceProfiles::Keep(const std::string& model, Kept kept) {
  Kept& place = kept_[model];
  bytes_ += kept.bytes - place.bytes;
  place = std::move(kept);
  while (bytes_ > kBytesMax) {
    const auto oldest = std::ranges::min_element(kept_, {}, [](const auto& item) { return item.second.last_use; });
    bytes_ -= oldest->second.bytes;
    kept_.erase(oldest);
  }
}

}  // namespace scoreway
