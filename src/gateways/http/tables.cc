#include "gateways/http/tables.h"

#include <algorithm>
#include <string>

#include "data/codec/arrow_reader.h"
#include "data/codec/arrow_writer.h"
#include "data/codec/csv_reader.h"
#include "data/codec/csv_writer.h"
#include "data/codec/json_batch_writer.h"
#include "data/codec/json_lines_reader.h"

namespace scoreway::http {
namespace {

// Tables are held in memory whole, so the number of rows is bounded.
template <typename Reader>
Status ReadAll(Reader& reader, Batch* batch) {
  const size_t rows_max = JsonReadOptions().rows_max;
  for (;;) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, reader.Next(batch, 4096));
    if (!more) return {};
    if (batch->rows() > rows_max) {
      return Status(Code::kResourceExhausted, "more than " + std::to_string(rows_max) + " rows in one request", "body");
    }
  }
}

Status ReadArrow(std::string_view body, const Predictor::Rows& rows) {
  const JsonReadOptions& limits = *rows.json;
  Batch* const batch = rows.batch;
  const size_t rows_max = std::min(limits.rows_max, limits.cells_max / std::max<size_t>(batch->column_count(), 1));
  ArrowReader reader(body, rows.batch->shared_schema(), {.may_be_absent = limits.may_be_absent, .rows_max = rows_max});
  for (;;) {
    Result<bool> more = reader.Next(batch);
    if (!more.ok()) {
      // A damaged stream is a wrong request; nothing of ours is damaged.
      Error error = ToError(std::move(more));
      if (error.code == Code::kCorrupt) error.code = Code::kInvalidArgument;
      return error;
    }
    if (!*more) return {};
  }
}

}  // namespace

Status ReadTable(RowForm form, std::string_view body, const Predictor::Rows& rows) {
  if (form == RowForm::kArrow) return ReadArrow(body, rows);
  TextSource source(body);
  if (form == RowForm::kCsv) {
    CsvReader reader(&source, rows.batch->shared_schema(), *rows.csv);
    return ReadAll(reader, rows.batch);
  }
  JsonLinesReader reader(&source, rows.batch->shared_schema(), *rows.json);
  return ReadAll(reader, rows.batch);
}

Status WriteTable(RowForm form, const Batch& batch, std::span<const size_t> columns, std::string* out) {
  if (form == RowForm::kJsonLines) {
    AppendJsonLines(batch, columns, out);
  } else if (form == RowForm::kCsv) {
    AppendCsvHeader(batch.schema(), {.columns = columns}, out);
    AppendCsvRows(batch, {.columns = columns}, out);
  } else {
    AppendArrowSchema(batch.schema(), out, columns);
    SCOREWAY_RETURN_IF_ERROR(AppendArrowBatch(batch, out, columns));
    AppendArrowEnd(out);
  }
  return {};
}

void WriteNotAcceptable(Exchange& exchange) {
  WriteProblem(406, "UNSUPPORTED",
               "answers are written as application/json, text/csv, application/jsonl or "
               "application/vnd.apache.arrow.stream",
               "header 'Accept'", &exchange.response());
}

void WriteUnknownContentType(Exchange& exchange) {
  WriteProblem(415, "UNSUPPORTED",
               "rows are read as application/json, text/csv, application/jsonl or application/vnd.apache.arrow.stream",
               "header 'Content-Type'", &exchange.response());
}

}  // namespace scoreway::http
