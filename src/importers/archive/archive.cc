#include "importers/archive/archive.h"

#include "importers/archive/inflate.h"
#include "importers/archive/paths.h"
#include "importers/archive/tar.h"
#include "importers/archive/zip.h"

namespace scoreway::archive {
namespace {

constexpr std::string_view kGzipMark("\x1F\x8B\x08", 3);
constexpr size_t kPathMax = 4096;
// Enough of a gzip to see whether a tar begins in it.
constexpr uint64_t kPeekBytes = 16 << 10;

}  // namespace

Result<std::string> CleanPath(std::string_view path) {
  const Error wrong{Code::kCorrupt, "is no path within an archive", "'" + std::string(path.substr(0, 200)) + "'"};
  if (path.empty() || path.size() > kPathMax || path[0] == '/') return wrong;
  std::string clean;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (part == "..") return wrong;
    if (part.empty() || part == ".") continue;
    if (!clean.empty()) clean += '/';
    clean += part;
  }
  if (clean.empty()) return wrong;
  return clean;
}

bool LooksLikeArchive(std::string_view bytes) {
  if (LooksLikeZip(bytes) || LooksLikeTar(bytes)) return true;
  if (!bytes.starts_with(kGzipMark)) return false;
  return LooksLikeTar(InflateBeginning(bytes, kPeekBytes));
}

Result<Files> ReadArchive(std::string_view bytes, const Limits& limits) {
  if (LooksLikeZip(bytes)) return ReadZip(bytes, limits);
  if (!bytes.starts_with(kGzipMark)) return ReadTar(bytes, limits);
  SCOREWAY_ASSIGN_OR_RETURN(const std::string tar, Inflate(bytes, Wrapping::kGzip, limits.bytes_max));
  return ReadTar(tar, limits);
}

Files Below(const Files& files, std::string_view folder) {
  if (folder.empty()) return files;
  const std::string prefix = std::string(folder) + "/";
  Files below;
  for (auto it = files.lower_bound(prefix); it != files.end() && it->first.starts_with(prefix); ++it) {
    below.emplace(it->first.substr(prefix.size()), it->second);
  }
  return below;
}

}  // namespace scoreway::archive
