// Models that Spark saved, learned on here and there (tests/cases/make_learning_spark.py).

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "base/number_text.h"
#include "data/codec/csv_reader.h"
#include "data/codec/csv_records.h"
#include "learn/learner.h"
#include "learn/new_learner.h"
#include "learn/normal_equations.h"
#include "score/plan.h"

namespace scoreway::learn {
namespace {

namespace fs = std::filesystem;

using Settings = std::map<std::string, double>;
using Table = std::vector<std::vector<std::string>>;

const fs::path kCases = fs::path(SCOREWAY_SOURCE_DIR) / "tests" / "cases" / "learning_spark";

std::shared_ptr<const std::string> ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::make_shared<const std::string>(std::move(text).str());
}

// Without its header.
Table ReadTable(const fs::path& path) {
  const auto text = ReadFile(path);
  TextSource source(*text);
  CsvRecords records(&source, ',', CsvLimits{});
  Table table;
  while (true) {
    const Result<bool> more = records.Next();
    if (!more.ok() || !*more) break;
    std::vector<std::string>& record = table.emplace_back();
    for (const CsvCell& cell : records.cells()) record.emplace_back(cell.text);
  }
  EXPECT_GT(table.size(), 1u) << path;
  if (!table.empty()) table.erase(table.begin());
  return table;
}

double NumberIn(const std::string& text) {
  double number = 0;
  EXPECT_EQ(ParseDouble(text, &number), NumberParse::kOk) << text;
  return number;
}

std::unique_ptr<Learner> MakeLearner(std::shared_ptr<const std::string> artifact, const Settings& settings = {},
                                     const ImportOptions& options = {}) {
  auto learner = Learner::Make(std::move(artifact), options, settings);
  EXPECT_TRUE(learner.ok()) << learner.error().ToString();
  return learner.ok() ? std::move(*learner) : nullptr;
}

// ---- k-means
// ---------------------------------------------------------------------------------------------------------

const op::Distances& CentresOf(const Model& model) {
  for (const Operator& operation : model.operators()) {
    if (const auto* distances = std::get_if<op::Distances>(&operation.params)) return *distances;
  }
  throw std::logic_error("no centres");
}

Settings SettingsIn(const std::string& text) {
  Settings settings;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const size_t equals = word.find('=');
    settings[word.substr(0, equals)] = NumberIn(word.substr(equals + 1));
  }
  return settings;
}

Status LearnRows(Learner* learner, const Table& rows, size_t begin, size_t end) {
  Batch batch(learner->input_schema());
  for (size_t row = begin; row < end; ++row) {
    for (size_t i = 0; i < batch.column_count(); ++i) batch.column(i).AppendNumber(NumberIn(rows[row][i]));
  }
  return learner->Learn(batch, nullptr, begin);
}

TEST(SparkKMeans, CentresMoveAsThoseOfStreamingKMeans) {
  constexpr size_t kBatch = 60, kClusters = 4;
  const Table rows = ReadTable(kCases / "k-means" / "rows.csv");
  const auto before = ReadFile(kCases / "k-means" / "before.zip");
  // Of each case and batch the clusters.
  std::map<std::pair<std::string, size_t>, Table> expected;
  std::map<std::string, Settings> cases;
  for (const auto& line : ReadTable(kCases / "k-means" / "expected.csv")) {
    expected[{line[0], static_cast<size_t>(NumberIn(line[2]))}].push_back(line);
    cases[line[0]] = SettingsIn(line[1]);
  }
  EXPECT_EQ(cases.size(), 5u);
  for (const auto& [name, settings] : cases) {
    SCOPED_TRACE(name);
    auto learner = MakeLearner(before, settings);
    ASSERT_NE(learner, nullptr);
    EXPECT_TRUE(learner->answers_classes());
    for (size_t begin = 120; begin < rows.size(); begin += kBatch) {
      ASSERT_TRUE(LearnRows(learner.get(), rows, begin, begin + kBatch).ok());
      const auto checkpoint = learner->Checkpoint();
      ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().ToString();
      const auto& centres = CentresOf(*checkpoint->model).points;
      const Table& theirs = expected[{name, begin + kBatch}];
      ASSERT_EQ(theirs.size(), kClusters);
      for (size_t k = 0; k < kClusters; ++k) {
        for (size_t j = 0; j < 3; ++j) {
          EXPECT_NEAR(centres[k * 3 + j], NumberIn(theirs[k][5 + j]), 1e-9) << begin << " cluster " << k;
        }
      }
      // Weights and settings are in the checkpoint: the next batch is learned by a learner made of it.
      learner = MakeLearner(checkpoint->artifact);
      ASSERT_NE(learner, nullptr);
      EXPECT_EQ(learner->settings(), settings);
    }
  }
}

TEST(SparkKMeans, AsksHowManyRowsACentreCountsFor) {
  const auto before = ReadFile(kCases / "k-means" / "before.zip");
  const auto learner = Learner::Make(before);
  ASSERT_EQ(learner.code(), Code::kInvalidArgument);
  EXPECT_NE(learner.error().message.find("'weight'"), std::string::npos) << learner.error().message;
  const auto unknown = Learner::Make(before, {}, {{"weight", 1}, {"rate", 2}});
  EXPECT_EQ(unknown.error().ToString(),
            "setting 'rate': no setting of spark.clustering.KMeansModel; there are decay, half_life, points, weight");
  EXPECT_EQ(Learner::Make(before, {}, {{"weight", 1}, {"decay", 1.5}}).code(), Code::kInvalidArgument);
}

TEST(SparkKMeans, ARowThatIsNoPlaceIsNotLearned) {
  auto learner = MakeLearner(ReadFile(kCases / "k-means" / "before.zip"), {{"weight", 10}});
  ASSERT_NE(learner, nullptr);
  const std::string before = *learner->Checkpoint()->artifact;
  Batch batch(learner->input_schema());
  for (size_t i = 0; i < batch.column_count(); ++i) batch.column(i).AppendFloat64(INFINITY);
  EXPECT_EQ(learner->Learn(batch, nullptr).code(), Code::kInvalidArgument);
  EXPECT_EQ(*learner->Checkpoint()->artifact, before);
}

TEST(SparkLearner, RefusesByNameWhatDoesNotLearnOn) {
  const fs::path spark = kCases.parent_path() / "spark";
  for (const auto& [name, part] : std::map<std::string, std::string>{
           {"kmeans-cosine", "no distance 'cosine'"}, {"bisecting-k-means", "clustering.BisectingKMeansModel"}}) {
    const auto learner = Learner::Make(ReadFile(spark / name / "3.5.9" / "model.zip"), {}, {});
    ASSERT_EQ(learner.code(), Code::kUnsupported) << name;
    EXPECT_NE(learner.error().message.find(part), std::string::npos) << learner.error().message;
  }
}

TEST(StreamingKMeans, FindsGroupsAndFollowsThem) {
  std::mt19937 random(5);
  std::normal_distribution<double> normal(0, 0.5);
  const auto fresh = NewLearner({"streaming-k-means", {"a", "b"}, {}, {{"clusters", 3}, {"half_life", 2}}});
  ASSERT_TRUE(fresh.ok()) << fresh.error().ToString();
  auto learner = MakeLearner(fresh->artifact);
  EXPECT_FALSE(learner->label_type().has_value());
  const auto learn = [&](double shift) {
    for (int batch = 0; batch < 20; ++batch) {
      Batch rows(learner->input_schema());
      for (int row = 0; row < 300; ++row) {
        rows.column(0).AppendFloat64(10 * (row % 3) + normal(random) + shift);
        rows.column(1).AppendFloat64(normal(random));
      }
      ASSERT_TRUE(learner->Learn(rows, nullptr).ok());
    }
    std::vector<double> found;
    const auto checkpoint = learner->Checkpoint();
    const auto& centres = CentresOf(*checkpoint->model).points;
    for (size_t k = 0; k < 3; ++k) found.push_back(centres[2 * k]);
    std::sort(found.begin(), found.end());
    for (size_t k = 0; k < 3; ++k) EXPECT_NEAR(found[k], 10.0 * static_cast<double>(k) + shift, 0.2);
  };
  learn(0);
  learn(3);
}

TEST(StreamingKMeans, RefusesTooFewRowsAndWrongSettings) {
  const auto fresh = NewLearner({"streaming-k-means", {"a"}, {}, {{"clusters", 3}}});
  ASSERT_TRUE(fresh.ok()) << fresh.error().ToString();
  auto learner = MakeLearner(fresh->artifact);
  Batch rows(learner->input_schema());
  for (const double cell : {1.0, 2.0, 1.0}) rows.column(0).AppendFloat64(cell);
  EXPECT_EQ(learner->Learn(rows, nullptr).error().message,
            "the first batch has only 2 different rows, too few for 3 clusters");
  EXPECT_EQ(NewLearner({"streaming-k-means", {"a"}, {"yes", "no"}, {}}).code(), Code::kInvalidArgument);
  EXPECT_EQ(NewLearner({"streaming-k-means", {"a"}, {}, {{"decay", 2}}}).code(), Code::kInvalidArgument);
  EXPECT_EQ(NewLearner({"streaming-k-means", {"a"}, {}, {{"clusters", 2.5}}}).code(), Code::kInvalidArgument);
}

// ---- ALS
// -------------------------------------------------------------------------------------------------------------

// Factors by id: of users, or of items.
std::map<int64_t, std::vector<double>> FactorsOf(const Model& model, bool users) {
  std::vector<const op::EncodeNumber*> codes;
  std::vector<const op::DecodeNumber*> columns;
  for (const Operator& operation : model.operators()) {
    if (const auto* code = std::get_if<op::EncodeNumber>(&operation.params)) codes.push_back(code);
    if (const auto* column = std::get_if<op::DecodeNumber>(&operation.params)) columns.push_back(column);
  }
  std::map<int64_t, std::vector<double>> factors;
  const size_t rank = columns.size() / codes.size();
  const std::vector<double>& ids = codes[users ? 0 : 1]->categories[0];
  for (size_t i = 0; i < ids.size(); ++i) {
    for (size_t k = 0; k < rank; ++k) {
      factors[static_cast<int64_t>(ids[i])].push_back(columns[(users ? 0 : rank) + k]->table[i]);
    }
  }
  return factors;
}

struct AlsCase {
  std::string name;
  Settings settings;
  bool users;
  double allowed;
};

Status Rate(Learner* learner, const std::vector<std::vector<double>>& ratings) {
  Batch batch(learner->input_schema());
  Column labels(Type::kFloat64);
  for (const std::vector<double>& rating : ratings) {
    batch.column(0).AppendNumber(rating[0]);
    batch.column(1).AppendNumber(rating[1]);
    labels.AppendFloat64(rating[2]);
  }
  return learner->Learn(batch, &labels);
}

std::vector<std::vector<double>> RatingsOf(const fs::path& path) {
  std::vector<std::vector<double>> ratings;
  for (const auto& line : ReadTable(path)) {
    ratings.push_back({NumberIn(line[0]), NumberIn(line[1]), NumberIn(line[2])});
  }
  return ratings;
}

TEST(SparkAls, RowsFoldedInAreThoseThatSparkSolved) {
  // Spark's solver for nonnegative rows stops short of the solution (NNLS.scala: a relative step of 1e-4 ... 1e-7).
  const AlsCase cases[] = {
      {"als-explicit", {{"reg", 0.07}}, true, 2e-6},
      {"als-explicit-items", {{"reg", 0.07}}, false, 2e-6},
      {"als-implicit", {{"reg", 0.07}, {"implicit", 1}, {"alpha", 3}}, true, 2e-6},
      {"als-nonnegative", {{"reg", 0.07}, {"nonnegative", 1}}, true, 2e-6},
      {"als-implicit-nonnegative", {{"reg", 0.07}, {"implicit", 1}, {"alpha", 0.5}, {"nonnegative", 1}}, false, 2e-6},
  };
  for (const AlsCase& one : cases) {
    SCOPED_TRACE(one.name);
    const fs::path folder = kCases / one.name;
    auto learner = MakeLearner(ReadFile(folder / "before.zip"), one.settings);
    ASSERT_NE(learner, nullptr);
    const auto before = FactorsOf(*learner->Checkpoint()->model, one.users);
    // In two batches, the second by a learner made of the checkpoint: ratings of the first are not forgotten.
    const auto ratings = RatingsOf(folder / "ratings.csv");
    const auto half = ratings.begin() + static_cast<ptrdiff_t>(ratings.size() / 2);
    ASSERT_TRUE(Rate(learner.get(), {ratings.begin(), half}).ok());
    learner = MakeLearner(learner->Checkpoint()->artifact);
    ASSERT_NE(learner, nullptr);
    ASSERT_TRUE(Rate(learner.get(), {half, ratings.end()}).ok());
    const auto checkpoint = learner->Checkpoint();
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().ToString();
    auto after = FactorsOf(*checkpoint->model, one.users);
    const Table expected = ReadTable(folder / "expected.csv");
    EXPECT_EQ(after.size(), before.size() + expected.size());
    for (const auto& line : expected) {
      const auto id = static_cast<int64_t>(NumberIn(line[0]));
      EXPECT_FALSE(before.contains(id));
      ASSERT_EQ(after[id].size(), 4u) << id;
      for (size_t k = 0; k < 4; ++k) EXPECT_NEAR(after[id][k], NumberIn(line[1 + k]), one.allowed) << id;
    }
    for (const auto& [id, factors] : before) EXPECT_EQ(after[id], factors) << "what Spark trained stays";
  }
}

double RatingBy(const Model& model, double user, double item) {
  const auto plan = Plan::Make(std::make_shared<const Model>(model));
  Batch rows((*plan)->input_schema()), answers((*plan)->output_schema());
  rows.column(0).AppendNumber(user);
  rows.column(1).AppendNumber(item);
  EXPECT_TRUE((*plan)->Run(rows, *(*plan)->MakeScratch(), &answers).ok());
  return answers.column(0).valid(0) ? answers.column(0).NumberAt(0) : NAN;
}

// What one rating gives for a row by itself: (x x' + reg I) y = rating x.
double RatingByOne(const std::vector<double>& x, double rating, double reg) {
  double square = 0;
  for (const double factor : x) square += factor * factor;
  return rating * square / (square + reg);
}

TEST(SparkAls, ANewUserWhoRatedANewItemAndOthersGivesItARow) {
  auto learner = MakeLearner(ReadFile(kCases / "als-explicit" / "before.zip"), {{"reg", 0.1}});
  ASSERT_NE(learner, nullptr);
  EXPECT_TRUE(std::isnan(RatingBy(*learner->Checkpoint()->model, 5, 3)));
  // User 6 has rated nothing but the new item.
  ASSERT_TRUE(Rate(learner.get(), {{5, 0, 2}, {5, 3, 1}, {5, 6, 4}, {5, 9, 3}, {5, 5000, 4.5}}).ok());
  ASSERT_TRUE(Rate(learner.get(), {{6, 5000, 2}, {6, 7000, 1}}).ok());
  const auto model = learner->Checkpoint()->model;
  EXPECT_FALSE(std::isnan(RatingBy(*model, 5, 3)));
  auto users = FactorsOf(*model, true), items = FactorsOf(*model, false);
  EXPECT_TRUE(items.contains(7000)) << "user 6 has a row by the first item, and gives the second one";
  learner = MakeLearner(ReadFile(kCases / "als-explicit" / "before.zip"), {{"reg", 0.1}});
  ASSERT_TRUE(Rate(learner.get(), {{5, 0, 2}, {5, 3, 1}, {5, 6, 4}, {5, 9, 3}, {5, 5000, 4.5}, {6, 5000, 2}}).ok());
  users = FactorsOf(*learner->Checkpoint()->model, true);
  items = FactorsOf(*learner->Checkpoint()->model, false);
  EXPECT_NEAR(RatingBy(*learner->Checkpoint()->model, 5, 5000), RatingByOne(users[5], 4.5, 0.1), 1e-5);
  EXPECT_NEAR(RatingBy(*learner->Checkpoint()->model, 6, 5000), RatingByOne(items[5000], 2, 0.1), 1e-5);
}

TEST(SparkAls, KnownUsersStayUnlessTheyAreRenewed) {
  const auto artifact = ReadFile(kCases / "als-explicit" / "before.zip");
  auto learner = MakeLearner(artifact);
  const int64_t known = FactorsOf(*learner->Checkpoint()->model, true).begin()->first, fresh = 5;
  std::vector<std::vector<double>> ratings;
  for (const auto user : {known, fresh}) {
    for (const double item : {0.0, 3.0, 6.0}) ratings.push_back({static_cast<double>(user), item, 3 - item});
  }
  const auto before = FactorsOf(*learner->Checkpoint()->model, true)[known];
  ASSERT_TRUE(Rate(learner.get(), ratings).ok());
  EXPECT_EQ(FactorsOf(*learner->Checkpoint()->model, true)[known], before);
  learner = MakeLearner(artifact, {{"renew_users", 1}});
  ASSERT_TRUE(Rate(learner.get(), ratings).ok());
  auto after = FactorsOf(*learner->Checkpoint()->model, true);
  EXPECT_NE(after[known], before);
  EXPECT_EQ(after[known], after[fresh]) << "who gave the same ratings";
}

// User 5 and user 6 rate known items by turns.
TEST(SparkAls, OfMoreRatingsThanTheirBoundTheOldestGo) {
  const auto artifact = ReadFile(kCases / "als-explicit" / "before.zip");
  const auto user_row = [](const Learner& learner, int64_t user) {
    return FactorsOf(*learner.Checkpoint()->model, true)[user];
  };
  auto learner = MakeLearner(artifact, {{"ratings_max", 3}});
  ASSERT_NE(learner, nullptr);
  // A batch counts as a whole, and so do those that are kept when the next one comes.
  ASSERT_TRUE(Rate(learner.get(), {{5, 0, 2}, {6, 0, 1}, {5, 3, 1}, {5, 6, 4}, {6, 3, 3}}).ok());
  auto whole = MakeLearner(artifact);
  ASSERT_TRUE(Rate(whole.get(), {{5, 0, 2}, {5, 3, 1}, {5, 6, 4}, {6, 0, 1}, {6, 3, 3}}).ok());
  EXPECT_EQ(user_row(*learner, 5), user_row(*whole, 5));
  EXPECT_EQ(user_row(*learner, 6), user_row(*whole, 6));
  // Of the first two nothing is left; checkpoints keep the order of the others.
  learner = MakeLearner(learner->Checkpoint()->artifact);
  ASSERT_NE(learner, nullptr);
  EXPECT_EQ(learner->settings().at("ratings_max"), 3);
  const auto resting = user_row(*learner, 6);
  ASSERT_TRUE(Rate(learner.get(), {{5, 9, 3}}).ok());
  auto newest = MakeLearner(artifact);
  ASSERT_TRUE(Rate(newest.get(), {{5, 3, 1}, {5, 6, 4}, {5, 9, 3}}).ok());
  EXPECT_EQ(user_row(*learner, 5), user_row(*newest, 5));
  EXPECT_EQ(user_row(*learner, 6), resting) << "who does not rate again keeps the row";
  // Two ratings later those of user 6 are gone, too, and the row is still there.
  ASSERT_TRUE(Rate(learner.get(), {{5, 0, 2}, {5, 3, 2}}).ok());
  EXPECT_EQ(user_row(*learner, 6), resting);
  ASSERT_TRUE(Rate(learner.get(), {{6, 9, 2}}).ok());
  newest = MakeLearner(artifact);
  ASSERT_TRUE(Rate(newest.get(), {{6, 9, 2}}).ok());
  EXPECT_EQ(user_row(*learner, 6), user_row(*newest, 6));
}

TEST(SparkAls, CheckpointsGrowNoFurtherThanTheBoundOfRatings) {
  const auto grown = [](double ratings_max, int batches) {
    auto learner = MakeLearner(ReadFile(kCases / "als-explicit" / "before.zip"), {{"ratings_max", ratings_max}});
    for (int i = 0; i < batches; ++i) {
      EXPECT_TRUE(Rate(learner.get(), {{5, 0, 2}, {5, 3, 1}, {6, 6, 4}, {6, 0, 3}, {7000, 9, 1}}).ok());
    }
    return learner->Checkpoint()->artifact->size();
  };
  EXPECT_EQ(grown(10, 20), grown(10, 2));
  EXPECT_GT(grown(0, 20), grown(0, 2)) << "0: all are kept";
}

TEST(SparkAls, ARecommenderKnowsTheNewUserAndTheNewItem) {
  ImportOptions recommend;
  recommend.recommend = 5;
  auto learner = MakeLearner(ReadFile(kCases / "als-explicit" / "before.zip"), {}, recommend);
  ASSERT_NE(learner, nullptr);
  ASSERT_EQ(learner->input_schema()->size(), 2u) << "users are asked about, but items are rated";
  ASSERT_TRUE(Rate(learner.get(), {{5, 0, 2}, {5, 3, 1}, {5, 6, 4}, {5, 9, 3}, {5, 5000, 1000}}).ok());
  const auto checkpoint = learner->Checkpoint();
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().ToString();
  const auto plan = Plan::Make(checkpoint->model);
  Batch rows((*plan)->input_schema()), answers((*plan)->output_schema());
  rows.column(0).AppendNumber(5);
  ASSERT_TRUE((*plan)->Run(rows, *(*plan)->MakeScratch(), &answers).ok());
  EXPECT_TRUE(answers.column(0).string_at(0).starts_with("[5000,")) << answers.column(0).string_at(0);
  EXPECT_NE(MakeLearner(checkpoint->artifact), nullptr);
}

TEST(SparkAls, RefusesIdsThatAreNone) {
  auto learner = MakeLearner(ReadFile(kCases / "als-explicit" / "before.zip"));
  ASSERT_NE(learner, nullptr);
  const std::string before = *learner->Checkpoint()->artifact;
  EXPECT_EQ(Rate(learner.get(), {{5, 0, 2}, {5.5, 0, 2}}).code(), Code::kInvalidArgument);
  EXPECT_EQ(Rate(learner.get(), {{5, 0, 2}, {5e9, 0, 2}}).code(), Code::kInvalidArgument);
  EXPECT_EQ(Rate(learner.get(), {{5, 0, 2}, {NAN, 0, 2}}).code(), Code::kInvalidArgument);
  EXPECT_EQ(Rate(learner.get(), {{5, 0, 1e300}}).code(), Code::kInvalidArgument);
  EXPECT_EQ(*learner->Checkpoint()->artifact, before);
}

// scipy 1.17: nnls of the rows [a; sqrt(0.5) I] and the targets [b; 0], which is the same least squares problem.
TEST(NormalEquations, NonnegativeSolutionsAreThoseOfScipy) {
  const float rows[4][3] = {{1, 2, -1}, {0.5F, -1, 2}, {-2, 1, 1}, {3, 0.25F, 1}};
  const double targets[4] = {1, -2, -1.5, 2};
  NormalEquations equations(3);
  for (size_t i = 0; i < 4; ++i) equations.Add(rows[i], targets[i]);
  std::vector<double> x;
  ASSERT_TRUE(equations.SolveNonnegative(0.5, &x));
  const double expected[3] = {0.6028105314165725, 0.4341786464222256, 0.0};
  for (size_t k = 0; k < 3; ++k) EXPECT_NEAR(x[k], expected[k], 1e-12);
  ASSERT_TRUE(equations.Solve(0.5, &x));
  const double solved[3] = {0.6495726495726496, 0.17094017094017097, -0.6239316239316239};
  for (size_t k = 0; k < 3; ++k) EXPECT_NEAR(x[k], solved[k], 1e-12);
}

}  // namespace
}  // namespace scoreway::learn
