#include "score/run_operator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace scoreway {

namespace {

using Kind = TestCell::Kind;

// Equal to the last bit.
bool SameCell(const TestCell& a, const TestCell& b) {
  return a.kind == b.kind && a.text == b.text && std::bit_cast<uint64_t>(a.number) == std::bit_cast<uint64_t>(b.number);
}

std::string Shown(const TestCell& cell) {
  if (cell.kind == Kind::kText) return "'" + cell.text + "'";
  if (cell.kind == Kind::kMissing) return "missing";
  char buffer[32];
  snprintf(buffer, sizeof buffer, "%.17g", cell.number);
  return buffer;
}

bool Near(const TestCell& actual, const TestCell& expected) {
  if (actual.kind != Kind::kNumber || expected.kind != Kind::kNumber || actual.number == expected.number) {
    return actual == expected;
  }
  const double size = std::fabs(expected.number);
  return std::fabs(actual.number - expected.number) <= 1e-13 * (size < 1e-3 ? size : std::max(size, 1.0));
}

std::vector<bool> TextColumns(const TestRows& rows) {
  std::vector<bool> texts(rows.at(0).size());
  for (const TestRow& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) texts[c] = texts[c] || row[c].kind == Kind::kText;
  }
  return texts;
}

}  // namespace

Result<std::shared_ptr<const Plan>> PlanOfOperator(op::Params params, const std::vector<uint32_t>& widths,
                                                   const std::vector<bool>& text_inputs) {
  ModelBuilder builder({});
  std::vector<ValueId> columns;
  const uint32_t width = std::accumulate(widths.begin(), widths.end(), 0u);
  for (uint32_t c = 0; c < width; ++c) {
    columns.push_back(builder.AddInput("x" + std::to_string(c)));
    const bool text = c < text_inputs.size() && text_inputs[c];
    SCOREWAY_RETURN_IF_ERROR(builder.UseInput(columns.back(), text ? Type::kString : Type::kFloat64));
    builder.SetMissingRule(columns.back(), MissingRule::kModel);
  }
  std::vector<ValueId> inputs;
  for (auto at = columns.begin(); uint32_t input_width : widths) {
    const std::vector<ValueId> part(at, at + input_width);
    at += input_width;
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId joined, builder.Add(op::Concat{}, part, "input"));
    inputs.push_back(joined);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, builder.Add(std::move(params), inputs, "operator"));
  const ValueShape shape = builder.shape(value);
  for (uint32_t c = 0; c < shape.width; ++c) {
    const Type type = shape.kind == ValueKind::kText ? Type::kString : Type::kFloat64;
    SCOREWAY_RETURN_IF_ERROR(builder.AddOutput("y" + std::to_string(c), type, value, c));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Model model, std::move(builder).Build());
  return Plan::Make(std::make_shared<const Model>(std::move(model)));
}

Batch BatchOf(const Plan& plan, const TestRows& rows) {
  Batch batch(plan.input_schema());
  for (const TestRow& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      Column& column = batch.column(c);
      switch (row[c].kind) {
        case Kind::kMissing: column.AppendNull(); break;
        case Kind::kNumber: column.AppendNumber(row[c].number); break;
        case Kind::kText: column.AppendString(row[c].text); break;
      }
    }
  }
  return batch;
}

TestRows RowsOf(const Batch& batch) {
  TestRows rows(batch.rows(), TestRow(batch.column_count()));
  for (size_t c = 0; c < batch.column_count(); ++c) {
    const Column& column = batch.column(c);
    for (size_t r = 0; r < rows.size(); ++r) {
      if (!column.valid(r)) continue;
      if (IsText(column.type())) {
        rows[r][c] = std::string(column.string_at(r));
      } else {
        rows[r][c] = column.NumberAt(r);
      }
    }
  }
  return rows;
}

Result<TestRows> RunPlan(const Plan& plan, const TestRows& rows) {
  const ScratchPtr scratch = plan.MakeScratch();
  Batch output(plan.output_schema());
  SCOREWAY_RETURN_IF_ERROR(plan.Run(BatchOf(plan, rows), *scratch, &output));
  const TestRows together = RowsOf(output);
  for (size_t r = 0; r < rows.size(); ++r) {
    const Status status = plan.Run(BatchOf(plan, {rows[r]}), *scratch, &output, r);
    EXPECT_TRUE(status.ok()) << status.ToString();
    const TestRows alone = RowsOf(output);
    EXPECT_TRUE(std::equal(alone[0].begin(), alone[0].end(), together[r].begin(), together[r].end(), SameCell))
        << "row " << r << " differs when it runs alone";
  }
  return together;
}

Result<TestRows> RunOperator(op::Params params, const TestRows& rows) {
  return RunOperator(std::move(params), {static_cast<uint32_t>(rows.at(0).size())}, rows);
}

Result<TestRows> RunOperator(op::Params params, const std::vector<uint32_t>& widths, const TestRows& rows) {
  SCOREWAY_ASSIGN_OR_RETURN(const auto plan, PlanOfOperator(std::move(params), widths, TextColumns(rows)));
  return RunPlan(*plan, rows);
}

void ExpectRows(const Result<TestRows>& actual, const TestRows& expected) {
  ASSERT_TRUE(actual.ok()) << actual.error().ToString();
  ASSERT_EQ(actual->size(), expected.size());
  for (size_t r = 0; r < expected.size(); ++r) {
    ASSERT_EQ((*actual)[r].size(), expected[r].size());
    for (size_t c = 0; c < expected[r].size(); ++c) {
      EXPECT_TRUE(Near((*actual)[r][c], expected[r][c]))
          << "row " << r << ", column " << c << ": " << Shown((*actual)[r][c]) << ", not " << Shown(expected[r][c]);
    }
  }
}

void ExpectCellError(const Result<TestRows>& actual, const std::string& text) {
  ASSERT_FALSE(actual.ok());
  EXPECT_EQ(actual.code(), Code::kInvalidArgument);
  EXPECT_EQ(actual.error().ToString(), text);
}

}  // namespace scoreway
