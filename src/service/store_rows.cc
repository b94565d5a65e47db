#include "service/store_rows.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "data/codec/json_batch_writer.h"
#include "data/codec/json_lines_reader.h"
#include "data/codec/json_members.h"
#include "data/codec/json_rows_reader.h"
#include "service/batch_columns.h"
#include "service/batch_service.h"
#include "service/rows_wanted.h"
#include "tables/table_reader.h"

namespace scoreway {
namespace {

constexpr size_t kRowsAtOnce = 4096;
constexpr size_t kPieceBytes = size_t{2} << 20;

using Sink = std::function<Status(std::string_view lines, int64_t rows)>;

// What is stored of a row: what the model wants, under its own names, then what is only kept.
Result<std::shared_ptr<const Schema>> StoredSchema(const StoredBatch& batch, const Schema& wanted) {
  std::vector<Field> fields = wanted.fields();
  for (Field& kept : KeptFields(batch)) {
    if (!wanted.Find(kept.name)) fields.push_back(std::move(kept));
  }
  return Schema::Make(std::move(fields));
}

std::vector<bool> MayBeAbsent(const BatchRowsWanted& wanted, size_t columns) {
  std::vector<bool> may_be_absent = wanted.may_be_absent;
  may_be_absent.resize(wanted.schema->size(), false);
  may_be_absent.resize(columns, true);
  return may_be_absent;
}

// Reads the rows of a table and gives them on as lines, about a piece at a time.
Status ReadTable(const StoredBatch& batch, const BatchRowsWanted& wanted, const Scorer& scorer,
                 const std::shared_ptr<const FileBytes>& bytes, TableFormat format, char delimiter,
                 std::vector<std::string>* ignored, const Sink& sink) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table,
                            OpenTable(bytes, format, {.delimiter = delimiter}));
  std::vector<TableColumn> columns = table->columns();
  const std::vector<Field> kept = KeptFields(batch);
  std::vector<std::string> keep;
  for (const Field& field : kept) {
    keep.push_back(field.name);
    const auto column = std::ranges::find(columns, field.name, &TableColumn::name);
    if (column != columns.end()) column->type = field.type;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const BatchColumns bound,
                            BindBatchColumns(columns, *wanted.schema, wanted.may_be_absent,
                                             scorer.model().signature().inputs_named, *scorer.output_schema(), keep));
  SCOREWAY_RETURN_IF_ERROR(table->Bind(bound.read, MayBeAbsent(wanted, bound.read->size())));
  *ignored = bound.ignored;
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Schema> schema, StoredSchema(batch, *wanted.schema));
  Batch read(bound.read), stored(schema);
  std::string lines;
  int64_t rows = 0;
  TablePart part;
  for (TablePosition at = table->first();; at = part.end) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool any, table->Cut(at, &part));
    if (!any) break;
    const std::unique_ptr<RowStream> stream = table->Rows(part);
    while (true) {
      read.Clear();
      SCOREWAY_ASSIGN_OR_RETURN(const bool more, stream->Next(&read, kRowsAtOnce));
      if (!more) break;
      rows += static_cast<int64_t>(read.rows());
      for (size_t i = 0; i < stored.column_count(); ++i) std::swap(stored.column(i), read.column(i));
      AppendJsonLines(stored, {}, &lines);
      if (lines.size() < kPieceBytes) continue;
      SCOREWAY_RETURN_IF_ERROR(sink(lines, std::exchange(rows, 0)));
      lines.clear();
    }
  }
  return rows == 0 ? Status() : sink(lines, rows);
}

// {"rows":[...]}, as for predictions.
Status ReadDocument(const StoredBatch& batch, const BatchRowsWanted& wanted, std::string_view text, const Sink& sink) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Schema> schema, StoredSchema(batch, *wanted.schema));
  Batch rows(schema);
  JsonReadOptions options;
  options.may_be_absent = MayBeAbsent(wanted, schema->size());
  JsonRequestMembers members;
  SCOREWAY_RETURN_IF_ERROR(JsonRowsReader().Read({text, 0}, options, &rows, &members));
  std::string lines;
  AppendJsonLines(rows, {}, &lines);
  return sink(lines, static_cast<int64_t>(rows.rows()));
}

Result<Handle> ModelOf(const Service& service, const StoredBatch& batch) {
  SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ParseReference(batch.model));
  ServingSet::Reader reader(service.serving);
  if (Handle loaded = reader.Find(reference.name, reference.alias, reference.version)) return loaded;
  return service.serving->LoadNow(reference);
}

// Reads texts of JSON, a row each.
class MessageReader {
 public:
  MessageReader(std::shared_ptr<const Schema> schema, std::vector<bool> may_be_absent) : rows_(std::move(schema)) {
    options_.may_be_absent = std::move(may_be_absent);
    options_.ignores_unknown_columns = true;
    options_.bytes_max = BatchStore::kAppendBytesMax;
  }

  // As lines, without their ends; `count` of them. The views live until the next call.
  Result<std::vector<std::string_view>> Read(std::string_view text, size_t count) {
    rows_.Clear();
    TextSource source(text);
    JsonLinesReader reader(&source, rows_.shared_schema(), options_);
    SCOREWAY_RETURN_IF_ERROR(reader.Next(&rows_, count + 1).status());
    if (rows_.rows() != count) return Error{Code::kInvalidArgument, "the value is not one row", {}};
    lines_.clear();
    AppendJsonLines(rows_, {}, &lines_);
    std::vector<std::string_view> lines;
    for (std::string_view left = lines_; !left.empty(); left.remove_prefix(lines.back().size() + 1)) {
      lines.push_back(left.substr(0, left.find('\n')));
    }
    return lines;
  }

 private:
  JsonReadOptions options_;
  Batch rows_;
  std::string lines_;
};

bool IsLine(const KafkaBytes& value) {
  return !value.is_null && value.text.find_first_of("\r\n") == std::string::npos &&
         value.text.find_first_not_of(" \t") != std::string::npos;
}

MessageRow ReadMessage(MessageReader& reader, const KafkaBytes& value) {
  const auto refused = [](Error error) { return MessageRow{.line = {}, .fault = std::move(error)}; };
  if (value.is_null) return refused({Code::kInvalidArgument, "the message has no value", {}});
  std::string text = value.text;
  if (text.find_first_of("\r\n") != std::string::npos) {
    if (!IsJson(text)) return refused({Code::kInvalidArgument, "the value is not JSON", {}});
    // Between JSON's tokens an end of line is as good as a blank, and within them there is none.
    std::ranges::replace(text, '\n', ' ');
    std::ranges::replace(text, '\r', ' ');
  }
  const auto lines = reader.Read(text, 1);
  if (!lines.ok()) return refused(lines.error());
  if (lines->front().size() >= BatchStore::kRowBytesMax) {
    return refused({Code::kInvalidArgument, "a row takes more than a megabyte", {}});
  }
  return {.line = std::string(lines->front()) + "\n", .fault = {}};
}

}  // namespace

Result<StoreRowsAnswer> StoreRows(const Service& service, const std::string& name, RowForm form, std::string_view text,
                                  std::string_view key) {
  BatchStore& store = service.batches->store;
  SCOREWAY_ASSIGN_OR_RETURN(const StoredBatch batch, store.Get(name));
  SCOREWAY_ASSIGN_OR_RETURN(const Handle model, ModelOf(service, batch));
  SCOREWAY_ASSIGN_OR_RETURN(const BatchRowsWanted wanted, RowsWantedOf(service, model));
  StoreRowsAnswer answer;
  std::string all;
  int64_t rows = 0;
  const auto gather = [&](std::string_view lines, int64_t count) -> Status {
    all += lines;
    rows += count;
    return {};
  };
  if (form == RowForm::kJson) {
    SCOREWAY_RETURN_IF_ERROR(ReadDocument(batch, wanted, text, gather));
  } else {
    const TableFormat format = form == RowForm::kCsv         ? TableFormat::kCsv
                               : form == RowForm::kJsonLines ? TableFormat::kJsonLines
                                                             : TableFormat::kArrow;
    Status read = ReadTable(batch, wanted, *model->scorer, std::make_shared<TextBytes>(text), format, ',',
                            &answer.ignored_columns, gather);
    // A damaged stream is a wrong request; nothing of ours is damaged.
    if (read.code() == Code::kCorrupt) return Error{Code::kInvalidArgument, read.error().message, read.error().place};
    SCOREWAY_RETURN_IF_ERROR(std::move(read));
  }
  if (rows == 0) return Error{Code::kInvalidArgument, "there are no rows", "body"};
  SCOREWAY_ASSIGN_OR_RETURN(answer.stored, store.Append(name, all, rows, key));
  return answer;
}

Result<StoreRowsAnswer> StoreFileOfRows(BatchStore& store, const StoredBatch& batch, const BatchRowsWanted& wanted,
                                        const Scorer& scorer, const std::shared_ptr<const FileBytes>& file,
                                        TableFormat format, char delimiter) {
  StoreRowsAnswer answer;
  const auto read = [&](const Sink& sink) {
    return ReadTable(batch, wanted, scorer, file, format, delimiter, &answer.ignored_columns, sink);
  };
  SCOREWAY_RETURN_IF_ERROR(read([](std::string_view, int64_t) { return Status(); }));
  SCOREWAY_RETURN_IF_ERROR(read([&](std::string_view lines, int64_t rows) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const StoredRows stored, store.Append(batch.name, lines, rows, {}));
    answer.stored.firing = stored.firing;
    answer.stored.rows += rows;
    return {};
  }));
  return answer;
}

Result<std::vector<MessageRow>> ReadMessages(const Service& service, const StoredBatch& batch,
                                             std::span<const KafkaMessage> messages) {
  SCOREWAY_ASSIGN_OR_RETURN(const Handle model, ModelOf(service, batch));
  SCOREWAY_ASSIGN_OR_RETURN(const BatchRowsWanted wanted, RowsWantedOf(service, model));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Schema> schema, StoredSchema(batch, *wanted.schema));
  MessageReader reader(schema, MayBeAbsent(wanted, schema->size()));
  std::vector<MessageRow> rows(messages.size());
  // Together where nothing is wrong; no value holds an end of line, so that none can be read as two.
  if (std::ranges::all_of(messages, IsLine, &KafkaMessage::value)) {
    std::string text;
    for (const KafkaMessage& message : messages) text.append(message.value.text).push_back('\n');
    const auto lines = reader.Read(text, messages.size());
    const bool are_fine = lines.ok() && std::ranges::all_of(*lines, [](std::string_view line) {
                            return line.size() < BatchStore::kRowBytesMax;
                          });
    for (size_t i = 0; are_fine && i < rows.size(); ++i) rows[i].line.append((*lines)[i]).push_back('\n');
    if (are_fine) return rows;
  }
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = ReadMessage(reader, messages[i].value);
  return rows;
}

}  // namespace scoreway
