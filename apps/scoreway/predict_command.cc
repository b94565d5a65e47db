// scoreway predict: rows from a file or a pipe through a Scorer to a file or a pipe, some thousands at a time.

#include <cstdio>
#include <memory>
#include <vector>

#include "commands.h"
#include "data/codec/csv_writer.h"
#include "data/codec/json_batch_writer.h"
#include "files.h"
#include "open_registry.h"
#include "open_store.h"
#include "predict_tensors.h"
#include "progress.h"
#include "row_source.h"
#include "score/scorer.h"
#include "service/feature_join.h"
#include "service/online_features.h"

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

void RemarkOnIgnoredColumns(const std::vector<std::string>& columns, const std::string& place) {
  if (columns.empty()) return;
  std::string names;
  for (size_t i = 0; i < columns.size() && i < 8; ++i) names += (i == 0 ? "" : ", ") + columns[i];
  if (columns.size() > 8) names += ", ...";
  std::fprintf(stderr, "scoreway: %s: the model has no use for %s\n", place.c_str(), names.c_str());
}

// How rows of the model are read: its inputs, and the keys of the feature views that it uses in the registry.
struct RowReading {
  std::shared_ptr<const Schema> schema;
  std::vector<bool> may_be_absent;
  std::unique_ptr<Store> store;
  std::unique_ptr<OnlineFeatures> features;
  std::unique_ptr<FeatureJoin> join;  // null: the model uses no view
};

Result<RowReading> ReadingOf(const PredictOptions& options, const OpenedModel& source) {
  const Signature& signature = source.model->signature();
  RowReading reading;
  reading.schema = source.model->input_schema();
  for (const InputField& field : signature.inputs) {
    reading.may_be_absent.push_back(field.missing == MissingRule::kModel);
  }
  if (source.version.name.empty()) return reading;  // a file
  SCOREWAY_ASSIGN_OR_RETURN(reading.store, OpenStore(options.registry, WhenMissing::kFail));
  reading.features = std::make_unique<OnlineFeatures>(
      *reading.store, SystemClock(),
      OnlineFeaturesOptions{.poll_interval = {}, .reader = {.timeout = {}, .cache = {}}});
  SCOREWAY_ASSIGN_OR_RETURN(const FeatureDefinitions definitions, reading.features->store.Definitions());
  const auto views = definitions.views_of_model.find(source.version.name);
  if (views == definitions.views_of_model.end()) return reading;
  SCOREWAY_ASSIGN_OR_RETURN(FeaturePlan plan, PlanFeatures(signature, views->second));
  if (plan.empty()) return reading;
  reading.schema = plan.row_schema;
  reading.may_be_absent = plan.may_be_absent;
  reading.join = std::make_unique<FeatureJoin>(&reading.features->reader, SystemClock(), signature, std::move(plan));
  return reading;
}

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
  SCOREWAY_ASSIGN_OR_RETURN(const RowReading reading, ReadingOf(options, source));
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
    if (reading.join == nullptr) {
      std::swap(input, read);
    } else if (Status joined = reading.join->Complete(&read, &input, row_count); !joined.ok()) {
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
