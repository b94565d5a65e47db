// The encoders of category_encoders: categories to numbers by tables that they keep as Series and frames of pandas.

#include <algorithm>
#include <cmath>
#include <map>

#include "importers/sklearn2pmml/cells.h"
#include "importers/sklearn2pmml/dtype.h"
#include "importers/sklearn2pmml/pandas_objects.h"

namespace scoreway::sklearn2pmml {
namespace {

// What a column's cells become: a row of numbers for each known category, one for any other and one for a missing cell.
struct Coding {
  Labels known;
  std::vector<double> ordinals;  // of each known category
  double unknown = -1;
  double missing = -1;
  bool reject_unknown = false;
  bool reject_missing = false;

  double unknown_code() const { return static_cast<double>(known.size()); }
  double missing_code() const { return static_cast<double>(known.size() + 1); }
  // The numbers of all codes.
  std::vector<double> Table() const {
    std::vector<double> table = ordinals;
    table.push_back(unknown);
    table.push_back(missing);
    return table;
  }
};

Result<Coding> ReadCoding(const Object& entry) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object at, entry.Want("mapping"));
  SCOREWAY_ASSIGN_OR_RETURN(SeriesValues series, ReadSeries(at));
  Coding coding;
  coding.known = std::move(series.index);
  coding.ordinals = std::move(series.values);
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

// The coding of each column that the encoder changes, by its position in the table.
using Codings = std::map<size_t, Coding>;

Result<Codings> ReadCodings(Context& context, const Object& ordinal, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> entries, ordinal.Items("mapping"));
  Codings codings;
  for (const Object& entry : entries) {
    const Object name_at = entry.Get("col");
    size_t position = in.width();
    if (name_at.is_text()) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::string name, name_at.Text());
      for (position = 0; position < in.width() && in.columns[position].name != name;) ++position;
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(const int64_t index, name_at.Integer());
      if (index >= 0) position = static_cast<size_t>(index);
    }
    if (position >= in.width()) return context.Unsupported(ordinal, "a column that does not come in");
    SCOREWAY_ASSIGN_OR_RETURN(codings[position], ReadCoding(entry));
  }
  return codings;
}

// Codes of one column: positions among the known categories, then unknown, then missing.
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

// Columns of the answer that are left out as they never varied.
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

// How the encoder wants cells treated that it does not know, and missing ones.
Result<std::string> Rule(Context& context, const Object& encoder, std::string_view name) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string rule, encoder.TextOr(name, "value"));
  if (rule == "value" || rule == "error" || rule == "return_nan") return rule;
  return context.Unsupported(encoder, std::string(name) + " '" + rule + "'");
}

// Rows of a frame for each code; a code that the frame lacks has a row of NaN.
struct CodeRows {
  size_t columns = 0;
  std::vector<std::vector<double>> rows;

  // At most a single 1 a row, and else zeros.
  bool OneHot() const {
    for (const std::vector<double>& row : rows) {
      const auto ones = std::count(row.begin(), row.end(), 1);
      const auto zeros = std::count(row.begin(), row.end(), 0);
      if (ones > 1 || static_cast<size_t>(ones + zeros) != row.size()) return false;
    }
    return true;
  }
};

CodeRows RowsOf(const FrameValues& frame, const std::vector<double>& ordinals) {
  CodeRows out;
  out.columns = frame.columns.size();
  const auto width = static_cast<ptrdiff_t>(out.columns);
  for (double ordinal : ordinals) {
    const auto found = std::find(frame.index.begin(), frame.index.end(), ordinal);
    if (found == frame.index.end()) {
      out.rows.emplace_back(out.columns, op::kNaN);
      continue;
    }
    const auto begin = frame.values.begin() + (found - frame.index.begin()) * width;
    out.rows.emplace_back(begin, begin + width);
  }
  return out;
}

Result<Table> AddRows(Context& context, const Object& encoder, ValueId codes, const CodeRows& rows) {
  Table out;
  if (rows.OneHot()) {
    op::OneHot one_hot;
    one_hot.widths = {static_cast<uint32_t>(rows.columns)};
    std::vector<int32_t>& slots = one_hot.slots.emplace_back();
    for (const std::vector<double>& row : rows.rows) {
      const auto one = std::find(row.begin(), row.end(), 1);
      slots.push_back(one == row.end() ? -1 : static_cast<int32_t>(one - row.begin()));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(one_hot), {codes}, encoder));
    return context.TableOf(value);
  }
  for (size_t column = 0; column < rows.columns; ++column) {
    op::DecodeNumber digit;
    for (const std::vector<double>& row : rows.rows) digit.table.push_back(row[column]);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(digit), {codes}, encoder));
    out.Append(context.TableOf(value));
  }
  return out;
}

}  // namespace

Result<Table> TransformCategoryOrdinal(Context& context, const Object& encoder, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> dropped, DroppedColumns(context, encoder));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string unknown, Rule(context, encoder, "handle_unknown"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string missing, Rule(context, encoder, "handle_missing"));
  SCOREWAY_ASSIGN_OR_RETURN(Codings codings, ReadCodings(context, encoder, in));
  Table out = in;
  for (auto& [position, coding] : codings) {
    // A missing cell that has no entry of its own is unknown.
    const bool missing_known = coding.missing != -1;
    coding.reject_unknown = unknown == "error";
    coding.reject_missing = missing == "error" || (unknown == "error" && !missing_known);
    if (unknown == "return_nan") coding.unknown = op::kNaN;
    if (!missing_known) coding.missing = coding.unknown;
    std::vector<double> table = coding.Table();
    if (missing == "return_nan") std::replace(table.begin(), table.end(), -2.0, op::kNaN);
    const size_t one[] = {position};
    const Table column = in.Select(one);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, AddCodes(context, encoder, column, coding));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(op::DecodeNumber{std::move(table)}, {codes}, encoder));
    out.columns[position] = context.TableOf(value).columns[0];
    out.columns[position].name = in.columns[position].name;
  }
  std::erase_if(out.columns, [&dropped](const TableColumn& column) { return Holds(dropped, column.name); });
  return out;
}

Result<Table> TransformCategoryDigits(Context& context, const Object& encoder, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> dropped, DroppedColumns(context, encoder));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string unknown, Rule(context, encoder, "handle_unknown"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string missing, Rule(context, encoder, "handle_missing"));
  // A BinaryEncoder of older releases keeps the encoder that does its work.
  const Object worker = encoder.Get("base_n_encoder").has_value() ? encoder.Get("base_n_encoder") : encoder;
  SCOREWAY_ASSIGN_OR_RETURN(const Object ordinal, worker.Want("ordinal_encoder"));
  SCOREWAY_ASSIGN_OR_RETURN(Codings codings, ReadCodings(context, ordinal, in));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> frames, worker.Items("mapping"));
  if (frames.size() != codings.size()) return encoder.Corrupt("not one table a column");
  Table out;
  size_t next = 0;
  for (size_t position = 0; position < in.width(); ++position) {
    const auto found = codings.find(position);
    if (found == codings.end()) {
      if (!Holds(dropped, in.columns[position].name)) out.columns.push_back(in.columns[position]);
      continue;
    }
    Coding& coding = found->second;
    coding.reject_unknown = unknown == "error";
    coding.reject_missing = missing == "error" || (unknown == "error" && coding.missing == -1);
    const Object& entry = frames[next++];
    SCOREWAY_ASSIGN_OR_RETURN(const Object frame_at, entry.Want("mapping"));
    SCOREWAY_ASSIGN_OR_RETURN(const FrameValues frame, ReadFrame(frame_at));
    const size_t one[] = {position};
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes, AddCodes(context, encoder, in.Select(one), coding));
    SCOREWAY_ASSIGN_OR_RETURN(const Table digits, AddRows(context, encoder, codes, RowsOf(frame, coding.Table())));
    for (size_t i = 0; i < digits.width(); ++i) {
      if (!Holds(dropped, frame.columns.TextAt(i))) out.columns.push_back(digits.columns[i]);
    }
  }
  return out;
}

}  // namespace scoreway::sklearn2pmml
