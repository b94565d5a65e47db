#include <gtest/gtest.h>

#include "model/model.h"

namespace scoreway {
namespace {

ModelBuilder NewBuilder() { return ModelBuilder(Provenance{"test", "none", "1", "none"}); }

TEST(ModelBuilderTest, InputsComeFirstAndDeadOperatorsGo) {
  ModelBuilder builder = NewBuilder();
  const ValueId age = builder.AddInput("age");
  ASSERT_TRUE(builder.UseInput(age, Type::kFloat64).ok());
  const ValueId scaled = *builder.Add(op::Affine{.offset = {40}, .factor = {10}}, {age}, "scaler");
  ASSERT_TRUE(builder.Add(op::Unary{op::UnaryFunction::kExp}, {scaled}, "dead").ok());
  const ValueId city = builder.AddInput("city");
  ASSERT_TRUE(builder.AddOutput("scaled", Type::kFloat64, scaled, 0).ok());
  (void)city;

  const Result<Model> model = std::move(builder).Build();
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  ASSERT_EQ(model->operators().size(), 1u);
  EXPECT_EQ(model->operators()[0].origin, "scaler");
  EXPECT_EQ(model->operators()[0].output, 2u);  // after the two inputs
  EXPECT_EQ(model->signature().outputs[0].value, 2u);
  EXPECT_TRUE(model->signature().inputs[0].used);
  EXPECT_FALSE(model->signature().inputs[1].used);
  EXPECT_EQ(model->signature().inputs[1].missing, MissingRule::kModel);
}

TEST(ModelBuilderTest, AnInputCannotBeBothNumberAndText) {
  ModelBuilder builder = NewBuilder();
  const ValueId zip = builder.AddInput("zip");
  ASSERT_TRUE(builder.UseInput(zip, Type::kInt64).ok());
  ASSERT_TRUE(builder.UseInput(zip, Type::kBool).ok());
  EXPECT_EQ(builder.input(zip).type, Type::kFloat64);
  const Status status = builder.UseInput(zip, Type::kString);
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_NE(status.ToString().find("'zip'"), std::string::npos);
}

TEST(ModelBuilderTest, WrongLengthsNameTheOperatorAndItsOrigin) {
  ModelBuilder builder = NewBuilder();
  const ValueId x = builder.AddInput("x");
  ASSERT_TRUE(builder.UseInput(x, Type::kFloat64).ok());
  const Result<ValueId> added = builder.Add(op::Linear{.outputs = 2, .weights = {1}, .bias = {}}, {x}, "steps[1]");
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().ToString(), "steps[1]: linear: weights has 1 entries, not 2");
}

// One inner node and two leaves.
op::TreeEnsemble Stump() {
  op::TreeEnsemble trees;
  trees.roots = {0};
  trees.feature = {0, 0, 0};
  trees.threshold = {0.5, 0, 0};
  trees.left = {1, 1, 2};
  trees.right = {2, 1, 2};
  trees.flags = {0, 0, 0};
  trees.payload = {0, 0, 1};
  trees.leaf_values = {-1, 1};
  return trees;
}

struct TreeFault {
  const char* name;
  void (*break_it)(op::TreeEnsemble&);
};

class TreeFaultTest : public testing::TestWithParam<TreeFault> {};

TEST_P(TreeFaultTest, IsFound) {
  const std::vector<ValueShape> input = {{ValueKind::kNumber, 1}};
  op::TreeEnsemble trees = Stump();
  ASSERT_TRUE(InferShape(trees, input).ok());
  GetParam().break_it(trees);
  const Result<ValueShape> shape = InferShape(trees, input);
  ASSERT_FALSE(shape.ok());
  EXPECT_EQ(shape.code(), Code::kCorrupt);
}

const TreeFault kTreeFaults[] = {
    TreeFault{"child_out_of_range", [](op::TreeEnsemble& t) { t.right[0] = 77; }},
    TreeFault{"child_is_the_root", [](op::TreeEnsemble& t) { t.right[0] = 0; }},
    TreeFault{"children_are_one", [](op::TreeEnsemble& t) { t.right[0] = 1; }},
    TreeFault{"root_out_of_range", [](op::TreeEnsemble& t) { t.roots = {9}; }},
    TreeFault{"feature_out_of_range", [](op::TreeEnsemble& t) { t.feature[0] = 1; }},
    TreeFault{"leaf_without_value", [](op::TreeEnsemble& t) { t.payload[2] = 2; }},
    TreeFault{"two_trees_share_nodes",
              [](op::TreeEnsemble& t) {
                t.roots = {0, 1};
              }},
    TreeFault{"short_thresholds", [](op::TreeEnsemble& t) { t.threshold.pop_back(); }},
    TreeFault{"category_set_missing", [](op::TreeEnsemble& t) { t.flags[0] = op::TreeEnsemble::kCategorical; }},
    TreeFault{"category_set_out_of_range",
              [](op::TreeEnsemble& t) {
                t.flags[0] = op::TreeEnsemble::kCategorical;
                t.category_bits = {64, 0, 0};
                t.category_words = {1};
              }},
    TreeFault{"output_out_of_range",
              [](op::TreeEnsemble& t) {
                t.outputs = 2;
                t.tree_output = {2};
              }},
    TreeFault{"divisor_zero", [](op::TreeEnsemble& t) { t.divisor = 0; }}};

INSTANTIATE_TEST_SUITE_P(All, TreeFaultTest, testing::ValuesIn(kTreeFaults),
                         [](const auto& fault) { return std::string(fault.param.name); });

TEST(ModelTest, ByteSizeCountsParameters) {
  const auto size_with_points = [](size_t points) {
    ModelBuilder builder = NewBuilder();
    const ValueId x = builder.AddInput("x");
    EXPECT_TRUE(builder.UseInput(x, Type::kFloat64).ok());
    op::Interpolate curve;
    curve.x.assign(points, 1.0);
    curve.y.assign(points, 2.0);
    const ValueId y = *builder.Add(std::move(curve), {x}, "curve");
    EXPECT_TRUE(builder.AddOutput("y", Type::kFloat64, y, 0).ok());
    return std::move(builder).Build()->ByteSize();
  };
  EXPECT_EQ(size_with_points(1001) - size_with_points(1), 16000u);
}

}  // namespace
}  // namespace scoreway
