#include "drift/column_drift.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "base/number_text.h"

namespace scoreway {
namespace {

constexpr double kDeviationMin = 0.001;  // of what Wasserstein's distance is divided by, as in Evidently

double ShareOf(double part, double all) { return all > 0 ? part / all : 0; }

// Counts of both sides, by what is counted.
struct PairedCounts {
  std::vector<double> reference, current;
  // Of numbers: the edges of the bins that are counted, or the values, behind which all others may be counted together.
  std::vector<double> edges, values;

  void Add(double reference_count, double current_count) {
    reference.push_back(reference_count);
    current.push_back(current_count);
  }
};

std::vector<double> Shares(const std::vector<double>& counts, double all) {
  std::vector<double> shares;
  for (const double count : counts) shares.push_back(count / all);
  return shares;
}

void SetShareStatistics(const PairedCounts& counts, ColumnDrift* drift) {
  double reference = 0, current = 0;
  for (const double count : counts.reference) reference += count;
  for (const double count : counts.current) current += count;
  if (reference == 0 || current == 0) return;
  const std::vector<double> r = Shares(counts.reference, reference), c = Shares(counts.current, current);
  drift->psi = PopulationStabilityIndex(r, c);
  drift->jensen_shannon = JensenShannonDistance(r, c);
  if (counts.edges.empty() && counts.values.empty()) return;
  ColumnShares& shares = drift->shares;
  shares = {.edges = counts.edges, .values = {}, .reference = r, .current = c};
  if (!counts.edges.empty()) return;
  for (const double value : counts.values) AppendShortest(value, &shares.values.emplace_back());
  shares.reference.resize(counts.values.size());
  shares.current.resize(counts.values.size());
}

// By both sides together, so that which categories are common is not decided by what differs.
double ChiSquareOfCommon(const PairedCounts& counts) {
  constexpr double kExpectedMin = 5;
  const double reference_all = std::accumulate(counts.reference.begin(), counts.reference.end(), 0.0);
  const double current_all = std::accumulate(counts.current.begin(), counts.current.end(), 0.0);
  const double smaller = ShareOf(std::min(reference_all, current_all), reference_all + current_all);
  PairedCounts common;
  double reference_rare = 0, current_rare = 0;
  for (size_t i = 0; i < counts.reference.size(); ++i) {
    if ((counts.reference[i] + counts.current[i]) * smaller >= kExpectedMin) {
      common.Add(counts.reference[i], counts.current[i]);
    } else {
      reference_rare += counts.reference[i];
      current_rare += counts.current[i];
    }
  }
  common.Add(reference_rare, current_rare);
  return ChiSquareOfTwo(common.reference, common.current).p;
}

void SetChiSquare(const PairedCounts& counts, ColumnDrift* drift) {
  const ChiSquare found = ChiSquareOfTwo(counts.reference, counts.current);
  drift->chi_square = found.statistic;
  drift->chi_square_p = found.p;
  drift->common_p = ChiSquareOfCommon(counts);
}

// ---- numbers

// Counts by value, where the reference has at most 20 values, as Evidently bins them; a value of a sketch that is not
// among them is counted with all other such values.
std::optional<PairedCounts> CountsByValue(const ColumnProfile& reference, const ColumnProfile& current,
                                          const CumulativeCounts& current_counts) {
  if (!reference.few().is_whole()) return std::nullopt;
  std::map<double, std::pair<double, double>> by_value;
  for (const FewValues::Item& item : reference.few().items())
    by_value[item.value].first += static_cast<double>(item.count);
  double other = 0;
  if (current.few().is_whole()) {
    for (const FewValues::Item& item : current.few().items()) {
      by_value[item.value].second += static_cast<double>(item.count);
    }
  } else {
    double before = 0;
    for (size_t i = 0; i < current_counts.values.size(); ++i) {
      const double count = current_counts.counts[i] - before;
      before = current_counts.counts[i];
      const auto found = by_value.find(current_counts.values[i]);
      if (found != by_value.end()) {
        found->second.second += count;
      } else if (current.is_exact()) {
        by_value[current_counts.values[i]].second += count;
      } else {
        other += count;
      }
    }
  }
  PairedCounts counts;
  for (const auto& [value, pair] : by_value) {
    counts.Add(pair.first, pair.second);
    counts.values.push_back(value);
  }
  if (other > 0) counts.Add(0, other);
  return counts;
}

// Bins of equal width over both sides together, as many as Sturges' rule says, with the edges of numpy's
// histogram_bin_edges.
PairedCounts CountsByBin(const ColumnProfile& reference, const ColumnProfile& current,
                         const CumulativeCounts& reference_counts, const CumulativeCounts& current_counts) {
  const double least = std::min(reference.least(), current.least());
  const double greatest = std::max(reference.greatest(), current.greatest());
  const double rows = static_cast<double>(reference.present() + current.present());
  const double range = greatest - least;
  const double width = range / (std::log2(rows) + 1);
  PairedCounts counts;
  const double bins = width > 0 && std::isfinite(range) ? std::ceil(range / width) : 1;
  counts.edges.push_back(least);
  double reference_before = 0, current_before = 0;
  for (double bin = 1; bin <= bins; bin += 1) {
    // Bins are open above, the last one apart.
    const double edge = bin * (range / bins) + least;
    const double reference_until = bin == bins ? reference_counts.total() : reference_counts.CountBelow(edge);
    const double current_until = bin == bins ? current_counts.total() : current_counts.CountBelow(edge);
    counts.Add(reference_until - reference_before, current_until - current_before);
    counts.edges.push_back(bin == bins ? greatest : edge);
    reference_before = reference_until;
    current_before = current_until;
  }
  return counts;
}

// The two statistics of the distribution functions, in one walk over the values of both.
void SetDistances(const CumulativeCounts& reference, const CumulativeCounts& current, ColumnDrift* drift) {
  double greatest = 0, area = 0, reference_share = 0, current_share = 0, last = 0;
  size_t i = 0, j = 0;
  while (i < reference.values.size() || j < current.values.size()) {
    const double at =
        j == current.values.size() || (i < reference.values.size() && reference.values[i] < current.values[j])
            ? reference.values[i]
            : current.values[j];
    if (i + j > 0) area += std::abs(reference_share - current_share) * (at - last);
    if (i < reference.values.size() && reference.values[i] == at) {
      reference_share = reference.counts[i++] / reference.total();
    }
    if (j < current.values.size() && current.values[j] == at) current_share = current.counts[j++] / current.total();
    greatest = std::max(greatest, std::abs(reference_share - current_share));
    last = at;
  }
  drift->ks = greatest;
  drift->wasserstein = area;
}

void CompareNumbers(const ColumnProfile& reference, const ColumnProfile& current, bool may_be_exact,
                    ColumnDrift* drift) {
  drift->rank_error = reference.numbers().rank_error() + current.numbers().rank_error();
  if (reference.present() > 0) drift->reference_mean = reference.mean();
  if (current.present() > 0) drift->mean = current.mean();
  const CumulativeCounts reference_counts = reference.numbers().Cumulate();
  const CumulativeCounts current_counts = current.numbers().Cumulate();
  if (reference.is_exact()) drift->reference_distinct = static_cast<double>(reference_counts.values.size());
  if (current.is_exact()) drift->distinct = static_cast<double>(current_counts.values.size());
  if (reference.present() > 0) drift->reference_median = reference_counts.Quantile(0.5);
  if (current.present() > 0) drift->median = current_counts.Quantile(0.5);
  if (reference.present() == 0 || current.present() == 0) return;
  const auto by_value = CountsByValue(reference, current, current_counts);
  if (by_value) SetChiSquare(*by_value, drift);
  SetShareStatistics(by_value ? *by_value : CountsByBin(reference, current, reference_counts, current_counts), drift);
  SetDistances(reference_counts, current_counts, drift);
  // What sketches may have made up is no sign of a change.
  drift->ks_p = KolmogorovSmirnovP(reference.present(), current.present(), std::max(0.0, drift->ks - drift->rank_error),
                                   may_be_exact && drift->is_exact);
  drift->wasserstein_normed = drift->wasserstein / std::max(reference.standard_deviation(), kDeviationMin);
  drift->outside = current_counts.CountBelow(reference.least()) + current_counts.total() -
                   current_counts.CountUpTo(reference.greatest());
}

// ---- categories

struct TextShares {
  std::string text;
  double reference = 0, current = 0;
};

void SetTextShares(std::vector<TextShares> texts, ColumnShares* shares) {
  std::sort(texts.begin(), texts.end(), [](const TextShares& a, const TextShares& b) {
    const double of_a = std::max(a.reference, a.current), of_b = std::max(b.reference, b.current);
    return of_a != of_b ? of_a > of_b : a.text < b.text;
  });
  texts.resize(std::min(texts.size(), ColumnShares::kTextsMax));
  for (TextShares& one : texts) {
    shares->values.push_back(std::move(one.text));
    shares->reference.push_back(one.reference);
    shares->current.push_back(one.current);
  }
}

// What a side knows of a text: of all its cells so many at least, and `undercount` more at most.
struct CountRange {
  double least = 0, undercount = 0, all = 0;

  // A text that came from the beginning has lost all that is not counted, and no more.
  bool is_settled() const { return least >= 2 * undercount; }
  double share() const { return ShareOf(is_settled() ? least + undercount : least, all); }
  // Of what may be, the nearest to the share of the other side: what is not known is no sign of a change.
  double Near(double other_share) const {
    return is_settled() ? least + undercount : std::clamp(other_share * all, least, least + undercount);
  }
};

void CompareTexts(const ColumnProfile& reference, const ColumnProfile& current, ColumnDrift* drift) {
  const FrequentValues& r = reference.texts();
  const FrequentValues& c = current.texts();
  PairedCounts counts;
  double reference_other = static_cast<double>(reference.present()),
         current_other = static_cast<double>(current.present());
  double changed_most = 0;
  std::vector<TextShares> texts;
  // Where a side is not exact, rarer texts than this have shares that say more of what is counted than of what came.
  const double undercount = static_cast<double>(r.undercount()),
               current_undercount = static_cast<double>(c.undercount());
  const double share_min =
      4 * std::max(ShareOf(undercount, reference_other), ShareOf(current_undercount, current_other));
  const double reference_present = reference_other, current_present = current_other;
  const auto add = [&](const std::string& text, double reference_least, double current_least) {
    const CountRange ours{reference_least, undercount, reference_present};
    const CountRange theirs{current_least, current_undercount, current_present};
    const double reference_count = ours.Near(theirs.share()), current_count = theirs.Near(ours.share());
    // By both sides together: those that one has often by chance would not be by chance apart.
    if (reference_count + current_count < share_min * (reference_present + current_present)) return;
    counts.Add(reference_count, current_count);
    reference_other -= reference_count;
    current_other -= current_count;
    const double reference_share = ShareOf(reference_count, static_cast<double>(reference.present()));
    const double share = ShareOf(current_count, static_cast<double>(current.present()));
    texts.push_back({text, reference_share, share});
    // Of equal changes the first text, so that the report is the same every time.
    const double change = std::abs(share - reference_share);
    if (change < changed_most || change == 0 || (change == changed_most && text > drift->changed_category)) return;
    changed_most = change;
    drift->changed_category = text;
    drift->reference_share = reference_share;
    drift->share = share;
  };
  for (const auto& [text, count] : r.counts()) {
    const auto found = c.counts().find(text);
    add(text, static_cast<double>(count), found == c.counts().end() ? 0 : static_cast<double>(found->second));
  }
  double unseen = 0;
  for (const auto& [text, count] : c.counts()) {
    if (r.counts().contains(text)) continue;
    unseen += static_cast<double>(count);
    if (r.is_exact()) add(text, 0, static_cast<double>(count));
  }
  // What a side that is not exact has counted under no text or too seldom, and what the other has of such texts.
  reference_other = std::max(reference_other, 0.0);
  current_other = std::max(current_other, 0.0);
  if (reference_other > 0 || current_other > 0) counts.Add(reference_other, current_other);
  drift->knows_outside = r.is_exact();
  if (r.is_exact()) drift->outside = unseen;
  if (reference.present() == 0 || current.present() == 0) return;
  SetTextShares(std::move(texts), &drift->shares);
  // In the order of their counts, so that sums round alike whatever order the tables have.
  std::vector<std::pair<double, double>> pairs;
  for (size_t i = 0; i < counts.reference.size(); ++i) pairs.emplace_back(counts.reference[i], counts.current[i]);
  std::sort(pairs.begin(), pairs.end());
  counts = {};
  for (const auto& [reference_count, current_count] : pairs) counts.Add(reference_count, current_count);
  SetShareStatistics(counts, drift);
  SetChiSquare(counts, drift);
}

void WriteNumbers(std::string_view key, const std::vector<double>& numbers, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const double number : numbers) json->Double(number);
  json->EndArray();
}

void WriteShares(const ColumnShares& shares, JsonWriter* json) {
  json->Key("shares");
  if (shares.reference.empty()) return json->Null();
  json->BeginObject();
  if (shares.edges.empty()) {
    json->Key("values");
    json->BeginArray();
    for (const std::string& value : shares.values) json->String(value);
    json->EndArray();
  } else {
    WriteNumbers("edges", shares.edges, json);
  }
  WriteNumbers("reference", shares.reference, json);
  WriteNumbers("current", shares.current, json);
  json->EndObject();
}

double POfShares(double reference_part, double reference_all, double part, double all) {
  const double reference[] = {reference_part, reference_all - reference_part};
  const double current[] = {part, all - part};
  return ChiSquareOfTwo(reference, current).p;
}

// `drift.outside` is still a count. What of it a sketch may have made up is not counted.
double POfOutside(const ColumnProfile& reference, const ColumnProfile& current, const ColumnDrift& drift) {
  const uint64_t old = reference.present() + reference.infinite(), cells = current.present() + current.infinite();
  if (reference.kind() == ProfileKind::kNumber) {
    const double made_up = current.numbers().rank_error() * static_cast<double>(current.present());
    return BeyondRangeP(old, cells, static_cast<uint64_t>(std::max(0.0, drift.outside - made_up)));
  }
  if (!drift.knows_outside) return 1;
  std::vector<double> totals;
  for (const auto& [text, count] : current.texts().counts()) {
    const auto found = reference.texts().counts().find(text);
    totals.push_back(static_cast<double>(count + (found == reference.texts().counts().end() ? 0 : found->second)));
  }
  for (const auto& [text, count] : reference.texts().counts()) {
    if (!current.texts().counts().contains(text)) totals.push_back(static_cast<double>(count));
  }
  return UnseenCategoriesP(old, cells, totals, static_cast<uint64_t>(drift.outside));
}

}  // namespace

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kQuiet: return "quiet";
    case Severity::kWarning: return "warning";
    case Severity::kAlarm: return "alarm";
  }
  return "unknown";
}

double ColumnDrift::distribution_p() const {
  const double p = kind == ProfileKind::kNumber ? ks_p : common_p;
  return std::isnan(p) ? 1 : p;
}

ColumnDrift CompareColumns(const ColumnProfile& reference, const ColumnProfile& current, bool may_be_exact) {
  ColumnDrift drift{.name = reference.name(), .is_output = reference.is_output(), .kind = reference.kind()};
  drift.reference_rows = reference.rows();
  drift.rows = current.rows();
  drift.is_exact = reference.is_exact() && current.is_exact();
  const double reference_rows = static_cast<double>(reference.rows()), rows = static_cast<double>(current.rows());
  drift.reference_missing = ShareOf(static_cast<double>(reference.missing()), reference_rows);
  drift.missing = ShareOf(static_cast<double>(current.missing()), rows);
  drift.missing_p =
      POfShares(static_cast<double>(reference.missing()), reference_rows, static_cast<double>(current.missing()), rows);
  drift.reference_distinct = reference.DistinctEstimate();
  drift.distinct = current.DistinctEstimate();
  if (reference.kind() == ProfileKind::kNumber) {
    CompareNumbers(reference, current, may_be_exact, &drift);
    drift.outside += static_cast<double>(reference.infinite() == 0 ? current.infinite() : 0);
  } else {
    CompareTexts(reference, current, &drift);
  }
  const double cells = static_cast<double>(current.present() + current.infinite());
  const double reference_cells = static_cast<double>(reference.present() + reference.infinite());
  if (reference_cells > 0 && cells > 0) drift.outside_p = POfOutside(reference, current, drift);
  drift.outside = reference_cells > 0 ? ShareOf(drift.outside, cells) : 0;
  return drift;
}

void WriteJson(const ColumnDrift& drift, JsonWriter* json) {
  const bool is_number = drift.kind == ProfileKind::kNumber;
  json->BeginObject();
  json->StringField("column", drift.name);
  json->StringField("role", drift.is_output ? "output" : "input");
  json->StringField("kind", is_number ? "number" : "category");
  json->StringField("state", SeverityName(drift.severity));
  json->Key("reasons");
  json->BeginArray();
  for (const std::string& reason : drift.reasons) json->String(reason);
  json->EndArray();
  json->UintField("reference_rows", drift.reference_rows);
  json->UintField("rows", drift.rows);
  json->BoolField("exact", drift.is_exact);
  json->DoubleField("rank_error", drift.rank_error);
  json->DoubleField("psi", drift.psi);
  json->DoubleField("jensen_shannon", drift.jensen_shannon);
  if (is_number) {
    json->DoubleField("ks", drift.ks);
    json->DoubleField("ks_p_value", drift.ks_p);
    json->DoubleField("wasserstein", drift.wasserstein);
    json->DoubleField("wasserstein_normed", drift.wasserstein_normed);
  }
  if (!is_number || !std::isnan(drift.chi_square)) {
    json->DoubleField("chi_square", drift.chi_square);
    json->DoubleField("chi_square_p_value", drift.chi_square_p);
  }
  json->DoubleField("adjusted_p_value", drift.adjusted_p);
  json->DoubleField("reference_missing", drift.reference_missing);
  json->DoubleField("missing", drift.missing);
  json->DoubleField("missing_p_value", drift.missing_p);
  json->Key(is_number ? "out_of_range" : "unseen");
  drift.knows_outside ? json->Double(drift.outside) : json->Null();
  json->DoubleField("reference_distinct", drift.reference_distinct);
  json->DoubleField("distinct", drift.distinct);
  if (is_number) {
    json->DoubleField("reference_mean", drift.reference_mean);
    json->DoubleField("mean", drift.mean);
    json->DoubleField("reference_median", drift.reference_median);
    json->DoubleField("median", drift.median);
  } else if (!drift.changed_category.empty()) {
    json->StringField("changed_category", drift.changed_category);
    json->DoubleField("reference_share", drift.reference_share);
    json->DoubleField("share", drift.share);
  }
  WriteShares(drift.shares, json);
  json->EndObject();
}

}  // namespace scoreway
