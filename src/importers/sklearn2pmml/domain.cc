// Domains: which cells of a column are valid, and what becomes of those that are not and of missing ones.

#include <algorithm>
#include <cmath>

#include "importers/sklearn2pmml/dtype.h"

namespace scoreway::sklearn2pmml {
namespace {

// What a domain does, whatever it holds valid.
struct Treatment {
  op::InvalidCell invalid = op::InvalidCell::kReject;
  Object invalid_value;
  Object missing_value;  // exists() only if there is one
  bool reject_missing = false;
  std::optional<Labels> markers;  // cells that stand for missing ones
  bool nan_is_missing = true;
};

Result<op::InvalidCell> ReadInvalid(Context& context, const Object& domain) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string word, domain.TextOr("invalid_value_treatment", "return_invalid"));
  if (word == "return_invalid") return op::InvalidCell::kReject;
  if (word == "as_is") return op::InvalidCell::kKeep;
  if (word == "as_missing") return op::InvalidCell::kMissing;
  if (word == "as_value") return op::InvalidCell::kReplace;
  return context.Unsupported(domain, "invalid_value_treatment '" + word + "'");
}

Result<Treatment> ReadTreatment(Context& context, const Object& domain) {
  Treatment treatment;
  SCOREWAY_ASSIGN_OR_RETURN(treatment.invalid, ReadInvalid(context, domain));
  if (treatment.invalid == op::InvalidCell::kReplace) {
    SCOREWAY_ASSIGN_OR_RETURN(treatment.invalid_value, domain.Want("invalid_value_replacement"));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::string missing, domain.TextOr("missing_value_treatment", "as_is"));
  treatment.reject_missing = missing == "return_invalid";
  const Object replacement = domain.Get("missing_value_replacement");
  if (replacement.has_value()) treatment.missing_value = replacement;

  const Object markers = domain.Get("missing_values");
  if (!markers.has_value()) return treatment;
  if (markers.is_sequence()) {
    SCOREWAY_ASSIGN_OR_RETURN(treatment.markers, markers.ReadLabels());
  } else {
    const std::vector<const pickle::Node*> one = {&markers.node()};
    Labels labels;
    if (markers.is_text()) {
      labels.type = Type::kString;
      SCOREWAY_ASSIGN_OR_RETURN(labels.texts.emplace_back(), markers.Text());
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(const double number, markers.Number());
      labels.numbers.push_back(number);
      if (std::isnan(number)) labels.missing_at = 0;
    }
    treatment.markers = std::move(labels);
  }
  Labels& labels = *treatment.markers;
  treatment.nan_is_missing = labels.missing_at.has_value();
  if (labels.missing_at) {
    const auto at = static_cast<ptrdiff_t>(*labels.missing_at);
    if (labels.type == Type::kString) {
      labels.texts.erase(labels.texts.begin() + at);
    } else {
      labels.numbers.erase(labels.numbers.begin() + at);
    }
    labels.missing_at.reset();
    if (labels.size() == 0) treatment.markers.reset();
  }
  return treatment;
}

// Does nothing to cells as long as all are valid.
bool IsTrivial(const Treatment& treatment) {
  return !treatment.markers && treatment.nan_is_missing && !treatment.missing_value.exists() &&
         !treatment.reject_missing;
}

// What missing cells become is settled: they are replaced or refused.
void NoteMissing(Context& context, bool replaced, bool rejected, Table* table) {
  for (TableColumn& column : table->columns) {
    if (rejected) context.RejectMissing(column);
    if (rejected || replaced) column.missing_from.clear();
  }
}

// The cell types of `like` for a table made of it cell by cell.
Table SameTypes(Context& context, ValueId value, const Table& like) {
  Table out = context.TableOf(value, like);
  for (size_t i = 0; i < out.width(); ++i) out.columns[i].cell_type = CellType(context, like.columns[i]);
  return out;
}

// Where cells other than the NaN are marked as missing, a NaN is no valid number, nor a missing one.
Result<Table> RefuseNan(Context& context, const Object& domain, const Treatment& treatment, Table in, bool text) {
  if (treatment.nan_is_missing) return in;
  if (treatment.invalid != op::InvalidCell::kReject) {
    return context.Unsupported(domain, "missing_values together with invalid_value_treatment");
  }
  ValueId value = 0;
  if (text) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells, context.Texts(domain, in));
    op::TextDomain only;
    only.column_names = context.ColumnNames(in);
    only.reject_missing = true;
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Add(std::move(only), {cells}, domain));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells, context.DecidedNumbers(domain, in));
    SCOREWAY_ASSIGN_OR_RETURN(value,
                              context.Add(op::RequireFinite{false, false, context.ColumnNames(in)}, {cells}, domain));
  }
  Table out = SameTypes(context, value, in);
  NoteMissing(context, false, true, &out);
  return out;
}

// Columns of numbers of one domain. `op` states what is valid. A marked cell without a replacement keeps its mark in
// an array of numbers and becomes None in an array of objects.
Result<Table> AddNumberDomain(Context& context, const Object& domain, const Treatment& treatment, op::NumberDomain op,
                              Table in, bool objects) {
  SCOREWAY_ASSIGN_OR_RETURN(in, RefuseNan(context, domain, treatment, std::move(in), false));
  op.column_names = context.ColumnNames(in);
  op.invalid = treatment.invalid;
  op.reject_missing = treatment.reject_missing;
  if (treatment.invalid_value.exists()) {
    SCOREWAY_ASSIGN_OR_RETURN(op.invalid_value, treatment.invalid_value.Number());
  }
  if (treatment.markers) {
    if (treatment.markers->type == Type::kString) return domain.Corrupt("missing_values are text, the cells numbers");
    op.missing_markers = treatment.markers->numbers;
  }
  if (treatment.missing_value.exists()) {
    SCOREWAY_ASSIGN_OR_RETURN(op.missing_value, treatment.missing_value.Number());
  } else if (treatment.markers && !objects && !treatment.reject_missing) {
    if (treatment.markers->size() > 1 || treatment.nan_is_missing) {
      return context.Unsupported(domain, "several missing_values without a replacement");
    }
    op.missing_value = treatment.markers->numbers[0];
  }
  const bool replaced = !std::isnan(op.missing_value);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells, context.DecidedNumbers(domain, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(op), {cells}, domain));
  Table out = SameTypes(context, value, in);
  NoteMissing(context, replaced, treatment.reject_missing, &out);
  return out;
}

Result<Table> AddTextDomain(Context& context, const Object& domain, const Treatment& treatment, op::TextDomain op,
                            Table in) {
  SCOREWAY_ASSIGN_OR_RETURN(in, RefuseNan(context, domain, treatment, std::move(in), true));
  op.column_names = context.ColumnNames(in);
  op.invalid = treatment.invalid;
  op.reject_missing = treatment.reject_missing;
  if (treatment.invalid_value.exists()) {
    SCOREWAY_ASSIGN_OR_RETURN(op.invalid_value, treatment.invalid_value.Text());
  }
  if (treatment.markers) {
    if (treatment.markers->type != Type::kString) return domain.Corrupt("missing_values are numbers, the cells text");
    op.missing_markers = treatment.markers->texts;
  }
  op.has_missing_value = treatment.missing_value.exists();
  if (op.has_missing_value) {
    SCOREWAY_ASSIGN_OR_RETURN(op.missing_value, treatment.missing_value.Text());
  }
  const bool replaced = op.has_missing_value;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells, context.Texts(domain, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(op), {cells}, domain));
  Table out = context.TableOf(value, in);
  NoteMissing(context, replaced, treatment.reject_missing, &out);
  return out;
}

// A bound of each column: a number for all, or an array with one each.
Result<std::vector<double>> ReadBounds(const Object& domain, std::string_view name, size_t width, double otherwise) {
  const Object at = domain.Get(name);
  if (!at.has_value()) return std::vector<double>(width, otherwise);
  SCOREWAY_ASSIGN_OR_RETURN(sklearn::Matrix bounds, at.Numbers());
  if (bounds.size() == 1) return std::vector<double>(width, bounds.values[0]);
  if (bounds.size() != width) return at.Corrupt("not one bound a column");
  return std::move(bounds.values);
}

Status ReadOutliers(Context& context, const Object& domain, size_t width, op::NumberDomain* op) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string word, domain.TextOr("outlier_treatment", "as_is"));
  if (word == "as_is") return {};
  if (word == "as_missing_values") {
    op->outlier = op::NumberDomain::Outlier::kMissing;
  } else if (word == "as_extreme_values") {
    op->outlier = op::NumberDomain::Outlier::kClip;
  } else {
    return Status(context.Unsupported(domain, "outlier_treatment '" + word + "'"));
  }
  SCOREWAY_ASSIGN_OR_RETURN(op->clip_low, ReadBounds(domain, "low_value", width, op::kNaN));
  SCOREWAY_ASSIGN_OR_RETURN(op->clip_high, ReadBounds(domain, "high_value", width, op::kNaN));
  return {};
}

// The dtype that the domain was fitted on; of releases that did not keep it, the dtype of what they kept.
Result<DType> FittedDType(const Object& domain) {
  SCOREWAY_ASSIGN_OR_RETURN(DType dtype, ReadDType(domain.Get("dtype_")));
  if (dtype.kind != DType::Kind::kNone) return dtype;
  const Object bound = domain.Get("data_min_");
  if (!bound.is_array()) return dtype;
  const pickle::DType& numpy = (*bound.node().AsArray())->dtype();
  if (numpy.kind == 'i' || numpy.kind == 'u') dtype.kind = DType::Kind::kInt;
  if (numpy.kind == 'f') dtype.kind = DType::Kind::kFloat64;
  return dtype;
}

// The valid values of each column; nothing where every value is.
Result<std::vector<Labels>> ReadDataValues(const Object& domain, const DType& dtype, size_t width) {
  const Object at = domain.Get("data_values_");
  std::vector<Labels> values;
  if (!at.has_value()) {
    if (dtype.categories) values.assign(width, *dtype.categories);
    return values;
  }
  const Result<std::vector<Object>> lists =
      at.is_sequence() ? at.Items() : Result<std::vector<Object>>(std::vector{at});
  if (!lists.ok()) return lists.error();
  for (const Object& list : *lists) {
    SCOREWAY_ASSIGN_OR_RETURN(Labels labels, ReadValues(list));
    values.push_back(std::move(labels));
  }
  if (values.size() != width) return at.Corrupt("not one list of values a column");
  return values;
}

}  // namespace

Result<Table> TransformContinuousDomain(Context& context, const Object& domain, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Treatment treatment, ReadTreatment(context, domain));
  SCOREWAY_ASSIGN_OR_RETURN(const DType dtype, FittedDType(domain));
  const Type type = InputTypeOf(dtype).value_or(Type::kFloat64);
  for (const TableColumn& column : in.columns) {
    SCOREWAY_RETURN_IF_ERROR(DecideOpen(context, domain, column, type == Type::kString ? Type::kFloat64 : type));
  }
  op::NumberDomain op;
  SCOREWAY_ASSIGN_OR_RETURN(op.low, ReadBounds(domain, "data_min_", in.width(), -op::kInfinity));
  SCOREWAY_ASSIGN_OR_RETURN(op.high, ReadBounds(domain, "data_max_", in.width(), op::kInfinity));
  SCOREWAY_RETURN_IF_ERROR(ReadOutliers(context, domain, in.width(), &op));
  return AddNumberDomain(context, domain, treatment, std::move(op), in, dtype.kind == DType::Kind::kObject);
}

Result<Table> TransformDiscreteDomain(Context& context, const Object& domain, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Treatment treatment, ReadTreatment(context, domain));
  SCOREWAY_ASSIGN_OR_RETURN(const DType dtype, FittedDType(domain));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Labels> values, ReadDataValues(domain, dtype, in.width()));
  Table out;
  out.columns.resize(in.width());
  for (const bool text : {true, false}) {
    std::vector<size_t> positions;
    op::TextDomain texts;
    op::NumberDomain numbers;
    for (size_t i = 0; i < in.width(); ++i) {
      // An empty list of values says nothing about their type.
      const bool known = !values.empty() && values[i].size() > 0;
      const std::optional<Type> type = known ? std::optional(values[i].type) : InputTypeOf(dtype);
      if (type) SCOREWAY_RETURN_IF_ERROR(DecideOpen(context, domain, in.columns[i], *type));
      if (!type && context.IsOpen(in.columns[i])) {
        // Where every value is valid, whoever comes next settles the type.
        if (!IsTrivial(treatment)) return context.Unsupported(domain, "a domain of values of no type");
        out.columns[i] = in.columns[i];
        continue;
      }
      if (context.IsText(in.columns[i]) != text) continue;
      positions.push_back(i);
      if (known) context.NoteCategories(in.columns[i], values[i]);
      texts.allowed.push_back(known ? values[i].texts : std::vector<std::string>());
      numbers.allowed.push_back(known ? values[i].numbers : std::vector<double>());
      numbers.low.push_back(-op::kInfinity);
      numbers.high.push_back(op::kInfinity);
    }
    if (positions.empty()) continue;
    const bool objects = dtype.kind == DType::Kind::kObject;
    Result<Table> part =
        text ? AddTextDomain(context, domain, treatment, std::move(texts), in.Select(positions))
             : AddNumberDomain(context, domain, treatment, std::move(numbers), in.Select(positions), objects);
    if (!part.ok()) return part;
    for (size_t i = 0; i < positions.size(); ++i) out.columns[positions[i]] = part->columns[i];
  }
  for (size_t i = 0; i < out.width(); ++i) {
    out.columns[i].is_category = in.columns[i].is_category || dtype.kind == DType::Kind::kCategory;
    out.columns[i].categories = in.columns[i].categories;
    if (dtype.categories) out.columns[i].categories = std::make_shared<const Labels>(*dtype.categories);
  }
  return out;
}

Result<Table> TransformTemporalDomain(Context& context, const Object& domain, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Treatment treatment, ReadTreatment(context, domain));
  for (const TableColumn& column : in.columns) {
    SCOREWAY_RETURN_IF_ERROR(DecideOpen(context, domain, column, Type::kString));
  }
  return AddTextDomain(context, domain, treatment, {}, in);
}

Result<Table> TransformMultiDomain(Context& context, const Object& multi, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> domains, multi.Items("domains"));
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(multi, in, domains.size()));
  Table out;
  for (size_t i = 0; i < domains.size(); ++i) {
    const size_t position[] = {i};
    Table column = in.Select(position);
    if (!domains[i].is_none()) {
      SCOREWAY_ASSIGN_OR_RETURN(column, context.Transform(domains[i], column));
    }
    out.Append(column);
  }
  return out;
}

}  // namespace scoreway::sklearn2pmml
