#include "data/codec/json_tensors_reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/codec/column_names.h"
#include "data/codec/json_document.h"
#include "data/codec/raw_tensor.h"
#include "data/codec/tensor_binding.h"
#include "data/codec/tensor_cell.h"

namespace scoreway {
namespace {

Error Invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message), {}}; }

std::string Count(size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

struct Head : TensorHead {
  bool has_name = false;
  bool has_shape = false;
  std::optional<uint64_t> binary_size;

  bool complete() const { return has_name && has_shape && datatype != nullptr; }
};

Status ReadShape(json::value value, Head* head) {
  if (std::exchange(head->has_shape, true)) return RepeatedMember("shape");
  json::array array;
  if (value.get_array().get(array)) return AtPlace("shape", WrongJsonType("an array", value));
  uint64_t sizes[2] = {};
  size_t rank = 0;
  for (auto element : array) {
    json::value item;
    if (const JsonFault fault = element.get(item)) return JsonFaultError(fault);
    if (rank == 2) return SetShape(std::array<uint64_t, 3>(), head);
    if (item.get_uint64().get(sizes[rank])) return AtPlace("shape", WrongJsonType("a size", item));
    ++rank;
  }
  return SetShape({sizes, rank}, head);
}

Status ReadParameters(json::value value, Head* head) {
  json::object object;
  if (value.get_object().get(object)) return AtPlace("parameters", WrongJsonType("an object", value));
  return ReadMembers(object, JsonFaultError, [head](std::string_view key, json::value member) -> Status {
    if (key == "binary_data_size") {
      uint64_t size = 0;
      if (head->binary_size) return RepeatedMember(key);
      if (member.get_uint64().get(size)) return AtPlace(key, WrongJsonType("a size", member));
      head->binary_size = size;
      return {};
    }
    if (key.starts_with("shared_memory_"))
      return Status(Code::kUnsupported, "shared memory is not read: send the data");
    if (const JsonFault fault = CheckJson(member)) return JsonFaultError(fault);
    return {};
  });
}

}  // namespace

class JsonTensorsReader::Impl {
 public:
  Status Read(const JsonBody& body, std::string_view binary, const JsonReadOptions& options, Batch* batch,
              JsonRequestMembers* members) {
    batch->Clear();
    members->Clear();
    if (body.text.size() > options.bytes_max) {
      return Status(Code::kResourceExhausted, "the body has more than " + std::to_string(options.bytes_max) + " bytes");
    }
    batch_ = batch;
    binary_ = binary;
    binding_.Begin(batch, options);
    json::document document;
    Status status = parser_.Parse(body, &document);
    if (status.ok()) status = ReadDocument(document, members);
    if (status.ok()) status = binding_.Finish();
    if (status.ok() && !binary_.empty()) {
      status = Invalid(Count(binary_.size(), "byte") + " behind the JSON in no tensor");
    }
    parser_.Finish();
    return status;
  }

 private:
  Status ReadDocument(json::document& document, JsonRequestMembers* members) {
    json::object object;
    if (const JsonFault fault = document.get_object().get(object)) {
      if (fault != simdjson::INCORRECT_TYPE) return parser_.FaultError(fault, document);
      return Status(Code::kInvalidArgument, "expected an object with a member 'inputs'", "byte 0");
    }
    bool has_inputs = false;
    const auto fault_error = [&](JsonFault fault) { return parser_.FaultError(fault, document); };
    const auto read_member = [&](std::string_view key, json::value value) -> Status {
      if (key == "inputs") {
        if (std::exchange(has_inputs, true)) return RepeatedMember(key);
        return ReadInputs(value, document);
      }
      bool found = false;
      SCOREWAY_RETURN_IF_ERROR(ReadRequestMember(key, value, members, &found));
      return found ? Status() : UnknownMember(key, {"inputs", "outputs", "id", "parameters"});
    };
    SCOREWAY_RETURN_IF_ERROR(ReadMembers(object, fault_error, read_member));
    SCOREWAY_RETURN_IF_ERROR(parser_.CheckEnd(document));
    if (!has_inputs) return Invalid("the body has no member 'inputs'");
    return {};
  }

  Status ReadInputs(json::value value, json::document& document) {
    json::array array;
    if (value.get_array().get(array)) return AtPlace("inputs", WrongJsonType("an array of tensors", value));
    size_t tensors = 0;
    for (auto element : array) {
      json::value item;
      json::object tensor;
      if (const JsonFault fault = element.get(item)) return parser_.FaultError(fault, document);
      if (item.get_object().get(tensor)) return AtPlace("inputs", WrongJsonType("a tensor as an object", item));
      Head head;
      if (Status status = ReadTensor(tensor, &head); !status.ok()) {
        const std::string name = head.has_name ? Quoted(head.name) : std::to_string(tensors + 1);
        return AtPlace("tensor " + name, std::move(status).error());
      }
      ++tensors;
    }
    return {};
  }

  // Members come in any order. Data that comes before what it needs is skipped, and read when the rest is known.
  Status ReadTensor(json::object& tensor, Head* head) {
    bool has_data = false;
    bool data_waits = false;
    SCOREWAY_RETURN_IF_ERROR(
        ReadMembers(tensor, JsonFaultError, [&](std::string_view key, json::value value) -> Status {
          if (key == "name") {
            if (head->has_name) return RepeatedMember(key);
            if (value.get_string().get(head->name)) return AtPlace("name", WrongJsonType("a string", value));
            head->has_name = true;
            return {};
          }
          if (key == "shape") return ReadShape(value, head);
          if (key == "datatype") {
            if (head->datatype != nullptr) return RepeatedMember(key);
            std::string_view name;
            if (value.get_string().get(name)) return AtPlace(key, WrongJsonType("a string", value));
            head->datatype = FindTensorDatatype(name);
            if (head->datatype == nullptr) return Invalid("unknown datatype " + Quoted(name));
            return {};
          }
          if (key == "parameters") return ReadParameters(value, head);
          if (key == "data") {
            if (std::exchange(has_data, true)) return RepeatedMember(key);
            data_waits = !head->complete();
            return data_waits ? Status() : ReadData(*head, value);
          }
          return UnknownMember(key, {"name", "shape", "datatype", "data", "parameters"});
        }));
    if (!head->has_name) return Invalid("there is no 'name'");
    if (!head->has_shape) return Invalid("there is no 'shape'");
    if (head->datatype == nullptr) return Invalid("there is no 'datatype'");
    if (head->binary_size) return has_data ? Invalid("it has both 'data' and binary data") : ReadBinary(*head);
    if (!has_data) return Invalid("there is no 'data'");
    if (!data_waits) return {};
    json::value value;
    if (tensor.reset().error() || tensor.find_field_unordered("data").get(value)) {
      // The key was written with an escape, which a search for its plain letters does not find.
      return Invalid("'data' stands before 'name', 'shape' and 'datatype'");
    }
    return ReadData(*head, value);
  }

  Status ReadData(const Head& head, json::value value) {
    size_t first = 0;
    SCOREWAY_RETURN_IF_ERROR(binding_.Bind(head, &first));
    json::array array;
    if (value.get_array().get(array)) return AtPlace("data", WrongJsonType("an array", value));
    const size_t wanted = head.rows * head.width;
    size_t count = 0;
    enum class Layout : uint8_t { kUnknown, kFlat, kNested } layout = Layout::kUnknown;
    for (auto element : array) {
      json::value item;
      json::json_type type;
      if (const JsonFault fault = element.get(item)) return JsonFaultError(fault);
      if (const JsonFault fault = item.type().get(type)) return JsonFaultError(fault);
      const Layout here = type == json::json_type::array ? Layout::kNested : Layout::kFlat;
      if (layout != Layout::kUnknown && here != layout)
        return Invalid("the data is neither flat nor nested throughout");
      layout = here;
      if (here == Layout::kFlat) {
        SCOREWAY_RETURN_IF_ERROR(AppendCell(head, first, wanted, count, item));
        ++count;
        continue;
      }
      json::array row;
      if (const JsonFault fault = item.get_array().get(row)) return JsonFaultError(fault);
      const size_t begin = count;
      for (auto cell : row) {
        json::value inner;
        if (const JsonFault fault = cell.get(inner)) return JsonFaultError(fault);
        SCOREWAY_RETURN_IF_ERROR(AppendCell(head, first, wanted, count, inner));
        ++count;
      }
      if (count - begin != head.width) {
        return Invalid("row " + std::to_string(begin / std::max<size_t>(head.width, 1) + 1) + " of the data has " +
                       Count(count - begin, "value") + ", the shape says " + std::to_string(head.width));
      }
    }
    if (count < wanted) return WrongCount(wanted, count);
    return {};
  }

  Error WrongCount(size_t wanted, size_t count) {
    return Invalid("the shape asks for " + Count(wanted, "value") + ", the data has " +
                   (count > wanted ? "more" : std::to_string(count)));
  }

  Status AppendCell(const Head& head, size_t first, size_t wanted, size_t count, json::value value) {
    if (count == wanted) return WrongCount(wanted, count + 1);
    const size_t row = head.width == 1 ? count : count / head.width;
    const size_t index = head.width == 1 ? first : count % head.width;
    if (Status status = AppendTensorCell(value, *head.datatype, &batch_->column(index)); !status.ok()) {
      Error error = std::move(status).error();
      error.place = "row " + std::to_string(row + 1) + ", column " + Quoted(batch_->schema().field(index).name);
      return error;
    }
    return {};
  }

  // Data of the tensor stands among the bytes behind the JSON.
  Status ReadBinary(const Head& head) {
    size_t first = 0;
    SCOREWAY_RETURN_IF_ERROR(binding_.Bind(head, &first));
    if (*head.binary_size > binary_.size()) {
      return Invalid("it has " + Count(*head.binary_size, "byte") + " of binary data, " +
                     std::to_string(binary_.size()) + " are left");
    }
    const std::string_view bytes = binary_.substr(0, *head.binary_size);
    binary_.remove_prefix(bytes.size());
    return AppendRawTensor(bytes, head, first, batch_);
  }

  JsonParser parser_;
  // Of the body being read.
  Batch* batch_ = nullptr;
  std::string_view binary_;  // not yet taken by a tensor
  TensorBinding binding_;
};

JsonTensorsReader::JsonTensorsReader() : impl_(std::make_unique<Impl>()) {}
JsonTensorsReader::~JsonTensorsReader() = default;
JsonTensorsReader::JsonTensorsReader(JsonTensorsReader&&) noexcept = default;
JsonTensorsReader& JsonTensorsReader::operator=(JsonTensorsReader&&) noexcept = default;

Status JsonTensorsReader::Read(const JsonBody& body, std::string_view binary, const JsonReadOptions& options,
                               Batch* batch, JsonRequestMembers* members) {
  return impl_->Read(body, binary, options, batch, members);
}

}  // namespace scoreway
