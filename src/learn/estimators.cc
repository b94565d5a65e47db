#include "learn/estimators.h"

#include <charconv>
#include <utility>

namespace scoreway::learn {
namespace {

struct Kind {
  std::string_view name;
  Result<EstimatorPtr> (*make)(const LearnerState& state, size_t width);
};

constexpr Kind kKinds[] = {
    {"sklearn.linear_model.SGDClassifier", MakeSgdClassifier},
    {"sklearn.linear_model.Perceptron", MakeSgdClassifier},
    {"sklearn.linear_model.PassiveAggressiveClassifier", MakeSgdClassifier},
    {"sklearn.linear_model.SGDRegressor", MakeSgdRegressor},
    {"sklearn.linear_model.PassiveAggressiveRegressor", MakeSgdRegressor},
    {"sklearn.naive_bayes.GaussianNB", MakeGaussianNb},
    {"sklearn.naive_bayes.MultinomialNB", MakeCountNb},
    {"sklearn.naive_bayes.BernoulliNB", MakeCountNb},
    {"sklearn.naive_bayes.ComplementNB", MakeCountNb},
    {"sklearn.preprocessing.StandardScaler", MakeStandardScaler},
    {"sklearn.preprocessing.MinMaxScaler", MakeMinMaxScaler},
    {"sklearn.preprocessing.MaxAbsScaler", MakeMaxAbsScaler},
    {"sklearn.cluster.MiniBatchKMeans", MakeMiniBatchKMeans},
    {"sklearn.decomposition.IncrementalPCA", MakeIncrementalPca},
    {"sklearn.neural_network.MLPClassifier", MakePerceptron},
    {"sklearn.neural_network.MLPRegressor", MakePerceptron},
    {kSparkKMeans, MakeStreamingKMeans},
    {kSparkAls, MakeAlsFoldIn},
    {kStreamingKMeans, MakeStreamingKMeans},
    {"scoreway.Logistic", MakeLogistic},
    {"scoreway.Ftrl", MakeLogistic},
    {"scoreway.HoeffdingTree", MakeHoeffdingTree},
    {"scoreway.AdaptiveRandomForest", MakeAdaptiveForest},
};

}  // namespace

Result<EstimatorPtr> MakeEstimator(const LearnerState& state, size_t width) {
  for (const Kind& kind : kKinds) {
    if (kind.name == state.kind) return kind.make(state, width);
  }
  return Unsupported(state, "this estimator does not learn on");
}

std::vector<std::string_view> EstimatorKinds() {
  std::vector<std::string_view> names;
  for (const Kind& kind : kKinds) names.push_back(kind.name);
  return names;
}

Result<size_t> ClassCount(const LearnerState& state) {
  const auto numbers = state.numbers.find("classes_");
  if (numbers != state.numbers.end() && !numbers->second.empty()) return numbers->second.size();
  const auto texts = state.texts.find("classes_");
  if (texts != state.texts.end() && !texts->second.empty()) return texts->second.size();
  return Error{Code::kCorrupt, state.kind + " has no classes_", state.place};
}

bool AtLeast(const LearnerState& state, int major, int minor) {
  int own_major = 0, own_minor = 0;
  const char* end = state.version.data() + state.version.size();
  const auto first = std::from_chars(state.version.data(), end, own_major);
  if (first.ec != std::errc() || first.ptr == end) return true;
  if (std::from_chars(first.ptr + 1, end, own_minor).ec != std::errc()) return true;
  return std::pair(own_major, own_minor) >= std::pair(major, minor);
}

Error Unsupported(const LearnerState& state, std::string reason) {
  const std::string place = state.place.empty() ? "the saved object" : state.place;
  return Error{Code::kUnsupported, "unsupported: " + state.kind + " at " + place + " (" + std::move(reason) + ")", {}};
}

}  // namespace scoreway::learn
