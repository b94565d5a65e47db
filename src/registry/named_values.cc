#include "registry/named_values.h"

#include <cmath>

#include "base/utf8.h"

namespace scoreway {
namespace {

Status CheckName(std::string_view what, const std::string& name) {
  if (name.empty()) return Status(Code::kInvalidArgument, "an entry has an empty name", std::string(what));
  return CheckText(what, name);
}

}  // namespace

Status CheckText(std::string_view what, std::string_view text) {
  if (IsUtf8(text)) return {};
  return Status(Code::kInvalidArgument, "the text is not UTF-8", std::string(what));
}

Status CheckNamedValues(std::string_view what, const std::map<std::string, std::string>& texts) {
  for (const auto& [name, text] : texts) {
    SCOREWAY_RETURN_IF_ERROR(CheckName(what, name));
    SCOREWAY_RETURN_IF_ERROR(CheckText(std::string(what) + "." + name, text));
  }
  return {};
}

Status CheckNamedValues(std::string_view what, const std::map<std::string, double>& numbers) {
  for (const auto& [name, number] : numbers) SCOREWAY_RETURN_IF_ERROR(CheckName(what, name));
  return {};
}

void WriteNamedValues(std::string_view key, const std::map<std::string, std::string>& texts, JsonWriter* json) {
  json->Key(key);
  json->BeginObject();
  for (const auto& [name, text] : texts) json->StringField(name, text);
  json->EndObject();
}

void WriteNamedValues(std::string_view key, const std::map<std::string, double>& numbers, JsonWriter* json) {
  json->Key(key);
  json->BeginObject();
  for (const auto& [name, number] : numbers) {
    if (std::isinf(number)) {
      json->StringField(name, number > 0 ? "Infinity" : "-Infinity");
    } else {
      json->DoubleField(name, number);
    }
  }
  json->EndObject();
}

}  // namespace scoreway
