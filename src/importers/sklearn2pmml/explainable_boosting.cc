// interpret's explainable boosting machines: the sum of a table for each feature and for some groups of features.

#include <algorithm>
#include <charconv>
#include <map>

#include "importers/sklearn/decision.h"
#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {
namespace {

constexpr size_t kTableMax = size_t{1} << 24;

// A feature cut into bins: 0 is missing, the last is unknown.
struct Binned {
  ValueId code = 0;
  size_t bins = 0;
};

class Machine {
 public:
  Machine(Context& context, const Object& machine, const Table& in) : context_(context), machine_(machine), in_(in) {}

  // One column a class, or one for two classes and for numbers.
  Result<ValueId> AddScores() {
    SCOREWAY_ASSIGN_OR_RETURN(types_at_, machine_.Want("feature_types_in_"));
    SCOREWAY_ASSIGN_OR_RETURN(types_, types_at_.Texts());
    SCOREWAY_RETURN_IF_ERROR(context_.WantWidth(machine_, in_, types_.size()));
    SCOREWAY_ASSIGN_OR_RETURN(bins_, machine_.Items("bins_"));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> terms, machine_.Items("term_features_"));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> scores, machine_.Items("term_scores_"));
    SCOREWAY_ASSIGN_OR_RETURN(Matrix intercept, machine_.Numbers("intercept_"));
    if (bins_.size() != types_.size() || terms.size() != scores.size() || intercept.size() == 0) {
      return machine_.Corrupt("terms and features do not fit each other");
    }
    width_ = intercept.size();
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId start,
                              context_.Add(op::Constant{std::move(intercept.values)}, {}, machine_));
    std::vector<ValueId> parts = {start};
    for (size_t term = 0; term < terms.size(); ++term) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId part, AddTerm(terms[term], scores[term]));
      parts.push_back(part);
    }
    return context_.Add(op::WeightedSum{}, std::move(parts), machine_);
  }

 private:
  using Matrix = sklearn::Matrix;

  // Where the codes of a term's features meet in its table.
  Result<ValueId> AddTerm(const Object& features_at, const Object& scores_at) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> features, features_at.Integers());
    SCOREWAY_ASSIGN_OR_RETURN(const Matrix scores, scores_at.Numbers());
    size_t cells = 1;
    std::vector<ValueId> codes;
    op::Linear place;
    for (int64_t feature : features) {
      if (feature < 0 || static_cast<size_t>(feature) >= types_.size())
        return features_at.Corrupt("a feature out of range");
      SCOREWAY_ASSIGN_OR_RETURN(const Binned binned, AddBins(static_cast<size_t>(feature), features.size()));
      codes.push_back(binned.code);
      cells *= binned.bins;
      if (cells > kTableMax) return features_at.Corrupt("a table of too many cells");
      for (double& stride : place.weights) stride *= static_cast<double>(binned.bins);
      place.weights.push_back(1);
    }
    if (codes.empty() || scores.size() != cells * width_)
      return scores_at.Corrupt("a table that does not fit its bins");
    SCOREWAY_ASSIGN_OR_RETURN(ValueId index, context_.Concat(std::move(codes), machine_));
    if (features.size() > 1) {
      SCOREWAY_ASSIGN_OR_RETURN(index, context_.Add(std::move(place), {index}, machine_));
    }
    std::vector<ValueId> parts;
    for (size_t k = 0; k < width_; ++k) {
      op::DecodeNumber table;
      for (size_t cell = 0; cell < cells; ++cell) table.table.push_back(scores.values[cell * width_ + k]);
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId part, context_.Add(std::move(table), {index}, machine_));
      parts.push_back(part);
    }
    return context_.Concat(std::move(parts), machine_);
  }

  // The bins that terms of so many features use: the last that there are, if there are fewer.
  Result<Binned> AddBins(size_t feature, size_t features) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> levels, bins_[feature].Items());
    if (levels.empty()) return bins_[feature].Corrupt("a feature without bins");
    const size_t level = std::min(levels.size(), features) - 1;
    const auto key = std::pair(feature, level);
    if (const auto found = binned_.find(key); found != binned_.end()) return found->second;
    Table column;
    column.columns.push_back(in_.columns[feature]);
    const bool continuous = types_[feature] == "continuous";
    SCOREWAY_ASSIGN_OR_RETURN(const Binned binned,
                              continuous ? AddIntervals(levels[level], column) : AddCategories(levels[level], column));
    binned_.emplace(key, binned);
    return binned;
  }

  Result<Binned> AddIntervals(const Object& cuts_at, const Table& column) {
    SCOREWAY_ASSIGN_OR_RETURN(Matrix cuts, cuts_at.Numbers());
    const size_t intervals = cuts.size() + 1;
    op::Bin bin;
    bin.codes = {static_cast<uint32_t>(intervals)};
    bin.edges.push_back(std::move(cuts.values));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId number, context_.Numbers(machine_, column));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId interval, context_.Add(std::move(bin), {number}, machine_));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, sklearn::MultiplyAdd(context_, machine_, interval, 1, 1));
    Binned binned;
    binned.bins = intervals + 2;
    SCOREWAY_ASSIGN_OR_RETURN(binned.code, context_.Add(op::ImputeNumber{op::kNaN, {0}}, {code}, machine_));
    return binned;
  }

  Result<Binned> AddCategories(const Object& categories_at, const Table& column) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto entries, categories_at.Entries());
    op::DecodeNumber bins;
    Labels known;
    known.type = Type::kString;
    double last = 0;
    for (const auto& [category, bin_at] : entries) {
      SCOREWAY_ASSIGN_OR_RETURN(const int64_t bin, bin_at.Integer());
      if (bin < 1 || bin > static_cast<int64_t>(entries.size())) return bin_at.Corrupt("a bin out of range");
      known.texts.push_back(category);
      bins.table.push_back(static_cast<double>(bin));
      last = std::max(last, static_cast<double>(bin));
    }
    const auto count = static_cast<double>(bins.table.size());
    bins.table.push_back(last + 1);  // unknown
    bins.table.push_back(0);         // missing
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId place, AddPlaces(known, count, column));
    Binned binned;
    binned.bins = static_cast<size_t>(last) + 2;
    SCOREWAY_ASSIGN_OR_RETURN(binned.code, context_.Add(std::move(bins), {place}, machine_));
    return binned;
  }

  // The place among the categories, or `count` if unknown and count + 1 if missing. Numbers are known as texts.
  Result<ValueId> AddPlaces(const Labels& known, double count, const Table& column) {
    context_.NoteCategories(column.columns[0], known);
    const op::CodeOrReject unknown{false, count}, missing{false, count + 1};
    const bool numbers = !context_.IsOpen(column.columns[0]) && !context_.IsText(column.columns[0]);
    if (!numbers) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, context_.Texts(machine_, column));
      return context_.Add(op::EncodeText{{column.columns[0].name}, {known.texts}, {unknown}, {missing}}, {text},
                          machine_);
    }
    std::vector<double> values;
    for (const std::string& text : known.texts) {
      double value = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc() || end != text.data() + text.size()) {
        return context_.Unsupported(machine_, "categories of text in a column of numbers");
      }
      values.push_back(value);
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId number, context_.DecidedNumbers(machine_, column));
    return context_.Add(op::EncodeNumber{{column.columns[0].name}, {values}, {unknown}, {missing}}, {number}, machine_);
  }

  Context& context_;
  const Object& machine_;
  const Table& in_;
  Object types_at_;
  std::vector<std::string> types_;
  std::vector<Object> bins_;
  size_t width_ = 1;
  std::map<std::pair<size_t, size_t>, Binned> binned_;
};

}  // namespace

Result<Prediction> PredictBoostingMachineClassifier(Context& context, const Object& machine, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(Labels labels, machine.ReadLabels("classes_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string link, machine.TextOr("link_", labels.size() == 2 ? "logit" : "mlogit"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, Machine(context, machine, in).AddScores());
  const bool binary = context.width(scores) == 1;
  if (link != (binary ? "logit" : "mlogit")) return context.Unsupported(machine, "the link '" + link + "'");
  ValueId probabilities = 0;
  if (binary) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive,
                              sklearn::AddUnary(context, machine, op::UnaryFunction::kLogistic, scores));
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, sklearn::BothProbabilities(context, machine, positive));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(probabilities, sklearn::AddRow(context, machine, op::RowFunction::kSoftmax, scores));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction,
                            sklearn::ClassifierOfProbabilities(context, machine, std::move(labels), probabilities));
  prediction.decision = scores;
  if (binary) {
    SCOREWAY_ASSIGN_OR_RETURN(prediction.codes, context.Add(op::Threshold{}, {scores}, machine));
  }
  return prediction;
}

Result<Prediction> PredictBoostingMachineRegressor(Context& context, const Object& machine, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string link, machine.TextOr("link_", "identity"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId scores, Machine(context, machine, in).AddScores());
  if (link == "identity") return sklearn::RegressorOf(scores);
  if (link != "log") return context.Unsupported(machine, "the link '" + link + "'");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mean, sklearn::AddUnary(context, machine, op::UnaryFunction::kExp, scores));
  return sklearn::RegressorOf(mean);
}

Result<Prediction> PredictGlassboxInner(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object inner, model.Want("sk_model_"));
  return context.Predict(inner, in);
}

}  // namespace scoreway::sklearn2pmml
