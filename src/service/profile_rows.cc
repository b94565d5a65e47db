#include "service/profile_rows.h"

#include <algorithm>

#include "base/number_text.h"
#include "data/codec/column_names.h"
#include "service/batch_columns.h"

namespace scoreway {
namespace {

constexpr size_t kRowsAtOnce = 2048;
constexpr size_t kRowsOfTypes = 10'000;
// Windows up to so many rows are compared exactly, if there are few columns.
constexpr uint32_t kExactRowsMax = 1'000'000;

// Calls take(batch) for the rows of a bound table, some thousand at a time, until it gives false or the rows end.
Status ForEachBatch(TableReader& table, Batch* batch, const ProfileProgress& on_progress,
                    const std::function<Result<bool>()>& take) {
  TablePosition at = table.first();
  TablePart part;
  uint64_t rows_read = 0;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool any, table.Cut(at, &part));
    if (!any) return {};
    const std::unique_ptr<RowStream> rows = table.Rows(part);
    while (true) {
      batch->Clear();
      SCOREWAY_ASSIGN_OR_RETURN(const bool more, rows->Next(batch, kRowsAtOnce));
      if (!more) break;
      rows_read += batch->rows();
      SCOREWAY_ASSIGN_OR_RETURN(const bool go_on, take());
      if (!go_on) return {};
    }
    at = part.end;
    if (on_progress) on_progress(rows_read, table.FractionBefore(at));
  }
}

Error NoRows() { return {Code::kInvalidArgument, "there are no rows", {}}; }

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Status CheckNames(const std::vector<TableColumn>& columns, const std::vector<std::string>& names) {
  std::vector<std::string_view> known;
  for (const TableColumn& column : columns) known.push_back(column.name);
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return Status(Code::kInvalidArgument, "has no column " + Quoted(name) + DidYouMean(name, known));
  }
  return {};
}

// Which columns of texts read as numbers, by the first rows; a column without cells does.
Result<std::vector<bool>> ReadAsNumbers(std::shared_ptr<const FileBytes> file, const std::vector<TableColumn>& columns,
                                        char delimiter) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table,
                            OpenTable(std::move(file), TableFormat::kCsv, {.delimiter = delimiter}));
  std::vector<Field> fields;
  for (const TableColumn& column : columns) fields.push_back({column.name, Type::kString});
  SCOREWAY_ASSIGN_OR_RETURN(const auto schema, Schema::Make(std::move(fields)));
  SCOREWAY_RETURN_IF_ERROR(table->Bind(schema, std::vector<bool>(columns.size(), true)));
  std::vector<bool> are_numbers(columns.size(), true);
  Batch batch(schema);
  size_t rows = 0;
  const auto take = [&]() -> Result<bool> {
    for (size_t i = 0; i < columns.size(); ++i) {
      const Column& column = batch.column(i);
      double number = 0;
      for (size_t row = 0; row < column.size() && are_numbers[i]; ++row) {
        if (column.valid(row)) are_numbers[i] = ParseDouble(column.string_at(row), &number) == NumberParse::kOk;
      }
    }
    rows += batch.rows();
    return rows < kRowsOfTypes;
  };
  SCOREWAY_RETURN_IF_ERROR(ForEachBatch(*table, &batch, {}, take));
  return are_numbers;
}

}  // namespace

Result<Profile> ProfileSample(const Scorer& scorer, std::shared_ptr<const FileBytes> file, TableFormat format,
                              const ProfileProgress& on_progress) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table, OpenTable(std::move(file), format));
  const Signature& signature = scorer.model().signature();
  std::vector<bool> may_be_absent;
  for (const InputField& input : signature.inputs) may_be_absent.push_back(input.missing == MissingRule::kModel);
  SCOREWAY_ASSIGN_OR_RETURN(const BatchColumns columns,
                            BindBatchColumns(table->columns(), *scorer.input_schema(), may_be_absent,
                                             signature.inputs_named, *scorer.output_schema(), {}));
  SCOREWAY_RETURN_IF_ERROR(table->Bind(columns.read, columns.may_be_absent));

  const Schema& inputs = *scorer.input_schema();
  const Schema& outputs = *scorer.output_schema();
  Profile profile;
  const ProfileOptions options = Profile::OptionsFor(inputs.size() + outputs.size());
  for (const Field& field : inputs.fields()) profile.AddColumn(field.name, KindOf(field.type), false, options);
  for (const Field& field : outputs.fields()) profile.AddColumn(field.name, KindOf(field.type), true, options);
  profile.KeepRows();
  Batch input(scorer.input_schema()), output(scorer.output_schema());
  const ScratchPtr scratch = scorer.MakeScratch();
  const auto take = [&]() -> Result<bool> {
    SCOREWAY_RETURN_IF_ERROR(scorer.Run(input, *scratch, &output, profile.rows()));
    profile.AddCells(input, 0);
    profile.AddCells(output, inputs.size());
    profile.CountRows(input.rows(), 0);
    return true;
  };
  SCOREWAY_RETURN_IF_ERROR(ForEachBatch(*table, &input, on_progress, take));
  if (profile.rows() == 0) return NoRows();
  profile.FitShape();
  return profile;
}

Result<TableColumns> FindTableColumns(std::shared_ptr<const FileBytes> file, TableFormat format,
                                      const TableProfileOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table,
                            OpenTable(file, format, {.delimiter = options.delimiter}));
  SCOREWAY_RETURN_IF_ERROR(CheckNames(table->columns(), options.columns));
  SCOREWAY_RETURN_IF_ERROR(CheckNames(table->columns(), options.categorical));
  std::vector<TableColumn> wanted;
  for (const TableColumn& column : table->columns()) {
    if (!options.columns.empty() && !Contains(options.columns, column.name)) continue;
    if (!column.is_readable) {
      return Error{Code::kUnsupported, column.fault, "column " + Quoted(column.name)};
    }
    wanted.push_back(column);
  }
  if (wanted.size() > Profile::kColumnsMax) {
    return Error{Code::kResourceExhausted,
                 "more than " + std::to_string(Profile::kColumnsMax) + " columns; choose some of them",
                 {}};
  }
  std::vector<bool> are_numbers(wanted.size(), false);
  if (format == TableFormat::kCsv) {
    SCOREWAY_ASSIGN_OR_RETURN(are_numbers, ReadAsNumbers(file, wanted, options.delimiter));
  }
  TableColumns columns;
  std::vector<Field> fields;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const bool is_number = are_numbers[i] || KindOf(wanted[i].type) == ProfileKind::kNumber;
    const bool is_category = !is_number || Contains(options.categorical, wanted[i].name);
    // Categories of CSV are read as they are written; those that are numbers elsewhere become texts in the profile.
    Type type = is_number ? Type::kFloat64 : wanted[i].type;
    if (is_category && format == TableFormat::kCsv) type = Type::kString;
    fields.push_back({wanted[i].name, type});
    columns.kinds.push_back(is_category ? ProfileKind::kCategory : ProfileKind::kNumber);
  }
  SCOREWAY_ASSIGN_OR_RETURN(columns.schema, Schema::Make(std::move(fields)));
  return columns;
}

Result<Profile> ProfileTable(std::shared_ptr<const FileBytes> file, TableFormat format, const TableColumns& columns,
                             const TableProfileOptions& options, const ProfileProgress& on_progress) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table,
                            OpenTable(std::move(file), format, {.delimiter = options.delimiter}));
  std::vector<Field> fields;
  std::vector<ProfileKind> kinds;
  for (size_t i = 0; i < columns.schema->size(); ++i) {
    const Field& field = columns.schema->field(i);
    const auto& there = table->columns();
    // Of JSON lines only the first row's are known; others may come.
    const bool is_there = format == TableFormat::kJsonLines ||
                          std::any_of(there.begin(), there.end(), [&](const auto& c) { return c.name == field.name; });
    if (!is_there) continue;
    fields.push_back(field);
    kinds.push_back(columns.kinds[i]);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const auto schema, Schema::Make(std::move(fields)));
  SCOREWAY_RETURN_IF_ERROR(table->Bind(schema, std::vector<bool>(schema->size(), true)));
  Profile profile;
  const ProfileOptions profile_options = Profile::OptionsFor(schema->size(), kExactRowsMax);
  for (size_t i = 0; i < schema->size(); ++i) {
    profile.AddColumn(schema->field(i).name, kinds[i], false, profile_options);
  }
  profile.KeepRows();
  Batch batch(schema);
  const auto take = [&]() -> Result<bool> {
    profile.AddCells(batch, 0);
    profile.CountRows(batch.rows(), 0);
    return true;
  };
  SCOREWAY_RETURN_IF_ERROR(ForEachBatch(*table, &batch, on_progress, take));
  if (profile.rows() == 0) return NoRows();
  return profile;
}

}  // namespace scoreway
