// The estimators there are: which state is continued by which code.
#pragma once

#include <string_view>
#include <vector>

#include "learn/estimator.h"

namespace scoreway::learn {

// Kinds that are more than one estimator of scikit-learn's kind: they have settings (learner_settings.h), and operators
// that hold what was learned (learner.cc).
inline constexpr std::string_view kSparkKMeans = "spark.clustering.KMeansModel";
inline constexpr std::string_view kSparkAls = "spark.recommendation.ALSModel";
inline constexpr std::string_view kStreamingKMeans = "scoreway.StreamingKMeans";

// The estimator of a state, for rows of this width. UNSUPPORTED for a kind that none continues, or a setting with which
// its library would not go on either; CORRUPT for a state that does not fit.
Result<EstimatorPtr> MakeEstimator(const LearnerState& state, size_t width);

// All kinds, for people and documents.
std::vector<std::string_view> EstimatorKinds();

Result<EstimatorPtr> MakeSgdClassifier(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeSgdRegressor(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeGaussianNb(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeCountNb(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeStandardScaler(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeMinMaxScaler(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeMaxAbsScaler(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeMiniBatchKMeans(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeStreamingKMeans(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeIncrementalPca(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakePerceptron(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeLogistic(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeHoeffdingTree(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeAdaptiveForest(const LearnerState& state, size_t width);
Result<EstimatorPtr> MakeAlsFoldIn(const LearnerState& state, size_t width);

// The number of classes of a classifier's state; CORRUPT if it names none.
Result<size_t> ClassCount(const LearnerState& state);

// Whether the state's library has at least this version; one that does not say counts as new.
bool AtLeast(const LearnerState& state, int major, int minor);

Error Unsupported(const LearnerState& state, std::string reason);

}  // namespace scoreway::learn
