// Learners of our own: what they learn from streams whose rule is known, through the model that is served.

#include "learn/new_learner.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "score/plan.h"

namespace scoreway::learn {
namespace {

using Rule = std::function<bool(const std::vector<double>&)>;

// Rows of three columns in 0 .. 1, labelled "yes" where the rule holds.
class Stream {
 public:
  explicit Stream(Rule rule) : rule_(std::move(rule)) {}

  void Fill(size_t count, Batch* rows, Column* labels) {
    for (size_t i = 0; i < count; ++i) {
      std::vector<double> row(3);
      for (double& cell : row) cell = chance_(random_);
      for (size_t j = 0; j < row.size(); ++j) rows->column(j).AppendFloat64(row[j]);
      labels->AppendString(rule_(row) ? "yes" : "no");
    }
  }

 private:
  Rule rule_;
  std::mt19937 random_{3};
  std::uniform_real_distribution<double> chance_{0, 1};
};

std::unique_ptr<Learner> MakeLearner(const std::string& kind, std::map<std::string, double> settings = {}) {
  const std::vector<std::string> classes = {"no", "yes"}, none;
  const auto fresh =
      NewLearner({kind, {"a", "b", "c"}, kind == "streaming-k-means" ? none : classes, std::move(settings)});
  EXPECT_TRUE(fresh.ok()) << fresh.error().ToString();
  auto learner = Learner::Make(fresh->artifact);
  EXPECT_TRUE(learner.ok()) << learner.error().ToString();
  return std::move(*learner);
}

void Learn(Learner* learner, Stream* stream, size_t count) {
  Batch rows(learner->input_schema());
  Column labels(Type::kString);
  stream->Fill(count, &rows, &labels);
  const Status learned = learner->Learn(rows, &labels);
  ASSERT_TRUE(learned.ok()) << learned.ToString();
}

// Of the model that is served, over rows that were not learned.
double Accuracy(const Learner& learner, Stream* stream) {
  const auto plan = Plan::Make(learner.Checkpoint()->model);
  Batch rows((*plan)->input_schema()), answers((*plan)->output_schema());
  Column labels(Type::kString);
  stream->Fill(2000, &rows, &labels);
  EXPECT_TRUE((*plan)->Run(rows, *(*plan)->MakeScratch(), &answers).ok());
  double right = 0;
  for (size_t row = 0; row < rows.rows(); ++row) {
    right += answers.column(0).string_at(row) == labels.string_at(row) ? 1 : 0;
    EXPECT_NEAR(answers.column(1).NumberAt(row) + answers.column(2).NumberAt(row), 1, 1e-9);
  }
  return right / 2000;
}

const Rule kLine = [](const std::vector<double>& row) { return row[0] + row[1] > 1; };
const Rule kCorner = [](const std::vector<double>& row) { return row[0] > 0.4 && row[2] < 0.6; };

TEST(NewLearner, LogisticRegressionsFindALine) {
  for (const char* kind : {"logistic", "ftrl"}) {
    Stream stream(kLine);
    const auto learner = MakeLearner(kind);
    Learn(learner.get(), &stream, 20'000);
    EXPECT_GT(Accuracy(*learner, &stream), 0.97) << kind;
  }
}

TEST(NewLearner, FtrlLeavesAUselessColumnAtZero) {
  Stream stream(kLine);
  const auto learner = MakeLearner("ftrl", {{"l1", 300}, {"rate", 0.5}});
  Learn(learner.get(), &stream, 20'000);
  const auto checkpoint = learner->Checkpoint();
  for (const Operator& operation : checkpoint->model->operators()) {
    if (const auto* linear = std::get_if<op::Linear>(&operation.params)) {
      EXPECT_NE(linear->weights[0], 0);
      EXPECT_NE(linear->weights[1], 0);
      EXPECT_EQ(linear->weights[2], 0);
    }
  }
}

TEST(NewLearner, TreesFindACorner) {
  for (const char* kind : {"hoeffding-tree", "adaptive-random-forest"}) {
    Stream stream(kCorner);
    const auto learner = MakeLearner(kind);
    Learn(learner.get(), &stream, 20'000);
    EXPECT_GT(Accuracy(*learner, &stream), 0.95) << kind;
  }
}

TEST(NewLearner, AForestFollowsARuleThatTurnsRound) {
  Stream before(kCorner), after([](const std::vector<double>& row) { return !kCorner(row); });
  const auto learner = MakeLearner("adaptive-random-forest");
  Learn(learner.get(), &before, 10'000);
  EXPECT_LT(Accuracy(*learner, &after), 0.1);
  Learn(learner.get(), &after, 6'000);
  EXPECT_GT(Accuracy(*learner, &after), 0.9);
}

// The errors of a tree that is learning become fewer, which is a change, too.
TEST(NewLearner, AForestKeepsTreesThatBecomeBetter) {
  // A board of three by three, which takes its time to be found.
  const Rule board = [](const std::vector<double>& row) {
    return (static_cast<int>(3 * row[0]) + static_cast<int>(3 * row[1])) % 2 == 1;
  };
  double with = 0, without = 0;
  for (const double seed : {1.0, 2.0, 3.0}) {
    Stream one(board), other(board);
    const auto watched = MakeLearner("adaptive-random-forest", {{"seed", seed}});
    Learn(watched.get(), &one, 12'000);
    with += Accuracy(*watched, &one);
    const auto plain =
        MakeLearner("adaptive-random-forest", {{"seed", seed}, {"warning_delta", 1e-300}, {"drift_delta", 1e-300}});
    Learn(plain.get(), &other, 12'000);
    without += Accuracy(*plain, &other);
  }
  EXPECT_GT(with, without - 0.03);
}

// The counts that a leaf has from the split above it say nothing of the cells that it has seen.
TEST(NewLearner, AForestSplitsWhereTheBranchAboveWasNearlyPure) {
  const Rule band = [](const std::vector<double>& row) { return row[0] > 1.0 / 3 && row[0] < 2.0 / 3; };
  for (const double seed : {1.0, 2.0, 3.0, 4.0, 5.0}) {
    Stream stream(band);
    const auto learner = MakeLearner("adaptive-random-forest", {{"seed", seed}, {"columns_a_leaf", 1}});
    Learn(learner.get(), &stream, 10'000);
    EXPECT_GT(Accuracy(*learner, &stream), 0.99) << seed;
  }
}

TEST(NewLearner, GoesOnFromACheckpointAsIfItHadNotStopped) {
  for (const std::string_view kind : NewLearnerKinds()) {
    Stream one(kCorner), other(kCorner);
    const auto whole = MakeLearner(std::string(kind));
    Learn(whole.get(), &one, 3000);
    Learn(whole.get(), &one, 3000);
    auto parts = MakeLearner(std::string(kind));
    Learn(parts.get(), &other, 3000);
    auto again = Learner::Make(parts->Checkpoint()->artifact);
    ASSERT_TRUE(again.ok()) << again.error().ToString();
    Learn(again->get(), &other, 3000);
    EXPECT_EQ(*whole->Checkpoint()->artifact, *(*again)->Checkpoint()->artifact) << kind;
  }
}

TEST(NewLearner, RefusesWhatItDoesNotKnowAndSaysWhatThereIs) {
  EXPECT_NE(NewLearner({"forest", {"a"}, {"0", "1"}, {}}).error().message.find("adaptive-random-forest"),
            std::string::npos);
  const auto setting = NewLearner({"ftrl", {"a"}, {"0", "1"}, {{"alpha", 1}}});
  EXPECT_EQ(setting.error().message, "'alpha' is no setting of ftrl; there are beta, l1, l2, rate, standardize");
  EXPECT_EQ(NewLearner({"ftrl", {"a", "a"}, {"0", "1"}, {}}).code(), Code::kInvalidArgument);
  EXPECT_EQ(NewLearner({"ftrl", {"a"}, {"0"}, {}}).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace scoreway::learn
