// Feature selection: which columns stay.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "importers/sklearn/lowerings.h"
#include "importers/sklearn/pairwise_sum.h"

namespace scoreway::sklearn {
namespace {

using Mask = std::vector<bool>;

// The k greatest, later ones first among equals (a stable sort from its end).
Mask GreatestMask(const std::vector<double>& scores, size_t k) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&scores](size_t a, size_t b) { return scores[a] < scores[b]; });
  Mask mask(scores.size());
  for (size_t i = scores.size() - std::min(k, scores.size()); i < scores.size(); ++i) mask[order[i]] = true;
  return mask;
}

// numpy's percentile with linear interpolation.
double Percentile(std::vector<double> values, double percent) {
  std::sort(values.begin(), values.end());
  const double position = percent / 100 * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, values.size() - 1);
  const double fraction = position - static_cast<double>(below);
  const double step = values[above] - values[below];
  return fraction >= 0.5 ? values[above] - step * (1 - fraction) : values[below] + step * fraction;
}

Mask PercentileMask(const std::vector<double>& scores, double percent) {
  if (percent == 100) return Mask(scores.size(), true);
  if (percent == 0) return Mask(scores.size(), false);
  const double threshold = Percentile(scores, 100 - percent);
  Mask mask;
  for (double score : scores) mask.push_back(score > threshold);
  const auto wanted = static_cast<size_t>(static_cast<double>(scores.size()) * percent / 100);
  auto kept = static_cast<size_t>(std::count(mask.begin(), mask.end(), true));
  for (size_t i = 0; i < scores.size() && kept < wanted; ++i) {
    if (scores[i] == threshold) mask[i] = true, ++kept;
  }
  return mask;
}

// Benjamini and Hochberg's procedure.
Mask FalseDiscoveryMask(const std::vector<double>& p_values, double alpha) {
  std::vector<double> sorted = p_values;
  std::sort(sorted.begin(), sorted.end());
  double limit = -1;
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] <= alpha / static_cast<double>(sorted.size()) * static_cast<double>(i + 1)) limit = sorted[i];
  }
  Mask mask;
  for (double p : p_values) mask.push_back(p <= limit);
  return mask;
}

Result<std::vector<double>> ReadScores(const Object& selector, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<double> scores, selector.Vector("scores_", width));
  for (double& score : scores) {
    if (std::isnan(score)) score = std::numeric_limits<double>::lowest();
  }
  return scores;
}

Result<Mask> UnivariateMask(Context& context, const Object& selector, const std::string& kind, const Object& parameter,
                            size_t width) {
  if (kind == "k_best") {
    if (parameter.is_text()) return Mask(width, true);  // 'all'
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t k, parameter.Integer());
    if (k < 0) return parameter.Corrupt("a negative number of columns");
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> scores, ReadScores(selector, width));
    return GreatestMask(scores, static_cast<size_t>(k));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double number, parameter.Number());
  if (kind == "percentile") {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> scores, ReadScores(selector, width));
    if (scores.empty() || !(number >= 0 && number <= 100)) return parameter.Corrupt("not a percentile");
    return PercentileMask(scores, number);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> p_values, selector.Vector("pvalues_", width));
  if (kind == "fdr") return FalseDiscoveryMask(p_values, number);
  const double limit = kind == "fwe" ? number / static_cast<double>(width) : number;
  if (kind != "fwe" && kind != "fpr") return context.Unsupported(selector, "mode '" + kind + "'");
  Mask mask;
  for (double p : p_values) mask.push_back(p < limit);
  return mask;
}

// ---- importance of columns to a fitted estimator -------------------------------------------------------------------

double Norm(const std::vector<double>& values, double order) {
  double sum = 0;
  if (std::isinf(order)) {
    for (double value : values) sum = std::max(sum, std::fabs(value));
    return sum;
  }
  for (double value : values) sum += order == 1 ? std::fabs(value) : std::pow(std::fabs(value), order);
  return order == 1 ? sum : std::pow(sum, 1 / order);
}

Result<std::vector<double>> CoefficientImportance(const Object& selector, const std::vector<double>& coefficients,
                                                  size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const double order, selector.NumberOr("norm_order", 1));
  const size_t rows = width == 0 ? 0 : coefficients.size() / width;
  std::vector<double> importance;
  for (size_t column = 0; column < width; ++column) {
    std::vector<double> values;
    for (size_t row = 0; row < rows; ++row) values.push_back(coefficients[row * width + column]);
    importance.push_back(Norm(values, order));
  }
  return importance;
}

// How much the splits on each column of one tree lowered its impurity.
Result<std::vector<double>> TreeImportance(const Object& estimator, size_t width, bool normalize) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object tree, estimator.Want("tree_"));
  SCOREWAY_ASSIGN_OR_RETURN(const Object nodes_at, tree.Want("nodes"));
  Result<const pickle::Array*> nodes = nodes_at.node().AsArray();
  if (!nodes.ok()) return AtPlace(nodes_at.path(), std::move(nodes).error());
  const auto field = [&nodes](std::string_view name) -> Result<std::vector<double>> {
    SCOREWAY_ASSIGN_OR_RETURN(const pickle::Array array, (*nodes)->Field(name));
    return array.ToDoubles();
  };
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> left, field("left_child"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> right, field("right_child"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> feature, field("feature"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> impurity, field("impurity"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> weight, field("weighted_n_node_samples"));
  std::vector<double> importance(width);
  const auto size = static_cast<double>(left.size());
  for (size_t i = 0; i < left.size(); ++i) {
    if (left[i] < 0) continue;
    if (left[i] >= size || right[i] < 0 || right[i] >= size || feature[i] < 0 ||
        feature[i] >= static_cast<double>(width)) {
      return nodes_at.Corrupt("a node points out of range");
    }
    const auto l = static_cast<size_t>(left[i]);
    const auto r = static_cast<size_t>(right[i]);
    importance[static_cast<size_t>(feature[i])] +=
        weight[i] * impurity[i] - weight[l] * impurity[l] - weight[r] * impurity[r];
  }
  double sum = 0;
  for (double& value : importance) {
    value /= weight.empty() ? 1 : weight[0];
    sum += value;
  }
  for (double& value : importance) {
    if (normalize && sum > 0) value /= sum;
  }
  return importance;
}

// The mean over the trees that have a split, made to sum to 1.
Result<std::vector<double>> EnsembleImportance(const Object& estimator, size_t width, bool normalize_each) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> trees, estimator.Items("estimators_"));
  std::vector<double> total(width);
  double used = 0;
  for (const Object& tree : trees) {
    SCOREWAY_ASSIGN_OR_RETURN(const double nodes, tree.Get("tree_").Number("node_count"));
    if (nodes <= 1) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> importance, TreeImportance(tree, width, normalize_each));
    for (size_t i = 0; i < width; ++i) total[i] += importance[i];
    ++used;
  }
  double sum = 0;
  for (double& value : total) {
    if (used > 0) value /= used;
    sum += value;
  }
  for (double& value : total) {
    if (sum > 0) value /= sum;
  }
  return total;
}

Result<std::vector<double>> TreesImportance(Context& context, const Object& selector, const Object& estimator,
                                            size_t width) {
  const std::string name = estimator.short_name();
  if (estimator.Get("tree_").has_value()) return TreeImportance(estimator, width, true);
  if (name.starts_with("RandomForest") || name.starts_with("ExtraTrees")) {
    return EnsembleImportance(estimator, width, true);
  }
  if (name.starts_with("GradientBoosting")) return EnsembleImportance(estimator, width, false);
  return context.Unsupported(selector, "the importances of " + estimator.class_name() + " are not known");
}

// Of several rows of coefficients it is the norm of each column.
Result<Importances> ImportancesOf(Context& context, const Object& selector, const Object& estimator, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string getter, selector.TextOr("importance_getter", "auto"));
  if (getter != "auto" && getter != "coef_" && getter != "feature_importances_") {
    return context.Unsupported(selector, "importance_getter '" + getter + "'");
  }
  Importances importances;
  if (const ClassLowering* entry = context.Find(estimator); entry != nullptr && entry->importances != nullptr) {
    SCOREWAY_ASSIGN_OR_RETURN(importances, entry->importances(context, estimator, width));
  } else if (estimator.Get("coef_").has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(Matrix coefficients, estimator.Numbers("coef_"));
    importances = {std::move(coefficients.values), true, false};
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(importances.values, TreesImportance(context, selector, estimator, width));
  }
  if (!importances.are_coefficients) return importances;
  if (getter == "feature_importances_") return context.Unsupported(selector, "coefficients as feature_importances_");
  SCOREWAY_ASSIGN_OR_RETURN(importances.values, CoefficientImportance(selector, importances.values, width));
  return importances;
}

double Mean(const Importances& importances) {
  const std::vector<double>& values = importances.values;
  const auto count = static_cast<double>(values.size());
  if (!importances.are_float32) return PairwiseSum<double>(values) / count;
  const std::vector<float> floats(values.begin(), values.end());
  return static_cast<double>(PairwiseSum<float>(floats)) / count;
}

// The importance below which a column is left out: a number, "mean", "median" or a multiple such as "1.25*median".
Result<double> ImportanceThreshold(Context& context, const Object& selector, const Object& estimator,
                                   const Importances& importances) {
  const Object given = selector.Get("threshold");
  if (given.has_value() && !given.is_text()) return given.Number();
  std::string word = "mean";
  if (given.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(word, given.Text());
  } else {
    const std::string name = estimator.short_name();
    SCOREWAY_ASSIGN_OR_RETURN(const std::string penalty,
                              estimator.Get("penalty").is_text() ? estimator.Text("penalty") : std::string());
    double ratio = 0;
    if (name == "ElasticNet" || name == "LogisticRegression") {
      SCOREWAY_ASSIGN_OR_RETURN(ratio, estimator.NumberOr("l1_ratio", 0));
    } else if (name == "ElasticNetCV") {
      SCOREWAY_ASSIGN_OR_RETURN(ratio, estimator.NumberOr("l1_ratio_", 0));
    }
    const bool sparse = std::fabs(ratio - 1) < 1e-5 && (name.starts_with("ElasticNet") || context.AtLeast(1, 8));
    if (penalty == "l1" || name.find("Lasso") != std::string::npos || sparse) return 1e-5;
  }
  double factor = 1;
  if (const size_t star = word.find('*'); star != std::string::npos) {
    char* end = nullptr;
    factor = std::strtod(word.c_str(), &end);
    word = word.substr(star + 1);
  }
  std::erase(word, ' ');
  if (word == "mean") return factor * Mean(importances);
  if (word == "median") return factor * Percentile(importances.values, 50);
  return context.Unsupported(selector, "threshold '" + word + "'");
}

Result<Mask> ImportanceMask(Context& context, const Object& selector, size_t width) {
  const Object estimator = selector.GetFirst({"estimator_", "estimator"});
  SCOREWAY_ASSIGN_OR_RETURN(const Importances importances, ImportancesOf(context, selector, estimator, width));
  const std::vector<double>& scores = importances.values;
  if (scores.empty()) return selector.Corrupt("has no columns");
  SCOREWAY_ASSIGN_OR_RETURN(double threshold, ImportanceThreshold(context, selector, estimator, importances));
  if (importances.are_float32) threshold = static_cast<double>(static_cast<float>(threshold));
  Mask mask(width, true);
  if (selector.Get("max_features").has_value()) {
    const Object at = selector.GetFirst({"max_features_", "max_features"});
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, at.Integer());
    std::vector<size_t> order(width);
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&scores](size_t a, size_t b) { return scores[a] > scores[b]; });
    for (size_t i = static_cast<size_t>(std::max<int64_t>(count, 0)); i < width; ++i) mask[order[i]] = false;
  }
  for (size_t i = 0; i < width; ++i) {
    if (scores[i] < threshold) mask[i] = false;
  }
  return mask;
}

Result<Mask> SupportMask(const Object& selector, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> support, selector.Vector("support_", width));
  Mask mask;
  for (double chosen : support) mask.push_back(chosen != 0);
  return mask;
}

Result<Mask> SelectorMask(Context& context, const Object& selector, size_t width) {
  const std::string name = selector.short_name();
  if (name == "SelectKBest") return UnivariateMask(context, selector, "k_best", selector.Get("k"), width);
  if (name == "SelectPercentile") {
    return UnivariateMask(context, selector, "percentile", selector.Get("percentile"), width);
  }
  if (name == "SelectFpr") return UnivariateMask(context, selector, "fpr", selector.Get("alpha"), width);
  if (name == "SelectFdr") return UnivariateMask(context, selector, "fdr", selector.Get("alpha"), width);
  if (name == "SelectFwe") return UnivariateMask(context, selector, "fwe", selector.Get("alpha"), width);
  if (name == "GenericUnivariateSelect") {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string mode, selector.TextOr("mode", "percentile"));
    return UnivariateMask(context, selector, mode, selector.Get("param"), width);
  }
  if (name == "VarianceThreshold") {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> variances, selector.Vector("variances_", width));
    SCOREWAY_ASSIGN_OR_RETURN(const double threshold, selector.NumberOr("threshold", 0));
    Mask mask;
    for (double variance : variances) mask.push_back(variance > threshold);
    return mask;
  }
  if (name == "SelectFromModel") return ImportanceMask(context, selector, width);
  return SupportMask(selector, width);
}

// Whether a selector lets missing cells through: the meta-selectors do what their estimator does.
bool AllowsMissing(const Object& selector) {
  if (selector.short_name() == "VarianceThreshold") return true;
  const std::string inner = selector.GetFirst({"estimator_", "estimator"}).short_name();
  return inner.starts_with("HistGradientBoosting") || inner.starts_with("XGB") || inner.starts_with("LGBM") ||
         inner == "Pipeline";
}

}  // namespace

Result<Table> TransformSelector(Context& context, const Object& selector, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Mask mask, SelectorMask(context, selector, in.width()));
  const bool rejects = !AllowsMissing(selector);
  Table out;
  for (size_t i = 0; i < in.width(); ++i) {
    if (rejects) context.RejectMissing(in.columns[i]);
    if (!mask[i]) continue;
    out.columns.push_back(in.columns[i]);
    if (rejects) out.columns.back().missing_from.clear();
  }
  return out;
}

Result<Prediction> PredictRfe(Context& context, const Object& selector, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Table selected, TransformSelector(context, selector, in));
  SCOREWAY_ASSIGN_OR_RETURN(const Object estimator, selector.Want("estimator_"));
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, context.Predict(estimator, selected));
  prediction.transformed = selected;
  return prediction;
}

}  // namespace scoreway::sklearn
