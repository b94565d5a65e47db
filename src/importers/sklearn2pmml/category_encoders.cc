// The encoders of category_encoders: categories to numbers by tables that they keep as Series and frames of pandas.

#include <algorithm>

#include "importers/sklearn2pmml/category_coding.h"
#include "importers/sklearn2pmml/pandas_objects.h"

namespace scoreway::sklearn2pmml {
namespace {

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
    if (missing == "return_nan" && coding.missing == -2) coding.missing = op::kNaN;
    SCOREWAY_RETURN_IF_ERROR(ReplaceByNumbers(context, encoder, position, coding, &out));
  }
  Drop(dropped, &out);
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
  // Older contrast encoders put a column of ones in front, which no table has.
  if (const Object names = encoder.GetFirst({"feature_names_out_", "feature_names"}); names.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> known, names.Texts());
    if (known.size() != out.width()) return context.Unsupported(encoder, "columns beside those of its tables");
  }
  return out;
}

}  // namespace scoreway::sklearn2pmml
