#include "service/find_model.h"

#include <charconv>
#include <string>

namespace scoreway {

Result<ModelWish> ReadModelWish(std::string_view model, std::string_view version) {
  ModelWish wish;
  const size_t at = model.find('@');
  wish.name = model.substr(0, at);
  if (at != std::string_view::npos) {
    wish.alias = model.substr(at + 1);
    if (wish.alias.empty()) return Error{Code::kInvalidArgument, "the alias behind '@' is missing", "path"};
  }
  if (version.empty()) return wish;
  const auto [end, fault] = std::from_chars(version.data(), version.data() + version.size(), wish.version);
  if (fault != std::errc() || end != version.data() + version.size() || wish.version <= 0 || !wish.alias.empty()) {
    return Error{Code::kInvalidArgument, "not a version of a model: '" + std::string(version) + "'", "path"};
  }
  return wish;
}

Result<Reference> ToReference(const ModelWish& wish) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(wish.name));
  if (!wish.alias.empty()) SCOREWAY_RETURN_IF_ERROR(CheckAliasName(wish.alias));
  return Reference{std::string(wish.name), std::string(wish.alias), wish.version};
}

Error AsLoadError(const Error& error) {
  switch (error.code) {
    case Code::kInvalidArgument:
    case Code::kUnsupported:
    case Code::kCorrupt:
    case Code::kPermissionDenied:
    case Code::kResourceExhausted:
      return {Code::kInternal, "the model cannot be loaded: " + error.message, error.place};
    default: return error;
  }
}

}  // namespace scoreway
