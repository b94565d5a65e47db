// JsonBody: the members of a body that is one JSON object. For the sources of this folder: those who include it pay for
// simdjson.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::http {

using JsonElement = simdjson::dom::element;

// A reader of one member; its error gets the member as its place.
struct JsonMember {
  std::string_view name;
  std::function<Status(JsonElement)> read;
};

// Reads each member by its reader. INVALID_ARGUMENT if the text is no object (an empty text is one without members), or
// has a member that is not in the table.
Status ReadJsonBody(std::string_view json, const std::vector<JsonMember>& members);
Status ReadJsonObject(JsonElement object, const std::vector<JsonMember>& members);

// Readers into variables. Null leaves the variable as it is.
std::function<Status(JsonElement)> Into(std::string* text);
std::function<Status(JsonElement)> Into(int64_t* number);
std::function<Status(JsonElement)> Into(double* number);
std::function<Status(JsonElement)> Into(bool* flag);
std::function<Status(JsonElement)> Into(std::vector<std::string>* texts);
// Values may be texts, numbers, true, false and null.
std::function<Status(JsonElement)> Into(std::map<std::string, std::string>* texts);
// Values may be numbers, null for NaN, "Infinity" and "-Infinity".
std::function<Status(JsonElement)> Into(std::map<std::string, double>* numbers);

}  // namespace scoreway::http
