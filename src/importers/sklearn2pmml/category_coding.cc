#include "importers/sklearn2pmml/category_coding.h"

#include <algorithm>

#include "importers/sklearn2pmml/dtype.h"
#include "importers/sklearn2pmml/pandas_objects.h"

namespace scoreway::sklearn2pmml {
namespace {

Result<Coding> ReadCoding(const Object& entry) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object at, entry.Want("mapping"));
  SCOREWAY_ASSIGN_OR_RETURN(SeriesValues series, ReadSeries(at));
  return MakeCoding(at, std::move(series.index), std::move(series.values));
}

// Where the column of that name, or number, stands in the table; beyond its end where it does not.
Result<size_t> FindPosition(const Object& encoder, const Object& column, const Table& in) {
  if (!column.is_text()) {
    if (!column.is_number()) return encoder.Corrupt("a column without a name or number");
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, column.Integer());
    return number < 0 ? in.width() : static_cast<size_t>(number);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::string name, column.Text());
  size_t position = 0;
  while (position < in.width() && in.columns[position].name != name) ++position;
  return position;
}

}  // namespace

Result<Coding> MakeCoding(const Object& at, Labels categories, std::vector<double> numbers) {
  if (categories.size() != numbers.size()) return at.Corrupt("not one number a category");
  Coding coding;
  coding.known = std::move(categories);
  coding.ordinals = std::move(numbers);
  if (coding.known.missing_at) {
    const auto position = static_cast<ptrdiff_t>(*coding.known.missing_at);
    coding.missing = coding.ordinals[*coding.known.missing_at];
    coding.ordinals.erase(coding.ordinals.begin() + position);
    if (coding.known.type == Type::kString) {
      coding.known.texts.erase(coding.known.texts.begin() + position);
    } else {
      coding.known.numbers.erase(coding.known.numbers.begin() + position);
    }
    coding.known.missing_at.reset();
  }
  if (coding.ordinals.empty()) return at.Corrupt("a table without entries");
  return coding;
}

Result<Codings> ReadCodings(Context& context, const Object& ordinal, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> entries, ordinal.Items("mapping"));
  Codings codings;
  for (const Object& entry : entries) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t position, FindPosition(ordinal, entry.Get("col"), in));
    if (position >= in.width()) return context.Unsupported(ordinal, "a column that does not come in");
    SCOREWAY_ASSIGN_OR_RETURN(codings[position], ReadCoding(entry));
  }
  return codings;
}

Result<std::vector<ColumnTable>> ReadColumnTables(Context& context, const Object& encoder, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object mapping, encoder.Want("mapping"));
  SCOREWAY_ASSIGN_OR_RETURN(const auto entries, mapping.Entries());
  SCOREWAY_ASSIGN_OR_RETURN(const pickle::DictView dict, mapping.node().AsDict());
  std::vector<ColumnTable> tables;
  for (size_t i = 0; i < entries.size(); ++i) {
    const bool named = dict.key(i).is_str();
    ColumnTable& table = tables.emplace_back(named ? entries[i].first : "", in.width(), entries[i].second);
    SCOREWAY_ASSIGN_OR_RETURN(table.position, FindPosition(encoder, Object(&dict.key(i), mapping.path()), in));
    if (table.position >= in.width()) return context.Unsupported(encoder, "a column that does not come in");
  }
  return tables;
}

Result<ValueId> AddCodes(Context& context, const Object& encoder, const Table& column, const Coding& coding) {
  SCOREWAY_RETURN_IF_ERROR(DecideOpen(context, encoder, column.columns[0], coding.known.type));
  context.NoteCategories(column.columns[0], coding.known);
  if (coding.reject_missing) context.RejectMissing(column.columns[0]);
  const op::CodeOrReject unknown{coding.reject_unknown, coding.unknown_code()};
  const op::CodeOrReject missing{coding.reject_missing, coding.missing_code()};
  if (coding.known.type == Type::kString) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells, context.Texts(encoder, column));
    return context.Add(op::EncodeText{context.ColumnNames(column), {coding.known.texts}, {unknown}, {missing}}, {cells},
                       encoder);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells, context.DecidedNumbers(encoder, column));
  return context.Add(op::EncodeNumber{context.ColumnNames(column), {coding.known.numbers}, {unknown}, {missing}},
                     {cells}, encoder);
}

Status ReplaceByNumbers(Context& context, const Object& encoder, size_t position, const Coding& coding, Table* table) {
  const size_t one[] = {position};
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, AddCodes(context, encoder, table->Select(one), coding));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(op::DecodeNumber{coding.Table()}, {codes}, encoder));
  std::string name = std::move(table->columns[position].name);
  table->columns[position] = context.TableOf(value).columns[0];
  table->columns[position].name = std::move(name);
  return Status();
}

Result<std::vector<std::string>> DroppedColumns(Context& context, const Object& encoder) {
  SCOREWAY_ASSIGN_OR_RETURN(const bool drops, encoder.BoolOr("drop_invariant", false));
  const Object dropped =
      encoder.Get("invariant_cols").exists() ? encoder.Get("invariant_cols") : encoder.Get("drop_cols");
  if (!drops || !dropped.has_value()) return std::vector<std::string>();
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, dropped.Items());
  for (const Object& item : items) {
    if (!item.is_text()) return context.Unsupported(encoder, "columns without names that are dropped");
  }
  return dropped.Texts();
}

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void Drop(const std::vector<std::string>& names, Table* table) {
  std::erase_if(table->columns, [&names](const TableColumn& column) { return Holds(names, column.name); });
}

Result<std::string> Rule(Context& context, const Object& encoder, std::string_view name) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string rule, encoder.TextOr(name, "value"));
  if (rule == "value" || rule == "error" || rule == "return_nan") return rule;
  return context.Unsupported(encoder, std::string(name) + " '" + rule + "'");
}

}  // namespace scoreway::sklearn2pmml
