// The files of a tar (POSIX.1-2001 ustar and pax, and GNU's long names).
#pragma once

#include <string_view>

#include "importers/archive/archive.h"

namespace scoreway::archive {

bool LooksLikeTar(std::string_view bytes);
Result<Files> ReadTar(std::string_view bytes, const Limits& limits);

// A tar of these files: the same bytes for the same files.
std::string WriteTar(const Files& files);

}  // namespace scoreway::archive
