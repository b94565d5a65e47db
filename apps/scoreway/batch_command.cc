// scoreway batch: rows of a file or a database through a Scorer to answers in another, on all cores, resumable.

#include <cstdio>

#include "base/sha256.h"
#include "commands.h"
#include "databases/database_table.h"
#include "open_registry.h"
#include "progress.h"
#include "row_reading.h"
#include "score/scorer.h"
#include "service/batch_places.h"
#include "service/run_batch.h"

namespace scoreway {
namespace {

Result<TableFormat> FormatOf(const std::optional<TableFormat>& asked, const std::string& path, const char* option) {
  const std::optional<TableFormat> format = asked ? asked : TableFormatOfPath(path);
  if (format) return *format;
  return Error{
      Code::kInvalidArgument,
      std::string("its name does not say how its rows are written; ") + option + " csv, jsonl, arrow or parquet does",
      path};
}

Result<BatchSource> SourceOf(const BatchOptions& options) {
  if (IsDatabaseUrl(options.input)) return OpenDatabaseSource(options.input);
  SCOREWAY_ASSIGN_OR_RETURN(const TableFormat format, FormatOf(options.input_format, options.input, "--input-format"));
  return OpenFileSource(options.input, format, options.delimiter);
}

Result<BatchTarget> TargetOf(const BatchOptions& options) {
  if (IsDatabaseUrl(options.output)) return DatabaseTarget(options.output);
  SCOREWAY_ASSIGN_OR_RETURN(const TableFormat format,
                            FormatOf(options.output_format, options.output, "--output-format"));
  return FileTarget(options.output, format);
}

void PrintSummary(const BatchSummary& summary, const BatchOptions& options, double seconds) {
  if (options.json) {
    std::printf("{\"rows\":%llu,\"bad_rows\":%llu,\"rows_taken_up\":%llu,\"seconds\":%.3f}\n",
                static_cast<unsigned long long>(summary.rows), static_cast<unsigned long long>(summary.bad_rows),
                static_cast<unsigned long long>(summary.rows_taken_up), seconds);
    return;
  }
  if (options.quiet) return;
  const auto done = static_cast<double>(summary.rows - summary.rows_taken_up);
  std::fprintf(stderr, "scoreway: %s: %llu rows in %.1f s, %.0f a second\n", DatabasePlace(options.output).c_str(),
               static_cast<unsigned long long>(summary.rows - summary.rows_taken_up), seconds,
               seconds > 0 ? done / seconds : 0.0);
  if (summary.bad_rows > 0) {
    std::fprintf(stderr, "scoreway: %s: %llu rows that could not be scored, with their numbers and reasons\n",
                 options.errors.c_str(), static_cast<unsigned long long>(summary.bad_rows));
  }
}

}  // namespace

Status RunBatchCommand(const BatchOptions& options) {
  SCOREWAY_RETURN_IF_ERROR(CheckBatchPlaces(options.input, options.output, options.errors));
  BatchSettings settings;
  settings.errors = options.errors;
  settings.keep = options.keep;
  settings.threads = options.threads;
  if (options.restart) settings.leftover = BatchJournal::Leftover::kDrop;
  SCOREWAY_ASSIGN_OR_RETURN(const BatchTarget target, TargetOf(options));

  SCOREWAY_ASSIGN_OR_RETURN(const OpenedModel opened,
                            OpenModel(options.registry, options.engines, options.reading, options.model));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Scorer> scorer,
                            opened.engines->MakeScorer(opened.model, ScorerOptions{.outputs = options.outputs}));
  SCOREWAY_ASSIGN_OR_RETURN(const RowReading reading, ReadingOf(options.registry, opened));
  settings.model_digest = Sha256::Hex(*opened.artifact);

  SCOREWAY_ASSIGN_OR_RETURN(BatchSource source, SourceOf(options));

  Progress progress("rows", options.quiet);
  const auto started = std::chrono::steady_clock::now();
  SCOREWAY_ASSIGN_OR_RETURN(
      const BatchSummary summary,
      RunBatch(*scorer, {reading.schema, reading.may_be_absent, [&] { return reading.MakeJoin(); }}, std::move(source),
               target, settings,
               {.on_start =
                    [&](const BatchSummary& start) {
                      if (options.quiet) return;
                      RemarkOnIgnoredColumns(start.ignored_columns, DatabasePlace(options.input));
                      if (start.rows_taken_up == 0) return;
                      std::fprintf(stderr, "scoreway: %s: goes on behind row %llu, where an earlier run stopped\n",
                                   DatabasePlace(options.output).c_str(),
                                   static_cast<unsigned long long>(start.rows_taken_up));
                    },
                .on_progress = [&](const BatchProgress& at) { progress.Update(at.rows, at.fraction); }}));
  progress.Finish();
  PrintSummary(summary, options, std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  return {};
}

}  // namespace scoreway
