// A schema, a byte 0 and a value: the value is JSON on one line, or refused.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "data/avro/avro_reader.h"
#include "data/codec/json_members.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t end = bytes.find('\0');
  if (end == std::string_view::npos) return 0;
  const auto schema = scoreway::AvroSchema::Parse(bytes.substr(0, end));
  if (!schema.ok()) return 0;
  std::string json;
  if (!scoreway::AppendAvroAsJson(*schema, bytes.substr(end + 1), &json).ok()) return 0;
  if (!scoreway::IsJson(json) || json.find('\n') != std::string::npos) std::abort();
  return 0;
}
