// optbinning: columns cut into bins that stand for a number, the weight of evidence or a mean, and models on those.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "importers/sklearn/decision.h"
#include "importers/sklearn2pmml/lowerings.h"
#include "importers/sklearn2pmml/pandas_objects.h"

namespace scoreway::sklearn2pmml {
namespace {

// What one column becomes.
struct BinValues {
  std::vector<double> bins;
  double unknown = 0;
  double missing = 0;
};

// The points of a scorecard by variable: of each bin, of what is special, of what is missing.
using Points = std::map<std::string, std::vector<double>, std::less<>>;

// What a process was told to give, for all columns or for one.
struct Wish {
  std::string metric;              // empty: the usual one
  Object missing;                  // 'empirical' or a number; absent: 0
  const Points* points = nullptr;  // the points in place of a metric
  std::string variable;            // the one whose points are wanted
};

Result<std::vector<double>> ReadCounts(const Object& binning, std::string_view name) {
  SCOREWAY_ASSIGN_OR_RETURN(const sklearn::Matrix counts, binning.Numbers(name));
  return counts.values;
}

double SumOf(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value;
  return sum;
}

double EvidenceOf(double rate, double non_events, double events) {
  return std::log((1 / rate - 1) * events / non_events);
}

// Of a binary target: the weight of evidence or the rate of events of each bin, and of what has no bin.
Result<BinValues> BinaryValues(Context& context, const Object& binning, const Wish& wish, size_t bins, bool empirical) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> events, ReadCounts(binning, "_n_event"));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> non_events, ReadCounts(binning, "_n_nonevent"));
  if (events.size() != non_events.size() || events.size() < bins) return binning.Corrupt("not one count a bin");
  const bool rates = wish.metric == "event_rate";
  if (!rates && !wish.metric.empty() && wish.metric != "woe") {
    return context.Unsupported(binning, "the metric '" + wish.metric + "'");
  }
  const double all_events = SumOf(events), all_non_events = SumOf(non_events);
  if (!empirical) {
    events.resize(bins);
    non_events.resize(bins);
  }
  BinValues values;
  for (size_t i = 0; i < events.size(); ++i) {
    const bool mixed = events[i] > 0 && non_events[i] > 0;
    const double rate = mixed ? events[i] / (events[i] + non_events[i]) : 0;
    values.bins.push_back(rates || !mixed ? rate : EvidenceOf(rate, all_non_events, all_events));
  }
  const double mean = all_events / (SumOf(events) + SumOf(non_events));
  values.unknown = rates ? mean : EvidenceOf(mean, all_non_events, all_events);
  return values;
}

// Of a target of numbers: the mean of each bin.
Result<BinValues> MeanValues(Context& context, const Object& binning, const Wish& wish, size_t bins, bool empirical) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> counts, ReadCounts(binning, "_n_records"));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> sums, ReadCounts(binning, "_sums"));
  if (counts.size() != sums.size() || counts.size() < bins) return binning.Corrupt("not one count a bin");
  if (!wish.metric.empty() && wish.metric != "mean") {
    return context.Unsupported(binning, "the metric '" + wish.metric + "'");
  }
  if (!empirical) {
    counts.resize(bins);
    sums.resize(bins);
  }
  BinValues values;
  for (size_t i = 0; i < counts.size(); ++i) values.bins.push_back(counts[i] > 0 ? sums[i] / counts[i] : 0);
  values.unknown = SumOf(sums) / SumOf(counts);
  return values;
}

// What has no bin, an unknown category, gets the last points, which are those of what is missing.
Result<BinValues> PointValues(const Object& binning, const Wish& wish, size_t bins) {
  const auto points = wish.points->find(wish.variable);
  if (points == wish.points->end() || points->second.size() != bins + 2) {
    return binning.Corrupt("not one number of points a bin");
  }
  BinValues values;
  values.bins.assign(points->second.begin(), points->second.end() - 2);
  values.missing = values.unknown = points->second.back();
  return values;
}

Result<BinValues> ReadValues(Context& context, const Object& binning, const Wish& wish, size_t bins) {
  if (wish.points != nullptr) {
    if (!binning.Get("cat_unknown").has_value()) return PointValues(binning, wish, bins);
    return context.Unsupported(binning, "points with cat_unknown");
  }
  bool empirical = false;
  double missing = 0;
  if (wish.missing.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string text, wish.missing.Text());
    empirical = text == "empirical";
    if (!empirical) return wish.missing.Corrupt("neither 'empirical' nor a number");
  } else if (wish.missing.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(missing, wish.missing.Number());
  }
  const bool continuous = binning.short_name() == "ContinuousOptimalBinning";
  if (!continuous && binning.short_name() != "OptimalBinning") {
    return context.Unsupported(binning, "this kind of binning");
  }
  SCOREWAY_ASSIGN_OR_RETURN(BinValues values, continuous ? MeanValues(context, binning, wish, bins, empirical)
                                                         : BinaryValues(context, binning, wish, bins, empirical));
  // Behind the bins stands what is special, then what is missing.
  if (empirical && values.bins.size() < bins + 2) return binning.Corrupt("not one count a bin");
  values.missing = empirical ? values.bins[bins + 1] : missing;
  values.bins.resize(bins);
  if (binning.Get("cat_unknown").has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(values.unknown, binning.Number("cat_unknown"));
  }
  return values;
}

// By the places of splits: how many lie at or before a number.
size_t CountUpTo(const std::vector<double>& splits, double value) {
  return static_cast<size_t>(std::count_if(splits.begin(), splits.end(), [value](double s) { return s <= value; }));
}

Result<ValueId> AddNumberBins(Context& context, const Object& binning, const Wish& wish, std::vector<double> splits,
                              const Table& column) {
  SCOREWAY_ASSIGN_OR_RETURN(BinValues values, ReadValues(context, binning, wish, splits.size() + 1));
  op::Bin bin;
  bin.codes = {static_cast<uint32_t>(values.bins.size())};
  bin.edges.push_back(std::move(splits));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId number, context.Numbers(binning, column));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId place, context.Add(std::move(bin), {number}, binning));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value,
                            context.Add(op::DecodeNumber{std::move(values.bins)}, {place}, binning));
  return context.Add(op::ImputeNumber{op::kNaN, {values.missing}}, {value}, binning);
}

// The place of a category among `known`, its count if unknown, one more if missing.
Result<ValueId> AddPlaces(Context& context, const Object& binning, const Labels& known, const Table& column) {
  const auto count = static_cast<double>(known.size());
  const op::CodeOrReject unknown{false, count}, missing{false, count + 1};
  const std::vector<std::string> names = {column.columns[0].name};
  context.NoteCategories(column.columns[0], known);
  if (known.type == Type::kString) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, context.Texts(binning, column));
    return context.Add(op::EncodeText{names, {known.texts}, {unknown}, {missing}}, {text}, binning);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId number, context.Numbers(binning, column, known.type));
  return context.Add(op::EncodeNumber{names, {known.numbers}, {unknown}, {missing}}, {number}, binning);
}

Result<ValueId> AddCategoryBins(Context& context, const Object& binning, const Wish& wish,
                                const std::vector<double>& splits, const Table& column) {
  if (binning.Get("user_splits").has_value()) return context.Unsupported(binning, "splits of the user's own");
  SCOREWAY_ASSIGN_OR_RETURN(Labels known, binning.ReadLabels("_categories"));
  SCOREWAY_ASSIGN_OR_RETURN(const Labels others, binning.ReadLabels("_cat_others"));
  std::vector<double> places;
  std::vector<double> ends;
  for (double split : splits) ends.push_back(std::ceil(split));
  for (size_t i = 0; i < known.size(); ++i) {
    places.push_back(static_cast<double>(CountUpTo(ends, static_cast<double>(i))));
  }
  size_t bins = splits.size() + 1;
  if (others.size() > 0) {
    if (others.type != known.type && known.size() > 0) return binning.Corrupt("categories of several types");
    known.type = others.type;
    known.texts.insert(known.texts.end(), others.texts.begin(), others.texts.end());
    known.numbers.insert(known.numbers.end(), others.numbers.begin(), others.numbers.end());
    places.insert(places.end(), others.size(), static_cast<double>(bins));
    ++bins;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const BinValues values, ReadValues(context, binning, wish, bins));
  op::DecodeNumber table;
  for (double place : places) table.table.push_back(values.bins[static_cast<size_t>(place)]);
  table.table.push_back(values.unknown);
  table.table.push_back(values.missing);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId place, AddPlaces(context, binning, known, column));
  return context.Add(std::move(table), {place}, binning);
}

Result<ValueId> AddBins(Context& context, const Object& binning, const Wish& wish, const Table& column) {
  if (binning.Get("special_codes").has_value()) return context.Unsupported(binning, "special codes");
  SCOREWAY_ASSIGN_OR_RETURN(const sklearn::Matrix splits, binning.Numbers("_splits_optimal"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string kind, binning.TextOr("dtype", "numerical"));
  if (kind == "numerical") return AddNumberBins(context, binning, wish, splits.values, column);
  return AddCategoryBins(context, binning, wish, splits.values, column);
}

Result<Table> AddProcess(Context& context, const Object& process, const Wish& all, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object names_at, process.Want("variable_names"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> names, names_at.Texts());
  SCOREWAY_ASSIGN_OR_RETURN(const Object binnings, process.Want("_binned_variables"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> support, process.Vector("_support", names.size()));
  Table out;
  for (size_t i = 0; i < names.size(); ++i) {
    if (support[i] == 0) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const Object binning, binnings.Want(names[i]));
    Wish wish = all;
    wish.variable = names[i];
    const Object own = process.Get("binning_transform_params").Get(names[i]);
    if (own.has_value() && all.points != nullptr)
      return context.Unsupported(process, "points with parameters of one's own");
    if (own.has_value()) {
      SCOREWAY_ASSIGN_OR_RETURN(wish.metric, own.TextOr("metric", all.metric));
      if (own.Get("metric_missing").exists()) wish.missing = own.Get("metric_missing");
    }
    Table column;
    if (in.by_name || in.width() != names.size()) {
      SCOREWAY_ASSIGN_OR_RETURN(sklearn::TableColumn found, context.FindColumn(process, in, names[i]));
      column.columns.push_back(std::move(found));
    } else {
      column.columns.push_back(in.columns[i]);
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, AddBins(context, binning, wish, column));
    out.Append(context.TableOf(value));
  }
  return out;
}

// The sum of the points of all columns: what Scorecard.score gives.
Result<Prediction> PredictScore(Context& context, const Object& scorecard, const Object& process, const Table& in) {
  const Object table = scorecard.Get("_df_scorecard");
  SCOREWAY_ASSIGN_OR_RETURN(const Labels variables, ReadFrameColumn(table, "Variable"));
  SCOREWAY_ASSIGN_OR_RETURN(const Labels numbers, ReadFrameColumn(table, "Points"));
  if (variables.type != Type::kString || numbers.type == Type::kString) {
    return table.Corrupt("no table of points");
  }
  Points points;
  for (size_t i = 0; i < variables.size(); ++i) points[variables.texts[i]].push_back(numbers.numbers[i]);
  Wish wish;
  wish.points = &points;
  SCOREWAY_ASSIGN_OR_RETURN(const Table binned, AddProcess(context, process, wish, in));
  SCOREWAY_ASSIGN_OR_RETURN(const double intercept, scorecard.Number("intercept_"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, context.Numbers(scorecard, binned));
  op::Linear sum;
  sum.weights.assign(binned.width(), 1);
  sum.bias = {intercept};
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId score, context.Add(std::move(sum), {row}, scorecard));
  return sklearn::RegressorOf(score);
}

}  // namespace

Result<Table> TransformBinningProcess(Context& context, const Object& process, const Table& in) {
  return AddProcess(context, process, {}, in);
}

Result<Prediction> PredictScorecard(Context& context, const Object& scorecard, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object process, scorecard.Want("binning_process_"));
  if (scorecard.Get("scaling_method").has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string target, scorecard.TextOr("_target_dtype", ""));
    if (target == "continuous") return PredictScore(context, scorecard, process, in);
    return context.Unsupported(scorecard, "points that are scaled, of classes");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Object estimator, scorecard.Want("estimator_"));
  Wish wish;
  wish.missing = scorecard.Get("_metric_missing");
  SCOREWAY_ASSIGN_OR_RETURN(const Table binned, AddProcess(context, process, wish, in));
  return context.Predict(estimator, binned);
}

}  // namespace scoreway::sklearn2pmml
