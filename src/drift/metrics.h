// Metrics: how well predictions agree with what turned out to be true. Pure functions of rows; the numbers are those
// that scikit-learn's functions of the same names give.
//
// Intervals are at 95 %: Wilson's for shares (accuracy, precision, recall), DeLong's for the area under the curve, and
// by the normal distribution for means over rows (log-loss, Brier score, MAE, bias; RMSE as the root of that of the
// mean squared error). A number that cannot be said is NaN: of no rows, the area where one class alone was true.
// Programmer's errors (lengths that differ, a class beyond `classes`) are checked. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "drift/interval.h"

namespace scoreway {

// Classes are numbered from 0. Rows of all members are the same.
struct ClassifiedRows {
  std::vector<std::string> classes = {};
  std::vector<uint32_t> truth = {};      // a class of each row
  std::vector<uint32_t> predicted = {};  // likewise
  // rows x classes, a row after the other, each adding up to 1; empty where the model gives none.
  std::vector<double> probabilities = {};

  size_t size() const { return truth.size(); }
};

struct ClassMeasures {
  std::string name;
  uint64_t support = 0;  // rows of which it was true
  Measure precision, recall;
  double f1 = kNotKnown;
};

struct ClassificationMetrics {
  uint64_t rows = 0;
  Measure accuracy;
  std::vector<ClassMeasures> by_class;
  // Means over the classes; a class that was never predicted counts 0, as with zero_division=0.
  double macro_precision = kNotKnown, macro_recall = kNotKnown, macro_f1 = kNotKnown;
  // Of the probabilities. Of two classes the second is the positive one.
  Measure log_loss;
  Measure brier;  // of two classes of the positive one; of more the sum over all
  Measure auc;    // of two classes; of more the mean of one against the rest, without an interval
  double calibration_error = kNotKnown;  // CalibrationError
};

ClassificationMetrics MeasureClassification(const ClassifiedRows& rows);

struct RegressionMetrics {
  uint64_t rows = 0;
  Measure rmse, mae;
  Measure bias;  // mean of predicted - true
  double r2 = kNotKnown;
};

RegressionMetrics MeasureRegression(std::span<const double> truth, std::span<const double> predicted);

// The area under the ROC curve, ties counted half, with the interval after DeLong, DeLong and Clarke-Pearson,
// "Comparing the areas under two or more correlated receiver operating characteristic curves", Biometrics 44 (1988),
// from midranks as Sun and Xu (2014) compute them. `is_positive[i]`: 0 or 1.
Measure AreaUnderCurve(std::span<const uint8_t> is_positive, std::span<const double> scores);

// Expected calibration error of 10 bins of equal width over what is confidently said: mean over rows of
// |share that was true - mean confidence| of the row's bin (Naeini, Cooper and Hauskrecht, AAAI 2015; bins as those of
// scikit-learn's calibration_curve).
double CalibrationError(std::span<const uint8_t> is_true, std::span<const double> confidences);

// What MeasureClassification is expected to find once labels are known, if the probabilities are calibrated: accuracy,
// log-loss, Brier score and, of two classes, the area under the curve; by_class is empty. The interval of the accuracy
// is that of chance alone. `truth` is not looked at. Of rows without probabilities nothing is known.
ClassificationMetrics EstimateClassification(const ClassifiedRows& rows);

}  // namespace scoreway
