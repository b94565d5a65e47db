// Archive: the files of a zip or tar (also gzipped), in memory. For models that are saved as folders.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway::archive {

struct Limits {
  uint64_t bytes_max = uint64_t{512} << 20;  // of all files, unpacked
  size_t files_max = 100'000;
};

// Files by path. Paths are relative, without "." and "..", their parts joined by '/'. Folders and links are left out.
using Files = std::map<std::string, std::string, std::less<>>;

// By the beginning of the bytes; for gzip by what they unpack to.
bool LooksLikeArchive(std::string_view bytes);

// CORRUPT for damaged archives and for paths that lead out; RESOURCE_EXHAUSTED beyond the limits; UNSUPPORTED for
// encrypted or multi-volume zips and methods other than stored and deflate.
Result<Files> ReadArchive(std::string_view bytes, const Limits& limits = {});

// The files below a folder, by their paths there. "" is the whole archive.
Files Below(const Files& files, std::string_view folder);

}  // namespace scoreway::archive
