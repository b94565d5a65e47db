// scoreway predict: rows from a file or a pipe through a Scorer to a file or a pipe, some thousands at a time.

#include <cstdio>
#include <memory>
#include <vector>

#include "commands.h"
#include "data/codec/csv_reader.h"
#include "data/codec/csv_writer.h"
#include "data/codec/json_batch_writer.h"
#include "data/codec/json_lines_reader.h"
#include "files.h"
#include "open_registry.h"
#include "predict_tensors.h"
#include "progress.h"
#include "score/scorer.h"

namespace scoreway {
namespace {

constexpr size_t kRowsAtOnce = 4096;
constexpr size_t kOutputBytesAtOnce = 256 << 10;

bool EndsWith(const std::string& path, std::string_view ending) {
  return path.size() >= ending.size() && path.compare(path.size() - ending.size(), ending.size(), ending) == 0;
}

RowFormat FormatOf(RowFormat asked, const std::string& path, RowFormat otherwise) {
  if (asked != RowFormat::kAuto) return asked;
  if (EndsWith(path, ".csv")) return RowFormat::kCsv;
  if (EndsWith(path, ".jsonl") || EndsWith(path, ".ndjson")) return RowFormat::kJsonLines;
  return otherwise;
}

// Rows of either format.
class RowSource {
 public:
  RowSource(ByteSource* bytes, const Model& model, RowFormat format, char delimiter) {
    std::vector<bool> may_be_absent;
    for (const InputField& field : model.signature().inputs) {
      may_be_absent.push_back(field.missing == MissingRule::kModel);
    }
    if (format == RowFormat::kCsv) {
      CsvReadOptions options;
      options.delimiter = delimiter;
      options.bind_by_position = !model.signature().inputs_named;
      options.may_be_absent = std::move(may_be_absent);
      csv_ = std::make_unique<CsvReader>(bytes, model.input_schema(), std::move(options));
    } else {
      JsonReadOptions options;
      options.may_be_absent = std::move(may_be_absent);
      json_ = std::make_unique<JsonLinesReader>(bytes, model.input_schema(), std::move(options));
    }
  }

  Status Open() { return csv_ ? csv_->Open() : Status(); }
  Result<bool> Next(Batch* batch, size_t rows_max) {
    return csv_ ? csv_->Next(batch, rows_max) : json_->Next(batch, rows_max);
  }
  std::vector<std::string> ignored_columns() const {
    return csv_ ? csv_->ignored_columns() : std::vector<std::string>();
  }

 private:
  std::unique_ptr<CsvReader> csv_;
  std::unique_ptr<JsonLinesReader> json_;
};

// Answers of either format, gathered into writes of some size.
class RowSink {
 public:
  RowSink(OutputFile* file, RowFormat format) : file_(file), format_(format) {}

  Status Begin(const Schema& schema) {
    if (format_ == RowFormat::kCsv) AppendCsvHeader(schema, {}, &text_);
    return {};
  }
  Status Append(const Batch& batch) {
    if (format_ == RowFormat::kCsv) {
      AppendCsvRows(batch, {}, &text_);
    } else {
      AppendJsonLines(batch, {}, &text_);
    }
    return text_.size() < kOutputBytesAtOnce ? Status() : Flush();
  }
  Status Flush() {
    SCOREWAY_RETURN_IF_ERROR(file_->Write(text_));
    text_.clear();
    return {};
  }

 private:
  OutputFile* file_;
  RowFormat format_;
  std::string text_;
};

void RemarkOnIgnoredColumns(const std::vector<std::string>& columns, const std::string& place) {
  if (columns.empty()) return;
  std::string names;
  for (size_t i = 0; i < columns.size() && i < 8; ++i) names += (i == 0 ? "" : ", ") + columns[i];
  if (columns.size() > 8) names += ", ...";
  std::fprintf(stderr, "scoreway: %s: the model has no use for %s\n", place.c_str(), names.c_str());
}

}  // namespace

Status RunPredict(const PredictOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedModel source, OpenModel(options.registry, options.engines, options.model));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Scorer> scorer,
                            source.engines->MakeScorer(source.model, ScorerOptions{.outputs = options.outputs}));

  if (IsFolder(options.input)) return PredictTensors(source, *scorer, options);
  const std::string input_place = options.input == "-" ? "standard input" : options.input;
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<FileSource> bytes, FileSource::Open(options.input));
  const RowFormat input_format = FormatOf(options.input_format, options.input, RowFormat::kCsv);
  RowSource rows(bytes.get(), *source.model, input_format, options.delimiter);
  if (Status opened = rows.Open(); !opened.ok()) return AtPlace(input_place, std::move(opened).error());
  if (!options.quiet) RemarkOnIgnoredColumns(rows.ignored_columns(), input_place);

  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, OutputFile::Open(options.output));
  RowSink sink(file.get(), FormatOf(options.output_format, options.output, input_format));
  SCOREWAY_RETURN_IF_ERROR(sink.Begin(*scorer->output_schema()));

  const ScratchPtr scratch = scorer->MakeScratch();
  Batch input(scorer->input_schema());
  Batch output(scorer->output_schema());
  Progress progress("rows", options.quiet);
  uint64_t row_count = 0;
  while (true) {
    input.Clear();
    Result<bool> more = rows.Next(&input, kRowsAtOnce);
    if (!more.ok()) return AtPlace(input_place, std::move(more).error());
    if (!*more) break;
    Status scored = scorer->Run(input, *scratch, &output, row_count);
    if (!scored.ok()) return AtPlace(input_place, std::move(scored).error());
    SCOREWAY_RETURN_IF_ERROR(sink.Append(output));
    row_count += input.rows();
    progress.Update(row_count, bytes->bytes_total() == 0 ? -1
                                                         : static_cast<double>(bytes->bytes_read()) /
                                                               static_cast<double>(bytes->bytes_total()));
  }
  progress.Finish();
  SCOREWAY_RETURN_IF_ERROR(sink.Flush());
  return file->Commit();
}

}  // namespace scoreway
