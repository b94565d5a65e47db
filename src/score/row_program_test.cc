// What is done for one row otherwise than for many: choices with conditions within them, columns that wait for trees,
// sums and tables. RunPlan compares a row alone with the row among others; what comes out is what model/operators says.
#include "score/row_program.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "model/append_node.h"
#include "score/plan_scratch.h"
#include "score/run_operator.h"

namespace scoreway {
namespace {

using enum op::BinaryFunction;
using op::UnaryFunction;

std::shared_ptr<const Plan> PlanOf(ModelBuilder builder) {
  return Plan::Make(std::make_shared<const Model>(std::move(builder).Build().value())).value();
}

// A model of numbers that may be missing.
struct Numbers {
  explicit Numbers(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      inputs.push_back(builder.AddInput("x" + std::to_string(i)));
      EXPECT_TRUE(builder.UseInput(inputs.back(), Type::kFloat64).ok());
      builder.SetMissingRule(inputs.back(), MissingRule::kModel);
    }
  }
  ValueId Add(op::Params params, std::vector<ValueId> taken) {
    return builder.Add(std::move(params), std::move(taken), "").value();
  }
  ValueId Number(double x) { return Add(op::Constant{{x}}, {}); }
  ValueId Is(ValueId x, op::BinaryFunction function, double y) {
    return Add(op::Binary{function, true}, {x, Number(y)});
  }
  ValueId Both(ValueId a, ValueId b) { return Add(op::Binary{kAnd, true}, {a, b}); }
  ValueId Either(ValueId a, ValueId b) { return Add(op::Binary{kOr, true}, {a, b}); }
  ValueId Where(ValueId condition, ValueId a, ValueId b) { return Add(op::Where{}, {condition, a, b}); }
  std::shared_ptr<const Plan> Giving(std::vector<ValueId> values) {
    for (size_t i = 0; i < values.size(); ++i) {
      EXPECT_TRUE(builder.AddOutput("y" + std::to_string(i), Type::kFloat64, values[i], 0).ok());
    }
    return PlanOf(std::move(builder));
  }

  ModelBuilder builder{Provenance{}};
  std::vector<ValueId> inputs;
};

// below 0: 1, [0, 10): 2, [10, 20]: 3, missing: 4, else nothing
TEST(RowProgram, AListOfCasesGivesTheFirstThatHolds) {
  Numbers n(1);
  const ValueId x = n.inputs[0];
  ValueId y = n.Where(n.Add(op::Unary{UnaryFunction::kIsMissing}, {x}), n.Number(4), n.Number(op::kNaN));
  y = n.Where(n.Both(n.Is(x, kGreaterEqual, 10), n.Is(x, kLessEqual, 20)), n.Number(3), y);
  y = n.Where(n.Both(n.Is(x, kGreaterEqual, 0), n.Is(x, kLess, 10)), n.Number(2), y);
  y = n.Where(n.Is(x, kLess, 0), n.Number(1), y);
  ExpectRows(
      RunPlan(*n.Giving({y}), {{-0.5}, {0.}, {-0.0}, {9.75}, {10.}, {20.}, {20.25}, {op::kInfinity}, {kMissing}}),
      {{1.}, {2.}, {2.}, {2.}, {3.}, {3.}, {kMissing}, {kMissing}, {4.}});
}

// What is not known of one is no answer, unless the other decides.
TEST(RowProgram, UnknownConditionsAreNeitherTrueNorFalse) {
  Numbers n(2);
  const ValueId positive = n.Is(n.inputs[0], kGreater, 0), one = n.Is(n.inputs[1], kEqual, 1);
  const auto told = [&](ValueId condition) {
    const ValueId is_false = n.Add(op::Unary{UnaryFunction::kNot}, {condition});
    const ValueId otherwise = n.Where(is_false, n.Number(-1), n.Number(0));
    return n.Where(condition, n.Number(1), otherwise);
  };
  const auto again = [&] { return n.Is(n.inputs[0], kGreater, 0); };
  const ValueId both = told(n.Both(positive, one)), either = told(n.Either(again(), one));
  const ValueId differs = told(n.Is(n.inputs[1], kNotEqual, 1));
  ExpectRows(RunPlan(*n.Giving({both, either, differs}), {{1., 1.},
                                                          {1., 2.},
                                                          {-1., 1.},
                                                          {-1., 2.},
                                                          {kMissing, 1.},
                                                          {kMissing, 2.},
                                                          {1., kMissing},
                                                          {-1., kMissing},
                                                          {kMissing, kMissing}}),
             {{1., 1., -1.},
              {-1., 1., 1.},
              {-1., 1., -1.},
              {-1., -1., 1.},
              {0., 1., -1.},
              {-1., 0., 1.},
              {0., 1., 0.},
              {-1., 0., 0.},
              {0., 0., 0.}});
}

// A condition that is read elsewhere, too, is there.
TEST(RowProgram, AConditionMayBeAnAnswerItself) {
  Numbers n(1);
  const ValueId x = n.inputs[0];
  const ValueId inside = n.Both(n.Is(x, kGreater, 0), n.Is(x, kLess, 1));
  ValueId y = n.Where(inside, n.Number(5), n.Number(6));
  y = n.Where(n.Either(n.Is(x, kLess, -9), n.Is(x, kGreater, 9)), n.Number(7), y);
  ExpectRows(RunPlan(*n.Giving({y, inside}), {{0.5}, {1.}, {10.}, {kMissing}}),
             {{5., 1.}, {6., 0.}, {7., 0.}, {6., kMissing}});
}

TEST(RowProgram, LongListsAreNoDeepCalls) {
  Numbers n(1);
  ValueId y = n.Number(-1);
  for (int i = 2000; i-- > 0;) {
    const ValueId here = n.Both(n.Is(n.inputs[0], kGreaterEqual, i), n.Is(n.inputs[0], kLess, i + 1));
    y = n.Where(here, n.Number(i), y);
  }
  ExpectRows(RunPlan(*n.Giving({y}), {{0.5}, {299.}, {1234.5}, {1999.}, {2000.}, {kMissing}}),
             {{0.}, {299.}, {1234.}, {1999.}, {-1.}, {-1.}});
}

// A tree with a leaf for each of its column's numbers up to 0.5, 1.5, ..., which gives their place; missing goes right.
op::TreeEnsemble Stairs(size_t steps) {
  op::TreeEnsemble trees;
  trees.roots = {0};
  for (size_t step = 0; step < steps; ++step) {
    const uint32_t node = op::AppendNode(&trees);
    trees.threshold[node] = static_cast<double>(step) + 0.5;
    trees.left[node] = op::AppendLeaf(&trees, static_cast<double>(step));
    trees.right[node] = static_cast<uint32_t>(trees.feature.size());
  }
  op::AppendLeaf(&trees, 9);
  return trees;
}

// [0, 1) "a", [1, 2) "b", [2, 3) "a", from 3 on "c"; of the texts c, a are known, of the numbers as well.
TEST(RowProgram, TablesOneAfterTheOtherAreOne) {
  Numbers n(1);
  const ValueId bin = n.Add(op::Bin{{{0, 1, 2, 3}}, {5}, false}, {n.inputs[0]});
  const ValueId text = n.Add(op::DecodeText{{"none", "a", "b", "a", "c"}}, {bin});
  const ValueId code = n.Add(op::EncodeText{{}, {{"c", "a"}}, {{false, 2}}, {{false, op::kNaN}}}, {text});
  const ValueId moved = n.Add(op::Bin{{{0, 1, 2, 3}}, {5}, true}, {n.inputs[0]});
  const ValueId number = n.Add(op::DecodeNumber{{7, 1, op::kNaN, 1, 3}}, {moved});
  const ValueId again = n.Add(op::DecodeNumber{{40, 50, 60, 70}}, {number});
  const ValueId place = n.Add(op::EncodeNumber{{}, {{70, 50}}, {{false, 2}}, {{false, op::kNaN}}}, {again});
  ExpectRows(RunPlan(*n.Giving({n.Add(Stairs(3), {code}), n.Add(Stairs(3), {place})}),
                     {{-1.}, {0.}, {0.5}, {1.}, {1.5}, {2.}, {2.5}, {3.}, {4.}, {kMissing}}),
             {{2., 9.}, {1., 9.}, {1., 1.}, {2., 1.}, {2., 9.}, {1., 9.}, {1., 1.}, {0., 1.}, {0., 0.}, {9., 9.}});
}

// Of present cells, if it may skip some; else only where all are present.
TEST(RowProgram, SumsTakeTheirCellsFromWhereTheyAre) {
  Numbers n(2);
  const ValueId twice = n.Add(op::Binary{kAdd, true}, {n.inputs[0], n.inputs[0]});
  const auto sum = [&](bool skips) {
    return n.Add(op::AggregateRow{op::RowAggregate::kSum, skips},
                 {n.Add(op::Concat{}, {twice, n.inputs[1], n.inputs[0]})});
  };
  const ValueId some = sum(true), all = sum(false);
  ExpectRows(RunPlan(*n.Giving({some, all, n.Add(Stairs(4), {sum(true)}), n.Add(Stairs(4), {sum(false)})}),
                     {{0.25, 1.}, {kMissing, 3.}, {1., kMissing}, {kMissing, kMissing}}),
             {{1.75, 1.75, 2., 2.}, {3., kMissing, 3., 9.}, {3., kMissing, 3., 9.}, {kMissing, kMissing, 9., 9.}});
}

// Marks say in which row it was computed last; their count begins anew some time.
TEST(RowProgram, WhatWaitsIsComputedAnewForEachRow) {
  Numbers n(2);
  const ValueId sum = n.Add(op::AggregateRow{op::RowAggregate::kSum, true}, {n.Add(op::Concat{}, n.inputs)});
  const auto plan = n.Giving({n.Add(Stairs(4), {sum})});
  const ScratchPtr scratch = plan->MakeScratch();
  Batch output(plan->output_schema());
  const auto place_of = [&](double x) {
    EXPECT_TRUE(plan->Run(BatchOf(*plan, {{x, 1.}}), *scratch, &output).ok());
    return output.column(0).float64s()[0];
  };
  uint32_t& row = static_cast<PlanScratch&>(*scratch).cells.row;
  EXPECT_EQ(place_of(0), 1);
  ASSERT_EQ(row, 1u);
  row = UINT32_MAX;
  for (const double x : {1., 2., 0., 1.}) EXPECT_EQ(place_of(x), x + 1);
}

// ---- any expressions -----------------------------------------------------------------------------------------------

bool IsTrue(double x) { return x != 0 && !std::isnan(x); }

// As model/operators/derived.h says.
double AnswerOf(const op::Binary& binary, double a, double b) {
  const op::BinaryFunction function = binary.function;
  if (function == kAnd || function == kOr) {
    if (!binary.missing_aware) return function == kAnd ? a != 0 && b != 0 : a != 0 || b != 0;
    if (function == kAnd && (a == 0 || b == 0)) return 0;
    if (function == kOr && (IsTrue(a) || IsTrue(b))) return 1;
    if (std::isnan(a) || std::isnan(b)) return op::kNaN;
    return function == kAnd ? 1 : 0;
  }
  if (binary.missing_aware && (std::isnan(a) || std::isnan(b))) return op::kNaN;
  switch (function) {
    case kLess: return a < b;
    case kLessEqual: return a <= b;
    case kGreater: return a > b;
    case kGreaterEqual: return a >= b;
    case kEqual: return a == b;
    case kNotEqual: return a != b;
    default: return a + b;
  }
}

// Random graphs of choices, logic, sums, tables and trees over numbers of which some are missing.
class Graph {
 public:
  using Cells = std::vector<double>;

  explicit Graph(uint32_t seed) : random_(seed), numbers_(4) {
    for (ValueId i = 0; i < 4; ++i) {
      evaluate_.push_back([i](const Cells&, const Cells& row) { return row[i]; });
      cells_.push_back(i);
    }
    for (int i = 0; i < 40; ++i) AddRandom();
    for (size_t i = 0, count = Below(3); i < count; ++i) outputs_.push_back(Value());
    for (int i = 0; i < 3; ++i) outputs_.push_back(Choice(4));
    for (int i = 0; i < 2; ++i) AddTrees();
  }

  std::shared_ptr<const Plan> MakePlan() { return numbers_.Giving(outputs_); }

  TestRow Expected(const Cells& row) const {
    Cells cells;
    for (const Evaluate& evaluate : evaluate_) cells.push_back(evaluate(cells, row));
    TestRow answers;
    for (ValueId output : outputs_) answers.push_back(std::isnan(cells[output]) ? kMissing : TestCell(cells[output]));
    return answers;
  }

 private:
  using Evaluate = std::function<double(const Cells& cells, const Cells& row)>;

  size_t Below(size_t end) { return random_() % end; }
  // Rather a late one, so that what is made is read.
  ValueId Value() {
    const size_t count = cells_.size(), back = Below(3) == 0 ? count : std::min<size_t>(count, 6);
    return cells_[count - 1 - Below(back)];
  }

  void AddRandom() {
    const ValueId a = Value(), b = Value(), c = Value();
    switch (Below(11)) {
      case 0: return AddConstant(static_cast<double>(Below(3)));
      case 1: return AddUnary(a);
      case 2: return AddWhere(c, a, b);
      case 3: return static_cast<void>(Choice(3));
      case 4: return AddSum();
      case 5: return AddTable(a);
      default: return AddBinary(a, b);
    }
  }
  // What nothing else reads lies within what is made of it.
  ValueId Choice(int depth) {
    if (depth == 0 || Below(4) == 0) return Value();
    const ValueId condition = Condition(depth), a = Choice(depth - 1), b = Choice(depth - 1);
    AddWhere(condition, a, b);
    return cells_.back();
  }
  ValueId Condition(int depth) {
    if (depth == 0) {
      const ValueId a = Value(), b = Value();
      Below(3) == 0 ? AddUnary(a) : AddBinary(a, b);
      return cells_.back();
    }
    const ValueId a = Condition(depth - 1), b = Condition(depth - 1);
    switch (Below(5)) {
      case 0: AddUnary(a); break;
      case 1: AddWhere(a, b, Condition(0)); break;
      case 2: AddBinary({kAnd, true}, a, b); break;
      case 3: AddBinary({kOr, true}, a, b); break;
      default: AddBinary(a, b);
    }
    return cells_.back();
  }
  void AddWhere(ValueId condition, ValueId a, ValueId b) {
    Add(op::Where{}, {condition, a, b},
        [=](const Cells& x, const Cells&) { return IsTrue(x[condition]) ? x[a] : x[b]; });
  }
  void AddConstant(double x) {
    Add(op::Constant{{x}}, {}, [x](const Cells&, const Cells&) { return x; });
  }
  void AddUnary(ValueId a) {
    const UnaryFunction functions[] = {UnaryFunction::kIsMissing, UnaryFunction::kIsPresent, UnaryFunction::kNot};
    const UnaryFunction function = functions[std::min<size_t>(Below(4), 2)];
    Add(op::Unary{function}, {a}, [=](const Cells& x, const Cells&) -> double {
      if (function == UnaryFunction::kNot) return std::isnan(x[a]) ? x[a] : x[a] == 0;
      return std::isnan(x[a]) == (function == UnaryFunction::kIsMissing);
    });
  }
  void AddBinary(ValueId a, ValueId b) {
    const op::BinaryFunction functions[] = {kLess, kLessEqual, kGreater, kGreaterEqual, kEqual, kNotEqual,
                                            kAnd,  kAnd,       kOr,      kOr,           kAdd};
    AddBinary({functions[Below(std::size(functions))], Below(5) != 0}, a, b);
  }
  void AddBinary(op::Binary binary, ValueId a, ValueId b) {
    Add(binary, {a, b}, [=](const Cells& x, const Cells&) { return AnswerOf(binary, x[a], x[b]); });
  }
  std::vector<ValueId> AddRow() {
    std::vector<ValueId> row = {Value(), Value()};
    for (size_t i = 0, more = Below(3); i < more; ++i) row.push_back(Value());
    Add(op::Concat{}, row, [](const Cells&, const Cells&) { return op::kNaN; });
    cells_.pop_back();  // it is no single cell
    return row;
  }
  void AddSum() {
    const std::vector<ValueId> row = AddRow();
    const auto concat = static_cast<ValueId>(evaluate_.size() - 1);
    for (int i = 0; i < 3; ++i) AddBinary(Value(), Value());  // which may take the columns of what is no longer read
    const bool skips = Below(2) == 0;
    const auto sum = [=](const Cells& x, const Cells&) {
      double of_present = 0;
      size_t present = 0;
      for (ValueId cell : row) {
        if (std::isnan(x[cell])) continue;
        of_present += x[cell];
        ++present;
      }
      return present == 0 || (!skips && present < row.size()) ? op::kNaN : of_present;
    };
    Add(op::AggregateRow{op::RowAggregate::kSum, skips}, {concat}, sum);
  }
  void AddTable(ValueId a) {
    if (Below(2) == 0) {
      const std::vector<double> table = {2, op::kNaN, 0, 1};
      return Add(op::DecodeNumber{table}, {a}, [=](const Cells& x, const Cells&) {
        return x[a] >= 0 && x[a] < 4 ? table[static_cast<size_t>(x[a])] : op::kNaN;
      });
    }
    Add(op::EncodeNumber{{}, {{1, 0}}, {{false, 3}}, {{false, op::kNaN}}}, {a}, [=](const Cells& x, const Cells&) {
      return std::isnan(x[a]) ? x[a] : x[a] == 1 ? 0 : x[a] == 0 ? 1 : 3;
    });
  }
  // Trees of which each asks one column after the other, and gives how many were at most 0.5 before the first that was
  // not; of columns that are missing some go either way.
  void AddTrees() {
    const std::vector<ValueId> row = AddRow();
    const auto concat = static_cast<ValueId>(evaluate_.size() - 1);
    op::TreeEnsemble trees;
    std::vector<bool> missing_left;
    for (size_t tree = 0, count = 1 + Below(3) * 8; tree < count; ++tree) {
      trees.roots.push_back(static_cast<uint32_t>(trees.feature.size()));
      for (size_t c = 0; c < row.size(); ++c) {
        const uint32_t node = op::AppendNode(&trees);
        trees.feature[node] = static_cast<uint32_t>(c);
        trees.threshold[node] = 0.5;
        missing_left.push_back(Below(2) == 0);
        trees.flags[node] = missing_left.back() ? op::TreeEnsemble::kMissingLeft : 0;
        trees.right[node] = op::AppendLeaf(&trees, static_cast<double>(c));
        trees.left[node] = static_cast<uint32_t>(trees.feature.size());
      }
      op::AppendLeaf(&trees, static_cast<double>(row.size()));
    }
    const size_t count = trees.roots.size();
    Add(std::move(trees), {concat}, [=](const Cells& x, const Cells&) {
      double sum = 0;
      for (size_t tree = 0; tree < count; ++tree) {
        size_t c = 0;
        while (c < row.size() && (x[row[c]] <= 0.5 || (std::isnan(x[row[c]]) && missing_left[tree * row.size() + c])))
          ++c;
        sum += static_cast<double>(c);
      }
      return sum;
    });
    outputs_.push_back(static_cast<ValueId>(evaluate_.size() - 1));
  }
  void Add(op::Params params, std::vector<ValueId> taken, Evaluate evaluate) {
    cells_.push_back(static_cast<ValueId>(evaluate_.size()));
    ASSERT_EQ(numbers_.Add(std::move(params), std::move(taken)), evaluate_.size());
    evaluate_.push_back(std::move(evaluate));
  }

  std::mt19937 random_;
  Numbers numbers_;
  std::vector<Evaluate> evaluate_;  // by ValueId
  std::vector<ValueId> cells_;      // Values of one number
  std::vector<ValueId> outputs_;
};

TEST(RowProgram, AnyExpressionIsWhatItsOperatorsSay) {
  const double cells[] = {0, 1, 2, -1, op::kNaN};
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    Graph graph(seed);
    std::mt19937 random(seed);
    TestRows rows, expected;
    for (int r = 0; r < 8; ++r) {
      Graph::Cells row;
      for (int i = 0; i < 4; ++i) row.push_back(cells[random() % std::size(cells)]);
      expected.push_back(graph.Expected(row));
      TestRow& made = rows.emplace_back();
      for (double x : row) made.push_back(std::isnan(x) ? kMissing : TestCell(x));
    }
    ExpectRows(RunPlan(*graph.MakePlan(), rows), expected);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace scoreway
