#include "data/codec/json_row.h"

#include "data/codec/column_names.h"
#include "data/codec/json_cell.h"
#include "data/codec/vector_text.h"

namespace scoreway {
namespace {

Error AtColumn(const Schema& schema, size_t column, Error error) {
  return AtPlace("column " + Quoted(schema.field(column).name), std::move(error));
}

bool IsSlipOfAColumn(const Schema& schema, std::string_view key) {
  for (const Field& field : schema.fields()) {
    if (field.name.size() == key.size() && !SameButForCase(field.name, {key}).empty()) return true;
  }
  return false;
}

Error UnknownColumn(const Schema& schema, std::string_view key) {
  std::vector<std::string_view> names;
  for (const Field& field : schema.fields()) names.push_back(field.name);
  return Error{Code::kInvalidArgument, "unknown column " + Quoted(key) + DidYouMean(key, names), {}};
}

Error AbsentColumns(const Batch& batch, const std::vector<bool>& may_be_absent, size_t row_rank) {
  std::vector<std::string_view> names;
  for (size_t i = 0; i < batch.column_count(); ++i) {
    const bool absent = batch.column(i).size() == row_rank && !(i < may_be_absent.size() && may_be_absent[i]);
    if (absent) names.push_back(batch.schema().field(i).name);
  }
  return Error{Code::kInvalidArgument,
               (names.size() == 1 ? "column " : "columns ") + QuotedList(names) +
                   (names.size() == 1 ? " is missing" : " are missing"),
               {}};
}

// An array, an object or a string, as its text; what it says is looked at later.
Result<std::string_view> VectorText(json::value value, std::string_view key) {
  json::json_type type;
  std::string_view text;
  json::array array;
  json::object object;
  JsonFault fault = value.type().get(type);
  if (fault == simdjson::SUCCESS) {
    switch (type) {
      case json::json_type::string: fault = value.get_string().get(text); break;
      case json::json_type::array:
        fault = value.get_array().get(array);
        if (fault == simdjson::SUCCESS) fault = array.raw_json().get(text);
        break;
      case json::json_type::object:
        fault = value.get_object().get(object);
        if (fault == simdjson::SUCCESS) fault = object.raw_json().get(text);
        break;
      default: return AtPlace("column " + Quoted(key), WrongJsonType("a vector", value));
    }
  }
  if (fault != simdjson::SUCCESS) return JsonFaultError(fault);
  return text;
}

// The value of a key that is no column but stands for a run of them.
Status AppendVector(json::value value, std::string_view key, const Schema::Run& run, size_t row_rank, Batch* batch) {
  for (size_t i = 0; i < run.size; ++i) {
    if (batch->column(run.first + i).size() == row_rank) continue;
    return Status(Code::kInvalidArgument, "column " + Quoted(batch->schema().field(run.first + i).name) +
                                              " stands twice, also in " + Quoted(key));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view text, VectorText(value, key));
  if (Status status = AppendVectorText(text, run, batch); !status.ok()) {
    return AtPlace("column " + Quoted(key), std::move(status).error());
  }
  return {};
}

}  // namespace

Status AppendObjectRow(json::object object, const std::vector<bool>& may_be_absent, UnknownKeys unknown,
                       size_t row_rank, Batch* batch) {
  const Schema& schema = batch->schema();
  size_t expected = 0;
  size_t appended = 0;
  for (auto field : object) {
    std::string_view key;
    json::value value;
    if (const JsonFault fault = field.unescaped_key().get(key)) return JsonFaultError(fault);
    if (const JsonFault fault = field.value().get(value)) return JsonFaultError(fault);
    const auto index = schema.Find(key, expected);
    if (!index) {
      const auto run = schema.FindRun(key);
      if (!run && unknown == UnknownKeys::kIgnore && !IsSlipOfAColumn(schema, key)) continue;
      if (!run) return UnknownColumn(schema, key);
      SCOREWAY_RETURN_IF_ERROR(AppendVector(value, key, *run, row_rank, batch));
      expected = run->first + run->size;
      appended += run->size;
      continue;
    }
    Column& column = batch->column(*index);
    if (column.size() > row_rank) {
      return Status(Code::kInvalidArgument, "column " + Quoted(key) + " stands twice");
    }
    if (Status status = AppendJsonCell(value, &column); !status.ok()) {
      return AtColumn(schema, *index, std::move(status).error());
    }
    expected = *index + 1;
    ++appended;
  }
  if (appended == schema.size()) return {};
  for (size_t i = 0; i < schema.size(); ++i) {
    Column& column = batch->column(i);
    if (column.size() > row_rank) continue;
    if (i >= may_be_absent.size() || !may_be_absent[i]) return AbsentColumns(*batch, may_be_absent, row_rank);
    column.AppendNull();
  }
  return {};
}

Status AppendArrayRow(json::array array, Batch* batch) {
  const Schema& schema = batch->schema();
  size_t index = 0;
  for (auto element : array) {
    json::value value;
    if (const JsonFault fault = element.get(value)) return JsonFaultError(fault);
    if (index < schema.size()) {
      if (Status status = AppendJsonCell(value, &batch->column(index)); !status.ok()) {
        return AtColumn(schema, index, std::move(status).error());
      }
    } else if (const JsonFault fault = CheckJson(value)) {
      return JsonFaultError(fault);
    }
    ++index;
  }
  if (index == schema.size()) return {};
  return Status(Code::kInvalidArgument, std::to_string(index) + (index == 1 ? " value" : " values") +
                                            " in a row by position, wanted " + std::to_string(schema.size()));
}

}  // namespace scoreway
