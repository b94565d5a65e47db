// The files of a zip (PKWARE's APPNOTE.TXT 6.3): its central directory at the end says where they lie.
#pragma once

#include <string_view>

#include "importers/archive/archive.h"

namespace scoreway::archive {

bool LooksLikeZip(std::string_view bytes);
Result<Files> ReadZip(std::string_view bytes, const Limits& limits);

}  // namespace scoreway::archive
