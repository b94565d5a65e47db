#include "data/codec/json_members.h"

#include <algorithm>
#include <limits>

namespace scoreway {

using simdjson::dom::element;
using simdjson::dom::object;

JsonMembers::JsonMembers(std::string_view json) {
  element root;
  simdjson::error_code error = parser_.parse(json.data(), json.size()).get(root);
  if (!error) error = root.get(object_);
  if (!error) return;
  has_object_ = false;
  fault_ = std::string("the text is not a JSON object: ") + simdjson::error_message(error);
}

bool JsonMembers::Find(std::string_view key, element* value) {
  return has_object_ && !object_[key].get(*value) && !value->is_null();
}

void JsonMembers::Fail(std::string_view key, std::string_view expected) {
  if (!fault_.empty()) return;
  fault_ = "the member must be " + std::string(expected);
  fault_place_ = "member '" + std::string(key) + "'";
}

Status JsonMembers::status() const {
  return fault_.empty() ? Status() : Status(Code::kInvalidArgument, fault_, fault_place_);
}

void JsonMembers::Read(std::string_view key, std::string* value) {
  element found;
  std::string_view text;
  if (!Find(key, &found)) return;
  if (found.get(text)) return Fail(key, "a string");
  *value = text;
}

void JsonMembers::Read(std::string_view key, int64_t* value) {
  element found;
  if (Find(key, &found) && found.get(*value)) Fail(key, "an integer");
}

void JsonMembers::Read(std::string_view key, uint64_t* value) {
  element found;
  if (Find(key, &found) && found.get(*value)) Fail(key, "an integer from 0");
}

void JsonMembers::Read(std::string_view key, bool* value) {
  element found;
  if (Find(key, &found) && found.get(*value)) Fail(key, "true or false");
}

void JsonMembers::Read(std::string_view key, double* value) {
  element found;
  if (Find(key, &found) && found.get(*value)) Fail(key, "a number");
}

void JsonMembers::Read(std::string_view key, std::vector<std::string>* values) {
  element found;
  simdjson::dom::array items;
  if (!Find(key, &found)) return;
  if (found.get(items)) return Fail(key, "a list of strings");
  values->clear();
  for (const element item : items) {
    std::string_view text;
    if (item.get(text)) return Fail(key, "a list of strings");
    values->emplace_back(text);
  }
}

void JsonMembers::RefuseOthers(std::initializer_list<std::string_view> known) {
  if (!has_object_) return;
  for (const auto& [name, member] : object_) {
    if (std::find(known.begin(), known.end(), name) != known.end() || !fault_.empty()) continue;
    fault_ = "unknown member";
    fault_place_ = "member '" + std::string(name.substr(0, 160)) + "'";
  }
}

template <typename Value, typename ReadValue>
void JsonMembers::ReadMap(std::string_view key, std::map<std::string, Value>* values, ReadValue read) {
  element found;
  object members;
  if (!Find(key, &found)) return;
  if (found.get(members)) return Fail(key, "an object");
  for (const auto& [name, member] : members) {
    if (!read(member, &(*values)[std::string(name)]))
      return Fail(std::string(key) + "." + std::string(name), "of the right type");
  }
}

void JsonMembers::Read(std::string_view key, std::map<std::string, std::string>* values) {
  ReadMap(key, values, [](element member, std::string* value) {
    std::string_view text;
    if (member.get(text)) return false;
    *value = text;
    return true;
  });
}

void JsonMembers::Read(std::string_view key, std::map<std::string, double>* values) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  ReadMap(key, values, [](element member, double* value) {
    if (!member.get(*value)) return true;
    std::string_view text;
    if (member.is_null()) {
      *value = std::numeric_limits<double>::quiet_NaN();
    } else if (!member.get(text) && (text == "Infinity" || text == "-Infinity")) {
      *value = text[0] == '-' ? -kInfinity : kInfinity;
    } else {
      return false;
    }
    return true;
  });
}

bool IsJson(std::string_view text) {
  simdjson::dom::parser parser;
  return !parser.parse(text.data(), text.size()).error();
}

}  // namespace scoreway
