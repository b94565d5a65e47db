#include "service/canary.h"

#include <cmath>

#include "base/number_text.h"

namespace scoreway {
namespace {

bool SameCell(const Column& a, const Column& b, size_t row) {
  if (a.valid(row) != b.valid(row)) return false;
  if (!a.valid(row)) return true;
  if (IsText(a.type()) != IsText(b.type())) return false;
  return IsText(a.type()) ? a.string_at(row) == b.string_at(row) : a.NumberAt(row) == b.NumberAt(row);
}

std::string Percent(double share) {
  std::string text;
  AppendDouble(std::round(share * 1000) / 10, &text);
  return text + " %";
}

// A candidate may answer where the model that serves gives nothing (a user that a recommender did not know): that is no
// answer that changed.
bool IsAnswered(const Column& answers, size_t row) {
  return answers.valid(row) && (IsText(answers.type()) || !std::isnan(answers.NumberAt(row)));
}

double SquaredDifference(const Column& a, const Column& b, size_t row) {
  if (!a.valid(row) && !b.valid(row)) return 0;
  const double difference = a.NumberAt(row) - b.NumberAt(row);
  return std::isnan(difference) ? HUGE_VAL : difference * difference;
}

double Share(double squares, double count, double variance) {
  const double mean = count == 0 ? 0 : squares / count;
  if (mean == 0) return 0;
  return variance == 0 ? HUGE_VAL : std::sqrt(mean / variance);
}

}  // namespace

Status JudgeCanary(const CanaryReport& report, const CanaryLimits& limits) {
  const auto refuse = [&](const std::string& what) {
    return Status(Code::kInvalidArgument, "the candidate is refused: over " + std::to_string(report.rows) +
                                              " rows of the canary " + what +
                                              "; look at the labels it learned from, or allow more");
  };
  if (report.rows == 0) return Status(Code::kInvalidArgument, "the canary has no rows");
  if (!(report.change <= limits.change_max)) {
    return refuse("its answers differ by " + Percent(report.change) + " from those that serve, where " +
                  Percent(limits.change_max) + " are allowed");
  }
  if (report.loss_after && !(*report.loss_after - *report.loss_before <= limits.loss_rise_max)) {
    return refuse("its error rises from " + Percent(*report.loss_before) + " to " + Percent(*report.loss_after) +
                  ", where a rise of " + Percent(limits.loss_rise_max) + " is allowed");
  }
  return {};
}

void Canary::Spread::Add(double number) {
  count += 1;
  const double from_old = number - mean;
  mean += from_old / count;
  squares += from_old * (number - mean);
}

double Canary::Spread::Variance() const { return count == 0 ? 0 : squares / count; }

Canary::Canary(std::shared_ptr<const Scorer> serving, std::shared_ptr<const Scorer> candidate, bool classes)
    : serving_(std::move(serving)),
      candidate_(std::move(candidate)),
      classes_(classes),
      serving_scratch_(serving_->MakeScratch()),
      candidate_scratch_(candidate_->MakeScratch()),
      before_(serving_->output_schema()),
      after_(candidate_->output_schema()) {}

Status Canary::Add(const Batch& rows, const Column* labels) {
  SCOREWAY_RETURN_IF_ERROR(serving_->Run(rows, *serving_scratch_, &before_, rows_));
  SCOREWAY_RETURN_IF_ERROR(candidate_->Run(rows, *candidate_scratch_, &after_, rows_));
  if (before_.column_count() != after_.column_count()) {
    return Status(Code::kInvalidArgument, "the candidate has other outputs than the model that serves");
  }
  rows_ += rows.rows();
  if (labels != nullptr) labelled_ += rows.rows();
  if (classes_) {
    AddClasses(before_.column(0), after_.column(0), labels);
    return {};
  }
  for (size_t i = 0; i < before_.column_count(); ++i) {
    if (IsText(before_.column(i).type())) continue;
    AddNumbers(before_.column(i), after_.column(i), labels, i == 0 && labels != nullptr);
  }
  return {};
}

void Canary::AddClasses(const Column& before, const Column& after, const Column* labels) {
  for (size_t row = 0; row < before.size(); ++row) {
    if (!IsAnswered(before, row) && IsAnswered(after, row)) {
      if (labels != nullptr) --labelled_;
      continue;
    }
    changed_ += SameCell(before, after, row) ? 0 : 1;
    if (labels == nullptr) continue;
    wrong_before_ += SameCell(before, *labels, row) ? 0 : 1;
    wrong_after_ += SameCell(after, *labels, row) ? 0 : 1;
  }
}

void Canary::AddNumbers(const Column& before, const Column& after, const Column* labels, bool has_label) {
  for (size_t row = 0; row < before.size(); ++row) {
    if (!IsAnswered(before, row)) {
      if (has_label) --labelled_;
      continue;
    }
    changed_ += SquaredDifference(before, after, row);
    answers_.Add(before.NumberAt(row));
    if (!has_label) continue;
    wrong_before_ += SquaredDifference(before, *labels, row);
    wrong_after_ += SquaredDifference(after, *labels, row);
    truths_.Add(labels->NumberAt(row));
  }
}

CanaryReport Canary::report() const {
  CanaryReport report;
  report.rows = rows_;
  if (rows_ == 0) return report;
  report.change =
      classes_ ? changed_ / static_cast<double>(rows_) : Share(changed_, answers_.count, answers_.Variance());
  if (labelled_ == 0) return report;
  const auto count = static_cast<double>(labelled_);
  report.loss_before = classes_ ? wrong_before_ / count : Share(wrong_before_, count, truths_.Variance());
  report.loss_after = classes_ ? wrong_after_ / count : Share(wrong_after_, count, truths_.Variance());
  return report;
}

}  // namespace scoreway
