#include "importers/pmml/field_domain.h"

#include <cmath>

#include "importers/pmml/interval.h"

namespace scoreway::pmml {
namespace {

using op::UnaryFunction;

struct Treatment {
  op::InvalidCell invalid = op::InvalidCell::kReject;
  std::string invalid_value;
  std::optional<std::string> missing_value;
  bool reject_missing = false;
  op::NumberDomain::Outlier outlier = op::NumberDomain::Outlier::kKeep;
  double clip_low = op::kNaN, clip_high = op::kNaN;
};

Status ReadInvalid(Context& context, const Element& mining_field, Treatment* treatment) {
  const std::string_view method = mining_field.Attribute("invalidValueTreatment", "returnInvalid");
  // Before PMML 4.4 an extension.
  const auto standard = mining_field.Attribute("invalidValueReplacement");
  const auto replacement = standard ? standard : mining_field.Attribute("x-invalidValueReplacement");
  if (method == "returnInvalid") {
    treatment->invalid = op::InvalidCell::kReject;
  } else if (method == "asMissing") {
    treatment->invalid = op::InvalidCell::kMissing;
  } else if (method == "asIs" || method == "asValue") {
    if (!replacement && method == "asValue") {
      return Context::Corrupt(mining_field, "invalidValueTreatment asValue without an invalidValueReplacement");
    }
    treatment->invalid = replacement ? op::InvalidCell::kReplace : op::InvalidCell::kKeep;
    treatment->invalid_value = replacement.value_or("");
  } else {
    return context.Unsupported(mining_field, "invalidValueTreatment " + std::string(method));
  }
  return {};
}

Status ReadMissing(Context& context, const Element& mining_field, Treatment* treatment) {
  const std::string_view method = mining_field.Attribute("missingValueTreatment", "asIs");
  if (const auto value = mining_field.Attribute("missingValueReplacement")) treatment->missing_value = *value;
  if (method == "returnInvalid" || method == "x-returnInvalid") {
    treatment->reject_missing = true;
  } else if (method != "asIs" && method != "asMean" && method != "asMode" && method != "asMedian" &&
             method != "asValue") {
    return context.Unsupported(mining_field, "missingValueTreatment " + std::string(method));
  }
  return {};
}

Status ReadOutliers(Context& context, const Element& mining_field, Treatment* treatment) {
  const std::string_view method = mining_field.Attribute("outliers", "asIs");
  if (method == "asIs") return {};
  if (method == "asMissingValues") {
    treatment->outlier = op::NumberDomain::Outlier::kMissing;
  } else if (method == "asExtremeValues") {
    treatment->outlier = op::NumberDomain::Outlier::kClip;
  } else {
    return context.Unsupported(mining_field, "outliers " + std::string(method));
  }
  SCOREWAY_ASSIGN_OR_RETURN(treatment->clip_low, context.NumberOr(mining_field, "lowValue", op::kNaN));
  SCOREWAY_ASSIGN_OR_RETURN(treatment->clip_high, context.NumberOr(mining_field, "highValue", op::kNaN));
  if (std::isnan(treatment->clip_low) && std::isnan(treatment->clip_high)) {
    return Context::Corrupt(mining_field, "treats outliers, but has neither lowValue nor highValue");
  }
  return {};
}

Result<Treatment> ReadTreatment(Context& context, const Element& mining_field) {
  Treatment treatment;
  SCOREWAY_RETURN_IF_ERROR(ReadInvalid(context, mining_field, &treatment));
  SCOREWAY_RETURN_IF_ERROR(ReadMissing(context, mining_field, &treatment));
  SCOREWAY_RETURN_IF_ERROR(ReadOutliers(context, mining_field, &treatment));
  return treatment;
}

// What values a field may have.
struct Domain {
  std::vector<std::string> valid, invalid, missing;
  std::vector<Interval> intervals;

  bool is_open() const { return valid.empty() && invalid.empty() && intervals.empty(); }
};

// A bound as a cell of that type can be: of floats the float32.
double As(DataType type, double bound) {
  return type == DataType::kFloat ? static_cast<double>(static_cast<float>(bound)) : bound;
}

Result<Domain> ReadDomain(Context& context, const Element& field, DataType type) {
  Domain domain{ValuesOf(field, "valid"), ValuesOf(field, "invalid"), ValuesOf(field, "missing"), {}};
  // "If a field contains at least one Value element that is valid, these define the set of valid values."
  if (!domain.valid.empty()) {
    domain.invalid.clear();
    return domain;
  }
  for (const Element& element : field.Children("Interval")) {
    SCOREWAY_ASSIGN_OR_RETURN(Interval interval, ReadInterval(context, element));
    // A margin that belongs to the interval does so as a cell of this type, too.
    const std::string_view closure = element.Attribute("closure", "");
    if (closure.starts_with("closed")) interval.low = As(type, interval.low);
    if (closure.ends_with("Closed")) interval.high = As(type, interval.high);
    domain.intervals.push_back(interval);
  }
  return domain;
}

// The numbers among the texts; a text that is no number of this type is no cell's value.
std::vector<double> NumbersOf(DataType type, const std::vector<std::string>& texts) {
  std::vector<double> numbers;
  for (const std::string& text : texts) {
    const auto number = ParseNumber(type, text);
    if (number && !std::isnan(*number)) numbers.push_back(*number);
  }
  return numbers;
}

// The number that a replacement stands for.
Result<double> Replacement(const Element& mining_field, DataType type, const std::string& text) {
  if (const auto number = ParseNumber(type, text)) return *number;
  // The mean or median of whole numbers may be none.
  if (const auto number = ParseNumber(DataType::kDouble, text); number && type == DataType::kInteger) return *number;
  return Context::Corrupt(mining_field, "the replacement '" + text + "' is no " + std::string(DataTypeName(type)));
}

class Treater {
 public:
  Treater(Context& context, const Element& field, const Element& mining_field, Domain domain, Treatment treatment)
      : emit_(context, mining_field),
        name_(field.Attribute("name", "")),
        domain_(std::move(domain)),
        treatment_(std::move(treatment)) {}

  Result<Cell> Treat(Cell cell) {
    if (treatment_.reject_missing) {
      // What is invalid or an outlier may be missing nevertheless.
      SCOREWAY_ASSIGN_OR_RETURN(cell.value, WithoutMarkers(cell, true));
      cell.maybe_missing = false;
      domain_.missing.clear();
    }
    Cell treated = cell;
    treated.constant.reset();
    treated.maybe_missing = cell.maybe_missing || !domain_.missing.empty() ||
                            (treatment_.invalid == op::InvalidCell::kMissing && !domain_.is_open()) ||
                            treatment_.outlier == op::NumberDomain::Outlier::kMissing;
    if (treatment_.missing_value) treated.maybe_missing = false;
    if (treatment_.invalid == op::InvalidCell::kKeep && !domain_.is_open()) {
      Cell known = cell;
      SCOREWAY_ASSIGN_OR_RETURN(known.value, WithoutMarkers(cell, false));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId valid, Validity(known));
      SCOREWAY_ASSIGN_OR_RETURN(treated.invalid, emit_.Unary(UnaryFunction::kNot, valid));
    }
    if (domain_.intervals.size() > 1 || !domain_.invalid.empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(treated.value, TreatByValidity(cell));
      domain_ = {};
      treatment_.outlier = op::NumberDomain::Outlier::kKeep;
    }
    Result<ValueId> value = IsText(cell.type) ? TreatText(treated) : TreatNumber(treated);
    if (!value.ok()) return std::move(value).error();
    treated.value = *value;
    return treated;
  }

 private:
  Result<ValueId> TreatText(const Cell& cell) {
    op::TextDomain domain;
    domain.column_names = {name_};
    if (!domain_.valid.empty()) domain.allowed = {domain_.valid};
    domain.missing_markers = domain_.missing;
    domain.invalid = treatment_.invalid;
    domain.invalid_value = treatment_.invalid_value;
    domain.has_missing_value = treatment_.missing_value.has_value();
    domain.missing_value = treatment_.missing_value.value_or("");
    const bool checks = !domain.allowed.empty() && domain.invalid != op::InvalidCell::kKeep;
    if (!checks && domain.missing_markers.empty() && !domain.has_missing_value) {
      return cell.value;
    }
    return emit_.Add(std::move(domain), {cell.value});
  }

  Result<ValueId> TreatNumber(const Cell& cell) {
    op::NumberDomain domain;
    domain.column_names = {name_};
    domain.low = {domain_.intervals.empty() ? -op::kInfinity : domain_.intervals[0].low};
    domain.high = {domain_.intervals.empty() ? op::kInfinity : domain_.intervals[0].high};
    if (!domain_.valid.empty()) domain.allowed = {NumbersOf(cell.type, domain_.valid)};
    domain.missing_markers = NumbersOf(cell.type, domain_.missing);
    domain.invalid = treatment_.invalid;
    if (treatment_.invalid == op::InvalidCell::kReplace) {
      SCOREWAY_ASSIGN_OR_RETURN(domain.invalid_value, Replacement(emit_.at(), cell.type, treatment_.invalid_value));
    }
    domain.outlier = treatment_.outlier;
    domain.clip_low = {As(cell.type, treatment_.clip_low)};
    domain.clip_high = {As(cell.type, treatment_.clip_high)};
    if (treatment_.missing_value) {
      SCOREWAY_ASSIGN_OR_RETURN(domain.missing_value, Replacement(emit_.at(), cell.type, *treatment_.missing_value));
    }
    const bool checks =
        (!domain_.valid.empty() || !domain_.intervals.empty()) && domain.invalid != op::InvalidCell::kKeep;
    if (!checks && domain.missing_markers.empty() && domain.outlier == op::NumberDomain::Outlier::kKeep &&
        !treatment_.missing_value) {
      return cell.value;
    }
    return emit_.Add(std::move(domain), {cell.value});
  }

  // 1 where the cell is valid, 0 where not, missing where it is missing.
  Result<ValueId> Validity(const Cell& cell) {
    if (!domain_.valid.empty()) return emit_.IsAmong(cell, domain_.valid);
    std::optional<ValueId> valid;
    for (const Interval& interval : domain_.intervals) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId low, emit_.Number(interval.low));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId high, emit_.Number(interval.high));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId above, emit_.Binary(op::BinaryFunction::kGreaterEqual, cell.value, low));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId below, emit_.Binary(op::BinaryFunction::kLessEqual, cell.value, high));
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId within, emit_.Binary(op::BinaryFunction::kAnd, above, below));
      if (!valid) {
        valid = within;
      } else {
        SCOREWAY_ASSIGN_OR_RETURN(valid, emit_.Binary(op::BinaryFunction::kOr, *valid, within));
      }
    }
    if (domain_.invalid.empty()) return *valid;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId among, emit_.IsAmong(cell, domain_.invalid));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId not_among, emit_.Unary(UnaryFunction::kNot, among));
    if (!valid) return not_among;
    return emit_.Binary(op::BinaryFunction::kAnd, *valid, not_among);
  }

  // The cell, missing where it is one of the values that stand for that.
  Result<ValueId> WithoutMarkers(const Cell& cell, bool reject_missing) {
    if (domain_.missing.empty() && !reject_missing) return cell.value;
    if (IsText(cell.type)) {
      op::TextDomain domain;
      domain.column_names = {name_};
      domain.missing_markers = domain_.missing;
      domain.reject_missing = reject_missing;
      return emit_.Add(std::move(domain), {cell.value});
    }
    op::NumberDomain domain = OpenDomain();
    domain.missing_markers = NumbersOf(cell.type, domain_.missing);
    domain.reject_missing = reject_missing;
    return emit_.Add(std::move(domain), {cell.value});
  }

  op::NumberDomain OpenDomain() const {
    op::NumberDomain domain;
    domain.column_names = {name_};
    domain.low = {-op::kInfinity};
    domain.high = {op::kInfinity};
    domain.clip_low = domain.clip_high = {op::kNaN};
    return domain;
  }

  Result<ValueId> WithoutOutliers(const Cell& cell) {
    if (treatment_.outlier == op::NumberDomain::Outlier::kKeep) return cell.value;
    op::NumberDomain domain = OpenDomain();
    domain.outlier = treatment_.outlier;
    domain.clip_low = {As(cell.type, treatment_.clip_low)};
    domain.clip_high = {As(cell.type, treatment_.clip_high)};
    return emit_.Add(std::move(domain), {cell.value});
  }

  // What an invalid cell becomes.
  Result<ValueId> InsteadOf(const Cell& cell) {
    if (treatment_.invalid == op::InvalidCell::kKeep) return cell.value;
    const bool replace = treatment_.invalid == op::InvalidCell::kReplace;
    if (IsText(cell.type)) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, emit_.Number(replace ? 0 : op::kNaN));
      return emit_.Add(op::DecodeText{{treatment_.invalid_value}}, {code});
    }
    if (!replace) return emit_.Number(op::kNaN);
    SCOREWAY_ASSIGN_OR_RETURN(const double value, Replacement(emit_.at(), cell.type, treatment_.invalid_value));
    return emit_.Number(value);
  }

  // Domains of several intervals, or with single invalid values: missing markers, then what is invalid, and outliers
  // among what is valid.
  Result<ValueId> TreatByValidity(const Cell& raw) {
    Cell cell = raw;
    SCOREWAY_ASSIGN_OR_RETURN(cell.value, WithoutMarkers(raw, false));
    SCOREWAY_ASSIGN_OR_RETURN(ValueId valid, Validity(cell));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId kept, WithoutOutliers(cell));
    if (treatment_.invalid == op::InvalidCell::kReject) {
      op::NumberDomain reject = OpenDomain();
      reject.column_names = {name_ + " (1: valid)"};
      reject.low = {1};
      reject.high = {1};
      reject.invalid = op::InvalidCell::kReject;
      SCOREWAY_ASSIGN_OR_RETURN(valid, emit_.Add(std::move(reject), {valid}));
      return emit_.Where(valid, kept, kept);
    }
    // A missing cell is neither valid nor invalid: it stays.
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId invalid, emit_.Unary(UnaryFunction::kNot, valid));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId instead, InsteadOf(cell));
    return emit_.Where(invalid, instead, kept);
  }

  Emit emit_;
  std::string name_;
  Domain domain_;
  Treatment treatment_;
};

}  // namespace

std::vector<std::string> ValuesOf(const Element& field, std::string_view property) {
  std::vector<std::string> values;
  for (Element child = field.first_child(); child; child = child.next_sibling()) {
    if (child.Is("Value") && child.Attribute("property", "valid") == property) {
      values.emplace_back(child.Attribute("value", ""));
    }
  }
  return values;
}

Result<bool> IsPlain(Context& context, const Element& mining_field) {
  SCOREWAY_ASSIGN_OR_RETURN(const Treatment treatment, ReadTreatment(context, mining_field));
  return (treatment.invalid == op::InvalidCell::kReject || treatment.invalid == op::InvalidCell::kKeep) &&
         !treatment.missing_value && treatment.outlier == op::NumberDomain::Outlier::kKeep;
}

Result<std::optional<double>> TreatNumber(Context& context, const Element& field, const Element& mining_field,
                                          DataType type, double number) {
  SCOREWAY_ASSIGN_OR_RETURN(const Treatment treatment, ReadTreatment(context, mining_field));
  SCOREWAY_ASSIGN_OR_RETURN(const Domain domain, ReadDomain(context, field, type));
  const auto holds = [&](const std::vector<std::string>& values) {
    const std::vector<double> numbers = NumbersOf(type, values);
    return std::ranges::find(numbers, number) != numbers.end();
  };
  const bool within = domain.intervals.empty() || std::ranges::any_of(domain.intervals, [&](const Interval& interval) {
                        return interval.low <= number && number <= interval.high;
                      });
  std::optional<double> treated = number;
  if (holds(domain.missing)) {
    if (treatment.reject_missing) return Context::Corrupt(mining_field, "an instance lacks the field");
    treated.reset();
  } else if (domain.valid.empty() ? !within || holds(domain.invalid) : !holds(domain.valid)) {
    if (treatment.invalid == op::InvalidCell::kReject) return Context::Corrupt(mining_field, "an instance is invalid");
    if (treatment.invalid == op::InvalidCell::kMissing) treated.reset();
    if (treatment.invalid == op::InvalidCell::kReplace) {
      SCOREWAY_ASSIGN_OR_RETURN(treated, Replacement(mining_field, type, treatment.invalid_value));
    }
  } else if (treatment.outlier != op::NumberDomain::Outlier::kKeep) {
    const double low = As(type, treatment.clip_low), high = As(type, treatment.clip_high);
    const double clipped = number < low ? low : number > high ? high : number;
    if (clipped != number && treatment.outlier == op::NumberDomain::Outlier::kMissing) {
      treated.reset();
    } else {
      treated = clipped;
    }
  }
  if (!treated && treatment.missing_value) {
    SCOREWAY_ASSIGN_OR_RETURN(treated, Replacement(mining_field, type, *treatment.missing_value));
  }
  return treated;
}

Result<bool> KeepsText(Context& context, const Element& field, const Element& mining_field, std::string_view text) {
  SCOREWAY_ASSIGN_OR_RETURN(const Treatment treatment, ReadTreatment(context, mining_field));
  SCOREWAY_ASSIGN_OR_RETURN(const Domain domain, ReadDomain(context, field, DataType::kString));
  const auto holds = [&](const std::vector<std::string>& values) {
    return std::ranges::find(values, text) != values.end();
  };
  if (holds(domain.missing)) return false;
  const bool valid = domain.valid.empty() ? !holds(domain.invalid) : holds(domain.valid);
  return valid || treatment.invalid == op::InvalidCell::kKeep;
}

Result<Cell> TreatField(Context& context, const Element& field, const Element& mining_field, const Cell& cell) {
  SCOREWAY_ASSIGN_OR_RETURN(Treatment treatment, ReadTreatment(context, mining_field));
  SCOREWAY_ASSIGN_OR_RETURN(Domain domain, ReadDomain(context, field, cell.type));
  Treater treater(context, field, mining_field, std::move(domain), std::move(treatment));
  return treater.Treat(cell);
}

}  // namespace scoreway::pmml
