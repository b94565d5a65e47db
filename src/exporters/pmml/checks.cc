// The operators of model/operators/checks.h.

#include <cmath>
#include <limits>

#include "exporters/pmml/lower.h"

namespace scoreway::pmml_export {
namespace {

// From here on upwards a number rounds to the infinite float32.
constexpr double kFloat32Overflow = 0x1.ffffffp+127;

Expression List(double value) { return Number(value); }
Expression List(const std::string& value) { return Text(value); }

template <typename Cell>
Expression IsAmong(const Expression& x, const std::vector<Cell>& list) {
  std::vector<Expression> arguments = {x};
  for (const Cell& value : list) arguments.push_back(List(value));
  return Apply("isIn", arguments);
}

Expression Compare(const char* function, const Expression& x, double bound) {
  return Apply(function, {x, Number(bound)});
}

// The steps for one column of numbers; `x` is a field.
class NumberCheck {
 public:
  NumberCheck(const op::NumberDomain& op, size_t column, Site& site) : op_(op), c_(column), site_(site) {}

  void Run() {
    Cell cell = site_.in()[c_];
    if (!op_.missing_markers.empty()) {
      const Expression unmarked = Apply("not", {IsAmong(Ref(cell.field), op_.missing_markers)});
      cell.field = site_.Helper("marked", Guarded(cell, OnlyIf(unmarked, Ref(cell.field))));
      cell.may_be_missing = true;
    }
    const Expression x = Guarded(cell, TreatInvalid(cell));
    const bool may_be_missing = cell.may_be_missing || makes_missing_;
    if (op_.reject_missing) {
      if (!may_be_missing) return site_.Give(x, false);
      site_.Give(x, true);
      const std::string field = site_.LastField();
      return site_.AcceptOnly(IsPresent(field));
    }
    if (std::isnan(op_.missing_value) || !may_be_missing) return site_.Give(x, may_be_missing);
    const std::string treated = site_.Helper("treated", x);
    site_.Give(RefOr(treated, NumberText(op_.missing_value)), false);
  }

 private:
  Expression TreatInvalid(const Cell& cell) {
    const Expression x = Ref(cell.field);
    const Expression valid_x = TreatOutlier(cell.field);
    std::vector<Expression> conditions;
    if (op_.low[c_] > -op::kInfinity) conditions.push_back(Compare("greaterOrEqual", x, op_.low[c_]));
    if (op_.high[c_] < op::kInfinity) conditions.push_back(Compare("lessOrEqual", x, op_.high[c_]));
    if (!op_.allowed.empty() && !op_.allowed[c_].empty()) conditions.push_back(IsAmong(x, op_.allowed[c_]));
    if (conditions.empty()) return valid_x;
    const Expression valid = conditions.size() == 1 ? conditions[0] : Apply("and", conditions);
    switch (op_.invalid) {
      case op::InvalidCell::kReject: site_.AcceptOnly(Unless(cell, True(), valid)); return valid_x;
      case op::InvalidCell::kMissing: makes_missing_ = true; return OnlyIf(valid, valid_x);
      case op::InvalidCell::kKeep: return valid_x.xml == x.xml ? x : If(valid, valid_x, x);
      case op::InvalidCell::kReplace:
        makes_missing_ |= std::isnan(op_.invalid_value);
        return If(valid, valid_x, std::isnan(op_.invalid_value) ? Missing() : Number(op_.invalid_value));
    }
    return valid_x;
  }

  Expression TreatOutlier(const std::string& field) {
    using Outlier = op::NumberDomain::Outlier;
    Expression x = Ref(field);
    if (op_.outlier == Outlier::kKeep) return x;
    const bool clips = op_.outlier == Outlier::kClip;
    const double low = op_.clip_low[c_], high = op_.clip_high[c_];
    makes_missing_ |= !clips;
    if (!std::isnan(high)) {
      x = If(Compare("greaterThan", Ref(field), high), clips ? Number(high) : Missing(), x);
    }
    if (!std::isnan(low)) x = If(Compare("lessThan", Ref(field), low), clips ? Number(low) : Missing(), x);
    return x;
  }

  const op::NumberDomain& op_;
  size_t c_;
  Site& site_;
  bool makes_missing_ = false;
};

}  // namespace

void Lower(const op::RequireFinite& op, Site& site) {
  for (Cell cell : site.in()) {
    if (!op.allow_nan && cell.may_be_missing) site.AcceptOnly(IsPresent(cell.field));
    if (!cell.input.empty()) {
      site.document().LimitInput(cell.input, op.as_float32 ? kFloat32Overflow : std::numeric_limits<double>::max());
    } else if (!cell.finite) {
      const Expression finite =
          Compare("lessOrEqual", Apply("abs", {Ref(cell.field)}), std::numeric_limits<double>::max());
      site.AcceptOnly(Unless(cell, True(), finite));
    }
    cell.may_be_missing &= op.allow_nan;
    cell.finite = true;
    site.Give(cell);
  }
}

void Lower(const op::NumberDomain& op, Site& site) {
  for (size_t c = 0; c < site.in().size(); ++c) NumberCheck(op, c, site).Run();
}

void Lower(const op::TextDomain& op, Site& site) {
  for (size_t c = 0; c < site.in().size(); ++c) {
    const Cell& cell = site.in()[c];
    const Expression text = Ref(cell.field);
    bool missing = cell.may_be_missing;
    Expression x = text;
    std::vector<Expression> conditions;
    if (op.invalid != op::InvalidCell::kKeep && !op.allowed.empty() && !op.allowed[c].empty()) {
      const Expression valid = IsAmong(text, op.allowed[c]);
      if (op.invalid == op::InvalidCell::kMissing) x = OnlyIf(valid, text);
      if (op.invalid == op::InvalidCell::kReplace) x = If(valid, text, Text(op.invalid_value));
      missing |= op.invalid == op::InvalidCell::kMissing;
      if (op.invalid == op::InvalidCell::kReject) conditions.push_back(valid);
    }
    if (!op.missing_markers.empty()) {
      const Expression marked = IsAmong(text, op.missing_markers);
      x = OnlyIf(Apply("not", {marked}), x);
      missing = true;
      if (!conditions.empty()) conditions.push_back(marked);
    }
    if (!conditions.empty()) {
      site.AcceptOnly(Unless(cell, True(), conditions.size() == 1 ? conditions[0] : Apply("or", conditions)));
    }
    if (x.xml != text.xml) x = Guarded(cell, x);
    if (!missing) {
      x.xml == text.xml ? site.Give(cell) : site.GiveText(x, false);
    } else if (op.reject_missing) {
      site.GiveText(x, true);
      site.AcceptOnly(IsPresent(site.LastField()));
    } else if (op.has_missing_value) {
      const std::string treated = site.Helper("treated", x, "string");
      site.GiveText(If(IsMissing(treated), Text(op.missing_value), Ref(treated)), false);
    } else {
      site.GiveText(x, true);
    }
  }
}

}  // namespace scoreway::pmml_export
