// For tests: one operator as a model of its own, run over rows of cells.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "score/plan.h"

namespace scoreway {

// A number, a text or, of either kind, a missing cell.
struct TestCell {
  enum class Kind { kMissing, kNumber, kText };

  TestCell() = default;
  TestCell(double value) : kind(Kind::kNumber), number(value) {}              // NOLINT(google-explicit-constructor)
  TestCell(std::string value) : kind(Kind::kText), text(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  TestCell(const char* value) : TestCell(std::string(value)) {}               // NOLINT(google-explicit-constructor)
  bool operator==(const TestCell&) const = default;

  Kind kind = Kind::kMissing;
  double number = 0;
  std::string text;
};
using TestRow = std::vector<TestCell>;
using TestRows = std::vector<TestRow>;

inline const TestCell kMissing;

// A model of inputs x0, x1 ... (text where `text_inputs` says so, else float64; all with MissingRule::kModel), side by
// side as the operator's inputs: widths[i] of them are input i. Its outputs are the columns of the operator.
Result<std::shared_ptr<const Plan>> PlanOfOperator(op::Params params, const std::vector<uint32_t>& widths,
                                                   const std::vector<bool>& text_inputs = {});

// Fills a batch of the plan's input schema.
Batch BatchOf(const Plan& plan, const TestRows& rows);
TestRows RowsOf(const Batch& batch);

// Runs the rows as one batch and one by one; the answers must be the same to the last bit, and so must the messages.
Result<TestRows> RunPlan(const Plan& plan, const TestRows& rows);

// An operator with one input as wide as the rows; text where the first row, or one that is missing there, has text.
Result<TestRows> RunOperator(op::Params params, const TestRows& rows);
// The same with several inputs.
Result<TestRows> RunOperator(op::Params params, const std::vector<uint32_t>& widths, const TestRows& rows);

// Fails the running test where cells differ: missing and text exactly, numbers by a relative difference of 1e-13 (of 1
// near 0).
void ExpectRows(const Result<TestRows>& actual, const TestRows& expected);
// Fails the running test unless it is this error, "place: message", of kInvalidArgument.
void ExpectCellError(const Result<TestRows>& actual, const std::string& text);

}  // namespace scoreway
