#include "service/parity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "data/codec/csv_reader.h"
#include "data/codec/csv_records.h"
#include "data/list_text.h"
#include "importers/sample.h"

namespace scoreway {
namespace {

constexpr size_t kRowsAtOnce = 1024;
constexpr double kTiny = 1e-15;

// The outputs that the text has a column for.
Result<std::vector<size_t>> ColumnsOf(const std::string& csv, const Schema& outputs) {
  TextSource source(csv);
  CsvRecords records(&source, ',', {});
  SCOREWAY_ASSIGN_OR_RETURN(const bool has_header, records.Next());
  std::vector<size_t> columns;
  if (has_header) {
    for (const CsvCell& cell : records.cells()) {
      if (const auto index = outputs.Find(cell.text)) columns.push_back(*index);
    }
  }
  if (columns.empty()) {
    return Error{Code::kInvalidArgument, "has none of the model's outputs as a column", "the expected answers"};
  }
  return columns;
}

std::string CellText(const Column& column, size_t row) {
  if (!column.valid(row)) return "nothing";
  if (IsText(column.type())) return "'" + std::string(column.string_at(row)) + "'";
  std::string text;
  JsonWriter(&text).Double(column.NumberAt(row));
  return text;
}

bool IsNumber(Type type) { return type == Type::kFloat32 || type == Type::kFloat64; }

// The same items, in any order: what lists hold in models are sets.
bool SameItems(std::string_view got, std::string_view expected) {
  std::vector<ListItem> a, b;
  if (!ReadList(got, &a) || !ReadList(expected, &b)) return got == expected;
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

class Comparison {
 public:
  explicit Comparison(ParityReport* report) : report_(report) {}

  void CompareCell(const Column& got, const Column& expected, size_t row, std::string_view name) {
    const bool equal = IsNumber(expected.type()) && !IsText(got.type())
                           ? NumbersEqual(got.NumberAt(row), expected.NumberAt(row))
                           : LabelsEqual(got, expected, row);
    if (equal) return;
    ++report_->cells_differing;
    if (!report_->first_difference.empty()) return;
    report_->first_difference = "row " + std::to_string(report_->rows + row + 1) + ", column '" + std::string(name) +
                                "': " + CellText(got, row) + " where " + CellText(expected, row) + " is expected";
  }

 private:
  bool NumbersEqual(double got, double expected) {
    if (got == expected || (std::isnan(got) && std::isnan(expected))) return true;
    double difference = std::abs(got - expected);
    if (std::isnan(difference)) difference = std::numeric_limits<double>::infinity();
    const double scale = std::max(std::abs(got), std::abs(expected));
    const double relative = std::isfinite(difference) ? difference / scale : difference;
    report_->abs_difference_max = std::max(report_->abs_difference_max, difference);
    if (scale <= kTiny || difference <= report_->absolute_tolerance) return true;
    report_->rel_difference_max = std::max(report_->rel_difference_max, relative);
    return relative <= report_->tolerance;
  }

  bool LabelsEqual(const Column& got, const Column& expected, size_t row) {
    bool equal = got.valid(row) == expected.valid(row);
    if (equal && got.valid(row)) {
      if (IsText(got.type()) || IsText(expected.type())) {
        equal = got.type() == expected.type() &&
                (got.string_at(row) == expected.string_at(row) ||
                 (got.type() == Type::kList && SameItems(got.string_at(row), expected.string_at(row))));
      } else {
        equal = got.NumberAt(row) == expected.NumberAt(row);
      }
    }
    if (!equal) ++report_->label_flips;
    return equal;
  }

  ParityReport* report_;
};

CsvReader InputReader(ByteSource* source, const Model& model) {
  CsvReadOptions options;
  options.bind_by_position = !model.signature().inputs_named;
  for (const InputField& input : model.signature().inputs) {
    options.may_be_absent.push_back(input.missing == MissingRule::kModel);
  }
  return CsvReader(source, model.input_schema(), std::move(options));
}

}  // namespace

Result<ParityReport> CheckParity(const Scorer& scorer, const ParitySample& sample, const ParityOptions& options) {
  const Schema& outputs = *scorer.output_schema();
  ParityReport report;
  report.tolerance = options.tolerance;
  report.absolute_tolerance = options.absolute_tolerance;
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<size_t> columns, ColumnsOf(sample.expected, outputs));
  for (const size_t column : columns) report.columns.push_back(outputs.field(column).name);

  TextSource rows_source(sample.rows), expected_source(sample.expected);
  CsvReader rows_reader = InputReader(&rows_source, scorer.model());
  CsvReadOptions expected_options;
  expected_options.may_be_absent.assign(outputs.size(), true);
  CsvReader expected_reader(&expected_source, scorer.output_schema(), std::move(expected_options));
  if (Status status = rows_reader.Open(); !status.ok()) return AtPlace("the sample's rows", ToError(std::move(status)));

  Batch input(scorer.input_schema()), got(scorer.output_schema()), expected(scorer.output_schema());
  const ScratchPtr scratch = scorer.MakeScratch();
  for (;;) {
    input.Clear();
    expected.Clear();
    Result<bool> more = rows_reader.Next(&input, kRowsAtOnce);
    if (!more.ok()) return AtPlace("the sample's rows", ToError(std::move(more)));
    Result<bool> more_expected = expected_reader.Next(&expected, kRowsAtOnce);
    if (!more_expected.ok()) return AtPlace("the expected answers", ToError(std::move(more_expected)));
    if (input.rows() != expected.rows()) {
      return Error{Code::kInvalidArgument, "the sample and its expected answers differ in their number of rows", {}};
    }
    if (!*more) break;
    if (report.rows + input.rows() > options.rows_max) {
      return Error{
          Code::kResourceExhausted, "the sample has more than " + std::to_string(options.rows_max) + " rows", {}};
    }
    if (Status status = scorer.Run(input, *scratch, &got); !status.ok()) {
      return AtPlace("the sample's rows, after row " + std::to_string(report.rows), ToError(std::move(status)));
    }
    for (const size_t column : columns) {
      CompareColumns(got.column(column), expected.column(column), outputs.field(column).name, &report);
    }
    report.rows += input.rows();
  }
  if (report.rows == 0) return Error{Code::kInvalidArgument, "the sample has no rows", {}};
  return report;
}

Result<std::optional<ParityReport>> CheckOwnSample(const Scorer& scorer, std::string_view artifact) {
  SCOREWAY_ASSIGN_OR_RETURN(std::optional<ModelSample> sample, ReadSample(artifact));
  if (!sample) return std::optional<ParityReport>();
  ParityOptions options;
  options.tolerance = sample->relative_tolerance;
  options.absolute_tolerance = sample->absolute_tolerance;
  SCOREWAY_ASSIGN_OR_RETURN(
      ParityReport report,
      CheckParity(scorer, ParitySample{std::move(sample->rows), std::move(sample->expected)}, options));
  return std::optional(std::move(report));
}

void CompareColumns(const Column& got, const Column& expected, std::string_view name, ParityReport* report) {
  Comparison comparison(report);
  for (size_t row = 0; row < expected.size(); ++row) comparison.CompareCell(got, expected, row, name);
}

void WriteJson(const ParityReport& report, JsonWriter* json) {
  json->BeginObject();
  json->BoolField("passed", report.passed());
  json->UintField("rows", report.rows);
  json->Key("columns");
  json->BeginArray();
  for (const std::string& column : report.columns) json->String(column);
  json->EndArray();
  json->DoubleField("abs_difference_max", report.abs_difference_max);
  json->DoubleField("rel_difference_max", report.rel_difference_max);
  json->UintField("label_flips", report.label_flips);
  json->UintField("cells_differing", report.cells_differing);
  json->DoubleField("tolerance", report.tolerance);
  if (!report.first_difference.empty()) json->StringField("first_difference", report.first_difference);
  json->EndObject();
}

}  // namespace scoreway
