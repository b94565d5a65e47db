// Fuzzes the reader of profiles: any bytes give a profile that is written and compared without a fault, or an error.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/crc32c.h"
#include "drift/drift_report.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scoreway;
  // With a checksum that holds, so that the fuzzer sees what is behind it.
  std::string bytes(reinterpret_cast<const char*>(data), size);
  ByteWriter writer(&bytes);
  writer.Write(Crc32c(bytes));
  const Result<Profile> profile = Profile::Parse(bytes);
  if (!profile.ok()) {
    SCOREWAY_CHECK(profile.code() == Code::kCorrupt || profile.code() == Code::kUnsupported);
    return 0;
  }
  SCOREWAY_CHECK(Profile::Parse(profile->Encode()).ok());
  const DriftReport report = CompareProfiles(*profile, *profile, {}, false);
  std::string text;
  JsonWriter json(&text);
  WriteJson(report, &json);
  return 0;
}
