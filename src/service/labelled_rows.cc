#include "service/labelled_rows.h"

#include <algorithm>
#include <set>

#include "base/number_text.h"
#include "base/utc_time.h"
#include "data/codec/column_names.h"

namespace scoreway {
namespace {

constexpr std::string_view kOutput = "output.";
constexpr std::string_view kInput = "input.";

// The class that an output is the probability of; nothing if it is none.
std::optional<std::string> ClassOf(std::string_view output) {
  if (output.starts_with("proba_")) return std::string(output.substr(6));
  for (const std::string_view prefix : {"proba(", "probability("}) {
    if (output.starts_with(prefix) && output.ends_with(")")) {
      return std::string(output.substr(prefix.size(), output.size() - prefix.size() - 1));
    }
  }
  return std::nullopt;
}

std::string CellText(const Column& column, size_t row) {
  if (!column.valid(row)) return {};
  if (IsText(column.type())) return std::string(column.string_at(row));
  if (column.type() == Type::kBool) return column.bools()[row] != 0 ? "true" : "false";
  std::string text;
  AppendShortest(column.NumberAt(row), &text);
  return text;
}

bool IsNumberText(std::string_view text) {
  double number = 0;
  return ParseDouble(text, &number) == NumberParse::kOk;
}

// A truth value as the model would say it.
std::string LikeClasses(std::string label, bool classes_are_numbers) {
  if (classes_are_numbers && label == "true") return "1";
  if (classes_are_numbers && label == "false") return "0";
  return label;
}

const Column& ColumnOf(const Batch& table, std::string_view name) { return table.column(*table.schema().Find(name)); }

Error NoSuch(std::string_view what, const std::string& name, std::string_view prefix, const Batch& table) {
  std::vector<std::string_view> known;
  for (const Field& field : table.schema().fields()) {
    if (field.name.starts_with(prefix)) known.push_back(std::string_view(field.name).substr(prefix.size()));
  }
  return {Code::kInvalidArgument,
          "the model has no " + std::string(what) + " " + Quoted(name) + DidYouMean(name, known) + "; it has " +
              QuotedList(known),
          {}};
}

}  // namespace

Status LabelledRowReader::Bind(const Batch& table) {
  std::vector<std::string> others;
  for (const Field& field : table.schema().fields()) {
    if (!field.name.starts_with(kOutput)) continue;
    const std::string output = field.name.substr(kOutput.size());
    const auto of_class = wish_.probabilities.empty() ? ClassOf(output) : std::nullopt;
    if (of_class) {
      rows_.classes.push_back(*of_class);
      probabilities_.push_back(output);
    } else {
      others.push_back(output);
    }
  }
  for (const auto& [label, output] : wish_.probabilities) {
    if (!table.schema().Find(std::string(kOutput) + output)) return NoSuch("output", output, kOutput, table);
    rows_.classes.push_back(label);
    probabilities_.push_back(output);
    std::erase(others, output);
  }
  prediction_ = wish_.prediction;
  if (prediction_.empty()) {
    for (const char* name : {"predict", "prediction"}) {
      if (prediction_.empty() && std::find(others.begin(), others.end(), name) != others.end()) prediction_ = name;
    }
    if (prediction_.empty() && !others.empty()) prediction_ = others.front();
  } else if (!table.schema().Find(std::string(kOutput) + prediction_)) {
    return NoSuch("output", prediction_, kOutput, table);
  }
  if (!segment_.empty() && !table.schema().Find(std::string(kInput) + segment_)) {
    return NoSuch("input", segment_, kInput, table);
  }
  const bool is_float = !prediction_.empty() && probabilities_.empty() &&
                        (ColumnOf(table, std::string(kOutput) + prediction_).type() == Type::kFloat64 ||
                         ColumnOf(table, std::string(kOutput) + prediction_).type() == Type::kFloat32);
  rows_.task = wish_.task.value_or(is_float ? PredictionTask::kRegression : PredictionTask::kClassification);
  if (rows_.task == PredictionTask::kRegression && prediction_.empty()) {
    return Status(Code::kInvalidArgument, "the model has no output that could be a predicted number");
  }
  is_bound_ = true;
  return {};
}

Status LabelledRowReader::Add(const Batch& table) {
  if (table.rows() == 0) return {};
  if (!is_bound_) SCOREWAY_RETURN_IF_ERROR(Bind(table));
  const Column* const prediction = prediction_.empty() ? nullptr : &ColumnOf(table, std::string(kOutput) + prediction_);
  std::vector<const Column*> probabilities;
  for (const std::string& output : probabilities_) {
    probabilities.push_back(&ColumnOf(table, std::string(kOutput) + output));
    if (IsText(probabilities.back()->type())) {
      return Status(Code::kInvalidArgument, "output " + Quoted(output) + " is no number, and so no probability");
    }
  }
  const Column* const segment = segment_.empty() ? nullptr : &ColumnOf(table, std::string(kInput) + segment_);
  const Column& time = ColumnOf(table, "time");
  const Column& label = ColumnOf(table, "label");
  const Column& label_time = ColumnOf(table, "label_time");
  const bool is_regression = rows_.task == PredictionTask::kRegression;
  const bool has_labels = label.null_count() < label.size();
  if (has_labels && label.type() == Type::kList) {
    return Status(Code::kUnsupported, "labels that are lists are not measured");
  }
  if (is_regression && ((has_labels && IsText(label.type())) || IsText(prediction->type()))) {
    return Status(Code::kInvalidArgument, "labels and predictions of a regression are numbers");
  }
  for (size_t row = 0; row < table.rows(); ++row) {
    LabelledRow one;
    one.time_micros = ParseUtc(time.string_at(row)).value_or(0);
    if (label.valid(row)) one.label_micros = ParseUtc(label_time.string_at(row)).value_or(0);
    if (is_regression) {
      one.predicted_number = prediction->NumberAt(row);
      one.true_number = label.valid(row) && !IsText(label.type()) ? label.NumberAt(row) : kNotKnown;
    } else {
      for (const Column* column : probabilities) one.probabilities.push_back(column->NumberAt(row));
      if (prediction != nullptr) {
        one.predicted_class = CellText(*prediction, row);
      } else {
        const auto likeliest = std::max_element(one.probabilities.begin(), one.probabilities.end());
        one.predicted_class = rows_.classes[static_cast<size_t>(likeliest - one.probabilities.begin())];
      }
      const bool are_numbers = IsNumberText(rows_.classes.empty() ? one.predicted_class : rows_.classes.front());
      if (label.valid(row)) one.true_class = LikeClasses(CellText(label, row), are_numbers);
      one.predicted_class = LikeClasses(std::move(one.predicted_class), are_numbers);
    }
    if (segment != nullptr) one.segment = CellText(*segment, row);
    rows_.rows.push_back(std::move(one));
  }
  return {};
}

namespace {

ClassifiedRows ToClasses(const LabelledRows& rows, const std::vector<const LabelledRow*>& of, bool with_truth) {
  ClassifiedRows classified;
  classified.classes = rows.classes;
  // Behind the model's own, those that only a label or a prediction names; in the order of texts.
  std::set<std::string> more;
  for (const LabelledRow* row : of) {
    if (with_truth) more.insert(row->true_class);
    more.insert(row->predicted_class);
  }
  for (const std::string& label : rows.classes) more.erase(label);
  classified.classes.insert(classified.classes.end(), more.begin(), more.end());
  std::map<std::string_view, uint32_t> number_of;
  for (size_t i = 0; i < classified.classes.size(); ++i) {
    number_of.emplace(classified.classes[i], static_cast<uint32_t>(i));
  }
  for (const LabelledRow* row : of) {
    if (with_truth) classified.truth.push_back(number_of[row->true_class]);
    classified.predicted.push_back(number_of[row->predicted_class]);
    if (rows.classes.empty()) continue;
    for (size_t i = 0; i < classified.classes.size(); ++i) {
      const double p = i < row->probabilities.size() ? row->probabilities[i] : 0;
      classified.probabilities.push_back(p >= 0 ? p : 0);
    }
  }
  return classified;
}

}  // namespace

ClassifiedRows Classified(const LabelledRows& rows, const std::vector<const LabelledRow*>& of) {
  return ToClasses(rows, of, true);
}

ClassifiedRows Unlabelled(const LabelledRows& rows, const std::vector<const LabelledRow*>& of) {
  return ToClasses(rows, of, false);
}

}  // namespace scoreway
