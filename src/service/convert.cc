#include "service/convert.h"

#include <algorithm>
#include <variant>

#include "data/codec/csv_reader.h"
#include "importers/importer.h"

namespace scoreway {
namespace {

constexpr double kTolerance = 1e-9, kFloat32Tolerance = 1e-5;
// PMML computes in float64 what the model rounds to float32 at each step.
constexpr double kPmmlFloat32Tolerance = 1e-4;
// Sums of terms that cancel keep no digits to compare.
constexpr double kAbsoluteTolerance = 1e-12, kFloat32AbsoluteTolerance = 1e-6;
constexpr uint64_t kSampleRowsMax = 1'000'000;

// Passes bytes on, counting them, and keeps them if they are to be read back.
class KeepingSink final : public ByteSink {
 public:
  KeepingSink(ByteSink* sink, bool keeps) : sink_(sink), keeps_(keeps) {}

  Status Write(std::string_view bytes) override {
    count_ += bytes.size();
    if (keeps_) kept_.append(bytes);
    return sink_->Write(bytes);
  }

  uint64_t count() const { return count_; }
  std::string TakeKept() { return std::move(kept_); }

 private:
  ByteSink* sink_;
  bool keeps_;
  uint64_t count_ = 0;
  std::string kept_;
};

bool IsFloat32(const Operator& op) {
  if (const auto* linear = std::get_if<op::Linear>(&op.params)) return linear->precision == op::Precision::kFloat32;
  if (const auto* trees = std::get_if<op::TreeEnsemble>(&op.params)) {
    return trees->precision == op::Precision::kFloat32;
  }
  const auto* unary = std::get_if<op::Unary>(&op.params);
  return unary != nullptr && unary->function == op::UnaryFunction::kFloat32;
}

double ToleranceOf(const Model& model, ExportFormat format) {
  const auto& operators = model.operators();
  if (std::none_of(operators.begin(), operators.end(), IsFloat32)) return kTolerance;
  return format == ExportFormat::kPmml ? kPmmlFloat32Tolerance : kFloat32Tolerance;
}

Result<Batch> ReadSample(const Plan& plan, const std::string& text) {
  CsvReadOptions options;
  options.bind_by_position = !plan.model().signature().inputs_named;
  for (const InputField& input : plan.model().signature().inputs) {
    options.may_be_absent.push_back(input.missing == MissingRule::kModel);
  }
  TextSource source(text);
  CsvReader reader(&source, plan.input_schema(), std::move(options));
  SCOREWAY_RETURN_IF_ERROR(reader.Open());
  Batch rows(plan.input_schema());
  for (;;) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, reader.Next(&rows, 4096));
    if (!more) return rows;
    if (rows.rows() > kSampleRowsMax) {
      return Error{Code::kResourceExhausted, "more than " + std::to_string(kSampleRowsMax) + " rows", {}};
    }
  }
}

// The cells of a column as another model's input wants them: a missing text that it has no rule for is an empty one.
void AppendAs(const Column& from, MissingRule rule, Column* to) {
  const bool text = IsText(to->type());
  for (size_t row = 0; row < from.size(); ++row) {
    if (!from.valid(row)) {
      text&& rule == MissingRule::kReject ? to->AppendString("") : to->AppendNull();
    } else if (text) {
      to->AppendString(from.string_at(row));
    } else {
      to->AppendNumber(from.NumberAt(row));
    }
  }
}

// The rows as a batch of the other plan, by the names of columns.
Result<Batch> RowsFor(const Plan& other, const Batch& rows) {
  Batch batch(other.input_schema());
  for (size_t c = 0; c < batch.column_count(); ++c) {
    const Field& field = other.input_schema()->field(c);
    const std::optional<size_t> from = rows.schema().Find(field.name);
    const bool is_text = IsText(field.type);
    if (!from || IsText(rows.schema().field(*from).type) != is_text) {
      return Error{
          Code::kInternal, "what was written asks for an input '" + field.name + "' that the model has not", {}};
    }
    AppendAs(rows.column(*from), other.model().signature().inputs[c].missing, &batch.column(c));
  }
  return batch;
}

// A column as ONNX gives it, where a missing text is an empty one.
Column WithEmptyText(const Column& column) {
  Column texts(column.type());
  for (size_t row = 0; row < column.size(); ++row) {
    texts.AppendString(column.valid(row) ? column.string_at(row) : std::string_view());
  }
  return texts;
}

Result<ParityReport> Compare(ExportFormat format, const Plan& source, const Plan& written, const Batch& rows,
                             double tolerance) {
  ParityReport report;
  report.tolerance = tolerance;
  report.absolute_tolerance = tolerance < kFloat32Tolerance ? kAbsoluteTolerance : kFloat32AbsoluteTolerance;
  SCOREWAY_ASSIGN_OR_RETURN(const Batch rows_for_written, RowsFor(written, rows));
  Batch expected(source.output_schema()), got(written.output_schema());
  SCOREWAY_RETURN_IF_ERROR(source.Run(rows, *source.MakeScratch(), &expected));
  SCOREWAY_RETURN_IF_ERROR(written.Run(rows_for_written, *written.MakeScratch(), &got));
  for (size_t c = 0; c < expected.column_count(); ++c) {
    const Field& field = expected.schema().field(c);
    const std::optional<size_t> column = got.schema().Find(field.name);
    if (!column) return Error{Code::kInternal, "what was written has no output '" + field.name + "'", {}};
    report.columns.push_back(field.name);
    const bool no_missing_text = format == ExportFormat::kOnnx && field.type == Type::kString;
    CompareColumns(got.column(*column), no_missing_text ? WithEmptyText(expected.column(c)) : expected.column(c),
                   field.name, &report);
  }
  report.rows = rows.rows();
  return report;
}

Status Check(std::shared_ptr<const Model> model, std::string written, const ConvertRequest& request,
             ConvertAnswer* answer) {
  Result<std::shared_ptr<const Model>> read = ImportModel(std::make_shared<const std::string>(std::move(written)));
  if (read.code() == Code::kUnsupported || read.code() == Code::kInvalidArgument) {
    answer->unchecked = "our own readers do not know all of it: " + read.error().ToString();
    return {};
  }
  if (!read.ok()) return AtPlace("what was written, read back", ToError(std::move(read)));
  const double tolerance = request.tolerance.value_or(ToleranceOf(*model, request.format));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> source, Plan::Make(std::move(model)));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> target, Plan::Make(*std::move(read)));
  Result<Batch> rows = request.sample ? ReadSample(*source, *request.sample) : MakeProbeRows(*source, request.probe);
  if (!rows.ok()) return AtPlace("the sample's rows", ToError(std::move(rows)));
  if (rows->column_count() == 0 || rows->rows() == 0) {
    answer->unchecked = "no rows that the model takes";
    return {};
  }
  SCOREWAY_ASSIGN_OR_RETURN(answer->parity, Compare(request.format, *source, *target, *rows, tolerance));
  return {};
}

}  // namespace

Result<ConvertAnswer> ConvertModel(std::shared_ptr<const Model> model, const ConvertRequest& request, ByteSink* sink) {
  KeepingSink written(sink, request.check);
  SCOREWAY_RETURN_IF_ERROR(ExportModel(*model, request.format, &written));
  ConvertAnswer answer;
  answer.bytes = written.count();
  if (request.check) SCOREWAY_RETURN_IF_ERROR(Check(std::move(model), written.TakeKept(), request, &answer));
  return answer;
}

}  // namespace scoreway
