#include "score/plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <thread>

#include "score/run_operator.h"

namespace scoreway {
namespace {

std::shared_ptr<const Model> Built(ModelBuilder builder) {
  return std::make_shared<const Model>(std::move(builder).Build().value());
}

// Numbers a, b and text c, of which the outputs "sum" (a + b), "twice" (2 a) and "label" rest on some each.
std::shared_ptr<const Model> SmallModel() {
  ModelBuilder builder({});
  const ValueId a = builder.AddInput("a"), b = builder.AddInput("b"), c = builder.AddInput("c");
  EXPECT_TRUE(builder.UseInput(a, Type::kFloat64).ok());
  EXPECT_TRUE(builder.UseInput(b, Type::kInt64).ok());
  EXPECT_TRUE(builder.UseInput(c, Type::kString).ok());
  builder.SetMissingRule(b, MissingRule::kModel);
  const ValueId sum = builder.Add(op::WeightedSum{}, {a, b}, "sum").value();
  const ValueId twice = builder.Add(op::Affine{.offset = {}, .factor = {0.5}}, {a}, "twice").value();
  const op::EncodeText encode{.column_names = {"c"}, .categories = {{"x", "y"}}, .unknown = {{}}, .missing = {{}}};
  const ValueId code = builder.Add(encode, {c}, "code").value();
  const ValueId label = builder.Add(op::DecodeText{{"first", "second"}}, {code}, "label").value();
  EXPECT_TRUE(builder.AddOutput("sum", Type::kFloat64, sum, 0).ok());
  EXPECT_TRUE(builder.AddOutput("twice", Type::kInt64, twice, 0).ok());
  EXPECT_TRUE(builder.AddOutput("label", Type::kString, label, 0).ok());
  return Built(std::move(builder));
}

TEST(Plan, GivesAllOutputsInTheSignaturesOrder) {
  const auto plan = Plan::Make(SmallModel()).value();
  EXPECT_EQ(plan->output_schema()->fields(),
            (std::vector<Field>{{"sum", Type::kFloat64}, {"twice", Type::kInt64}, {"label", Type::kString}}));
  ExpectRows(RunPlan(*plan, {{1.5, 2., "y"}, {-2., kMissing, "x"}}), {{3.5, 3., "second"}, {kMissing, -4., "first"}});
}

TEST(Plan, ComputesOnlyTheWantedOutputs) {
  const auto plan = Plan::Make(SmallModel(), {.outputs = {"twice", "sum"}}).value();
  EXPECT_EQ(plan->output_schema()->field(0).name, "twice");
  // "label" would refuse this city, and a missing one.
  ExpectRows(RunPlan(*plan, {{1., 2., "unheard of"}, {2., 3., kMissing}}), {{2., 3.}, {4., 5.}});
}

TEST(Plan, RefusesAnUnknownOutput) {
  const auto plan = Plan::Make(SmallModel(), {.outputs = {"sum", "total"}});
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.code(), Code::kInvalidArgument);
  EXPECT_EQ(plan.error().message, "the model has no output 'total'");
}

TEST(Plan, NamesRowAndColumnOfAMissingCellWithoutARule) {
  const auto plan = Plan::Make(SmallModel()).value();
  const std::string why = "missing value, and the model has no rule for it";
  ExpectCellError(RunPlan(*plan, {{1., 2., "x"}, {kMissing, 2., "x"}}), "row 2, column 'a': " + why);
  ExpectCellError(RunPlan(*plan, {{1., 2., kMissing}}), "row 1, column 'c': " + why);
  ExpectCellError(RunPlan(*plan, {{std::nan(""), 2., "x"}}), "row 1, column 'a': " + why);
}

TEST(Plan, CountsTheRowsOfEarlierBatches) {
  const auto plan = Plan::Make(SmallModel()).value();
  Batch output(plan->output_schema());
  const Status status = plan->Run(BatchOf(*plan, {{1., 1., "x"}, {1., 1., "z"}}), *plan->MakeScratch(), &output, 1000);
  EXPECT_EQ(status.ToString(), "row 1002, column 'c': unknown category 'z'");
}

TEST(Plan, TakesEveryTypeOfColumnAndItsNulls) {
  ModelBuilder builder({});
  const Type types[] = {Type::kFloat32, Type::kFloat64, Type::kInt64, Type::kBool, Type::kString};
  for (Type type : types) {
    const ValueId input = builder.AddInput(std::string(TypeName(type)));
    ASSERT_TRUE(builder.UseInput(input, type).ok());
    builder.SetMissingRule(input, MissingRule::kModel);
    ASSERT_TRUE(builder.AddOutput("out " + std::string(TypeName(type)), type, input, 0).ok());
  }
  const auto plan = Plan::Make(Built(std::move(builder))).value();
  ExpectRows(
      RunPlan(*plan,
              {{0.5, 0.1, 7., 1., "é"}, {kMissing, kMissing, kMissing, kMissing, kMissing}, {-1., 5., -3., 0., ""}}),
      {{0.5, 0.1, 7., 1., "é"}, {kMissing, kMissing, kMissing, kMissing, kMissing}, {-1., 5., -3., 0., ""}});
}

TEST(Plan, NumbersTakeTheTypeOfTheirOutput) {
  ModelBuilder builder({});
  const ValueId x = builder.AddInput("x");
  ASSERT_TRUE(builder.UseInput(x, Type::kFloat64).ok());
  builder.SetMissingRule(x, MissingRule::kModel);
  ASSERT_TRUE(builder.AddOutput("f", Type::kFloat32, x, 0).ok());
  ASSERT_TRUE(builder.AddOutput("i", Type::kInt64, x, 0).ok());
  ASSERT_TRUE(builder.AddOutput("b", Type::kBool, x, 0).ok());
  const auto plan = Plan::Make(Built(std::move(builder))).value();
  ExpectRows(RunPlan(*plan, {{0.1}, {2.5}, {0.}, {std::nan("")}, {-3.}, {std::nan("")}, {1e300}, {-0.5}, {7.}}),
             {{0.10000000149011612, 0., 1.},
              {2.5, 2., 1.},
              {0., 0., 0.},
              {kMissing, kMissing, kMissing},
              {-3., -3., 1.},
              {kMissing, kMissing, kMissing},
              {std::numeric_limits<double>::infinity(), 9223372036854775807., 1.},
              {-0.5, 0., 1.},
              {7., 7., 1.}});
}

// Operators of which some say what others say, and of which many rest on the text alone.
struct SameAgain {
  SameAgain() {
    c = builder.AddInput("c");
    x = builder.AddInput("x");
    EXPECT_TRUE(builder.UseInput(c, Type::kString).ok());
    EXPECT_TRUE(builder.UseInput(x, Type::kFloat64).ok());
    builder.SetMissingRule(c, MissingRule::kModel);
    builder.SetMissingRule(x, MissingRule::kModel);
  }
  ValueId Add(op::Params params, std::vector<ValueId> inputs) {
    return builder.Add(std::move(params), std::move(inputs), "").value();
  }
  ValueId Is(const std::string& category, double missing) {
    const ValueId code = Add(op::EncodeText{{}, {{category}}, {{false, 1}}, {{false, missing}}}, {c});
    return Add(op::Unary{op::UnaryFunction::kNot}, {code});
  }
  std::shared_ptr<const Plan> Make(ValueId value, uint32_t width) {
    for (uint32_t i = 0; i < width; ++i) {
      EXPECT_TRUE(builder.AddOutput(std::to_string(i), Type::kFloat64, value, i).ok());
    }
    return Plan::Make(Built(std::move(builder))).value();
  }

  ModelBuilder builder{{}};
  ValueId c = 0, x = 0;
};

TEST(Plan, OperatorsThatSayTheSameHaveTheSameCells) {
  SameAgain model;
  const op::Binary times{op::BinaryFunction::kMultiply}, plus{op::BinaryFunction::kAdd};
  const ValueId square = model.Add(times, {model.x, model.x}), again = model.Add(times, {model.x, model.x});
  const ValueId sum = model.Add(plus, {square, again});
  const ValueId all = model.Add(op::Concat{}, {square, sum, again, model.Add(plus, {again, square})});
  ExpectRows(RunPlan(*model.Make(all, 4), {{kMissing, 3.}, {"a", kMissing}, {"b", -2.}}),
             {{9., 18., 9., 18.}, {kMissing, kMissing, kMissing, kMissing}, {4., 8., 4., 8.}});
}

// Cells of every kind side by side: known, missing, unknown, and what is unknown in the same tile as what is known.
TEST(Plan, WhatRestsOnATextAloneIsTheSameForKnownAndUnknownTexts) {
  SameAgain model;
  const ValueId is_a = model.Is("a", op::kNaN), is_b = model.Is("b", 0);
  const ValueId length = model.Add(op::TextUnary{op::TextFunction::kLength}, {model.c});
  const ValueId product = model.Add(op::Binary{op::BinaryFunction::kMultiply}, {length, model.x});
  const auto plan = model.Make(model.Add(op::Concat{}, {is_a, is_b, length, product}), 4);
  ExpectRows(RunPlan(*plan, {{"a", 2.}, {"b", 2.}, {kMissing, 2.}}),
             {{1., 0., 1., 2.}, {0., 1., 1., 2.}, {kMissing, 1., kMissing, kMissing}});
  ExpectRows(RunPlan(*plan, {{"a", 2.}, {"other", 3.}}), {{1., 0., 1., 2.}, {0., 0., 5., 15.}});
}

// Through a domain, whose markers are no such texts, though no encoder lists them.
TEST(Plan, TextsThatNobodyAsksForAreAlikeButForMarkersOfMissingCells) {
  SameAgain model;
  const ValueId cell = model.Add(op::TextDomain{.column_names = {"c"},
                                                .allowed = {},
                                                .missing_markers = {"none", "NA"},
                                                .invalid_value = {},
                                                .missing_value = {}},
                                 {model.c});
  const ValueId code = model.Add(op::EncodeText{{"c"}, {{"a", "b"}}, {{false, 7}}, {{false, op::kNaN}}}, {cell});
  const ValueId flags = model.Add(op::OneHot{{2}, {{0, 1}}}, {code});
  const ValueId present = model.Add(op::Unary{op::UnaryFunction::kIsPresent}, {cell});
  const auto plan = model.Make(model.Add(op::Concat{}, {code, flags, present}), 4);
  ExpectRows(RunPlan(*plan, {{"b", 1.}, {"z", 1.}, {"NA", 1.}, {"", 1.}, {kMissing, 1.}}),
             {{1., 0., 1., 1.}, {7., 0., 0., 1.}, {kMissing, 0., 0., 0.}, {7., 0., 0., 1.}, {kMissing, 0., 0., 0.}});
}

// What a domain passes on is the text itself.
TEST(Plan, ATextThatNobodyAsksForIsGivenAsItIs) {
  SameAgain model;
  const ValueId cell = model.Add(op::TextDomain{.column_names = {"c"},
                                                .allowed = {{"a"}},
                                                .missing_markers = {},
                                                .invalid = op::InvalidCell::kKeep,
                                                .invalid_value = {},
                                                .missing_value = {}},
                                 {model.c});
  const ValueId code = model.Add(op::EncodeText{{"c"}, {{"a"}}, {{false, 1}}, {{false, 2}}}, {cell});
  EXPECT_TRUE(model.builder.AddOutput("cell", Type::kString, cell, 0).ok());
  const auto plan = model.Make(code, 1);
  ExpectRows(RunPlan(*plan, {{"a", 1.}, {"z", 1.}, {"y", 1.}}), {{"a", 0.}, {"z", 1.}, {"y", 1.}});
}

TEST(Plan, ATextThatAModelRefusesIsRefusedByRowAlsoWhereOthersAreKnown) {
  SameAgain model;
  const ValueId cell = model.Add(op::TextDomain{.column_names = {"c"},
                                                .allowed = {{"a", "b"}},
                                                .missing_markers = {},
                                                .invalid = op::InvalidCell::kReject,
                                                .invalid_value = {},
                                                .missing_value = {}},
                                 {model.c});
  const ValueId code = model.Add(op::EncodeText{{"c"}, {{"a"}}, {{true, 0}}, {{false, 5}}}, {cell});
  const auto plan = model.Make(code, 1);
  ExpectRows(RunPlan(*plan, {{"a", 1.}, {kMissing, 1.}}), {{0.}, {5.}});
  ExpectCellError(RunPlan(*plan, {{"a", 1.}, {"z", 1.}}), "row 2, column 'c': value 'z' is outside the model's domain");
  ExpectCellError(RunPlan(*plan, {{"b", 1.}}), "row 1, column 'c': unknown category 'b'");
}

// x < 0 asks for one column, else another one decides: what a row does not come to is not computed, and the next tree,
// and the next row, do not see what the last one left.
TEST(Plan, ColumnsThatOnlyTreesLookAtAreComputedForEachRowAnew) {
  SameAgain model;
  const op::Binary times{op::BinaryFunction::kMultiply};
  const ValueId square = model.Add(times, {model.x, model.x});
  const ValueId fourth = model.Add(times, {square, square});
  const ValueId is_a = model.Is("a", op::kNaN);
  const ValueId row = model.Add(op::Concat{}, {model.x, square, fourth, is_a});
  op::TreeEnsemble tree;
  tree.roots = {0};
  tree.leaf_values = {10, 20, 30, 40, 50};
  tree.feature = {0, 1, 2, 3, 0, 0, 0, 0, 0};
  tree.threshold = {0, 4, 81, 0.5, 0, 0, 0, 0, 0};
  tree.left = {1, 4, 3, 6, 4, 5, 6, 7, 8};
  tree.right = {2, 5, 8, 7, 4, 5, 6, 7, 8};
  tree.flags = {0, 1, 0, 0, 0, 0, 0, 0, 0};
  tree.payload = {0, 0, 0, 0, 0, 1, 2, 3, 4};
  const ValueId first = model.Add(tree, {row});
  tree.leaf_values = {1, 2, 3, 4, 5};
  const ValueId second = model.Add(tree, {row});
  const ValueId sum = model.Add(op::Binary{op::BinaryFunction::kAdd}, {first, second});
  ExpectRows(RunPlan(*model.Make(sum, 1),
                     {{"b", -1.}, {"b", -3.}, {"a", 1.}, {"b", 1.}, {kMissing, 3.}, {"a", 3.5}, {"a", kMissing}}),
             {{11.}, {22.}, {44.}, {33.}, {44.}, {55.}, {55.}});
}

TEST(Plan, RefusesABatchOfOtherColumns) {
  const auto plan = Plan::Make(SmallModel()).value();
  Batch output(plan->output_schema());
  const Batch other(Schema::Make({{"a", Type::kString}}).value());
  EXPECT_EQ(plan->Run(other, *plan->MakeScratch(), &output).code(), Code::kInvalidArgument);

  Batch uneven = BatchOf(*plan, {{1., 2., "x"}});
  uneven.column(1).AppendInt64(3);
  EXPECT_EQ(plan->Run(uneven, *plan->MakeScratch(), &output).code(), Code::kInvalidArgument);
}

TEST(Plan, RunsOfNoRowsGiveNoRows) {
  const auto plan = Plan::Make(SmallModel()).value();
  Batch output(plan->output_schema());
  ASSERT_TRUE(plan->Run(BatchOf(*plan, {{1., 2., "x"}}), *plan->MakeScratch(), &output).ok());
  ASSERT_TRUE(plan->Run(BatchOf(*plan, {}), *plan->MakeScratch(), &output).ok());
  EXPECT_EQ(output.rows(), 0u);
}

TEST(Plan, KeepsTheModelAlive) {
  std::shared_ptr<const Plan> plan;
  {
    auto model = SmallModel();
    plan = Plan::Make(std::move(model)).value();
  }
  ExpectRows(RunPlan(*plan, {{1., 1., "x"}}), {{2., 2., "first"}});
}

// ---- tiles ---------------------------------------------------------------------------------------------------------

// Numbers and text through kernels of every shape: imputed, scaled, one-hot, joined, linear, softmax, argmax, decoded.
std::shared_ptr<const Model> MixedModel(uint32_t one_hot_width) {
  ModelBuilder builder({});
  std::vector<ValueId> numbers;
  for (const char* name : {"n0", "n1", "n2"}) {
    numbers.push_back(builder.AddInput(name));
    EXPECT_TRUE(builder.UseInput(numbers.back(), Type::kFloat64).ok());
    builder.SetMissingRule(numbers.back(), MissingRule::kModel);
  }
  const ValueId city = builder.AddInput("city");
  EXPECT_TRUE(builder.UseInput(city, Type::kString).ok());
  builder.SetMissingRule(city, MissingRule::kModel);

  const ValueId joined = builder.Add(op::Concat{}, numbers, "numbers").value();
  const ValueId imputed = builder.Add(op::ImputeNumber{.fill = {1, 2, 3}}, {joined}, "impute").value();
  const ValueId scaled = builder.Add(op::Affine{.offset = {0, 1, 2}, .factor = {1, 3, 7}}, {imputed}, "scale").value();
  const op::EncodeText encode{.column_names = {"city"},
                              .categories = {{"c0", "c1", "c2", "c3", "c4", "c5", "c6"}},
                              .unknown = {{false, op::kNaN}},
                              .missing = {{false, 2}}};
  const ValueId code = builder.Add(encode, {city}, "encode").value();
  op::OneHot one_hot{.widths = {one_hot_width}, .slots = {{}}};
  for (int32_t slot = 0; slot < 7; ++slot) one_hot.slots[0].push_back(slot);
  const ValueId hot = builder.Add(one_hot, {code}, "one-hot").value();
  const ValueId all = builder.Add(op::Concat{}, {scaled, hot}, "features").value();
  const ValueId checked = builder.Add(op::RequireFinite{}, {all}, "check").value();
  op::Linear linear{.outputs = 3, .weights = {}, .bias = {0.1, 0.2, 0.3}};
  for (uint32_t i = 0; i < 3 * (3 + one_hot_width); ++i) linear.weights.push_back(std::sin(i * i));
  const ValueId scores = builder.Add(linear, {checked}, "linear").value();
  const ValueId shares = builder.Add(op::Row{op::RowFunction::kSoftmax}, {scores}, "softmax").value();
  const ValueId best = builder.Add(op::Row{op::RowFunction::kArgMax}, {shares}, "argmax").value();
  const ValueId label = builder.Add(op::DecodeText{{"low", "middle", "high"}}, {best}, "label").value();
  const ValueId shout = builder.Add(op::TextUnary{op::TextFunction::kUpper}, {label}, "shout").value();
  const ValueId both = builder.Add(op::JoinText{"-"}, {label, shout}, "both").value();
  EXPECT_TRUE(builder.AddOutput("label", Type::kString, both, 0).ok());
  for (uint32_t j = 0; j < 3; ++j) {
    EXPECT_TRUE(builder.AddOutput("p" + std::to_string(j), Type::kFloat64, shares, j).ok());
  }
  return Built(std::move(builder));
}

TestRows MixedRows(size_t count) {
  std::mt19937 random(42);
  std::normal_distribution<double> normal;
  TestRows rows(count);
  for (TestRow& row : rows) {
    for (int c = 0; c < 3; ++c) row.push_back(random() % 5 == 0 ? TestCell() : TestCell(normal(random)));
    row.push_back(random() % 9 == 0 ? TestCell() : TestCell("c" + std::to_string(random() % 8)));
  }
  return rows;
}

// RunPlan compares every row with a run of its own.
TEST(Plan, ARowsAnswerDoesNotDependOnItsCompany) {
  const auto plan = Plan::Make(MixedModel(7)).value();
  for (size_t count : {1, 2, 63, 64, 65, 1025, 5000}) {
    const Result<TestRows> rows = RunPlan(*plan, MixedRows(count));
    ASSERT_TRUE(rows.ok()) << rows.error().ToString();
    EXPECT_EQ(rows->size(), count);
  }
}

TEST(Plan, WideValuesMakeSmallTiles) {
  const auto plan = Plan::Make(MixedModel(40'000)).value();
  ASSERT_TRUE(RunPlan(*plan, MixedRows(20)).ok());
}

TEST(Plan, OneScratchServesBatchesOfAnySize) {
  const auto plan = Plan::Make(MixedModel(7)).value();
  const TestRows rows = MixedRows(3000);
  const TestRows expected = RunPlan(*plan, rows).value();
  const ScratchPtr scratch = plan->MakeScratch();
  Batch output(plan->output_schema());
  for (size_t count : {5, 1, 3000, 7, 1, 1024, 2}) {
    ASSERT_TRUE(
        plan->Run(BatchOf(*plan, {rows.begin(), rows.begin() + static_cast<ptrdiff_t>(count)}), *scratch, &output)
            .ok());
    EXPECT_EQ(RowsOf(output), TestRows(expected.begin(), expected.begin() + static_cast<ptrdiff_t>(count)));
  }
}

TEST(Plan, ManyThreadsRunOnePlan) {
  const auto plan = Plan::Make(MixedModel(7)).value();
  const TestRows rows = MixedRows(1500);
  const TestRows expected = RunPlan(*plan, rows).value();
  const Batch input = BatchOf(*plan, rows);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      const ScratchPtr scratch = plan->MakeScratch();
      Batch output(plan->output_schema());
      for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(plan->Run(input, *scratch, &output).ok());
        EXPECT_EQ(RowsOf(output), expected);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Plan, NamesTheRowOfAnErrorInAnyTile) {
  const auto plan = PlanOfOperator(op::RequireFinite{}, {1}).value();
  TestRows rows(3000, {1.});
  rows[2500] = {op::kInfinity};
  ExpectCellError(RunPlan(*plan, rows), "row 2501, column 0: infinite value");
}

// ---- layout --------------------------------------------------------------------------------------------------------

// Random graphs of the operators whose values share memory, against a plain evaluation with a vector for each value.
class Graph {
 public:
  explicit Graph(uint32_t seed) : random_(seed) {
    for (int i = 0; i < 4; ++i) {
      const ValueId input = builder_.AddInput("x" + std::to_string(i));
      EXPECT_TRUE(builder_.UseInput(input, Type::kFloat64).ok());
      evaluate_.push_back([i](const Values&, const TestRow& row) { return Numbers{row[i].number}; });
    }
    for (int i = 0; i < 14; ++i) AddRandom();
    for (int i = 0; i < 4; ++i) AddRandomOutput();
  }

  std::shared_ptr<const Plan> MakePlan() { return Plan::Make(Built(std::move(builder_))).value(); }

  TestRow Expected(const TestRow& row) const {
    Values values;
    for (const Evaluate& evaluate : evaluate_) values.push_back(evaluate(values, row));
    TestRow answers;
    for (const auto& [value, column] : outputs_) answers.emplace_back(values[value][column]);
    return answers;
  }

 private:
  using Numbers = std::vector<double>;
  using Values = std::vector<Numbers>;
  using Evaluate = std::function<Numbers(const Values&, const TestRow&)>;

  uint32_t Below(size_t end) { return static_cast<uint32_t>(random_() % end); }
  ValueId RandomValue() { return Below(evaluate_.size()); }

  void AddRandom() {
    switch (Below(6)) {
      case 0:
      case 1: return AddConcat();
      case 2: return AddSelect();
      case 3: return AddCheck();
      case 4: return AddConstant();
      default: return AddAffine();
    }
  }
  void AddConcat() {
    std::vector<ValueId> inputs;
    size_t width = 0;
    for (uint32_t i = 0, count = 1 + Below(3); i < count; ++i) {
      const ValueId input = RandomValue();
      if (width + builder_.shape(input).width > 40) continue;
      inputs.push_back(input);
      width += builder_.shape(input).width;
    }
    if (inputs.empty()) return;
    Add(op::Concat{}, inputs, [inputs](const Values& values, const TestRow&) {
      Numbers joined;
      for (ValueId input : inputs) joined.insert(joined.end(), values[input].begin(), values[input].end());
      return joined;
    });
  }
  void AddSelect() {
    const ValueId input = RandomValue();
    const uint32_t width = builder_.shape(input).width;
    op::Select select;
    if (Below(2) == 0) {  // a range
      for (uint32_t c = Below(width), end = c + 1 + Below(width - c); c < end; ++c) select.columns.push_back(c);
    } else {
      for (uint32_t i = 0, count = 1 + Below(4); i < count; ++i) select.columns.push_back(Below(width));
    }
    Add(select, {input}, [input, columns = select.columns](const Values& values, const TestRow&) {
      Numbers selected;
      for (uint32_t c : columns) selected.push_back(values[input][c]);
      return selected;
    });
  }
  void AddCheck() {
    const ValueId input = RandomValue();
    Add(op::RequireFinite{}, {input}, [input](const Values& values, const TestRow&) { return values[input]; });
  }
  // What rests on constants alone is computed once and kept between the runs.
  void AddConstant() {
    const Numbers numbers(1 + Below(3), 100.0 + Below(9));
    Add(op::Constant{numbers}, {}, [numbers](const Values&, const TestRow&) { return numbers; });
  }
  void AddAffine() {
    const ValueId input = RandomValue();
    op::Affine affine{.offset = Numbers(builder_.shape(input).width, 1.0 + Below(9)), .factor = {}};
    Add(affine, {input}, [input, by = affine.offset[0]](const Values& values, const TestRow&) {
      Numbers moved = values[input];
      for (double& x : moved) x -= by;
      return moved;
    });
  }
  void Add(op::Params params, std::vector<ValueId> inputs, Evaluate evaluate) {
    ASSERT_EQ(builder_.Add(std::move(params), std::move(inputs), "op").value(), evaluate_.size());
    evaluate_.push_back(std::move(evaluate));
  }
  void AddRandomOutput() {
    const ValueId value = RandomValue();
    const uint32_t column = Below(builder_.shape(value).width);
    ASSERT_TRUE(builder_.AddOutput("y" + std::to_string(outputs_.size()), Type::kFloat64, value, column).ok());
    outputs_.emplace_back(value, column);
  }

  std::mt19937 random_;
  ModelBuilder builder_{Provenance{}};
  std::vector<Evaluate> evaluate_;  // by ValueId
  std::vector<std::pair<ValueId, uint32_t>> outputs_;
};

TEST(Plan, ValuesThatShareMemoryDoNotDisturbEachOther) {
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    Graph graph(seed);
    TestRows rows, expected;
    for (int r = 0; r < 3; ++r) {
      rows.push_back({100. * r + 1, 100. * r + 20, 100. * r + 300, 100. * r + 4000});
      expected.push_back(graph.Expected(rows.back()));
    }
    ExpectRows(RunPlan(*graph.MakePlan(), rows), expected);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace scoreway
