// The table interface of scoreway.h.

#include <string>
#include <utility>

#include "bindings/c/arrow_answer.h"
#include "bindings/c/arrow_table.h"
#include "bindings/c/guard.h"
#include "bindings/c/handles.h"

namespace scoreway::c_api {
namespace {

using Memory = ArrowBinding::Memory;

// A struct of Arrow's interfaces that is released at the end.
template <typename Struct>
class Released {
 public:
  Released() = default;
  Released(Released&& other) noexcept : value_(std::exchange(other.value_, {})) {}
  Released& operator=(Released&&) = delete;
  ~Released() {
    if (value_.release != nullptr) value_.release(&value_);
  }
  Struct* get() { return &value_; }
  const Struct& operator*() const { return value_; }

 private:
  Struct value_ = {};
};

Result<ArrowBinding> Bind(const sw_session& session, const ArrowSchema& schema) {
  return ArrowBinding::Make(schema, *session.plan->input_schema(), *session.may_be_absent,
                            !session.plan->model().signature().inputs_named);
}

Status Answer(sw_session* session, const TableRows& rows, ArrowSchema* answer_schema, ArrowArray* answer) {
  auto output = std::make_shared<Batch>(session->plan->output_schema());
  SCOREWAY_RETURN_IF_ERROR(session->plan->Run(rows.batch, rows.borrowed, rows.count, *session->scratch, output.get()));
  ExportBatch(output, answer_schema, answer);
  return {};
}

Error StreamError(ArrowArrayStream* stream, int number) {
  const char* text = stream->get_last_error == nullptr ? nullptr : stream->get_last_error(stream);
  return Error{Code::kInvalidArgument,
               "the Arrow stream failed: " + (text != nullptr ? std::string(text) : "error " + std::to_string(number)),
               {}};
}

// All tables of a stream, which stay alive as long as their rows may lie in them.
class StreamRows {
 public:
  explicit StreamRows(const sw_session& session) : rows_(session.plan->input_schema()) {}

  Status Read(const sw_session& session, ArrowArrayStream* stream) {
    if (const int fault = stream->get_schema(stream, schema_.get()); fault != 0) return StreamError(stream, fault);
    SCOREWAY_ASSIGN_OR_RETURN(const ArrowBinding binding, Bind(session, *schema_));
    while (true) {
      Released<ArrowArray> table;
      if (const int fault = stream->get_next(stream, table.get()); fault != 0) return StreamError(stream, fault);
      if ((*table).release == nullptr) break;
      tables_.push_back(std::move(table));
    }
    const Memory memory = tables_.size() == 1 ? Memory::kBorrow : Memory::kCopy;
    for (const Released<ArrowArray>& table : tables_) {
      SCOREWAY_RETURN_IF_ERROR(binding.Append(*schema_, *table, memory, &rows_));
    }
    return {};
  }

  const TableRows& rows() const { return rows_; }

 private:
  Released<ArrowSchema> schema_;
  std::vector<Released<ArrowArray>> tables_;
  TableRows rows_;
};

}  // namespace
}  // namespace scoreway::c_api

using namespace scoreway::c_api;

sw_code sw_session_predict_arrow(sw_session* session, const struct ArrowSchema* schema, const struct ArrowArray* table,
                                 struct ArrowSchema* answer_schema, struct ArrowArray* answer, sw_error** error) {
  return Guarded(error, [&]() -> scoreway::Status {
    if (session == nullptr || schema == nullptr || table == nullptr || answer_schema == nullptr || answer == nullptr) {
      return NullArgument();
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ArrowBinding binding, Bind(*session, *schema));
    TableRows rows(session->plan->input_schema());
    SCOREWAY_RETURN_IF_ERROR(binding.Append(*schema, *table, Memory::kBorrow, &rows));
    return Answer(session, rows, answer_schema, answer);
  });
}

sw_code sw_session_predict_stream(sw_session* session, struct ArrowArrayStream* stream,
                                  struct ArrowSchema* answer_schema, struct ArrowArray* answer, sw_error** error) {
  return Guarded(error, [&]() -> scoreway::Status {
    if (session == nullptr || stream == nullptr || stream->release == nullptr || answer_schema == nullptr ||
        answer == nullptr) {
      return NullArgument();
    }
    StreamRows stream_rows(*session);
    SCOREWAY_RETURN_IF_ERROR(stream_rows.Read(*session, stream));
    return Answer(session, stream_rows.rows(), answer_schema, answer);
  });
}
