#include "data/codec/json_document.h"

#include <utility>
#include <vector>

#include "base/utf8.h"
#include "data/codec/column_names.h"

namespace scoreway {
namespace {

constexpr size_t kMemoryKept = size_t{1} << 20;  // bytes of text whose parser memory stays
constexpr unsigned kDepthMax = 32;
constexpr std::string_view kBom = "\xEF\xBB\xBF";

std::string_view FaultMessage(JsonFault fault) {
  switch (fault) {
    case simdjson::CAPACITY: return "the JSON is too long";
    case simdjson::MEMALLOC: return "not enough memory to parse the JSON";
    case simdjson::DEPTH_ERROR: return "the JSON is nested too deep";
    case simdjson::STRING_ERROR: return "a string holds a bad escape";
    case simdjson::NUMBER_ERROR: return "a number is not written as JSON has it, or too large";
    case simdjson::UTF8_ERROR: return "the JSON is not UTF-8";
    case simdjson::EMPTY: return "the JSON is empty";
    case simdjson::UNESCAPED_CHARS: return "a string holds a control character that is not escaped";
    case simdjson::UNCLOSED_STRING: return "a string does not end";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: return "the JSON does not end with the bracket that closes it";
    case simdjson::TRAILING_CONTENT: return "something follows the end of the JSON";
    default: return "not valid JSON";
  }
}

std::string Shortened(std::string_view text) {
  constexpr size_t kShown = 40;
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  if (text.size() <= kShown) return std::string(text);
  size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

Status ReadForm(std::string_view key, json::value value, TensorForm* form) {
  bool binary = false;
  if (value.get_bool().get(binary)) return AtPlace(key, WrongJsonType("true or false", value));
  *form = binary ? TensorForm::kBinary : TensorForm::kJson;
  return {};
}

Status ReadOutputParameters(json::value value, TensorForm* form) {
  json::object object;
  if (value.get_object().get(object)) return AtPlace("parameters", WrongJsonType("an object", value));
  return ReadMembers(object, JsonFaultError, [form](std::string_view key, json::value member) -> Status {
    if (key == "binary_data") return ReadForm(key, member, form);
    if (key == "classification") {
      return Status(Code::kUnsupported, "the classification extension is not had: ask for the outputs themselves");
    }
    if (key.starts_with("shared_memory_")) return Status(Code::kUnsupported, "shared memory is not written to");
    if (const JsonFault fault = CheckJson(member)) return JsonFaultError(fault);
    return {};
  });
}

Status ReadOutputs(json::value value, JsonRequestMembers* members) {
  json::array array;
  if (value.get_array().get(array)) return WrongJsonType("an array of output names", value);
  for (auto element : array) {
    json::value output;
    if (const JsonFault fault = element.get(output)) return JsonFaultError(fault);
    json::json_type type;
    if (const JsonFault fault = output.type().get(type)) return JsonFaultError(fault);
    std::string_view name;
    TensorForm form = TensorForm::kUnsaid;
    if (type == json::json_type::object) {
      json::object object;
      if (const JsonFault fault = output.get_object().get(object)) return JsonFaultError(fault);
      bool named = false;
      SCOREWAY_RETURN_IF_ERROR(
          ReadMembers(object, JsonFaultError, [&](std::string_view key, json::value member) -> Status {
            if (key == "name") {
              if (std::exchange(named, true)) return RepeatedMember(key);
              if (member.get_string().get(name)) return AtPlace("name", WrongJsonType("a string", member));
            } else if (key == "parameters") {
              return ReadOutputParameters(member, &form);
            } else {
              return UnknownMember(key, {"name", "parameters"});
            }
            return {};
          }));
      if (!named) return Status(Code::kInvalidArgument, "an output has no 'name'");
    } else if (output.get_string().get(name)) {
      return WrongJsonType("the name of an output", output);
    }
    members->outputs.emplace_back(name);
    members->output_forms.push_back(form);
  }
  return {};
}

}  // namespace

Status JsonParser::Parse(const JsonBody& body, json::document* document) {
  text_ = body.text;
  size_t readable_behind = body.readable_behind;
  if (text_.starts_with(kBom)) text_.remove_prefix(kBom.size());
  if (readable_behind < kJsonPadding) {
    padded_.clear();
    padded_.reserve(text_.size() + kJsonPadding);
    padded_.append(text_).append(kJsonPadding, ' ');
    text_ = std::string_view(padded_).substr(0, text_.size());
    readable_behind = kJsonPadding;
  }
  static_assert(kJsonPadding >= simdjson::SIMDJSON_PADDING);
  const JsonFault fault = parser_.iterate(text_.data(), text_.size(), text_.size() + readable_behind).get(*document);
  if (fault == simdjson::SUCCESS) return {};
  Error error = JsonFaultError(fault);
  if (fault == simdjson::UTF8_ERROR) {
    if (const size_t at = FindInvalidUtf8(text_); at != std::string_view::npos)
      error.place = "byte " + std::to_string(at);
  }
  return error;
}

Error JsonParser::FaultError(JsonFault fault, json::document& document) const {
  Error error = JsonFaultError(fault);
  const char* at = nullptr;
  if (document.current_location().get(at) == simdjson::SUCCESS && at >= text_.data() &&
      at <= text_.data() + text_.size()) {
    error.place = "byte " + std::to_string(at - text_.data());
  }
  return error;
}

Status JsonParser::CheckEnd(json::document& document) const {
  const char* at = nullptr;
  if (document.current_location().get(at) == simdjson::OUT_OF_BOUNDS) return {};
  return FaultError(simdjson::TRAILING_CONTENT, document);
}

void JsonParser::Finish() {
  if (parser_.capacity() > kMemoryKept) parser_ = json::parser();
  if (padded_.capacity() > kMemoryKept) padded_ = std::string();
}

std::string DescribeJson(json::value value) {
  json::json_type type;
  if (value.type().get(type)) return Quoted(Shortened(value.raw_json_token())) + ", which is no JSON value";
  switch (type) {
    case json::json_type::array: return "an array";
    case json::json_type::object: return "an object";
    case json::json_type::number: return "the number " + Shortened(value.raw_json_token());
    case json::json_type::string: return "a string " + Shortened(value.raw_json_token());
    default: return Shortened(value.raw_json_token());
  }
}

JsonFault CheckJson(json::value value, unsigned depth) {
  if (depth > kDepthMax) return simdjson::DEPTH_ERROR;
  json::json_type type;
  if (const JsonFault fault = value.type().get(type)) return fault;
  switch (type) {
    case json::json_type::array: {
      json::array array;
      if (const JsonFault fault = value.get_array().get(array)) return fault;
      for (auto element : array) {
        json::value item;
        if (const JsonFault fault = element.get(item)) return fault;
        if (const JsonFault fault = CheckJson(item, depth + 1)) return fault;
      }
      return simdjson::SUCCESS;
    }
    case json::json_type::object: {
      json::object object;
      if (const JsonFault fault = value.get_object().get(object)) return fault;
      for (auto field : object) {
        std::string_view key;
        json::value member;
        if (const JsonFault fault = field.unescaped_key().get(key)) return fault;
        if (const JsonFault fault = field.value().get(member)) return fault;
        if (const JsonFault fault = CheckJson(member, depth + 1)) return fault;
      }
      return simdjson::SUCCESS;
    }
    case json::json_type::number: {
      double number = 0;
      return value.get_double().get(number);
    }
    case json::json_type::string: {
      std::string_view text;
      return value.get_string().get(text);
    }
    case json::json_type::boolean: {
      bool flag = false;
      return value.get_bool().get(flag);
    }
    case json::json_type::null: {
      bool null = false;
      if (const JsonFault fault = value.is_null().get(null)) return fault;
      return null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
    }
  }
  return simdjson::TAPE_ERROR;
}

Status ReadRequestMember(std::string_view key, json::value value, JsonRequestMembers* members, bool* found) {
  *found = true;
  if (key == "id") {
    std::string_view id;
    if (value.get_string().get(id)) return AtPlace("id", WrongJsonType("a string", value));
    members->id = id;
    return {};
  }
  if (key == "outputs") {
    if (!members->outputs.empty()) return RepeatedMember(key);
    if (const Status status = ReadOutputs(value, members); !status.ok()) {
      return AtPlace("outputs", status.error());
    }
    return {};
  }
  if (key == "parameters") {
    json::object object;
    if (value.get_object().get(object)) return AtPlace("parameters", WrongJsonType("an object", value));
    Status status = ReadMembers(object, JsonFaultError, [&](std::string_view name, json::value member) -> Status {
      if (name == "binary_data_output") return ReadForm(name, member, &members->form);
      if (const JsonFault fault = CheckJson(member)) return JsonFaultError(fault);
      return {};
    });
    std::string_view text;
    if (status.ok() && (object.reset().error() || object.raw_json().get(text)))
      status = JsonFaultError(simdjson::TAPE_ERROR);
    if (!status.ok()) return AtPlace("parameters", std::move(status).error());
    members->parameters = text;
    return {};
  }
  *found = false;
  return {};
}

Error UnknownMember(std::string_view key, std::initializer_list<std::string_view> known) {
  return Error{Code::kInvalidArgument,
               "unknown member " + Quoted(key) + DidYouMean(key, known) + "; known are " + QuotedList(known),
               {}};
}

Error RepeatedMember(std::string_view key) {
  return Error{Code::kInvalidArgument, "member " + Quoted(key) + " stands twice", {}};
}

Error WrongJsonType(std::string_view expected, json::value value) {
  return Error{Code::kInvalidArgument, "expected " + std::string(expected) + ", found " + DescribeJson(value), {}};
}

Error JsonFaultError(JsonFault fault) {
  const bool exhausted = fault == simdjson::CAPACITY || fault == simdjson::MEMALLOC || fault == simdjson::DEPTH_ERROR;
  return Error{exhausted ? Code::kResourceExhausted : Code::kInvalidArgument, std::string(FaultMessage(fault)), {}};
}

}  // namespace scoreway
