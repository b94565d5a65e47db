// Whatever the bytes, reading an archive ends in files or an error.
#include <cstdint>

#include "importers/archive/archive.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)scoreway::archive::LooksLikeArchive(bytes);
  (void)scoreway::archive::ReadArchive(bytes, {.bytes_max = 16 << 20, .files_max = 1000});
  return 0;
}
