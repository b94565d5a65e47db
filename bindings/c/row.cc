// Sessions and the row interface of scoreway.h.

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

#include "bindings/c/cell.h"
#include "bindings/c/guard.h"
#include "bindings/c/handles.h"
#include "data/codec/column_names.h"

namespace scoreway::c_api {
namespace {

// Replaces a cell of the row by what append(column) appends.
template <typename Append>
sw_code SetCell(sw_session* session, size_t input, sw_error** error, const Append& append) noexcept {
  return Guarded(error, [&]() -> Status {
    if (session == nullptr) return NullArgument();
    if (input >= session->is_set.size()) {
      return Status(Code::kInvalidArgument, "the model has no input " + std::to_string(input));
    }
    Column& column = session->row.column(input);
    column.Clear();
    session->is_set[input] = 0;
    Status appended = append(&column);
    if (!appended.ok()) {
      return AtPlace("column " + Quoted(session->row.schema().field(input).name), std::move(appended).error());
    }
    session->is_set[input] = 1;
    return {};
  });
}

Error AbsentColumns(const sw_session& session) {
  std::vector<std::string_view> names;
  for (size_t i = 0; i < session.is_set.size(); ++i) {
    if (session.is_set[i] == 0 && !(*session.may_be_absent)[i]) names.push_back(session.row.schema().field(i).name);
  }
  return Error{Code::kInvalidArgument,
               (names.size() == 1 ? "column " : "columns ") + QuotedList(names) +
                   (names.size() == 1 ? " is missing" : " are missing"),
               {}};
}

Status FillAbsent(sw_session* session) {
  for (size_t i = 0; i < session->is_set.size(); ++i) {
    if (session->is_set[i] != 0) continue;
    if (!(*session->may_be_absent)[i]) return AbsentColumns(*session);
    session->row.column(i).Clear();
    session->row.column(i).AppendNull();
  }
  return {};
}

const Column* AnswerCell(const sw_session* session, size_t output) {
  if (session == nullptr || output >= session->answer.column_count()) return nullptr;
  const Column& column = session->answer.column(output);
  return column.size() == 1 && column.valid(0) ? &column : nullptr;
}

}  // namespace
}  // namespace scoreway::c_api

using namespace scoreway::c_api;

sw_session::sw_session(const sw_model& model)
    : plan(model.plan),
      may_be_absent(model.may_be_absent),
      scratch(plan->MakeScratch()),
      row(plan->input_schema()),
      is_set(plan->input_schema()->size()),
      answer(plan->output_schema()) {}

sw_code sw_session_new(const sw_model* model, sw_session** session, sw_error** error) {
  return Guarded(error, [&]() -> scoreway::Status {
    if (model == nullptr || session == nullptr) return NullArgument();
    *session = new sw_session(*model);
    return {};
  });
}

void sw_session_free(sw_session* session) { delete session; }

sw_code sw_row_set_number(sw_session* session, size_t input, double value, sw_error** error) {
  return SetCell(session, input, error, [&](scoreway::Column* column) { return AppendNumberCell(value, column); });
}
sw_code sw_row_set_int64(sw_session* session, size_t input, int64_t value, sw_error** error) {
  return SetCell(session, input, error, [&](scoreway::Column* column) { return AppendInt64Cell(value, column); });
}
sw_code sw_row_set_bool(sw_session* session, size_t input, int value, sw_error** error) {
  return SetCell(session, input, error, [&](scoreway::Column* column) { return AppendBoolCell(value != 0, column); });
}
sw_code sw_row_set_text(sw_session* session, size_t input, const char* text, size_t size, sw_error** error) {
  return SetCell(session, input, error, [&](scoreway::Column* column) {
    if (text == nullptr && size > 0) return NullArgument();
    return AppendTextCell(std::string_view(size == 0 ? "" : text, size), column);
  });
}
sw_code sw_row_set_missing(sw_session* session, size_t input, sw_error** error) {
  return SetCell(session, input, error, [&](scoreway::Column* column) {
    column->AppendNull();
    return scoreway::Status();
  });
}

void sw_row_clear(sw_session* session) {
  if (session != nullptr) std::fill(session->is_set.begin(), session->is_set.end(), uint8_t{0});
}

sw_code sw_row_predict(sw_session* session, sw_error** error) {
  return Guarded(error, [&]() -> scoreway::Status {
    if (session == nullptr) return NullArgument();
    session->answer.Clear();
    scoreway::Status status = FillAbsent(session);
    sw_row_clear(session);
    if (!status.ok()) return status;
    status = session->plan->Run(session->row, *session->scratch, &session->answer);
    if (!status.ok()) session->answer.Clear();
    return status;
  });
}

int sw_row_is_missing(const sw_session* session, size_t output) { return AnswerCell(session, output) == nullptr; }

double sw_row_number(const sw_session* session, size_t output) {
  const scoreway::Column* cell = AnswerCell(session, output);
  if (cell == nullptr || IsText(cell->type())) return std::numeric_limits<double>::quiet_NaN();
  return cell->NumberAt(0);
}

int64_t sw_row_int64(const sw_session* session, size_t output) {
  const scoreway::Column* cell = AnswerCell(session, output);
  return cell == nullptr || cell->type() != scoreway::Type::kInt64 ? 0 : cell->int64s()[0];
}

const char* sw_row_text(const sw_session* session, size_t output, size_t* size) {
  const scoreway::Column* cell = AnswerCell(session, output);
  const bool is_text = cell != nullptr && IsText(cell->type());
  const std::string_view text = is_text ? cell->string_at(0) : std::string_view();
  if (size != nullptr) *size = text.size();
  if (!is_text) return nullptr;
  return text.data() == nullptr ? "" : text.data();
}
