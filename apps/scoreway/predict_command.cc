// scoreway predict: rows from a file or a pipe through a Scorer to a file or a pipe, some thousands at a time.

#include <cstdio>
#include <memory>
#include <vector>

#include "commands.h"
#include "data/codec/csv_writer.h"
#include "data/codec/json_batch_writer.h"
#include "files.h"
#include "open_registry.h"
#include "predict_tensors.h"
#include "progress.h"
#include "row_reading.h"
#include "row_source.h"
#include "score/scorer.h"

namespace scoreway {
namespace {

constexpr size_t kRowsAtOnce = 4096;
constexpr size_t kOutputBytesAtOnce = 256 << 10;

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

}  // namespace

Status RunPredict(const PredictOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedModel source,
                            OpenModel(options.registry, options.engines, options.reading, options.model));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Scorer> scorer,
                            source.engines->MakeScorer(source.model, ScorerOptions{.outputs = options.outputs}));

  if (IsFolder(options.input)) return PredictTensors(source, *scorer, options);
  const std::string input_place = options.input == "-" ? "standard input" : options.input;
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<FileSource> bytes, FileSource::Open(options.input));
  const RowFormat input_format = FormatOf(options.input_format, options.input, RowFormat::kCsv);
  SCOREWAY_ASSIGN_OR_RETURN(const RowReading reading, ReadingOf(options.registry, source));
  const std::unique_ptr<FeatureJoin> join = reading.MakeJoin();
  RowSource rows(bytes.get(), reading.schema, input_format,
                 {options.delimiter, reading.may_be_absent, !source.model->signature().inputs_named});
  if (Status opened = rows.Open(); !opened.ok()) return AtPlace(input_place, std::move(opened).error());
  if (!options.quiet) RemarkOnIgnoredColumns(rows.ignored_columns(), input_place);

  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, OutputFile::Open(options.output));
  RowSink sink(file.get(), FormatOf(options.output_format, options.output, input_format));
  SCOREWAY_RETURN_IF_ERROR(sink.Begin(*scorer->output_schema()));

  const ScratchPtr scratch = scorer->MakeScratch();
  Batch read(reading.schema);
  Batch input(scorer->input_schema());
  Batch output(scorer->output_schema());
  Progress progress("rows", options.quiet);
  uint64_t row_count = 0;
  while (true) {
    read.Clear();
    Result<bool> more = rows.Next(&read, kRowsAtOnce);
    if (!more.ok()) return AtPlace(input_place, std::move(more).error());
    if (!*more) break;
    if (join == nullptr) {
      std::swap(input, read);
    } else if (Status joined = join->Complete(&read, &input, row_count); !joined.ok()) {
      return AtPlace(input_place, std::move(joined).error());
    }
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
