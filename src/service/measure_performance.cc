#include "service/measure_performance.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>

#include "base/number_text.h"
#include "base/utc_time.h"
#include "drift/change_detectors.h"
#include "service/log_window.h"
#include "service/read_predictions.h"

namespace scoreway {
namespace {

constexpr size_t kRowsAtOnce = 10'000;
constexpr size_t kSegmentsMax = 100;
constexpr size_t kValuesOfNumbersMax = 20;
constexpr size_t kQuarters = 4;

using RowPointers = std::vector<const LabelledRow*>;

Result<LabelledRows> ReadRows(const Service& service, const PerformanceQuery& query, const LogWindow& window,
                              Performance* performance) {
  LabelledRowReader reader(query.outputs, query.segment);
  PredictionQuery wanted;
  wanted.version = performance->version;
  wanted.shadow = query.shadow;
  wanted.labels = LabelWish::kJoined;
  wanted.range = {.from_micros = std::max<int64_t>(window.from_micros, 0), .to_micros = window.to_micros};
  const uint64_t rows_max =
      window.rows == 0 ? PerformanceQuery::kRowsMax : std::min(window.rows, PerformanceQuery::kRowsMax);
  std::string token;
  do {
    const size_t count = std::min<size_t>(kRowsAtOnce, rows_max - reader.size());
    SCOREWAY_ASSIGN_OR_RETURN(const PredictionPage page,
                              ReadPredictions(service, performance->model, wanted, count, token));
    SCOREWAY_RETURN_IF_ERROR(reader.Add(page.table));
    token = page.next_page_token;
  } while (!token.empty() && reader.size() < rows_max);
  performance->is_whole = token.empty() || (window.rows > 0 && reader.size() >= window.rows);
  return std::move(reader).Finish();
}

void MeasureRows(const LabelledRows& rows, const RowPointers& labelled, ClassificationMetrics* classification,
                 RegressionMetrics* regression) {
  if (rows.task == PredictionTask::kClassification) {
    *classification = MeasureClassification(Classified(rows, labelled));
    return;
  }
  std::vector<double> truth, predicted;
  for (const LabelledRow* row : labelled) {
    truth.push_back(row->true_number);
    predicted.push_back(row->predicted_number);
  }
  *regression = MeasureRegression(truth, predicted);
}

void MeasureDelay(const RowPointers& labelled, Performance* performance) {
  if (labelled.empty()) return;
  std::vector<double> delays;
  for (const LabelledRow* row : labelled) {
    delays.push_back(static_cast<double>(row->label_micros - row->time_micros) * 1e-6);
  }
  std::sort(delays.begin(), delays.end());
  performance->delay_median_seconds = delays[(delays.size() - 1) / 2];
  performance->delay_90_seconds = delays[(delays.size() - 1) * 9 / 10];
}

// The name of each row's segment: its value, or of numbers of many values the quarter it lies in.
std::vector<std::string> SegmentNames(const RowPointers& rows) {
  std::vector<std::string> names;
  std::vector<double> numbers;
  bool are_numbers = true;
  for (const LabelledRow* row : rows) {
    names.push_back(row->segment.empty() ? "(missing)" : row->segment);
    double number = 0;
    if (row->segment.empty()) continue;
    if (ParseDouble(row->segment, &number) == NumberParse::kOk) {
      numbers.push_back(number);
    } else {
      are_numbers = false;
    }
  }
  std::sort(numbers.begin(), numbers.end());
  if (!are_numbers || std::set<double>(numbers.begin(), numbers.end()).size() <= kValuesOfNumbersMax) return names;
  double edges[kQuarters + 1];
  for (size_t i = 0; i <= kQuarters; ++i) edges[i] = numbers[(numbers.size() - 1) * i / kQuarters];
  for (std::string& name : names) {
    double number = 0;
    if (ParseDouble(name, &number) != NumberParse::kOk) continue;
    size_t quarter = 0;
    while (quarter + 1 < kQuarters && number > edges[quarter + 1]) ++quarter;
    name.clear();
    AppendShortest(edges[quarter], &name);
    name += " to ";
    AppendShortest(edges[quarter + 1], &name);
  }
  return names;
}

void MeasureSegments(const LabelledRows& rows, const RowPointers& labelled, Performance* performance) {
  std::map<std::string, RowPointers> by_name;
  const std::vector<std::string> names = SegmentNames(labelled);
  for (size_t i = 0; i < labelled.size(); ++i) by_name[names[i]].push_back(labelled[i]);
  std::vector<const std::pair<const std::string, RowPointers>*> largest;
  for (const auto& segment : by_name) largest.push_back(&segment);
  std::stable_sort(largest.begin(), largest.end(),
                   [](const auto* a, const auto* b) { return a->second.size() > b->second.size(); });
  largest.resize(std::min(largest.size(), kSegmentsMax));
  for (const auto* segment : largest) {
    PerformanceSegment measured;
    measured.value = segment->first;
    MeasureRows(rows, segment->second, &measured.classification, &measured.regression);
    performance->segments.push_back(std::move(measured));
  }
}

RowPointers InOrderOfTime(RowPointers rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const LabelledRow* a, const LabelledRow* b) { return a->time_micros < b->time_micros; });
  return rows;
}

void MeasureStretches(const LabelledRows& rows, const RowPointers& in_order, size_t stretches,
                      Performance* performance) {
  const size_t count = std::min(stretches, in_order.size() / PerformanceQuery::kStretchRowsMin);
  for (size_t i = 0; i < count; ++i) {
    const auto begin = in_order.begin() + static_cast<ptrdiff_t>(in_order.size() * i / count);
    const auto end = in_order.begin() + static_cast<ptrdiff_t>(in_order.size() * (i + 1) / count);
    PerformanceStretch stretch;
    stretch.from_micros = (*begin)->time_micros;
    stretch.to_micros = (*(end - 1))->time_micros;
    MeasureRows(rows, RowPointers(begin, end), &stretch.classification, &stretch.regression);
    performance->stretches.push_back(std::move(stretch));
  }
}

// The errors in the order of time, from 0 to 1: of a regression over the deviation of the labels.
std::vector<double> Errors(const LabelledRows& rows, const RowPointers& in_order) {
  std::vector<double> errors;
  double sum = 0, squares = 0;
  for (const LabelledRow* row : in_order) {
    sum += row->true_number;
    squares += row->true_number * row->true_number;
  }
  const auto count = static_cast<double>(in_order.size());
  const double deviation = std::sqrt(std::max(squares / count - sum * sum / (count * count), 0.0));
  for (const LabelledRow* row : in_order) {
    if (rows.task == PredictionTask::kClassification) {
      errors.push_back(row->predicted_class == row->true_class ? 0 : 1);
    } else {
      const double off = std::abs(row->predicted_number - row->true_number);
      errors.push_back(deviation > 0 && off < deviation ? off / deviation : off > 0 ? 1 : 0);
    }
  }
  return errors;
}

void FindChanges(const LabelledRows& rows, const RowPointers& in_order, Performance* performance) {
  const std::vector<double> errors = Errors(rows, in_order);
  Adwin adwin;
  PageHinkley page_hinkley;
  Ddm ddm;
  for (size_t i = 0; i < errors.size(); ++i) {
    const int64_t time = in_order[i]->time_micros;
    if (adwin.Add(errors[i])) performance->changes.push_back({"adwin", time});
    if (page_hinkley.Add(errors[i])) performance->changes.push_back({"page_hinkley", time});
    if (rows.task == PredictionTask::kClassification && ddm.Add(errors[i] > 0) == Ddm::Finding::kChange) {
      performance->changes.push_back({"ddm", time});
    }
  }
}

void WriteMeasure(std::string_view name, const Measure& measure, JsonWriter* json) {
  json->Key(name);
  if (std::isnan(measure.value)) return json->Null();
  json->BeginObject();
  json->DoubleField("value", measure.value);
  json->DoubleField("low", measure.interval.low);
  json->DoubleField("high", measure.interval.high);
  json->EndObject();
}

void WriteMetrics(const ClassificationMetrics& metrics, JsonWriter* json) {
  json->BeginObject();
  json->UintField("rows", metrics.rows);
  WriteMeasure("accuracy", metrics.accuracy, json);
  json->DoubleField("macro_precision", metrics.macro_precision);
  json->DoubleField("macro_recall", metrics.macro_recall);
  json->DoubleField("macro_f1", metrics.macro_f1);
  WriteMeasure("log_loss", metrics.log_loss, json);
  WriteMeasure("brier", metrics.brier, json);
  WriteMeasure("auc", metrics.auc, json);
  json->DoubleField("calibration_error", metrics.calibration_error);
  json->Key("classes");
  json->BeginArray();
  for (const ClassMeasures& one : metrics.by_class) {
    json->BeginObject();
    json->StringField("class", one.name);
    json->UintField("support", one.support);
    WriteMeasure("precision", one.precision, json);
    WriteMeasure("recall", one.recall, json);
    json->DoubleField("f1", one.f1);
    json->EndObject();
  }
  json->EndArray();
  json->EndObject();
}

void WriteMetrics(const RegressionMetrics& metrics, JsonWriter* json) {
  json->BeginObject();
  json->UintField("rows", metrics.rows);
  WriteMeasure("rmse", metrics.rmse, json);
  WriteMeasure("mae", metrics.mae, json);
  WriteMeasure("bias", metrics.bias, json);
  json->DoubleField("r2", metrics.r2);
  json->EndObject();
}

}  // namespace

Result<Performance> MeasurePerformance(const Service& service, const Reference& reference,
                                       const PerformanceQuery& query) {
  Performance performance;
  performance.model = reference.name;
  performance.window = query.window;
  SCOREWAY_ASSIGN_OR_RETURN(performance.version, service.registry->Resolve(reference));
  SCOREWAY_ASSIGN_OR_RETURN(const LogWindow window, ReadWindow(query.window, service.records->clock.NowMicros()));
  SCOREWAY_ASSIGN_OR_RETURN(const LabelledRows rows, ReadRows(service, query, window, &performance));
  performance.task = rows.task;
  performance.predictions = rows.rows.size();
  RowPointers labelled, unlabelled;
  for (const LabelledRow& row : rows.rows) {
    const bool has_numbers = !std::isnan(row.true_number) && !std::isnan(row.predicted_number);
    if (row.label_micros == 0) {
      unlabelled.push_back(&row);
    } else if (rows.task == PredictionTask::kClassification || has_numbers) {
      labelled.push_back(&row);
    }
  }
  performance.labelled = labelled.size();
  MeasureDelay(labelled, &performance);
  MeasureRows(rows, labelled, &performance.classification, &performance.regression);
  if (rows.task == PredictionTask::kClassification && !rows.classes.empty()) {
    performance.estimate = EstimateClassification(Unlabelled(rows, unlabelled));
  }
  if (!query.segment.empty()) MeasureSegments(rows, labelled, &performance);
  const RowPointers in_order = InOrderOfTime(std::move(labelled));
  MeasureStretches(rows, in_order, query.stretches, &performance);
  FindChanges(rows, in_order, &performance);
  return performance;
}

std::vector<std::pair<std::string_view, const Measure*>> MeasuresOf(const Performance& performance) {
  const ClassificationMetrics& classes = performance.classification;
  const RegressionMetrics& numbers = performance.regression;
  if (performance.task == PredictionTask::kClassification) {
    return {{"accuracy", &classes.accuracy},
            {"log_loss", &classes.log_loss},
            {"brier", &classes.brier},
            {"auc", &classes.auc}};
  }
  return {{"rmse", &numbers.rmse}, {"mae", &numbers.mae}, {"bias", &numbers.bias}};
}

const Measure* FindMeasure(const Performance& performance, std::string_view metric) {
  for (const auto& [name, measure] : MeasuresOf(performance)) {
    if (name == metric) return measure;
  }
  return nullptr;
}

void WriteJson(const Performance& performance, JsonWriter* json) {
  const bool is_classification = performance.task == PredictionTask::kClassification;
  json->BeginObject();
  json->StringField("model", performance.model);
  json->IntField("version", performance.version);
  json->StringField("window", performance.window);
  json->StringField("task", is_classification ? "classification" : "regression");
  json->UintField("predictions", performance.predictions);
  json->UintField("labelled", performance.labelled);
  json->BoolField("whole", performance.is_whole);
  json->DoubleField("label_delay_median_seconds", performance.delay_median_seconds);
  json->DoubleField("label_delay_90_percent_seconds", performance.delay_90_seconds);
  json->Key("metrics");
  is_classification ? WriteMetrics(performance.classification, json) : WriteMetrics(performance.regression, json);
  // Of rows without a label, from what the model says of its own certainty: not measured.
  json->Key("estimate");
  if (performance.estimate.rows == 0) {
    json->Null();
  } else {
    json->BeginObject();
    json->UintField("rows", performance.estimate.rows);
    WriteMeasure("accuracy", performance.estimate.accuracy, json);
    WriteMeasure("log_loss", performance.estimate.log_loss, json);
    WriteMeasure("brier", performance.estimate.brier, json);
    WriteMeasure("auc", performance.estimate.auc, json);
    json->EndObject();
  }
  json->Key("segments");
  json->BeginArray();
  for (const PerformanceSegment& segment : performance.segments) {
    json->BeginObject();
    json->StringField("value", segment.value);
    json->Key("metrics");
    is_classification ? WriteMetrics(segment.classification, json) : WriteMetrics(segment.regression, json);
    json->EndObject();
  }
  json->EndArray();
  json->Key("stretches");
  json->BeginArray();
  for (const PerformanceStretch& stretch : performance.stretches) {
    json->BeginObject();
    json->StringField("from", FormatUtc(stretch.from_micros));
    json->StringField("to", FormatUtc(stretch.to_micros));
    json->Key("metrics");
    is_classification ? WriteMetrics(stretch.classification, json) : WriteMetrics(stretch.regression, json);
    json->EndObject();
  }
  json->EndArray();
  json->Key("changes");
  json->BeginArray();
  for (const ErrorChange& change : performance.changes) {
    json->BeginObject();
    json->StringField("detector", change.detector);
    json->StringField("time", FormatUtc(change.time_micros));
    json->EndObject();
  }
  json->EndArray();
  json->EndObject();
}

}  // namespace scoreway
