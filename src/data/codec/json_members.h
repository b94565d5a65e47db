// JsonMembers: reads the members of one JSON object into variables, remembering the first fault.
// For sources, not headers: those who include it pay for simdjson.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

class JsonMembers {
 public:
  // The text must be one JSON object; else every read gives nothing and the status says why.
  explicit JsonMembers(std::string_view json);
  // An object within another one.
  explicit JsonMembers(simdjson::dom::object object) : object_(object) {}

  // An absent member, or null, leaves *value as it is. One of another type is a fault.
  void Read(std::string_view key, std::string* value);
  void Read(std::string_view key, int64_t* value);
  void Read(std::string_view key, uint64_t* value);
  void Read(std::string_view key, bool* value);
  void Read(std::string_view key, double* value);
  void Read(std::string_view key, std::vector<std::string>* values);
  void Read(std::string_view key, std::map<std::string, std::string>* values);
  // Numbers, null for NaN, "Infinity" and "-Infinity".
  void Read(std::string_view key, std::map<std::string, double>* values);
  // The member; a null or absent one gives an element that is_null().
  bool Find(std::string_view key, simdjson::dom::element* value);
  void Fail(std::string_view key, std::string_view expected);
  // A member besides these is a fault.
  void RefuseOthers(std::initializer_list<std::string_view> known);

  // kInvalidArgument for the first fault.
  Status status() const;

 private:
  template <typename Value, typename ReadValue>
  void ReadMap(std::string_view key, std::map<std::string, Value>* values, ReadValue read);

  simdjson::dom::parser parser_;
  simdjson::dom::object object_;
  bool has_object_ = true;
  std::string fault_;
  std::string fault_place_;
};

// The text is one JSON value.
bool IsJson(std::string_view text);

}  // namespace scoreway
