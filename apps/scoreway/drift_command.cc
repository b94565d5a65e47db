// scoreway drift: whether what comes in, and what goes out, still looks as it did: of a model, or of two files.

#include <algorithm>

#include "commands.h"
#include "files.h"
#include "open_records.h"
#include "printing.h"
#include "progress.h"
#include "service/measure_drift.h"
#include "service/profile_rows.h"
#include "table.h"
#include "tables/input_file.h"

namespace scoreway {
namespace {

constexpr size_t kQuietColumnsShown = 5;

std::string Number(double value) { return NumberText(value, ""); }

DriftBounds BoundsOf(const DriftOptions& options) {
  DriftBounds bounds;
  bounds.level = options.level;
  bounds.psi_warning = options.psi_warning;
  bounds.psi_alarm = options.psi_alarm;
  bounds.rows_min = options.rows_min;
  return bounds;
}

void PrintReport(const DriftReport& report, bool all) {
  std::string text = std::string(SeverityName(report.severity)) + ": " + std::to_string(report.rows) +
                     " rows against " + std::to_string(report.reference_rows) + " of the reference\n";
  if (!report.has_enough_rows) text += "too few rows to say anything\n";
  const std::vector<const ColumnDrift*> columns = ByGravity(report);
  for (const ColumnDrift* drift : columns) {
    for (const std::string& reason : drift->reasons) {
      text += std::string(SeverityName(drift->severity)) + "  " + reason + "\n";
    }
  }
  if (const TogetherDrift& together = report.together; together.components > 0) {
    if (!together.reason.empty()) {
      text += std::string(SeverityName(together.severity)) + "  " + together.reason + "\n";
    }
    text += "columns together: error " + Number(together.current.mean) + " against " + Number(together.reference.mean) +
            " of the reference, " + std::to_string(together.components) + " components of " +
            std::to_string(together.columns) + " columns\n";
  }
  Table table({"COLUMN", "ROLE", "STATE", "PSI", "KS", "CHI2", "P", "JS", "WASSERSTEIN", "MISSING", "EXACT"});
  size_t quiet = 0;
  for (const ColumnDrift* drift : columns) {
    if (drift->severity == Severity::kQuiet && ++quiet > kQuietColumnsShown && !all) continue;
    table.Add({drift->name, drift->is_output ? "output" : "input", std::string(SeverityName(drift->severity)),
               Number(drift->psi), Number(drift->ks), Number(drift->chi_square), Number(drift->distribution_p()),
               Number(drift->jensen_shannon), Number(drift->wasserstein_normed), Number(drift->missing),
               drift->is_exact ? "yes" : "within " + Number(drift->rank_error)});
  }
  text += table.ToString();
  if (quiet > kQuietColumnsShown && !all) {
    text += std::to_string(quiet - kQuietColumnsShown) + " more columns are quiet; --all shows them\n";
  }
  if (!report.not_compared.empty()) text += "not compared: " + Joined(report.not_compared) + "\n";
  Print(text);
}

Result<TableFormat> FormatOfFile(const std::string& path, const std::optional<TableFormat>& asked) {
  if (asked) return *asked;
  if (const auto format = TableFormatOfPath(path)) return *format;
  return Error{Code::kInvalidArgument, "the name does not say the format: use --format csv, jsonl, parquet or arrow",
               path};
}

Result<Profile> ProfileOfFile(const std::string& path, TableFormat format, const TableColumns& columns,
                              const TableProfileOptions& options, bool quiet) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const InputFile> file, InputFile::Open(path));
  Progress progress("rows of " + path, quiet);
  Result<Profile> profile = ProfileTable(file, format, columns, options,
                                         [&](uint64_t rows, double fraction) { progress.Update(rows, fraction); });
  progress.Finish();
  if (!profile.ok()) return AtPlace(path, std::move(profile).error());
  return profile;
}

Status CompareFiles(const DriftOptions& options) {
  const TableProfileOptions table_options{
      .columns = options.columns, .categorical = options.categorical, .delimiter = options.delimiter};
  SCOREWAY_ASSIGN_OR_RETURN(const TableFormat reference_format, FormatOfFile(options.reference, options.format));
  SCOREWAY_ASSIGN_OR_RETURN(const TableFormat current_format, FormatOfFile(options.current, options.format));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const InputFile> file, InputFile::Open(options.reference));
  const Result<TableColumns> columns = FindTableColumns(file, reference_format, table_options);
  if (!columns.ok()) return AtPlace(options.reference, columns.error());
  SCOREWAY_ASSIGN_OR_RETURN(Profile reference,
                            ProfileOfFile(options.reference, reference_format, *columns, table_options, options.quiet));
  reference.FitShape();
  SCOREWAY_ASSIGN_OR_RETURN(const Profile current,
                            ProfileOfFile(options.current, current_format, *columns, table_options, options.quiet));
  const DriftBounds bounds = BoundsOf(options);
  SCOREWAY_RETURN_IF_ERROR(CheckBounds(bounds));
  const DriftReport report = CompareProfiles(reference, current, bounds, true);
  options.json ? PrintAsJson(report) : PrintReport(report, options.all);
  return {};
}

}  // namespace

Status RunDrift(const DriftOptions& options) {
  if (options.reference.empty() != options.current.empty()) {
    return Status(Code::kInvalidArgument, "--reference and --current come together");
  }
  if (options.model.empty() == options.reference.empty()) {
    return Status(Code::kInvalidArgument, "name a model, or two files by --reference and --current");
  }
  if (options.model.empty()) return CompareFiles(options);
  SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ParseReference(options.model));
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRecords opened,
                            OpenRecords(options.registry, options.place, WhenMissing::kFail));
  if (options.learn > 0) {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t version, opened.registry->Resolve(reference));
    SCOREWAY_ASSIGN_OR_RETURN(const uint64_t rows,
                              LearnReference(opened.service(), reference.name, version, options.learn, CurrentUser()));
    Print("the first " + std::to_string(rows) + " rows logged of " + reference.name + "/" + std::to_string(version) +
          " are its reference\n");
    return {};
  }
  SCOREWAY_ASSIGN_OR_RETURN(
      const ModelDrift drift,
      MeasureDrift(opened.service(), reference,
                   {.window = options.window, .against = options.against, .bounds = BoundsOf(options)}));
  if (options.json) {
    PrintAsJson(drift);
    return {};
  }
  Print(drift.model + "/" + std::to_string(drift.version) + ", window " + drift.window + ", reference " +
        (drift.reference == "sample" ? "from its training sample"
         : drift.reference == "log"  ? "learned from its first rows"
                                     : "the same window " + drift.reference + " before") +
        "\n");
  PrintReport(drift.report, options.all);
  return {};
}

}  // namespace scoreway
