#include "data/codec/json_row.h"

#include "data/codec/column_names.h"
#include "data/codec/json_cell.h"

namespace scoreway {
namespace {

Error AtColumn(const Schema& schema, size_t column, Error error) {
  return AtPlace("column " + Quoted(schema.field(column).name), std::move(error));
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

}  // namespace

Status AppendObjectRow(json::object object, const std::vector<bool>& may_be_absent, size_t row_rank, Batch* batch) {
  const Schema& schema = batch->schema();
  size_t expected = 0;
  size_t appended = 0;
  for (auto field : object) {
    std::string_view key;
    json::value value;
    if (const JsonFault fault = field.unescaped_key().get(key)) return JsonFaultError(fault);
    if (const JsonFault fault = field.value().get(value)) return JsonFaultError(fault);
    const auto index = schema.Find(key, expected);
    if (!index) return UnknownColumn(schema, key);
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
