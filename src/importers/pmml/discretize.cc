// The expressions NormContinuous, Discretize and MapValues.

#include <algorithm>
#include <cmath>
#include <utility>

#include "importers/pmml/expression.h"
#include "importers/pmml/interval.h"

namespace scoreway::pmml {
namespace {

struct Point {
  double orig = 0, norm = 0;
};

Result<std::vector<Point>> ReadPoints(const Context& context, const Element& norm) {
  const std::vector<Element> children = norm.Children("LinearNorm");
  if (children.size() < 2) return Context::Corrupt(norm, "it has fewer than two LinearNorm");
  std::vector<Point> points;
  for (const Element& child : children) {
    Point& point = points.emplace_back();
    SCOREWAY_ASSIGN_OR_RETURN(point.orig, context.WantNumber(child, "orig"));
    SCOREWAY_ASSIGN_OR_RETURN(point.norm, context.WantNumber(child, "norm"));
  }
  // The line through two points is the same in either order.
  if (points.size() == 2 && points[1].orig < points[0].orig) std::swap(points[0], points[1]);
  for (size_t i = 1; i < points.size(); ++i) {
    if (!(points[i].orig > points[i - 1].orig)) return Context::Corrupt(children[i], "orig does not rise");
  }
  return points;
}

// norm at x on the line through two points.
Result<ValueId> OnLine(Emit& emit, ValueId x, const Point& a, const Point& b) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId start, emit.Number(a.orig));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId slope, emit.Number((b.norm - a.norm) / (b.orig - a.orig)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId norm, emit.Number(a.norm));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId way, emit.Binary(op::BinaryFunction::kSubtract, x, start));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId rise, emit.Binary(op::BinaryFunction::kMultiply, way, slope));
  return emit.Binary(op::BinaryFunction::kAdd, rise, norm);
}

Result<ValueId> Normalize(Emit& emit, ValueId x, const std::vector<Point>& points, bool extrapolate, bool nan_outside) {
  // One line throughout.
  if (extrapolate && points.size() == 2) return OnLine(emit, x, points[0], points[1]);
  op::Interpolate interpolate;
  for (const Point& point : points) {
    interpolate.x.push_back(point.orig);
    interpolate.y.push_back(point.norm);
  }
  interpolate.nan_outside = nan_outside;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId inside, emit.Add(std::move(interpolate), {x}));
  if (!extrapolate) return inside;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId below, OnLine(emit, x, points[0], points[1]));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId above, OnLine(emit, x, points[points.size() - 2], points.back()));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, emit.Number(points[0].orig));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId last, emit.Number(points.back().orig));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_below, emit.Binary(op::BinaryFunction::kLess, x, first));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_above, emit.Binary(op::BinaryFunction::kGreater, x, last));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId not_above, emit.Where(is_above, above, inside));
  return emit.Where(is_below, below, not_above);
}

// Cells by a code 0..n-1: entry k of the texts, each in the type. A code beyond or missing is missing.
Result<Cell> Decode(Emit& emit, ValueId code, const std::vector<std::string>& texts, DataType type) {
  Cell cell;
  cell.type = type;
  cell.op_type = OpType::kCategorical;
  if (IsText(type)) {
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Add(op::DecodeText{texts}, {code}));
    return cell;
  }
  std::vector<double> numbers;
  for (const std::string& text : texts) {
    const auto number = ParseNumber(type, text);
    if (!number) {
      return Context::Corrupt(emit.at(), "'" + text + "' is no " + std::string(DataTypeName(type)));
    }
    numbers.push_back(*number);
  }
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, emit.Add(op::DecodeNumber{std::move(numbers)}, {code}));
  return cell;
}

struct Range {
  Interval interval;
  std::string value;
};

Result<std::vector<Range>> ReadBins(const Context& context, const Element& discretize) {
  std::vector<Range> bins;
  for (const Element& bin : discretize.Children("DiscretizeBin")) {
    Range& range = bins.emplace_back();
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, context.Want(bin, "binValue"));
    range.value = value;
    const Element interval = bin.Child("Interval");
    if (!interval) return Context::Corrupt(bin, "it has no Interval");
    SCOREWAY_ASSIGN_OR_RETURN(range.interval, ReadInterval(context, interval));
  }
  return bins;
}

// The ranges in rising order; where some overlap, the later of the document counts.
Result<std::vector<Range>> Overlay(const Element& discretize, std::vector<Range> ranges) {
  constexpr size_t kOverlapsMax = 2000;  // more are no longer worth cutting up one by one
  std::vector<Range> pieces = ranges;
  const auto low = [](const Range& range) { return range.interval.low; };
  std::ranges::sort(pieces, {}, low);
  const auto overlap = std::ranges::adjacent_find(
      pieces, [](const Range& a, const Range& b) { return b.interval.low <= a.interval.high; });
  if (overlap == pieces.end()) return pieces;
  if (ranges.size() > kOverlapsMax) return Context::Corrupt(discretize, "its intervals overlap");
  pieces.clear();
  for (const Range& range : ranges) {
    std::vector<Range> left;
    for (const Range& piece : pieces) {
      Range before = piece, after = piece;
      before.interval.high = std::min(piece.interval.high, std::nextafter(range.interval.low, -op::kInfinity));
      after.interval.low = std::max(piece.interval.low, std::nextafter(range.interval.high, op::kInfinity));
      for (const Range& part : {before, after}) {
        if (part.interval.low <= part.interval.high) left.push_back(part);
      }
    }
    left.push_back(range);
    pieces = std::move(left);
  }
  std::ranges::sort(pieces, {}, low);
  return pieces;
}

// Bins and the gaps between them, which have the default, as edges that a number is right of and values by code.
struct Bins {
  std::vector<double> edges;        // the code is the number of edges <= x
  std::vector<std::string> values;  // by code; of gaps only where there is a default
  std::vector<double> index;        // of values, by code; NaN: none
};

Bins LayOut(const std::vector<Range>& ranges, const std::optional<std::string>& otherwise) {
  Bins bins;
  const auto add_code = [&bins](const std::optional<std::string>& value) {
    bins.index.push_back(value ? static_cast<double>(bins.values.size()) : op::kNaN);
    if (value) bins.values.push_back(*value);
  };
  double reached = -op::kInfinity;  // the first number that no code is for yet
  bool complete = false;
  for (const Range& range : ranges) {
    if (range.interval.low > reached) {
      if (!bins.index.empty()) bins.edges.push_back(reached);
      add_code(otherwise);
    }
    if (!bins.index.empty()) bins.edges.push_back(range.interval.low);
    add_code(range.value);
    complete = range.interval.high == op::kInfinity;
    reached = std::nextafter(range.interval.high, op::kInfinity);
  }
  if (!complete) {
    if (!bins.index.empty()) bins.edges.push_back(reached);
    add_code(otherwise);
  }
  return bins;
}

// The cells of one column of an InlineTable, in the order of its rows; nothing where a row has none.
using TableColumn = std::vector<std::optional<std::string>>;

TableColumn ReadColumn(const std::vector<Element>& rows, std::string_view name) {
  TableColumn column;
  name = name.substr(name.rfind(':') + 1);  // elements go by their local names
  for (const Element& row : rows) {
    const Element cell = row.Child(name);
    column.push_back(cell ? std::optional<std::string>(cell.text()) : std::nullopt);
  }
  return column;
}

// For every row of the table its code in `distinct`: the different values of the column.
std::vector<size_t> Distinct(const TableColumn& column, std::vector<std::string>* distinct) {
  std::map<std::string, size_t, std::less<>> code_of;
  std::vector<size_t> codes;
  for (const auto& text : column) {
    const auto [it, is_new] = code_of.emplace(text.value_or(""), distinct->size());
    if (is_new) distinct->push_back(text.value_or(""));
    codes.push_back(it->second);
  }
  return codes;
}

}  // namespace

Result<Cell> LowerNormContinuous(ModelScope& scope, const Element& norm, const Parameters* parameters) {
  Context& context = scope.context();
  Emit emit(context, norm);
  SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, ExpressionField(scope, norm, parameters));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Point> points, ReadPoints(context, norm));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, emit.AsNumber(cell));
  const std::string_view outliers = norm.Attribute("outliers", "asIs");
  if (outliers != "asIs" && outliers != "asMissingValues" && outliers != "asExtremeValues") {
    return Context::Corrupt(norm, "outliers '" + std::string(outliers) + "' is not known");
  }
  Cell result;
  SCOREWAY_ASSIGN_OR_RETURN(result.value,
                            Normalize(emit, x, points, outliers == "asIs", outliers == "asMissingValues"));
  const auto replacement = norm.Attribute("mapMissingTo");
  if (!replacement) return result;
  SCOREWAY_ASSIGN_OR_RETURN(const Cell other, ReplacementCell(emit, *replacement));
  // Only a missing input: an outlier that is missing stays so.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId missing, emit.Unary(op::UnaryFunction::kIsMissing, x));
  SCOREWAY_ASSIGN_OR_RETURN(result.value, emit.Where(missing, other.value, result.value));
  return result;
}

Result<ValueId> Denormalize(Emit& emit, const Element& norm, ValueId y) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<Point> points, ReadPoints(emit.context(), norm));
  for (Point& point : points) std::swap(point.orig, point.norm);
  if (points[0].orig > points[1].orig) std::ranges::reverse(points);
  for (size_t i = 1; i < points.size(); ++i) {
    if (!(points[i].orig > points[i - 1].orig)) {
      return emit.context().Unsupported(norm, "the inverse of a line that goes up and down");
    }
  }
  return Normalize(emit, y, points, true, false);
}

Result<Cell> LowerDiscretize(ModelScope& scope, const Element& discretize, const Parameters* parameters) {
  Context& context = scope.context();
  Emit emit(context, discretize);
  SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, ExpressionField(scope, discretize, parameters));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId x, emit.AsNumber(cell));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<Range> bins_read, ReadBins(context, discretize));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Range> ranges, Overlay(discretize, std::move(bins_read)));
  SCOREWAY_ASSIGN_OR_RETURN(const auto stated, context.DataTypeOf(discretize));
  const DataType type = stated.value_or(DataType::kString);
  std::optional<std::string> otherwise;
  if (const auto value = discretize.Attribute("defaultValue")) otherwise = *value;
  Bins bins = LayOut(ranges, otherwise);
  const auto codes = static_cast<uint32_t>(bins.index.size());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId bin, emit.Add(op::Bin{{std::move(bins.edges)}, {codes}, false}, {x}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId index, emit.Add(op::DecodeNumber{std::move(bins.index)}, {bin}));
  SCOREWAY_ASSIGN_OR_RETURN(Cell result, Decode(emit, index, bins.values, type));
  const auto replacement = discretize.Attribute("mapMissingTo");
  if (!replacement) return result;
  SCOREWAY_ASSIGN_OR_RETURN(const Cell other, ConstantCell(emit, *replacement, type));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId missing, emit.Unary(op::UnaryFunction::kIsMissing, x));
  SCOREWAY_ASSIGN_OR_RETURN(result.value, emit.Where(missing, other.value, result.value));
  return result;
}

Result<Cell> LowerMapValues(ModelScope& scope, const Element& map, const Parameters* parameters) {
  Context& context = scope.context();
  Emit emit(context, map);
  const Element table = map.Child("InlineTable");
  if (!table) return context.Unsupported(map, "a table that is not an InlineTable");
  const std::vector<Element> rows = table.Children("row");
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view output_name, context.Want(map, "outputColumn"));
  const TableColumn output = ReadColumn(rows, output_name);
  SCOREWAY_ASSIGN_OR_RETURN(const auto stated, context.DataTypeOf(map));
  const DataType type = stated.value_or(DataType::kString);

  // The code of a row of several columns is made of those of its columns: combined codes that the table has, numbered.
  std::vector<size_t> row_codes(rows.size(), 0);
  std::optional<ValueId> code, missing;
  for (const Element& pair : map.Children("FieldColumnPair")) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, ExpressionField(scope, pair, parameters));
    SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, context.Want(pair, "column"));
    std::vector<std::string> distinct;
    const std::vector<size_t> codes = Distinct(ReadColumn(rows, name), &distinct);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId column, emit.Encode(cell, distinct, -1));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_missing, emit.Unary(op::UnaryFunction::kIsMissing, column));
    if (!code) {
      code = column;
      missing = is_missing;
      row_codes = codes;
      continue;
    }
    SCOREWAY_ASSIGN_OR_RETURN(missing, emit.Binary(op::BinaryFunction::kOr, *missing, is_missing));
    // Both codes in one number, then numbered anew so that numbers stay small. An unknown part leaves it unknown.
    const auto width = static_cast<double>(distinct.size());
    std::vector<double> combined;
    std::map<double, size_t> number_of;
    for (size_t row = 0; row < rows.size(); ++row) {
      const double both = static_cast<double>(row_codes[row]) * width + static_cast<double>(codes[row]);
      const auto [it, is_new] = number_of.emplace(both, combined.size());
      if (is_new) combined.push_back(both);
      row_codes[row] = it->second;
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId factor, emit.Number(width));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId scaled, emit.Binary(op::BinaryFunction::kMultiply, *code, factor));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, emit.Binary(op::BinaryFunction::kAdd, scaled, column));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, emit.Number(0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId known, emit.Binary(op::BinaryFunction::kGreaterEqual, column, zero));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId unknown, emit.Number(-1));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId checked, emit.Where(known, sum, unknown));
    SCOREWAY_ASSIGN_OR_RETURN(
        code, emit.Add(op::EncodeNumber{{}, {combined}, {{false, -1}}, {{false, op::kNaN}}}, {checked}));
  }
  if (!code) return Context::Corrupt(map, "it has no FieldColumnPair");

  size_t code_count = 0;
  for (size_t row_code : row_codes) code_count = std::max(code_count, row_code + 1);
  // The first row of equal ones counts; what no row is for is the default.
  std::vector<std::string> values;
  std::vector<double> index(code_count, op::kNaN);
  for (size_t row = 0; row < rows.size(); ++row) {
    if (!std::isnan(index[row_codes[row]])) continue;
    if (!output[row]) return Context::Corrupt(rows[row], "it has no cell '" + std::string(output_name) + "'");
    index[row_codes[row]] = static_cast<double>(values.size());
    values.push_back(*output[row]);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId entry, emit.Add(op::DecodeNumber{std::move(index)}, {*code}));
  SCOREWAY_ASSIGN_OR_RETURN(Cell result, Decode(emit, entry, values, type));
  if (const auto otherwise = map.Attribute("defaultValue")) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell other, ConstantCell(emit, *otherwise, type));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId none, emit.Unary(op::UnaryFunction::kIsMissing, entry));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId unmatched, emit.Where(none, other.value, result.value));
    // A missing input is not what the default is for.
    SCOREWAY_ASSIGN_OR_RETURN(result.value, emit.Where(*missing, result.value, unmatched));
  }
  if (const auto replacement = map.Attribute("mapMissingTo")) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell other, ConstantCell(emit, *replacement, type));
    SCOREWAY_ASSIGN_OR_RETURN(result.value, emit.Where(*missing, other.value, result.value));
  }
  return result;
}

}  // namespace scoreway::pmml
