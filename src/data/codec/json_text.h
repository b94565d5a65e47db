// JsonText: what WriteJson writes of a value, as a text of its own.
#pragma once

#include <string>

#include "data/codec/json_writer.h"

namespace scoreway {

template <typename T>
std::string JsonText(const T& value) {
  std::string text;
  JsonWriter json(&text);
  WriteJson(value, &json);
  return text;
}

}  // namespace scoreway
