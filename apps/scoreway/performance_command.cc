// scoreway performance: how well a model has done, as far as labels have come.

#include <cmath>

#include "commands.h"
#include "open_records.h"
#include "printing.h"
#include "service/measure_performance.h"
#include "table.h"

namespace scoreway {
namespace {

std::string Number(double value) { return NumberText(value, "not known"); }

std::string WithInterval(const Measure& measure) {
  if (std::isnan(measure.interval.low) || std::isnan(measure.interval.high)) return Number(measure.value);
  return Number(measure.value) + " (" + Number(measure.interval.low) + " to " + Number(measure.interval.high) + ")";
}

void PrintClassification(const Performance& performance) {
  const ClassificationMetrics& metrics = performance.classification;
  const ClassificationMetrics& estimate = performance.estimate;
  Table table({"METRIC", "MEASURED, 95 %", "ESTIMATE OF THE UNLABELLED"});
  const auto estimated = [&](const Measure& measure) { return estimate.rows == 0 ? "" : WithInterval(measure); };
  table.Add({"accuracy", WithInterval(metrics.accuracy), estimated(estimate.accuracy)});
  table.Add({"log-loss", WithInterval(metrics.log_loss), estimated(estimate.log_loss)});
  table.Add({"brier", WithInterval(metrics.brier), estimated(estimate.brier)});
  table.Add({"auc", WithInterval(metrics.auc), estimated(estimate.auc)});
  table.Add({"calibration error", Number(metrics.calibration_error), ""});
  table.Add({"macro F1", Number(metrics.macro_f1), ""});
  Print(table.ToString());
  Table classes({"CLASS", "ROWS", "PRECISION, 95 %", "RECALL, 95 %", "F1"});
  for (const ClassMeasures& one : metrics.by_class) {
    classes.Add(
        {one.name, std::to_string(one.support), WithInterval(one.precision), WithInterval(one.recall), Number(one.f1)});
  }
  if (!classes.empty()) Print(classes.ToString());
}

void PrintRegression(const RegressionMetrics& metrics) {
  Table table({"METRIC", "MEASURED, 95 %"});
  table.Add({"rmse", WithInterval(metrics.rmse)});
  table.Add({"mae", WithInterval(metrics.mae)});
  table.Add({"bias", WithInterval(metrics.bias)});
  table.Add({"r2", Number(metrics.r2)});
  Print(table.ToString());
}

void PrintSegments(const Performance& performance, const std::string& column) {
  const bool is_classification = performance.task == PredictionTask::kClassification;
  Table table(
      {column, "ROWS", is_classification ? "ACCURACY, 95 %" : "RMSE, 95 %", is_classification ? "AUC" : "BIAS"});
  for (const PerformanceSegment& segment : performance.segments) {
    if (is_classification) {
      table.Add({segment.value, std::to_string(segment.classification.rows),
                 WithInterval(segment.classification.accuracy), Number(segment.classification.auc.value)});
    } else {
      table.Add({segment.value, std::to_string(segment.regression.rows), WithInterval(segment.regression.rmse),
                 Number(segment.regression.bias.value)});
    }
  }
  Print(table.ToString());
}

void PrintStretches(const Performance& performance) {
  const bool is_classification = performance.task == PredictionTask::kClassification;
  Table table({"FROM (UTC)", "TO", "ROWS", is_classification ? "ACCURACY, 95 %" : "RMSE, 95 %",
               is_classification ? "BRIER, 95 %" : "BIAS, 95 %"});
  for (const PerformanceStretch& stretch : performance.stretches) {
    const Measure& first = is_classification ? stretch.classification.accuracy : stretch.regression.rmse;
    const Measure& second = is_classification ? stretch.classification.brier : stretch.regression.bias;
    table.Add({TimeText(stretch.from_micros), TimeText(stretch.to_micros),
               std::to_string(is_classification ? stretch.classification.rows : stretch.regression.rows),
               WithInterval(first), WithInterval(second)});
  }
  if (!table.empty()) Print(table.ToString());
}

}  // namespace

Status RunPerformance(const PerformanceOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ParseReference(options.model));
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRecords opened,
                            OpenRecords(options.registry, options.place, WhenMissing::kFail));
  PerformanceQuery query;
  query.window = options.window;
  query.segment = options.segment;
  query.shadow = options.shadow;
  query.stretches = options.stretches;
  query.outputs.prediction = options.prediction;
  query.outputs.probabilities = {options.probabilities.begin(), options.probabilities.end()};
  if (options.task == "classification") query.outputs.task = PredictionTask::kClassification;
  if (options.task == "regression") query.outputs.task = PredictionTask::kRegression;
  SCOREWAY_ASSIGN_OR_RETURN(const Performance performance, MeasurePerformance(opened.service(), reference, query));
  if (options.json) {
    PrintAsJson(performance);
    return {};
  }
  std::string head = performance.model + "/" + std::to_string(performance.version) + ", window " + performance.window +
                     ": " + std::to_string(performance.predictions) + " predictions, " +
                     std::to_string(performance.labelled) + " with a label";
  if (performance.labelled > 0)
    head += ", which came after " + Number(performance.delay_median_seconds) + " s (median)";
  if (!performance.is_whole) head += "; the window has more, these are the newest";
  Print(head + "\n");
  if (performance.predictions == 0) return {};
  performance.task == PredictionTask::kClassification ? PrintClassification(performance)
                                                      : PrintRegression(performance.regression);
  if (!options.segment.empty()) PrintSegments(performance, options.segment);
  PrintStretches(performance);
  for (const ErrorChange& change : performance.changes) {
    Print("the errors have changed: " + std::string(change.detector) + " at " + TimeText(change.time_micros) + "\n");
  }
  return {};
}

}  // namespace scoreway
