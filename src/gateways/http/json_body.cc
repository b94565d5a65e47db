#include "gateways/http/json_body.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace scoreway::http {
namespace {

Error NotA(std::string_view what) { return {Code::kInvalidArgument, "not " + std::string(what), {}}; }

template <typename Read, typename Value>
std::function<Status(JsonElement)> Scalar(Value* value, std::string_view what) {
  return [value, what](JsonElement element) -> Status {
    Read read{};
    if (element.is_null()) return {};
    if (element.get(read) != simdjson::SUCCESS) return NotA(what);
    *value = Value(read);
    return {};
  };
}

// One function for each member of an object.
template <typename Value>
std::function<Status(JsonElement)> Object(std::map<std::string, Value>* values, Status (*read)(JsonElement, Value*)) {
  return [values, read](JsonElement element) -> Status {
    simdjson::dom::object object;
    if (element.is_null()) return {};
    if (element.get(object) != simdjson::SUCCESS) return NotA("an object");
    for (const auto& [name, member] : object) {
      Status status = read(member, &(*values)[std::string(name)]);
      if (!status.ok()) return AtPlace("'" + std::string(name) + "'", ToError(std::move(status)));
    }
    return {};
  };
}

Status ReadPlainText(JsonElement element, std::string* text) {
  std::string_view read;
  if (element.get(read) == simdjson::SUCCESS) {
    *text = read;
    return {};
  }
  if (element.is_array() || element.is_object()) return NotA("a text, number or truth value");
  *text = simdjson::minify(element);
  return {};
}

Status ReadNumber(JsonElement element, double* number) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::string_view text;
  if (element.get(*number) == simdjson::SUCCESS) return {};
  if (element.is_null()) {
    *number = std::numeric_limits<double>::quiet_NaN();
  } else if (element.get(text) == simdjson::SUCCESS && (text == "Infinity" || text == "-Infinity")) {
    *number = text[0] == '-' ? -kInfinity : kInfinity;
  } else {
    return NotA("a number");
  }
  return {};
}

}  // namespace

Status ReadJsonBody(std::string_view json, const std::vector<JsonMember>& members) {
  if (json.empty()) return {};
  simdjson::dom::parser parser;
  JsonElement root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS || !root.is_object()) {
    return Error{Code::kInvalidArgument, "it is not a JSON object", "body"};
  }
  return ReadJsonObject(root, members);
}

Status ReadJsonObject(JsonElement element, const std::vector<JsonMember>& members) {
  simdjson::dom::object object;
  if (element.is_null()) return {};
  if (element.get(object) != simdjson::SUCCESS) return NotA("an object");
  for (const auto& [key, value] : object) {
    const std::string place = "member '" + std::string(key) + "'";
    const auto member = std::ranges::find(members, std::string_view(key), &JsonMember::name);
    if (member == members.end()) {
      std::string known;
      for (const JsonMember& each : members) known += (known.empty() ? "" : ", ") + std::string(each.name);
      return Error{Code::kInvalidArgument, "unknown; known are " + known, place};
    }
    Status status = member->read(value);
    if (!status.ok()) return AtPlace(place, ToError(std::move(status)));
  }
  return {};
}

std::function<Status(JsonElement)> Into(std::string* text) { return Scalar<std::string_view>(text, "a string"); }
std::function<Status(JsonElement)> Into(int64_t* number) { return Scalar<int64_t>(number, "a whole number"); }
std::function<Status(JsonElement)> Into(double* number) { return Scalar<double>(number, "a number"); }
std::function<Status(JsonElement)> Into(bool* flag) { return Scalar<bool>(flag, "true or false"); }

std::function<Status(JsonElement)> Into(std::vector<std::string>* texts) {
  return [texts](JsonElement element) -> Status {
    simdjson::dom::array array;
    if (element.is_null()) return {};
    if (element.get(array) != simdjson::SUCCESS) return NotA("an array of strings");
    for (const JsonElement item : array) {
      std::string_view text;
      if (item.get(text) != simdjson::SUCCESS) return NotA("an array of strings");
      texts->emplace_back(text);
    }
    return {};
  };
}

std::function<Status(JsonElement)> Into(std::map<std::string, std::string>* texts) {
  return Object(texts, ReadPlainText);
}

std::function<Status(JsonElement)> Into(std::map<std::string, double>* numbers) { return Object(numbers, ReadNumber); }

}  // namespace scoreway::http
