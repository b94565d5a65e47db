#include "data/codec/json_times.h"

#include <string>

#include "base/utc_time.h"
#include "data/codec/json_members.h"
#include "data/codec/json_writer.h"

namespace scoreway {

void WriteTime(std::string_view key, int64_t micros, JsonWriter* json) {
  json->Key(key);
  micros == 0 ? json->Null() : json->String(FormatUtc(micros));
}

void ReadTime(JsonMembers& members, std::string_view key, int64_t* micros) {
  std::string text;
  members.Read(key, &text);
  if (!text.empty()) *micros = ParseUtc(text).value_or(0);
}

}  // namespace scoreway
