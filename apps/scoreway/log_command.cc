// scoreway log: logged predictions, and scoreway labels: what turned out to be true of them.

#include <cstdio>
#include <optional>

#include "commands.h"
#include "files.h"
#include "open_records.h"
#include "printing.h"
#include "progress.h"
#include "record/label_reader.h"
#include "row_source.h"
#include "service/push_labels.h"
#include "service/read_predictions.h"
#include "table.h"
#include "tables/table_stream.h"

namespace scoreway {
namespace {

constexpr size_t kRowsAtOnce = 10'000;

Result<TimeRange> RangeOf(const std::string& from, const std::string& to, bool newest) {
  TimeRange range{.oldest_first = !newest};
  const int64_t now = SystemClock().NowMicros();
  if (!from.empty()) {
    Result<int64_t> micros = ReadTimeOrAge(from, now);
    if (!micros.ok()) return AtPlace("--from", std::move(micros).error());
    range.from_micros = *micros;
  }
  if (!to.empty()) {
    Result<int64_t> micros = ReadTimeOrAge(to, now);
    if (!micros.ok()) return AtPlace("--to", std::move(micros).error());
    range.to_micros = *micros;
  }
  return range;
}

// What the labels in the range are, which a page that has none does not tell.
Result<Type> LabelType(const Service& service, const LogOptions& options, PredictionQuery query) {
  query.labels = LabelWish::kOnlyLabelled;
  SCOREWAY_ASSIGN_OR_RETURN(const PredictionPage first, ReadPredictions(service, options.model, query, 1, {}));
  return first.table.schema().field(*first.table.schema().Find("label")).type;
}

// The table with its column of labels, which are all missing, as of another type.
Result<Batch> WithLabelType(const Batch& table, size_t label, Type type) {
  std::vector<Field> fields = table.schema().fields();
  fields[label].type = type;
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Schema> schema, Schema::Make(std::move(fields)));
  Batch batch(std::move(schema));
  for (size_t i = 0; i < table.column_count(); ++i) {
    if (i != label) batch.column(i).AppendCells(table.column(i), 0, table.rows());
  }
  for (size_t row = 0; row < table.rows(); ++row) batch.column(label).AppendNull();
  return batch;
}

Status PushFile(const OpenedRecords& opened, const LabelsOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<FileSource> bytes, FileSource::Open(options.input));
  const std::string place = options.input == "-" ? "standard input" : options.input;
  const RowFormat format = FormatOf(options.format, options.input, RowFormat::kCsv);
  LabelReader reader(bytes.get(), format == RowFormat::kCsv ? LabelForm::kCsv : LabelForm::kJsonLines);
  Progress progress("labels", options.quiet);
  LabelPushCounts counts;
  uint64_t read = 0;
  while (true) {
    std::vector<Label> labels;
    Result<bool> more = reader.Next(&labels, kRowsAtOnce);
    if (!more.ok()) return AtPlace(place, std::move(more).error());
    if (!*more) break;
    read += labels.size();
    Result<LabelPushCounts> pushed = PushLabels(opened.service(), options.model, std::move(labels), CurrentUser());
    if (!pushed.ok()) return AtPlace(place, std::move(pushed).error());
    counts.stored += pushed->stored;
    counts.same += pushed->same;
    counts.older += pushed->older;
    progress.Update(read, bytes->bytes_total() == 0
                              ? -1
                              : static_cast<double>(bytes->bytes_read()) / static_cast<double>(bytes->bytes_total()));
  }
  progress.Finish();
  std::string text = std::to_string(counts.stored) + " labels stored";
  if (counts.same > 0) text += ", " + std::to_string(counts.same) + " were there already";
  if (counts.older > 0) text += ", " + std::to_string(counts.older) + " older than others of their subject";
  Print(text + "\n");
  return {};
}

Status ListLabels(const OpenedRecords& opened, const LabelsOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const TimeRange range, RangeOf(options.from, options.to, !options.oldest));
  Table table({"SUBJECT", "LABEL", "TIME (UTC)", "ARRIVED (UTC)", "WHO"});
  size_t left = options.count;
  std::string token;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(const LabelStore::Page page,
                              opened.records->labels.List(options.model, range, std::min(left, kRowsAtOnce), token));
    for (const Label& label : page.labels) {
      if (options.json) {
        PrintAsJson(label);
        continue;
      }
      const std::string subject =
          label.key.empty() ? label.prediction_id + " row " + std::to_string(label.row) : "key " + label.key;
      table.Add({subject, label.value, TimeText(label.time_micros), TimeText(label.arrival_micros), label.who});
    }
    left -= page.labels.size();
    token = page.next_page_token;
  } while (left > 0 && !token.empty());
  if (!options.json) Print(table.empty() ? "no labels\n" : table.ToString());
  return {};
}

}  // namespace

Status RunLog(const LogOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRecords opened,
                            OpenRecords(options.registry, options.place, WhenMissing::kFail));
  PredictionQuery query;
  SCOREWAY_ASSIGN_OR_RETURN(query.range, RangeOf(options.from, options.to, options.newest));
  query.version = static_cast<int64_t>(options.version);
  query.alias = options.alias;
  query.id = options.id;
  query.key = options.key;
  query.shadow = options.shadow;
  if (options.labels == "joined") query.labels = LabelWish::kJoined;
  if (options.labels == "only") query.labels = LabelWish::kOnlyLabelled;

  const TableFormat format =
      options.format ? *options.format : TableFormatOfPath(options.output).value_or(TableFormat::kCsv);
  const bool is_typed = format == TableFormat::kArrow || format == TableFormat::kParquet;
  std::optional<Type> label_type;
  if (is_typed && query.labels == LabelWish::kJoined) {
    SCOREWAY_ASSIGN_OR_RETURN(label_type, LabelType(opened.service(), options, query));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, OutputFile::Open(options.output));
  TableStream sink(format, [&](std::string_view bytes) { return file->Write(bytes); });
  Progress progress("predictions", options.quiet);
  uint64_t left = options.count.value_or(UINT64_MAX), written = 0;
  std::string token;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(PredictionPage page,
                              ReadPredictions(opened.service(), options.model, query,
                                              static_cast<size_t>(std::min<uint64_t>(left, kRowsAtOnce)), token));
    const size_t rows = page.table.rows();
    left -= rows;
    written += rows;
    token = page.next_page_token;
    if (label_type) {
      const size_t label = *page.table.schema().Find("label");
      if (page.table.column(label).null_count() == rows) {
        SCOREWAY_ASSIGN_OR_RETURN(page.table, WithLabelType(page.table, label, *label_type));
      }
    }
    // A file with types has its columns also where nothing was logged.
    if (rows > 0 || (is_typed && written == 0 && token.empty())) {
      if (Status status = sink.Append(page.table); !status.ok()) {
        if (status.code() != Code::kInvalidArgument) return status;
        return Status(Code::kInvalidArgument, "versions of the model differ, and " + status.error().message +
                                                  ": ask for one --version, or for --format jsonl");
      }
    }
    progress.Update(written, -1);
  } while (left > 0 && !token.empty());
  SCOREWAY_RETURN_IF_ERROR(sink.Finish());
  progress.Finish();
  return file->Commit();
}

Status RunLabels(const LabelsOptions& options) {
  const bool pushes = options.action == LabelsOptions::Action::kPush;
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRecords opened, OpenRecords(options.registry, options.place,
                                                                    pushes ? WhenMissing::kMake : WhenMissing::kFail));
  return pushes ? PushFile(opened, options) : ListLabels(opened, options);
}

}  // namespace scoreway
