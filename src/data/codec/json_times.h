// Times as members of stored JSON: texts of UTC as FormatUtc writes them, null where there is none (0).
#pragma once

#include <cstdint>
#include <string_view>

namespace scoreway {

class JsonMembers;
class JsonWriter;

void WriteTime(std::string_view key, int64_t micros, JsonWriter* json);
// An absent member or null leaves the value; a text that is no time reads as 0.
void ReadTime(JsonMembers& members, std::string_view key, int64_t* micros);

}  // namespace scoreway
