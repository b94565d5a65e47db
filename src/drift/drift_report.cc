#include "drift/drift_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "base/utc_time.h"

namespace scoreway {
namespace {

// Three digits, with the thousands as a letter: "43k", "1.5M", "0.0123".
std::string ShortNumber(double value) {
  const char* suffix = "";
  if (std::abs(value) >= 1e9 && std::abs(value) < 1e12) {
    value /= 1e9, suffix = "G";
  } else if (std::abs(value) >= 1e6 && std::abs(value) < 1e9) {
    value /= 1e6, suffix = "M";
  } else if (std::abs(value) >= 1e4 && std::abs(value) < 1e6) {
    value /= 1e3, suffix = "k";
  }
  char text[40];
  std::snprintf(text, sizeof text, "%.3g%s", value, suffix);
  return text;
}

std::string Percent(double share) { return ShortNumber(100 * share) + " %"; }

// The severity of a number that has two bounds, and in *bound the one it has passed.
Severity Graded(double value, double warning, double alarm, double* bound) {
  if (value >= alarm) {
    *bound = alarm;
    return Severity::kAlarm;
  }
  *bound = warning;
  return value >= warning ? Severity::kWarning : Severity::kQuiet;
}

void Raise(Severity severity, std::string reason, ColumnDrift* drift) {
  drift->severity = std::max(drift->severity, severity);
  drift->reasons.push_back(std::move(reason));
}

// What has changed, in words, behind the index.
std::string ChangeText(const ColumnDrift& drift) {
  if (drift.kind == ProfileKind::kNumber) {
    const bool median_moves = drift.reference_median != drift.median;
    return median_moves ? ", median " + ShortNumber(drift.reference_median) + " -> " + ShortNumber(drift.median)
                        : ", mean " + ShortNumber(drift.reference_mean) + " -> " + ShortNumber(drift.mean);
  }
  if (drift.changed_category.empty()) return "";
  return ", '" + drift.changed_category + "' " + Percent(drift.reference_share) + " -> " + Percent(drift.share);
}

// `distribution_p` and the others: adjusted.
void Judge(const DriftBounds& bounds, double distribution_p, double missing_p, double outside_p, ColumnDrift* drift) {
  double bound = 0;
  drift->adjusted_p = std::min({distribution_p, missing_p, outside_p});
  if (distribution_p <= bounds.level) {
    const Severity severity = Graded(drift->psi, bounds.psi_warning, bounds.psi_alarm, &bound);
    if (severity != Severity::kQuiet) {
      Raise(severity,
            drift->name + ": PSI " + ShortNumber(drift->psi) + " over " + ShortNumber(bound) + ChangeText(*drift),
            drift);
    }
  }
  if (missing_p <= bounds.level) {
    const double change = std::abs(drift->missing - drift->reference_missing);
    const Severity severity = Graded(change, bounds.missing_warning, bounds.missing_alarm, &bound);
    if (severity != Severity::kQuiet) {
      Raise(severity, drift->name + ": missing " + Percent(drift->reference_missing) + " -> " + Percent(drift->missing),
            drift);
    }
  }
  if (outside_p <= bounds.level && drift->knows_outside) {
    const Severity severity = Graded(drift->outside, bounds.outside_warning, bounds.outside_alarm, &bound);
    if (severity != Severity::kQuiet) {
      const bool is_number = drift->kind == ProfileKind::kNumber;
      Raise(severity,
            drift->name + ": " + Percent(drift->outside) +
                (is_number ? " outside the range of the reference" : " of categories that the reference has not"),
            drift);
    }
  }
}

TogetherDrift CompareTogether(const Profile& reference, const Profile& current) {
  TogetherDrift together;
  if (reference.shape() == nullptr || current.sample() == nullptr) return together;
  const auto errors = reference.shape()->ErrorsOf(*current.sample());
  if (!errors) return together;
  together.columns = reference.shape()->columns();
  together.components = reference.shape()->components();
  together.reference = reference.shape()->reference();
  together.current = *errors;
  return together;
}

double VarianceOfMean(const RowErrors& errors) {
  return errors.deviation * errors.deviation / static_cast<double>(errors.rows);
}

// That means so far apart come by chance, by the normal distribution.
double POfTogether(const TogetherDrift& together) {
  if (together.components == 0) return 1;
  const double distance = std::abs(together.current.mean - together.reference.mean);
  if (distance == 0) return 1;
  return std::erfc(distance / std::sqrt(2 * (VarianceOfMean(together.reference) + VarianceOfMean(together.current))));
}

void JudgeTogether(const DriftBounds& bounds, double adjusted_p, TogetherDrift* together) {
  together->adjusted_p = adjusted_p;
  if (together->components == 0 || adjusted_p > bounds.level) return;
  const double before = together->reference.mean, now = together->current.mean;
  double bound = 0;
  together->severity = Graded(std::abs(now - before) / before, bounds.together_warning, bounds.together_alarm, &bound);
  if (together->severity == Severity::kQuiet) return;
  together->reason = "columns together: error of " + std::to_string(together->components) + " components " +
                     ShortNumber(before) + " -> " + ShortNumber(now);
}

using ColumnKey = std::pair<bool, std::string>;

std::map<ColumnKey, const ColumnProfile*> IndexOf(const Profile& profile) {
  std::map<ColumnKey, const ColumnProfile*> index;
  for (const ColumnProfile& column : profile.columns()) index[{column.is_output(), column.name()}] = &column;
  return index;
}

}  // namespace

Status CheckBounds(const DriftBounds& bounds) {
  const auto bad = [](const char* name, const char* what) { return Status(Code::kInvalidArgument, what, name); };
  if (!(bounds.level > 0 && bounds.level < 1)) return bad("level", "a level lies between 0 and 1");
  if (!(bounds.psi_warning > 0 && bounds.psi_alarm >= bounds.psi_warning)) {
    return bad("psi", "bounds are greater than 0, that of the alarm not less than that of the warning");
  }
  if (!(bounds.missing_warning > 0 && bounds.missing_alarm >= bounds.missing_warning)) {
    return bad("missing", "bounds are greater than 0, that of the alarm not less than that of the warning");
  }
  if (!(bounds.together_warning > 0 && bounds.together_alarm >= bounds.together_warning)) {
    return bad("together", "bounds are greater than 0, that of the alarm not less than that of the warning");
  }
  if (!(bounds.outside_warning > 0 && bounds.outside_alarm >= bounds.outside_warning)) {
    return bad("outside", "bounds are greater than 0, that of the alarm not less than that of the warning");
  }
  return {};
}

DriftReport CompareProfiles(const Profile& reference, const Profile& current, const DriftBounds& bounds,
                            bool may_be_exact) {
  DriftReport report;
  report.reference_rows = reference.rows();
  report.rows = current.rows();
  report.from_micros = current.from_micros();
  report.to_micros = current.to_micros();
  report.has_enough_rows = current.rows() >= bounds.rows_min && reference.rows() >= bounds.rows_min;
  const auto reference_index = IndexOf(reference), current_index = IndexOf(current);
  for (const ColumnProfile& column : reference.columns()) {
    const auto found = current_index.find({column.is_output(), column.name()});
    if (found == current_index.end() || found->second->kind() != column.kind()) {
      report.not_compared.push_back(column.name());
    } else {
      report.columns.push_back(CompareColumns(column, *found->second, may_be_exact));
    }
  }
  for (const ColumnProfile& column : current.columns()) {
    if (!reference_index.contains({column.is_output(), column.name()})) report.not_compared.push_back(column.name());
  }

  std::vector<double> p_values;
  for (const ColumnDrift& drift : report.columns) {
    p_values.insert(p_values.end(), {drift.distribution_p(), drift.missing_p, drift.outside_p});
  }
  report.together = CompareTogether(reference, current);
  p_values.push_back(POfTogether(report.together));
  const std::vector<double> adjusted = AdjustForMany(p_values);
  for (size_t i = 0; i < report.columns.size(); ++i) {
    if (!report.has_enough_rows) break;
    Judge(bounds, adjusted[3 * i], adjusted[3 * i + 1], adjusted[3 * i + 2], &report.columns[i]);
    report.severity = std::max(report.severity, report.columns[i].severity);
  }
  if (report.has_enough_rows) {
    JudgeTogether(bounds, adjusted.back(), &report.together);
    report.severity = std::max(report.severity, report.together.severity);
  }
  return report;
}

std::vector<const ColumnDrift*> ByGravity(const DriftReport& report) {
  std::vector<const ColumnDrift*> columns;
  for (const ColumnDrift& drift : report.columns) columns.push_back(&drift);
  std::stable_sort(columns.begin(), columns.end(), [](const ColumnDrift* a, const ColumnDrift* b) {
    if (a->severity != b->severity) return a->severity > b->severity;
    const double first = std::isnan(a->psi) ? -1 : a->psi, second = std::isnan(b->psi) ? -1 : b->psi;
    return first > second;
  });
  return columns;
}

std::vector<std::string> ReasonsOf(const DriftReport& report) {
  std::vector<std::string> reasons;
  for (const ColumnDrift* drift : ByGravity(report)) {
    reasons.insert(reasons.end(), drift->reasons.begin(), drift->reasons.end());
  }
  if (!report.together.reason.empty()) reasons.push_back(report.together.reason);
  return reasons;
}

namespace {

void WriteTogether(const TogetherDrift& together, JsonWriter* json) {
  if (together.components == 0) return json->Null();
  json->BeginObject();
  json->StringField("state", SeverityName(together.severity));
  json->StringField("reason", together.reason);
  json->UintField("columns", together.columns);
  json->UintField("components", together.components);
  json->DoubleField("reference_error", together.reference.mean);
  json->DoubleField("error", together.current.mean);
  json->UintField("rows", together.current.rows);
  json->DoubleField("adjusted_p_value", together.adjusted_p);
  json->EndObject();
}

}  // namespace

void WriteJson(const DriftReport& report, JsonWriter* json) {
  json->BeginObject();
  json->StringField("state", SeverityName(report.severity));
  json->BoolField("enough_rows", report.has_enough_rows);
  json->UintField("reference_rows", report.reference_rows);
  json->UintField("rows", report.rows);
  json->Key("from");
  report.from_micros == 0 ? json->Null() : json->String(FormatUtc(report.from_micros));
  json->Key("to");
  report.to_micros == 0 ? json->Null() : json->String(FormatUtc(report.to_micros));
  json->Key("columns");
  json->BeginArray();
  for (const ColumnDrift& drift : report.columns) WriteJson(drift, json);
  json->EndArray();
  json->Key("together");
  WriteTogether(report.together, json);
  json->Key("not_compared");
  json->BeginArray();
  for (const std::string& name : report.not_compared) json->String(name);
  json->EndArray();
  json->EndObject();
}

}  // namespace scoreway
