#include "open_log.h"

namespace scoreway {
namespace {

// Chunks of predictions are large.
constexpr int kLogPageBytes = 16'384;

}  // namespace

RegistryOptions LogPlace(const RegistryOptions& registry, const std::string& asked) {
  if (!asked.empty()) return {asked};
  if (IsCassandraUrl(registry.path)) return registry;
  constexpr std::string_view kEnding = ".db";
  std::string path = registry.path;
  if (path.ends_with(kEnding)) path.resize(path.size() - kEnding.size());
  return {path + "-log.db"};
}

Result<std::unique_ptr<Store>> OpenLogStore(const RegistryOptions& registry, const std::string& asked,
                                            WhenMissing when_missing) {
  const RegistryOptions place = LogPlace(registry, asked);
  if (place.path == registry.path) return std::unique_ptr<Store>();
  Result<std::unique_ptr<Store>> store =
      OpenStore(place, when_missing, {.page_bytes = kLogPageBytes, .has_queue = false});
  if (store.code() == Code::kNotFound) {
    return Error{Code::kNotFound, "nothing was ever logged here; 'scoreway serve --log-predictions' does", place.path};
  }
  return store;
}

}  // namespace scoreway
