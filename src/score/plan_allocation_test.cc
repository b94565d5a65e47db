// After warm-up a run allocates nothing. A program of its own, as it replaces operator new.
#include <gtest/gtest.h>

#include "base/counted_new.h"
#include "score/run_operator.h"

namespace scoreway {
namespace {

// Numbers from text and back, categories, made and joined text, a predictor: all that might allocate.
std::shared_ptr<const Plan> TextPlan() {
  ModelBuilder builder({});
  const ValueId city = builder.AddInput("city"), age = builder.AddInput("age"), amount = builder.AddInput("amount");
  EXPECT_TRUE(builder.UseInput(city, Type::kString).ok());
  EXPECT_TRUE(builder.UseInput(age, Type::kFloat64).ok());
  EXPECT_TRUE(builder.UseInput(amount, Type::kString).ok());
  builder.SetMissingRule(age, MissingRule::kModel);
  const ValueId upper = builder.Add(op::TextUnary{op::TextFunction::kUpper}, {city}, "upper").value();
  const op::EncodeText encode{.column_names = {"city"},
                              .categories = {{"OSLO", "ROME", "BERN", "LIMA", "ZÜRICH"}},
                              .unknown = {{false, -1}},
                              .missing = {{false, -1}}};
  const ValueId code = builder.Add(encode, {upper}, "encode").value();
  const ValueId hot = builder.Add(op::OneHot{{5}, {{0, 1, 2, 3, 4}}}, {code}, "one-hot").value();
  const ValueId number = builder.Add(op::TextUnary{op::TextFunction::kToNumber}, {amount}, "number").value();
  const ValueId joined = builder.Add(op::Concat{}, {hot, age, number}, "join").value();
  const ValueId imputed = builder.Add(op::ImputeNumber{.fill = {0, 0, 0, 0, 0, 40, 0}}, {joined}, "impute").value();
  const ValueId checked = builder.Add(op::RequireFinite{}, {imputed}, "check").value();
  const op::Linear linear{.outputs = 2, .weights = std::vector<double>(14, 0.25), .bias = {1, 2}};
  const ValueId scores = builder.Add(linear, {checked}, "linear").value();
  const ValueId best = builder.Add(op::Row{op::RowFunction::kArgMax}, {scores}, "best").value();
  const ValueId median = builder.Add(op::AggregateRow{op::RowAggregate::kMedian}, {checked}, "median").value();
  const ValueId written = builder.Add(op::NumberToText{}, {median}, "written").value();
  const ValueId label =
      builder.Add(op::DecodeText{{"a label too long for a short string", "b"}}, {best}, "label").value();
  const ValueId text = builder.Add(op::JoinText{" / "}, {label, written}, "text").value();
  EXPECT_TRUE(builder.AddOutput("label", Type::kString, text, 0).ok());
  EXPECT_TRUE(builder.AddOutput("score", Type::kFloat64, scores, 0).ok());
  EXPECT_TRUE(builder.AddOutput("class", Type::kInt64, best, 0).ok());
  return Plan::Make(std::make_shared<const Model>(std::move(builder).Build().value())).value();
}

TEST(Plan, AllocatesNothingAfterWarmUp) {
  const auto plan = TextPlan();
  for (size_t count : {1, 2, 64, 3000}) {
    TestRows rows;
    for (size_t r = 0; r < count; ++r) {
      rows.push_back({r % 3 == 0 ? "zürich" : "Oslo", r % 4 == 0 ? TestCell() : TestCell(0.1 * static_cast<double>(r)),
                      std::to_string(r) + "_000.5"});
    }
    const Batch input = BatchOf(*plan, rows);
    Batch output(plan->output_schema());
    const ScratchPtr scratch = plan->MakeScratch();
    for (int run = 0; run < 2; ++run) ASSERT_TRUE(plan->Run(input, *scratch, &output).ok());
    const size_t before = allocations;
    for (int run = 0; run < 10; ++run) ASSERT_TRUE(plan->Run(input, *scratch, &output).ok());
    EXPECT_EQ(allocations - before, 0u) << count << " rows";
  }
}

// A server's scratch sees large and small batches in turn.
TEST(Plan, AllocatesNothingForFewerRows) {
  const auto plan = TextPlan();
  const Batch large = BatchOf(*plan, TestRows(700, {"Oslo", 1., "1.5"}));
  const Batch small = BatchOf(*plan, TestRows(3, {"Oslo", 1., "1.5"}));
  Batch output(plan->output_schema());
  const ScratchPtr scratch = plan->MakeScratch();
  ASSERT_TRUE(plan->Run(large, *scratch, &output).ok());
  const size_t before = allocations;
  ASSERT_TRUE(plan->Run(small, *scratch, &output).ok());
  ASSERT_TRUE(plan->Run(large, *scratch, &output).ok());
  EXPECT_EQ(allocations - before, 0u);
}

}  // namespace
}  // namespace scoreway
