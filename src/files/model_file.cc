#include "files/model_file.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "files/read_file.h"
#include "importers/archive/tar.h"
#include "importers/importer.h"

namespace scoreway {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFilesMax = 100'000;
constexpr uint64_t kFeatureMapBytesMax = uint64_t{64} << 20;

bool IsHidden(const fs::path& name) {
  const std::string text = name.filename().string();
  return text.starts_with('.') || text.starts_with('_');
}

Result<archive::Files> ReadFolder(const fs::path& folder) {
  archive::Files files;
  uint64_t bytes_left = kModelFileBytesMax;
  std::error_code error;
  fs::recursive_directory_iterator it(folder, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (IsHidden(it->path())) {
      it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file(error)) continue;
    if (files.size() == kFilesMax) return Error{Code::kResourceExhausted, "holds too many files", folder.string()};
    SCOREWAY_ASSIGN_OR_RETURN(const auto content, ReadFile(it->path().string(), bytes_left));
    bytes_left -= content->size();
    files.emplace(it->path().lexically_relative(folder).generic_string(), *content);
  }
  if (error) return Error{Code::kInvalidArgument, error.message(), folder.string()};
  if (files.empty()) return Error{Code::kInvalidArgument, "is a folder with nothing in it", folder.string()};
  return files;
}

}  // namespace

Result<std::shared_ptr<const std::string>> ReadModelFile(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return ReadFile(path, kModelFileBytesMax);
  SCOREWAY_ASSIGN_OR_RETURN(const archive::Files files, ReadFolder(path));
  return std::make_shared<const std::string>(archive::WriteTar(files));
}

Result<std::map<std::string, std::string>> ImportOptionsOfFile(const std::string& path, std::string_view artifact,
                                                               uint32_t recommend) {
  std::map<std::string, std::string> options;
  if (recommend != 0) options["recommend"] = std::to_string(recommend);
  if (path == "-" || RecognisedFormat(artifact) != "xgboost") return options;
  const std::string map_path = fs::path(path).replace_extension(".fmap").string();
  std::error_code error;
  if (!fs::is_regular_file(map_path, error)) return options;
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const std::string> map, ReadFile(map_path, kFeatureMapBytesMax));
  options["feature_map"] = *map;
  return options;
}

}  // namespace scoreway
