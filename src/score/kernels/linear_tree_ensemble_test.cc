#include <gtest/gtest.h>

#include "score/run_operator.h"

namespace scoreway {
namespace {

// x0 <= 1, missing left: leaf 0 is 10 + 2 * x0 + 3 * x1, or -1; leaf 1 is 20.
op::LinearTreeEnsemble Stump() {
  op::LinearTreeEnsemble op;
  op.trees.roots = {0};
  op.trees.feature = {0, 0, 0};
  op.trees.threshold = {1, 0, 0};
  op.trees.left = {1, 1, 2};
  op.trees.right = {2, 1, 2};
  op.trees.flags = {op::TreeEnsemble::kMissingLeft, 0, 0};
  op.trees.payload = {0, 0, 1};
  op.trees.leaf_values = {-1, -2};
  op.leaf_constants = {10, 20};
  op.term_ends = {2, 2};
  op.term_features = {0, 1};
  op.term_weights = {2, 3};
  return op;
}

TEST(LinearTreeEnsemble, LeavesAreLinear) {
  ExpectRows(RunOperator(Stump(), {{1., 100.}, {0., 1.}, {2., 5.}}), {{312.}, {13.}, {20.}});
}

TEST(LinearTreeEnsemble, AMissingTermGivesThePlainLeaf) {
  ExpectRows(RunOperator(Stump(), {{kMissing, 100.}, {0., kMissing}, {2., kMissing}}), {{-1.}, {-1.}, {20.}});
}

TEST(LinearTreeEnsemble, TreesGoOnFromTheBaseInTurnToTheirOutputs) {
  op::LinearTreeEnsemble op = Stump();
  op.trees.outputs = 2;
  op.trees.base = {1000, 2000};
  op.trees.roots = {0, 3};
  op.trees.tree_output = {1, 0};
  op.trees.feature.push_back(0), op.trees.threshold.push_back(0);
  op.trees.left.push_back(3), op.trees.right.push_back(3), op.trees.flags.push_back(0);
  op.trees.payload.push_back(1);
  ExpectRows(RunOperator(op, {{1., 100.}}), {{1020., 2312.}});
}

TEST(LinearTreeEnsemble, TermsOutOfRangeAreRefused) {
  op::LinearTreeEnsemble op = Stump();
  op.term_features[1] = 2;
  EXPECT_EQ(InferShape(op, {{ValueKind::kNumber, 2}}).code(), Code::kCorrupt);
  op = Stump();
  op.term_ends = {2, 1};
  EXPECT_EQ(InferShape(op, {{ValueKind::kNumber, 2}}).code(), Code::kCorrupt);
  op = Stump();
  op.term_ends = {2, 3};
  EXPECT_EQ(InferShape(op, {{ValueKind::kNumber, 2}}).code(), Code::kCorrupt);
}

}  // namespace
}  // namespace scoreway
