// Any bytes: no crash, no leak, no allocation beyond what is there. The checksum is mended so that the fuzzer gets past
// it.

#include <cstring>

#include "base/crc32c.h"
#include "model/saved_format.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  constexpr size_t kHeaderBytes = 24;
  if (size >= kHeaderBytes) {
    const uint64_t payload_size = size - kHeaderBytes;
    const uint32_t checksum = scoreway::Crc32c(std::string_view(bytes).substr(kHeaderBytes));
    std::memcpy(bytes.data() + 12, &checksum, sizeof checksum);
    std::memcpy(bytes.data() + 16, &payload_size, sizeof payload_size);
  }
  const auto model = scoreway::LoadModel(bytes);
  if (model.ok() && scoreway::SaveModel(*model).empty()) __builtin_trap();
  return 0;
}
