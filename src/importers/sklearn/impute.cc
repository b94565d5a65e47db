// Imputers: what takes the place of a missing cell.

#include <cmath>

#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

// What counts as missing: NaN, None and pandas.NA are the missing cell itself; anything else is a value that stands for
// it, and then a really missing cell is refused, as scikit-learn does.
struct Marker {
  bool is_missing_cell = true;
  double number = op::kNaN;
  std::string text;
  bool is_text = false;
};

Result<Marker> ReadMarker(const Object& imputer) {
  Marker marker;
  const Object value = imputer.Get("missing_values");
  if (!value.has_value() || value.is_global() || value.is_instance()) return marker;
  marker.is_missing_cell = false;
  if (value.is_text()) {
    marker.is_text = true;
    SCOREWAY_ASSIGN_OR_RETURN(marker.text, value.Text());
    return marker;
  }
  SCOREWAY_ASSIGN_OR_RETURN(marker.number, value.Number());
  marker.is_missing_cell = std::isnan(marker.number);
  return marker;
}

// A fill value a column; each column has a type of its own in arrays of objects.
struct Fill {
  Type type = Type::kFloat64;
  bool is_missing = false;
  double number = op::kNaN;
  std::string text;
};

Result<std::vector<Fill>> ReadFills(const Object& statistics) {
  std::vector<Fill> fills;
  if (statistics.is_array() && (*statistics.node().AsArray())->stored_nodes() == nullptr) {
    SCOREWAY_ASSIGN_OR_RETURN(const Object same, Result<Object>(statistics));
    if ((*same.node().AsArray())->dtype().kind == 'U') {
      SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> texts, same.Texts());
      for (const std::string& text : texts) fills.push_back(Fill{Type::kString, false, op::kNaN, text});
      return fills;
    }
    SCOREWAY_ASSIGN_OR_RETURN(const Matrix matrix, same.Numbers());
    for (double number : matrix.values) fills.push_back(Fill{Type::kFloat64, std::isnan(number), number, {}});
    return fills;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, statistics.Items());
  for (const Object& item : items) {
    Fill fill;
    if (item.is_text()) {
      fill.type = Type::kString;
      SCOREWAY_ASSIGN_OR_RETURN(fill.text, item.Text());
    } else if (item.is_none()) {
      fill.is_missing = true;
    } else {
      fill.type = item.is_bool() ? Type::kBool : Type::kFloat64;
      SCOREWAY_ASSIGN_OR_RETURN(fill.number, item.Number());
      fill.is_missing = std::isnan(fill.number);
    }
    fills.push_back(std::move(fill));
  }
  return fills;
}

bool IsFloat32(const Object& dtype) {
  if (!dtype.exists() || dtype.node().kind() != pickle::Kind::kDType) return false;
  const pickle::DType& type = **dtype.node().AsDType();
  return type.kind == 'f' && type.itemsize == 4;
}

Table WithoutMissing(Table table) {
  for (TableColumn& column : table.columns) column.missing_from.clear();
  return table;
}

Result<Table> ImputeTexts(Context& context, const Object& imputer, const Table& in, const std::vector<Fill>& fills,
                          const Marker& marker) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId texts, context.Texts(imputer, in));
  op::ImputeText impute{.has_marker = !marker.is_missing_cell, .marker = marker.text, .fill = {}};
  for (const Fill& fill : fills) impute.fill.push_back(fill.text);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(impute), {texts}, imputer));
  Table table = context.TableOf(out, in);
  return marker.is_missing_cell ? WithoutMissing(std::move(table)) : table;
}

Result<Table> ImputeNumbers(Context& context, const Object& imputer, Table in, const std::vector<Fill>& fills,
                            const Marker& marker, Type type) {
  // Decides the type of the inputs before the check below asks for float64.
  SCOREWAY_ASSIGN_OR_RETURN(ValueId numbers, context.Numbers(imputer, in, type));
  if (type == Type::kFloat64) {
    SCOREWAY_ASSIGN_OR_RETURN(numbers, context.FiniteNumbers(imputer, &in, {.allow_nan = marker.is_missing_cell}));
  }
  op::ImputeNumber impute{.marker = marker.is_missing_cell ? op::kNaN : marker.number, .fill = {}};
  for (const Fill& fill : fills) impute.fill.push_back(fill.number);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(std::move(impute), {numbers}, imputer));
  return WithoutMissing(context.TableOf(out, in));
}

// 1 where a cell of the columns is missing.
Result<Table> Indicate(Context& context, const Object& indicator, const Table& in, const Marker& marker,
                       bool error_on_new) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object features_at, indicator.Want("features_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> features, features_at.Integers());
  std::vector<bool> known(in.width());
  Table out;
  for (int64_t feature : features) {
    if (feature < 0 || static_cast<size_t>(feature) >= in.width()) return features_at.Corrupt("a column out of range");
    known[static_cast<size_t>(feature)] = true;
    const TableColumn& column = in.columns[static_cast<size_t>(feature)];
    Table one;
    one.columns.push_back(column);
    const bool text = context.IsText(column) || (context.IsOpen(column) && marker.is_text);
    if (text && !marker.is_missing_cell) return context.Unsupported(indicator, "a text that stands for missing");
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value,
                              text ? context.Texts(indicator, one) : context.Numbers(indicator, one));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId mark,
                              context.Add(op::MissingIndicator{marker.number, {0}}, {value}, indicator));
    out.columns.push_back(TableColumn{mark, 0, {}, {}, Type::kBool});
  }
  for (size_t i = 0; error_on_new && i < in.width(); ++i) {
    if (!known[i]) context.RejectMissing(in.columns[i]);
  }
  return out;
}

}  // namespace

Result<Table> TransformSimpleImputer(Context& context, const Object& imputer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Marker marker, ReadMarker(imputer));
  SCOREWAY_ASSIGN_OR_RETURN(const Object statistics, imputer.Want("statistics_"));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<Fill> fills, ReadFills(statistics));
  if (IsFloat32(imputer.Get("_fill_dtype"))) {
    for (Fill& fill : fills) fill.number = static_cast<float>(fill.number);
  }
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(imputer, in, fills.size()));
  SCOREWAY_ASSIGN_OR_RETURN(const bool keep_empty, imputer.BoolOr("keep_empty_features", false));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string strategy, imputer.TextOr("strategy", "mean"));
  // A column that had no value in training is left out.
  const bool keep_all = keep_empty || (strategy == "constant" && !imputer.Get("_fill_dtype").exists());

  // Columns are treated together that are of one kind, and put back in order.
  Table out;
  out.columns.resize(in.width());
  for (const Type type : {Type::kFloat64, Type::kBool, Type::kString}) {
    Table part;
    std::vector<Fill> part_fills;
    std::vector<size_t> positions;
    for (size_t i = 0; i < fills.size(); ++i) {
      const bool text = context.IsText(in.columns[i]) || (fills[i].is_missing && marker.is_text);
      if ((text ? Type::kString : fills[i].type) != type) continue;
      positions.push_back(i);
      part.columns.push_back(in.columns[i]);
      part_fills.push_back(fills[i]);
    }
    if (positions.empty()) continue;
    Result<Table> imputed = type == Type::kString ? ImputeTexts(context, imputer, part, part_fills, marker)
                                                  : ImputeNumbers(context, imputer, part, part_fills, marker, type);
    if (!imputed.ok()) return imputed;
    for (size_t i = 0; i < positions.size(); ++i) out.columns[positions[i]] = imputed->columns[i];
  }
  std::vector<size_t> kept;
  for (size_t i = 0; i < fills.size(); ++i) {
    if (keep_all || !fills[i].is_missing) kept.push_back(i);
  }
  out = out.Select(kept);

  return WithIndicator(context, imputer, in, std::move(out));
}

Result<Table> WithIndicator(Context& context, const Object& imputer, const Table& in, Table out) {
  SCOREWAY_ASSIGN_OR_RETURN(const Marker marker, ReadMarker(imputer));
  SCOREWAY_ASSIGN_OR_RETURN(const bool add_indicator, imputer.BoolOr("add_indicator", false));
  if (!add_indicator) return out;
  SCOREWAY_ASSIGN_OR_RETURN(const Object indicator, imputer.Want("indicator_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Table marks, Indicate(context, indicator, in, marker, false));
  out.Append(marks);
  return out;
}

Result<Table> TransformMissingIndicator(Context& context, const Object& indicator, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Marker marker, ReadMarker(indicator));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string features, indicator.TextOr("features", "missing-only"));
  SCOREWAY_ASSIGN_OR_RETURN(const bool error_on_new, indicator.BoolOr("error_on_new", true));
  return Indicate(context, indicator, in, marker, error_on_new && features == "missing-only");
}

}  // namespace scoreway::sklearn
