#include "drift/metrics.h"

#include <algorithm>

#include "drift/change_detectors.h"
#include "drift/drift_test_streams.h"

namespace scoreway {
namespace {

ClassifiedRows RowsOf(uint64_t seed, size_t count, size_t classes) {
  Stream stream(seed);
  ClassifiedRows rows;
  for (size_t label = 0; label < classes; ++label) rows.classes.push_back("c" + std::to_string(label));
  for (size_t i = 0; i < count; ++i) {
    std::vector<double> row;
    for (size_t label = 0; label < classes; ++label) row.push_back(stream.Next());
    const auto label = std::min(static_cast<size_t>(stream.Next() * static_cast<double>(classes)), classes - 1);
    row[label] += 0.3;
    double total = 0, others = 0;
    for (const double weight : row) total += weight;
    for (double& weight : row) weight = std::floor(weight / total * 50) / 50;
    for (size_t other = 0; other + 1 < classes; ++other) others += row[other];
    row.back() = 1 - others;
    rows.truth.push_back(static_cast<uint32_t>(label));
    rows.predicted.push_back(static_cast<uint32_t>(std::max_element(row.begin(), row.end()) - row.begin()));
    rows.probabilities.insert(rows.probabilities.end(), row.begin(), row.end());
  }
  return rows;
}

void ExpectClassification(const std::string& name, const ClassificationMetrics& metrics) {
  ExpectSame(metrics.accuracy.value, name + "/accuracy");
  ExpectSame(metrics.accuracy.interval.low, name + "/accuracy_low");
  ExpectSame(metrics.accuracy.interval.high, name + "/accuracy_high");
  for (size_t label = 0; label < metrics.by_class.size(); ++label) {
    ExpectSame(metrics.by_class[label].precision.value, name + "/precision/" + std::to_string(label));
    ExpectSame(metrics.by_class[label].recall.value, name + "/recall/" + std::to_string(label));
    ExpectSame(metrics.by_class[label].f1, name + "/f1/" + std::to_string(label));
  }
  ExpectSame(metrics.macro_f1, name + "/macro_f1");
  ExpectSame(metrics.log_loss.value, name + "/log_loss");
  ExpectSame(metrics.brier.value, name + "/brier");
  ExpectSame(metrics.auc.value, name + "/auc");
  ExpectSame(metrics.calibration_error, name + "/calibration_error");
}

TEST(Metrics, OfTwoClassesEqualScikitLearn) {
  const ClassificationMetrics metrics = MeasureClassification(RowsOf(41, 700, 2));
  ExpectClassification("classes/two", metrics);
  ExpectSame((metrics.auc.interval.high - metrics.auc.interval.low) / (2 * kNormal975), "classes/two/auc_deviation");
}

TEST(Metrics, OfFourClassesEqualScikitLearn) {
  ExpectClassification("classes/four", MeasureClassification(RowsOf(42, 900, 4)));
}

TEST(Metrics, OfRegressionEqualScikitLearn) {
  const std::vector<double> truth = NumbersOf({51, 400, 10, 0, true});
  std::vector<double> predicted = NumbersOf({52, 400, 3, -1.2});
  for (size_t i = 0; i < truth.size(); ++i) predicted[i] += truth[i];
  const RegressionMetrics metrics = MeasureRegression(truth, predicted);
  ExpectSame(metrics.rmse.value, "regression/rmse");
  ExpectSame(metrics.mae.value, "regression/mae");
  ExpectSame(metrics.mae.interval.low, "regression/mae_low");
  ExpectSame(metrics.r2, "regression/r2");
  ExpectSame(metrics.bias.value, "regression/bias");
}

TEST(Metrics, OfNoRowsAreNotKnown) {
  EXPECT_TRUE(std::isnan(MeasureClassification({}).accuracy.value));
  EXPECT_TRUE(std::isnan(MeasureRegression({}, {}).rmse.value));
  const uint8_t is_positive[] = {1, 1};
  const double scores[] = {0.2, 0.3};
  EXPECT_TRUE(std::isnan(AreaUnderCurve(is_positive, scores).value));
}

// Labels drawn from the probabilities are what the estimate is about.
TEST(Metrics, TheEstimateIsTheExpectationOverLabels) {
  ClassifiedRows rows;
  rows.classes = {"no", "yes"};
  Stream stream(71);
  for (int i = 0; i < 200'000; ++i) {
    const double p = stream.Next();
    rows.probabilities.insert(rows.probabilities.end(), {1 - p, p});
    rows.predicted.push_back(p > 0.5 ? 1 : 0);
    rows.truth.push_back(stream.Next() < p ? 1 : 0);
  }
  const ClassificationMetrics found = MeasureClassification(rows), estimate = EstimateClassification(rows);
  EXPECT_NEAR(estimate.accuracy.value, found.accuracy.value, 0.005);
  EXPECT_NEAR(estimate.log_loss.value, found.log_loss.value, 0.005);
  EXPECT_NEAR(estimate.brier.value, found.brier.value, 0.005);
  EXPECT_NEAR(estimate.auc.value, found.auc.value, 0.005);
}

std::vector<int> Errors() {
  Stream stream(61);
  std::vector<int> errors;
  for (const double rate : {0.1, 0.35, 0.15}) {
    for (int i = 0; i < 2000; ++i) errors.push_back(stream.Next() < rate ? 1 : 0);
  }
  return errors;
}

template <typename Finds>
std::vector<size_t> PlacesOf(Finds finds) {
  std::vector<size_t> places;
  const std::vector<int> errors = Errors();
  for (size_t i = 0; i < errors.size(); ++i) {
    if (finds(errors[i])) places.push_back(i);
  }
  return places;
}

void ExpectPlaces(const std::string& name, const std::vector<size_t>& places, double slack) {
  ASSERT_EQ(static_cast<double>(places.size()), Expected("detectors/" + name + "/count")) << name;
  for (size_t i = 0; i < places.size(); ++i) {
    EXPECT_LE(static_cast<double>(places[i]), Expected("detectors/" + name + "/" + std::to_string(i)) + slack) << name;
    EXPECT_GE(places[i], 2000 * (i + 1)) << name << " found a change before it came";
  }
}

TEST(ChangeDetectors, AdwinSaysWhichWayItWent) {
  for (const bool rises : {true, false}) {
    Adwin adwin;
    bool found = false;
    for (int i = 0; i < 400 && !found; ++i) found = adwin.Add((i < 200) == rises ? 0 : 1);
    ASSERT_TRUE(found);
    EXPECT_EQ(adwin.rose(), rises);
  }
}

TEST(ChangeDetectors, FindWhatThoseOfRiverFindAndNoLater) {
  Adwin adwin;
  ExpectPlaces("adwin", PlacesOf([&](int error) { return adwin.Add(error); }), 0);
  PageHinkley page_hinkley;
  ExpectPlaces("page_hinkley", PlacesOf([&](int error) { return page_hinkley.Add(error); }), 0);
  Ddm ddm;
  ExpectPlaces("ddm", PlacesOf([&](int error) { return ddm.Add(error != 0) == Ddm::Finding::kChange; }), 0);
}

}  // namespace
}  // namespace scoreway
