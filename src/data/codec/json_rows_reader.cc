#include "data/codec/json_rows_reader.h"

#include <utility>

#include "data/codec/json_row.h"

namespace scoreway {
namespace {

std::string RowPlace(size_t row) { return "row " + std::to_string(row + 1); }

// The place of an error within a row: "row 3, column 'age'".
Error AtRow(size_t row, Error error) {
  error.place = error.place.empty() ? RowPlace(row) : RowPlace(row) + ", " + error.place;
  return error;
}

Status AppendRow(json::value value, const JsonReadOptions& options, size_t row, Batch* batch) {
  json::json_type type;
  if (const JsonFault fault = value.type().get(type)) return JsonFaultError(fault);
  if (type == json::json_type::object) {
    json::object object;
    if (const JsonFault fault = value.get_object().get(object)) return JsonFaultError(fault);
    return AppendObjectRow(object, options.may_be_absent, UnknownKeys::kRefuse, row, batch);
  }
  if (type == json::json_type::array) {
    json::array array;
    if (const JsonFault fault = value.get_array().get(array)) return JsonFaultError(fault);
    return AppendArrayRow(array, batch);
  }
  return WrongJsonType("a row as an object or an array", value);
}

}  // namespace

class JsonRowsReader::Impl {
 public:
  Status Read(const JsonBody& body, const JsonReadOptions& options, Batch* batch, JsonRequestMembers* members) {
    batch->Clear();
    members->Clear();
    if (body.text.size() > options.bytes_max) {
      return Status(Code::kResourceExhausted, "the body has more than " + std::to_string(options.bytes_max) + " bytes");
    }
    json::document document;
    Status status = parser_.Parse(body, &document);
    if (status.ok()) status = ReadDocument(document, options, batch, members);
    parser_.Finish();
    return status;
  }

 private:
  Status ReadDocument(json::document& document, const JsonReadOptions& options, Batch* batch,
                      JsonRequestMembers* members) {
    json::object object;
    if (const JsonFault fault = document.get_object().get(object)) {
      if (fault != simdjson::INCORRECT_TYPE) return parser_.FaultError(fault, document);
      return Status(Code::kInvalidArgument, "expected an object with a member 'rows'", "byte 0");
    }
    bool has_rows = false;
    const auto fault_error = [&](JsonFault fault) { return parser_.FaultError(fault, document); };
    const auto read_member = [&](std::string_view key, json::value value) -> Status {
      if (key == "rows") {
        if (std::exchange(has_rows, true)) return RepeatedMember(key);
        return ReadRows(value, document, options, batch);
      }
      bool found = false;
      SCOREWAY_RETURN_IF_ERROR(ReadRequestMember(key, value, members, &found));
      return found ? Status() : UnknownMember(key, {"rows", "outputs", "id", "parameters"});
    };
    SCOREWAY_RETURN_IF_ERROR(ReadMembers(object, fault_error, read_member));
    SCOREWAY_RETURN_IF_ERROR(parser_.CheckEnd(document));
    if (!has_rows) return Status(Code::kInvalidArgument, "the body has no member 'rows'");
    return {};
  }

  Status ReadRows(json::value value, json::document& document, const JsonReadOptions& options, Batch* batch) {
    json::array array;
    if (const JsonFault fault = value.get_array().get(array)) {
      if (fault != simdjson::INCORRECT_TYPE) return parser_.FaultError(fault, document);
      return AtPlace("rows", WrongJsonType("an array of rows", value));
    }
    const size_t columns = batch->column_count();
    size_t rows = 0;
    for (auto element : array) {
      json::value row;
      if (const JsonFault fault = element.get(row)) return parser_.FaultError(fault, document);
      if (rows == options.rows_max || (rows + 1) * columns > options.cells_max) {
        return Status(Code::kResourceExhausted, "more than " + std::to_string(rows) + " rows");
      }
      if (Status status = AppendRow(row, options, rows, batch); !status.ok()) {
        return AtRow(rows, std::move(status).error());
      }
      ++rows;
    }
    return {};
  }

  JsonParser parser_;
};

JsonRowsReader::JsonRowsReader() : impl_(std::make_unique<Impl>()) {}
JsonRowsReader::~JsonRowsReader() = default;
JsonRowsReader::JsonRowsReader(JsonRowsReader&&) noexcept = default;
JsonRowsReader& JsonRowsReader::operator=(JsonRowsReader&&) noexcept = default;

Status JsonRowsReader::Read(const JsonBody& body, const JsonReadOptions& options, Batch* batch,
                            JsonRequestMembers* members) {
  return impl_->Read(body, options, batch, members);
}

}  // namespace scoreway
