#include "data/codec/json_invocation_reader.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/codec/column_names.h"
#include "data/codec/json_cell.h"
#include "data/codec/json_row.h"

namespace scoreway {
namespace {

using json::json_type;

Error Invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message), {}}; }

Error UnknownColumn(const Schema& schema, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Field& field : schema.fields()) names.push_back(field.name);
  return Invalid("unknown column " + Quoted(name) + DidYouMean(name, names));
}

Error AtRow(size_t row, Error error) {
  const std::string place = "row " + std::to_string(row + 1);
  error.place = error.place.empty() ? place : place + ", " + error.place;
  return error;
}

}  // namespace

class JsonInvocationReader::Impl {
 public:
  Status Read(const JsonBody& body, const JsonReadOptions& options, Batch* batch) {
    batch->Clear();
    if (body.text.size() > options.bytes_max) {
      return Status(Code::kResourceExhausted, "the body has more than " + std::to_string(options.bytes_max) + " bytes");
    }
    batch_ = batch;
    options_ = &options;
    json::document document;
    Status status = parser_.Parse(body, &document);
    if (status.ok()) status = ReadDocument(document);
    parser_.Finish();
    return status;
  }

 private:
  Status ReadDocument(json::document& document) {
    json::object object;
    if (const JsonFault fault = document.get_object().get(object)) {
      if (fault != simdjson::INCORRECT_TYPE) return parser_.FaultError(fault, document);
      return Status(Code::kInvalidArgument, "expected an object", "byte 0");
    }
    std::string form;
    const auto fault_error = [&](JsonFault fault) { return parser_.FaultError(fault, document); };
    SCOREWAY_RETURN_IF_ERROR(ReadMembers(object, fault_error, [&](std::string_view key, json::value value) -> Status {
      if (key == "params") return CheckParams(value);
      const bool is_split = key == "dataframe_split";
      if (!is_split && key != "dataframe_records" && key != "instances" && key != "inputs") {
        return UnknownMember(key, {"dataframe_split", "dataframe_records", "instances", "inputs", "params"});
      }
      if (!form.empty()) return Invalid("there are rows in " + Quoted(form) + " and in " + Quoted(key));
      form = key;
      Status status = is_split ? ReadSplit(value) : key == "inputs" ? ReadInputs(value) : ReadRows(value);
      return status.ok() ? Status() : Status(AtPlace(form, ToError(std::move(status))));
    }));
    SCOREWAY_RETURN_IF_ERROR(parser_.CheckEnd(document));
    if (form.empty()) return Invalid("there is none of 'dataframe_split', 'dataframe_records', 'instances', 'inputs'");
    return {};
  }

  static Status CheckParams(json::value value) {
    json::object object;
    bool is_empty = false;
    json_type type;
    if (const JsonFault fault = value.type().get(type)) return JsonFaultError(fault);
    if (type == json_type::null) return {};
    if (value.get_object().get(object) || object.is_empty().get(is_empty)) {
      return AtPlace("params", WrongJsonType("an object", value));
    }
    if (is_empty) return {};
    return Status(Code::kUnsupported, "a model takes no parameters beside its rows", "params");
  }

  Status CheckSize(size_t rows) const {
    const size_t columns = batch_->column_count();
    if (rows < options_->rows_max && (rows + 1) * columns <= options_->cells_max) return {};
    return Status(Code::kResourceExhausted, "more than " + std::to_string(rows) + " rows");
  }

  // Rows as objects, arrays or, of a model of one column, values.
  Status ReadRows(json::value value) {
    json::array array;
    if (value.get_array().get(array)) return WrongJsonType("an array of rows", value);
    size_t rows = 0;
    for (auto element : array) {
      json::value row;
      if (const JsonFault fault = element.get(row)) return JsonFaultError(fault);
      SCOREWAY_RETURN_IF_ERROR(CheckSize(rows));
      if (Status status = ReadRow(row, rows); !status.ok()) return AtRow(rows, ToError(std::move(status)));
      ++rows;
    }
    return {};
  }

  Status ReadRow(json::value value, size_t row) {
    json_type type;
    if (const JsonFault fault = value.type().get(type)) return JsonFaultError(fault);
    if (type == json_type::object) {
      json::object object;
      if (const JsonFault fault = value.get_object().get(object)) return JsonFaultError(fault);
      return AppendObjectRow(object, options_->may_be_absent, UnknownKeys::kRefuse, row, batch_);
    }
    if (type == json_type::array) {
      json::array array;
      if (const JsonFault fault = value.get_array().get(array)) return JsonFaultError(fault);
      return AppendArrayRow(array, batch_);
    }
    if (batch_->column_count() != 1) return WrongJsonType("a row as an object or an array", value);
    return AppendJsonCell(value, &batch_->column(0));
  }

  Status ReadInputs(json::value value) {
    json_type type;
    if (const JsonFault fault = value.type().get(type)) return JsonFaultError(fault);
    if (type != json_type::object) return ReadRows(value);
    json::object object;
    if (const JsonFault fault = value.get_object().get(object)) return JsonFaultError(fault);
    std::optional<size_t> rows;
    columns_.clear();
    SCOREWAY_RETURN_IF_ERROR(ReadMembers(object, JsonFaultError, [&](std::string_view key, json::value cells) {
      Status status = ReadColumn(key, cells, &rows);
      return status.ok() ? Status() : Status(AtPlace("column " + Quoted(key), ToError(std::move(status))));
    }));
    return FillAbsent(rows.value_or(0));
  }

  // A column's cells; each may stand in an array of its own, as tensors of shape [n, 1] do.
  Status ReadColumn(std::string_view name, json::value value, std::optional<size_t>* rows) {
    SCOREWAY_RETURN_IF_ERROR(AddColumn(name));
    Column& column = batch_->column(columns_.back());
    json::array array;
    if (value.get_array().get(array)) return WrongJsonType("an array of cells", value);
    for (auto element : array) {
      json::value cell;
      if (const JsonFault fault = element.get(cell)) return JsonFaultError(fault);
      SCOREWAY_RETURN_IF_ERROR(CheckSize(column.size()));
      Status status = AppendCell(cell, &column);
      if (!status.ok()) return AtRow(column.size(), ToError(std::move(status)));
    }
    if (*rows && **rows != column.size()) {
      return Invalid("it has " + std::to_string(column.size()) + " cells, those before it have " +
                     std::to_string(**rows));
    }
    *rows = column.size();
    return {};
  }

  static Status AppendCell(json::value value, Column* column) {
    json_type type;
    if (const JsonFault fault = value.type().get(type)) return JsonFaultError(fault);
    if (type != json_type::array || column->type() == Type::kList) return AppendJsonCell(value, column);
    json::array array;
    if (const JsonFault fault = value.get_array().get(array)) return JsonFaultError(fault);
    size_t count = 0;
    for (auto element : array) {
      json::value cell;
      if (const JsonFault fault = element.get(cell)) return JsonFaultError(fault);
      if (++count > 1) return Invalid("a cell in an array stands there alone");
      SCOREWAY_RETURN_IF_ERROR(AppendJsonCell(cell, column));
    }
    return count == 1 ? Status() : Status(Invalid("a cell in an array stands there alone"));
  }

  // The names come first, wherever they stand.
  Status ReadSplit(json::value value) {
    json::object object;
    if (value.get_object().get(object)) return WrongJsonType("an object", value);
    json::value names;
    columns_.clear();
    if (object.find_field_unordered("columns").get(names)) return Invalid("there is no 'columns'");
    SCOREWAY_RETURN_IF_ERROR(ReadNames(names));
    if (const JsonFault fault = object.reset().error()) return JsonFaultError(fault);
    bool has_data = false;
    SCOREWAY_RETURN_IF_ERROR(
        ReadMembers(object, JsonFaultError, [&](std::string_view key, json::value member) -> Status {
          if (key == "data") return std::exchange(has_data, true) ? Status(RepeatedMember(key)) : ReadData(member);
          if (key != "columns" && key != "index") return UnknownMember(key, {"columns", "index", "data"});
          if (const JsonFault fault = CheckJson(member)) return JsonFaultError(fault);
          return {};
        }));
    if (!has_data) return Invalid("there is no 'data'");
    return FillAbsent(rows_);
  }

  Status ReadNames(json::value value) {
    json::array array;
    if (value.get_array().get(array)) return AtPlace("columns", WrongJsonType("an array of names", value));
    for (auto element : array) {
      json::value item;
      std::string_view name;
      if (const JsonFault fault = element.get(item)) return JsonFaultError(fault);
      if (item.get_string().get(name)) return AtPlace("columns", WrongJsonType("a name", item));
      SCOREWAY_RETURN_IF_ERROR(AddColumn(name));
    }
    return {};
  }

  Status ReadData(json::value value) {
    json::array array;
    if (value.get_array().get(array)) return AtPlace("data", WrongJsonType("an array of rows", value));
    rows_ = 0;
    for (auto element : array) {
      json::value item;
      json::array row;
      if (const JsonFault fault = element.get(item)) return JsonFaultError(fault);
      SCOREWAY_RETURN_IF_ERROR(CheckSize(rows_));
      if (item.get_array().get(row)) return AtRow(rows_, WrongJsonType("a row as an array", item));
      if (Status status = ReadDataRow(row); !status.ok()) return AtRow(rows_, ToError(std::move(status)));
      ++rows_;
    }
    return {};
  }

  Status ReadDataRow(json::array& row) {
    size_t count = 0;
    for (auto element : row) {
      json::value cell;
      if (const JsonFault fault = element.get(cell)) return JsonFaultError(fault);
      if (count == columns_.size()) {
        return Invalid("there are more values than columns, which are " + std::to_string(count));
      }
      const size_t index = columns_[count++];
      if (Status status = AppendJsonCell(cell, &batch_->column(index)); !status.ok()) {
        return AtPlace("column " + Quoted(batch_->schema().field(index).name), ToError(std::move(status)));
      }
    }
    if (count == columns_.size()) return {};
    return Invalid("there are " + std::to_string(count) + " values, wanted " + std::to_string(columns_.size()));
  }

  Status AddColumn(std::string_view name) {
    const auto index = batch_->schema().Find(name, columns_.size());
    if (!index) return UnknownColumn(batch_->schema(), name);
    for (const size_t before : columns_) {
      if (before == *index) return Invalid("column " + Quoted(name) + " stands twice");
    }
    columns_.push_back(*index);
    return {};
  }

  // Columns that were not named are null, where they may be.
  Status FillAbsent(size_t rows) {
    std::vector<bool> is_there(batch_->column_count());
    for (const size_t index : columns_) is_there[index] = true;
    std::vector<std::string_view> absent;
    for (size_t i = 0; i < is_there.size(); ++i) {
      if (is_there[i]) continue;
      if (i >= options_->may_be_absent.size() || !options_->may_be_absent[i]) {
        absent.push_back(batch_->schema().field(i).name);
        continue;
      }
      for (size_t row = 0; row < rows; ++row) batch_->column(i).AppendNull();
    }
    if (absent.empty()) return {};
    return Invalid((absent.size() == 1 ? "column " : "columns ") + QuotedList(absent) +
                   (absent.size() == 1 ? " is missing" : " are missing"));
  }

  JsonParser parser_;
  // Of the body being read.
  Batch* batch_ = nullptr;
  const JsonReadOptions* options_ = nullptr;
  std::vector<size_t> columns_;  // that were named, in their order
  size_t rows_ = 0;
};

JsonInvocationReader::JsonInvocationReader() : impl_(std::make_unique<Impl>()) {}
JsonInvocationReader::~JsonInvocationReader() = default;
JsonInvocationReader::JsonInvocationReader(JsonInvocationReader&&) noexcept = default;
JsonInvocationReader& JsonInvocationReader::operator=(JsonInvocationReader&&) noexcept = default;

Status JsonInvocationReader::Read(const JsonBody& body, const JsonReadOptions& options, Batch* batch) {
  return impl_->Read(body, options, batch);
}

}  // namespace scoreway
