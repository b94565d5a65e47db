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
  double special = 0;
  double missing = 0;
};

// The points of a scorecard by variable: of each bin, of what is special, of what is missing.
using Points = std::map<std::string, std::vector<double>, std::less<>>;

// What a process was told to give, for all columns or for one.
struct Wish {
  std::string metric;              // empty: the usual one
  Object special;                  // 'empirical' or a number; absent: 0
  Object missing;                  // the same
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

// Of several classes: the weight of evidence of each against all others, and of these the mean, which may be weighted
// by how often the classes came.
Result<BinValues> ClassValues(Context& context, const Object& binning, const Wish& wish, size_t bins) {
  SCOREWAY_ASSIGN_OR_RETURN(const sklearn::Matrix counts, binning.Numbers("_n_event"));
  if (counts.shape.size() != 2 || counts.rows() < bins || counts.columns() == 0) {
    return binning.Corrupt("not one row of counts a bin");
  }
  const bool weighted = wish.metric == "weighted_mean_woe";
  if (!weighted && !wish.metric.empty() && wish.metric != "mean_woe") {
    return context.Unsupported(binning, "the metric '" + wish.metric + "'");
  }
  const size_t classes = counts.columns();
  std::vector<double> of_class(classes, 0), of_bin(counts.rows(), 0);
  for (size_t bin = 0; bin < counts.rows(); ++bin) {
    for (size_t k = 0; k < classes; ++k) {
      of_class[k] += counts.values[bin * classes + k];
      of_bin[bin] += counts.values[bin * classes + k];
    }
  }
  const double all = SumOf(of_class);
  BinValues values;
  for (size_t bin = 0; bin < counts.rows(); ++bin) {
    double sum = 0;
    for (size_t k = 0; k < classes; ++k) {
      const double events = counts.values[bin * classes + k];
      if (events == 0 || events == of_bin[bin]) continue;
      sum += EvidenceOf(events / of_bin[bin], all - of_class[k], of_class[k]) * (weighted ? of_class[k] : 1);
    }
    values.bins.push_back(sum / (weighted ? all : static_cast<double>(classes)));
  }
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
  values.special = points->second[bins];
  values.missing = values.unknown = points->second.back();
  return values;
}

// What stands for cells without a bin; nothing for what the counts of such cells give.
Result<std::optional<double>> ReadMetric(const Object& metric) {
  if (!metric.has_value()) return std::optional<double>(0);
  if (metric.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string text, metric.Text());
    if (text != "empirical") return metric.Corrupt("neither 'empirical' nor a number");
    return std::optional<double>();
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double number, metric.Number());
  return std::optional<double>(number);
}

Result<BinValues> ReadValues(Context& context, const Object& binning, const Wish& wish, size_t bins) {
  if (wish.points != nullptr) {
    if (!binning.Get("cat_unknown").has_value()) return PointValues(binning, wish, bins);
    return context.Unsupported(binning, "points with cat_unknown");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::optional<double> missing, ReadMetric(wish.missing));
  SCOREWAY_ASSIGN_OR_RETURN(const std::optional<double> special, ReadMetric(wish.special));
  const bool empirical = !missing || !special;
  const std::string kind = binning.short_name();
  Result<BinValues> read = BinValues();
  if (kind == "OptimalBinning") {
    read = BinaryValues(context, binning, wish, bins, empirical);
  } else if (kind == "ContinuousOptimalBinning") {
    read = MeanValues(context, binning, wish, bins, empirical);
  } else if (kind == "MulticlassOptimalBinning") {
    read = ClassValues(context, binning, wish, bins);
  } else {
    return context.Unsupported(binning, "this kind of binning");
  }
  SCOREWAY_ASSIGN_OR_RETURN(BinValues values, std::move(read));
  // Behind the bins stands what is special, then what is missing.
  if (empirical && values.bins.size() < bins + 2) return binning.Corrupt("not one count a bin");
  values.special = special ? *special : values.bins[bins];
  values.missing = missing ? *missing : values.bins[bins + 1];
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

// The value of special numbers, and of all others that of their bin.
Result<ValueId> OrSpecial(Context& context, const Object& binning, ValueId number, ValueId binned, double special) {
  const Object codes = binning.Get("special_codes");
  if (!codes.has_value()) return binned;
  if (!codes.is_sequence() && !codes.is_array()) return context.Unsupported(binning, "groups of special codes");
  SCOREWAY_ASSIGN_OR_RETURN(Labels known, codes.ReadLabels());
  if (known.type == Type::kString || known.missing_at) return context.Unsupported(binning, "special codes of text");
  op::DecodeNumber is_special;
  is_special.table.assign(known.size(), 1);
  is_special.table.push_back(0);
  const op::CodeOrReject other{false, static_cast<double>(known.size())};
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId code,
      context.Add(op::EncodeNumber{{}, {std::move(known.numbers)}, {other}, {other}}, {number}, binning));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId condition, context.Add(std::move(is_special), {code}, binning));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(op::Constant{{special}}, {}, binning));
  return context.Add(op::Where{}, {condition, value, binned}, binning);
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
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId binned,
                            context.Add(op::ImputeNumber{op::kNaN, {values.missing}}, {value}, binning));
  return OrSpecial(context, binning, number, binned, values.special);
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
  if (binning.Get("special_codes").has_value()) return context.Unsupported(binning, "special codes of categories");
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
      if (own.Get("metric_special").exists()) wish.special = own.Get("metric_special");
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
  // Whoever scales points asks for the score, of classes, too; so the pipelines of sklearn2pmml have it.
  if (scorecard.Get("scaling_method").has_value()) return PredictScore(context, scorecard, process, in);
  SCOREWAY_ASSIGN_OR_RETURN(const Object estimator, scorecard.Want("estimator_"));
  Wish wish;
  wish.special = scorecard.Get("_metric_special");
  wish.missing = scorecard.Get("_metric_missing");
  SCOREWAY_ASSIGN_OR_RETURN(const Table binned, AddProcess(context, process, wish, in));
  return context.Predict(estimator, binned);
}

}  // namespace scoreway::sklearn2pmml
