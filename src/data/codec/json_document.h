// What the JSON readers share around simdjson: parsing with reused memory, and its errors in our words. Private to the
// codecs, as every file that includes this pays for simdjson.h.
//
// simdjson's On-Demand reads values in the order of the text and checks what is read, not what is skipped; so the
// readers here read every value, or refuse it.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/result.h"
#include "data/codec/json_request.h"

namespace scoreway {

namespace json = simdjson::ondemand;
using JsonFault = simdjson::error_code;

class JsonParser {
 public:
  // The text as a document, valid until the next Parse or Finish; the text must live as long.
  Status Parse(const JsonBody& body, json::document* document);

  // The error for a fault met in the document, with the byte where it was met.
  Error FaultError(JsonFault fault, json::document& document) const;
  // INVALID_ARGUMENT if anything but blanks follows the value that was read.
  Status CheckEnd(json::document& document) const;

  // Gives back memory that a large text needed; what texts of usual size need stays.
  void Finish();

 private:
  json::parser parser_;
  std::string padded_;     // the copy, if one was needed
  std::string_view text_;  // what is parsed
};

// "the number 3.5", "a string \"x\"", "an array".
std::string DescribeJson(json::value value);

// Goes through an object: calls read(key, value) for each member, and stops at the first error. A fault of the JSON is
// reported by fault_error(JsonFault).
template <typename Read, typename FaultError>
Status ReadMembers(json::object& object, const FaultError& fault_error, const Read& read) {
  for (auto field : object) {
    std::string_view key;
    json::value value;
    if (const JsonFault fault = field.unescaped_key().get(key)) return fault_error(fault);
    if (const JsonFault fault = field.value().get(value)) return fault_error(fault);
    if (Status status = read(key, value); !status.ok()) return status;
  }
  return {};
}

// Reads a value of any kind through, to check it. Nested at most 32 deep.
JsonFault CheckJson(json::value value, unsigned depth = 0);

// If the key is "id", "outputs" or "parameters": reads the value into *members and sets *found. An output may be named
// by a string or by an object with a name, as the Open Inference Protocol has it; its binary extension says there, or
// for all in the parameters, in which form it is wanted.
Status ReadRequestMember(std::string_view key, json::value value, JsonRequestMembers* members, bool* found);

// A member that is none of those known.
Error UnknownMember(std::string_view key, std::initializer_list<std::string_view> known);
Error RepeatedMember(std::string_view key);
Error WrongJsonType(std::string_view expected, json::value value);

// A fault inside a value whose place the caller knows better than the byte.
Error JsonFaultError(JsonFault fault);

}  // namespace scoreway
