// Estimators that scikit-learn saved, learned on here and there with the same rows (tests/cases/make_learning.py): what
// they then are must be the same.

#include "learn/learner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/number_text.h"
#include "data/codec/csv_reader.h"
#include "data/codec/csv_records.h"

namespace scoreway::learn {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(SCOREWAY_SOURCE_DIR) / "tests" / "cases" / "learning";

std::shared_ptr<const std::string> ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::make_shared<const std::string>(std::move(text).str());
}

using Record = std::vector<std::string>;

std::vector<Record> ReadTable(const fs::path& path) {
  const auto text = ReadFile(path);
  TextSource source(*text);
  CsvRecords records(&source, ',', CsvLimits{});
  std::vector<Record> table;
  while (true) {
    const Result<bool> more = records.Next();
    if (!more.ok() || !*more) return table;
    Record& record = table.emplace_back();
    for (const CsvCell& cell : records.cells()) record.emplace_back(cell.text);
  }
}

double NumberIn(const std::string& text) {
  double number = 0;
  EXPECT_EQ(ParseDouble(text, &number), NumberParse::kOk) << text;
  return number;
}

struct Case {
  std::string name, table, label;
  bool of_text = false;
  size_t first = 0, batch = 0;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  const std::vector<Record> lines = ReadTable(kCases / "cases.csv");
  for (size_t i = 1; i < lines.size(); ++i) {
    const Record& line = lines[i];
    cases.push_back({line[0], line[1], line[3], line[2] == "text", static_cast<size_t>(NumberIn(line[4])),
                     static_cast<size_t>(NumberIn(line[5]))});
  }
  return cases;
}

void AppendCell(const std::string& text, Column* column) {
  if (column->type() == Type::kString) {
    column->AppendString(text);
  } else {
    column->AppendNumber(NumberIn(text));
  }
}

// Learns rows begin to end of the table.
Status LearnRows(Learner* learner, const std::vector<Record>& table, const Case& one, size_t begin, size_t end) {
  Batch batch(learner->input_schema());
  Column labels(learner->label_type().value_or(Type::kFloat64));
  const auto column_of = [&](const std::string& name) {
    return static_cast<size_t>(std::find(table[0].begin(), table[0].end(), name) - table[0].begin());
  };
  for (size_t row = begin; row < end; ++row) {
    const Record& record = table[row + 1];
    for (size_t i = 0; i < batch.column_count(); ++i) {
      AppendCell(record[one.of_text ? column_of("text") : i], &batch.column(i));
    }
    if (!one.label.empty()) AppendCell(record[column_of(one.label)], &labels);
  }
  return learner->Learn(batch, one.label.empty() ? nullptr : &labels, begin);
}

// Every number of a model's parameters, named.
std::vector<std::pair<std::string, std::vector<double>>> NumbersOf(const Model& model) {
  std::vector<std::pair<std::string, std::vector<double>>> numbers;
  for (const Operator& operation : model.operators()) {
    std::visit(
        [&](const auto& params) {
          params.Fields(params, [&](std::string_view name, const auto& field) {
            using Field = std::decay_t<decltype(field)>;
            const std::string full = std::string(params.kName) + "." + std::string(name);
            if constexpr (std::is_same_v<Field, double>) numbers.emplace_back(full, std::vector<double>{field});
            if constexpr (std::is_same_v<Field, std::vector<double>>) numbers.emplace_back(full, field);
          });
        },
        operation.params);
  }
  return numbers;
}

// Within 1e-9 of each other, or of the greatest of their list: rounding of sums goes by the greatest part.
void ExpectSame(const Model& ours, const Model& theirs) {
  const auto a = NumbersOf(ours), b = NumbersOf(theirs);
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].first, b[i].first);
    ASSERT_EQ(a[i].second.size(), b[i].second.size()) << a[i].first;
    double greatest = 0;
    for (double number : b[i].second)
      greatest = std::isfinite(number) ? std::max(greatest, std::fabs(number)) : greatest;
    for (size_t k = 0; k < a[i].second.size(); ++k) {
      const double mine = a[i].second[k], other = b[i].second[k];
      if (mine == other || (std::isnan(mine) && std::isnan(other))) continue;
      EXPECT_LE(std::fabs(mine - other), 1e-9 * std::max(std::fabs(other), 1e-3 * greatest))
          << a[i].first << "[" << k << "] is " << mine << ", not " << other;
    }
  }
}

std::unique_ptr<Learner> MakeLearner(std::shared_ptr<const std::string> artifact) {
  auto learner = Learner::Make(std::move(artifact));
  EXPECT_TRUE(learner.ok()) << learner.error().ToString();
  return learner.ok() ? std::move(*learner) : nullptr;
}

class LearningCase : public testing::TestWithParam<Case> {};

TEST_P(LearningCase, GoesOnAsScikitLearnDoes) {
  const Case& one = GetParam();
  const std::vector<Record> table = ReadTable(kCases / (one.table + ".csv"));
  size_t versions = 0;
  for (const auto& folder : fs::directory_iterator(kCases / one.name)) {
    SCOPED_TRACE(folder.path().string());
    ++versions;
    auto learner = MakeLearner(ReadFile(folder.path() / "before.pkl"));
    ASSERT_NE(learner, nullptr);
    for (size_t begin = one.first; begin + 1 < table.size(); begin += one.batch) {
      const size_t end = std::min(begin + one.batch, table.size() - 1);
      const Status learned = LearnRows(learner.get(), table, one, begin, end);
      ASSERT_TRUE(learned.ok()) << learned.ToString();
      // Each batch is learned by a learner made of the checkpoint before.
      const auto checkpoint = learner->Checkpoint();
      ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().ToString();
      const uint64_t rows = learner->rows_learned();
      learner = MakeLearner(checkpoint->artifact);
      ASSERT_NE(learner, nullptr);
      EXPECT_EQ(learner->rows_learned(), rows);
    }
    const auto checkpoint = learner->Checkpoint();
    ASSERT_TRUE(checkpoint.ok());
    const auto theirs = ImportModel(ReadFile(folder.path() / "after.pkl"));
    ASSERT_TRUE(theirs.ok()) << theirs.error().ToString();
    ExpectSame(*checkpoint->model, **theirs);
    const auto imported = ImportModel(checkpoint->artifact);
    ASSERT_TRUE(imported.ok()) << imported.error().ToString();
    ExpectSame(**imported, *checkpoint->model);
  }
  EXPECT_GT(versions, 1u);
}

INSTANTIATE_TEST_SUITE_P(All, LearningCase, testing::ValuesIn(Cases()), [](const auto& param) {
  std::string name = param.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

const Case kTwoClasses{"sgd-log", "numbers", "two", false, 120, 90};

fs::path BeforeOf(const std::string& name) { return kCases / name / "1.9.1" / "before.pkl"; }

TEST(Learner, AMisfitBatchLeavesTheStateAsItWas) {
  auto learner = MakeLearner(ReadFile(BeforeOf("sgd-log")));
  ASSERT_NE(learner, nullptr);
  const std::string before = *learner->Checkpoint()->artifact;
  std::vector<Record> table = ReadTable(kCases / "numbers.csv");
  table[205][5] = "maybe";
  const Status learned = LearnRows(learner.get(), table, kTwoClasses, 200, 210);
  EXPECT_EQ(learned.code(), Code::kInvalidArgument);
  EXPECT_EQ(learned.ToString(), "row 205: the label 'maybe' is no class of the model");
  EXPECT_EQ(*learner->Checkpoint()->artifact, before);
}

TEST(Learner, ARowThatTheModelRejectsIsNotLearned) {
  auto learner = MakeLearner(ReadFile(BeforeOf("sgd-log")));
  ASSERT_NE(learner, nullptr);
  const std::string before = *learner->Checkpoint()->artifact;
  Batch batch(learner->input_schema());
  Column labels(Type::kString);
  for (size_t i = 0; i < batch.column_count(); ++i) batch.column(i).AppendNull();
  labels.AppendString("yes");
  EXPECT_EQ(learner->Learn(batch, &labels).code(), Code::kInvalidArgument);
  EXPECT_EQ(*learner->Checkpoint()->artifact, before);
}

TEST(Learner, RefusesByNameWhatDoesNotLearnOn) {
  const auto cases = kCases.parent_path() / "sklearn" / "ada-classifier-stumps";
  const auto artifact = ReadFile(cases / "1.0.2" / "model.pkl");
  ASSERT_FALSE(artifact->empty());
  const auto learner = Learner::Make(artifact);
  ASSERT_FALSE(learner.ok());
  EXPECT_EQ(learner.code(), Code::kUnsupported);
  EXPECT_NE(learner.error().message.find("AdaBoostClassifier"), std::string::npos) << learner.error().message;
}

TEST(Learner, OneThatRunsAwaySaysSo) {
  auto learner = MakeLearner(ReadFile(BeforeOf("sgd-regressor-squared_error")));
  ASSERT_NE(learner, nullptr);
  Batch batch(learner->input_schema());
  Column labels(Type::kFloat64);
  for (int row = 0; row < 400; ++row) {
    for (size_t i = 0; i < batch.column_count(); ++i) batch.column(i).AppendFloat64(1e300);
    labels.AppendFloat64(row);
  }
  const Status learned = learner->Learn(batch, &labels);
  EXPECT_EQ(learned.code(), Code::kInvalidArgument);
  EXPECT_NE(learned.ToString().find("grown beyond all numbers"), std::string::npos);
}

}  // namespace
}  // namespace scoreway::learn
