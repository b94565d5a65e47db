// Every case below tests/cases: a model that a real library saved, rows, and the library's own answers.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/number_text.h"
#include "data/codec/csv_reader.h"
#include "data/codec/csv_records.h"
#include "data/codec/csv_writer.h"
#include "importers/importer.h"
#include "score/plan.h"

namespace scoreway {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(SCOREWAY_SOURCE_DIR) / "tests" / "cases";

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

using Record = std::vector<std::string>;

std::vector<Record> ParseCsv(std::string_view text) {
  TextSource source(text);
  CsvRecords records(&source, ',', CsvLimits{});
  std::vector<Record> table;
  while (true) {
    const Result<bool> more = records.Next();
    if (!more.ok()) ADD_FAILURE() << more.error().ToString();
    if (!more.ok() || !*more) return table;
    Record& record = table.emplace_back();
    for (const CsvCell& cell : records.cells()) record.emplace_back(cell.text);
  }
}

// The lines of an index as maps from column to cell.
std::vector<std::map<std::string, std::string>> ReadIndex(const fs::path& path) {
  const std::vector<Record> table = ParseCsv(ReadFile(path));
  std::vector<std::map<std::string, std::string>> lines;
  for (size_t i = 1; i < table.size(); ++i) {
    auto& line = lines.emplace_back();
    for (size_t c = 0; c < table[0].size() && c < table[i].size(); ++c) line[table[0][c]] = table[i][c];
  }
  return lines;
}

Result<std::shared_ptr<const Model>> Import(const fs::path& path) {
  return ImportModel(std::make_shared<const std::string>(ReadFile(path)));
}

// The model's answers to the rows of a CSV, as CSV.
Result<std::string> Predict(std::shared_ptr<const Model> model, std::string_view rows) {
  CsvReadOptions options;
  options.bind_by_position = !model->signature().inputs_named;
  for (const InputField& input : model->signature().inputs) options.may_be_absent.push_back(!input.used);
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> plan, Plan::Make(std::move(model)));
  TextSource source(rows);
  CsvReader reader(&source, plan->input_schema(), std::move(options));
  Batch input(plan->input_schema());
  Batch output(plan->output_schema());
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, reader.Next(&input, 1000));
    if (!more) break;
  }
  const ScratchPtr scratch = plan->MakeScratch();
  SCOREWAY_RETURN_IF_ERROR(plan->Run(input, *scratch, &output));
  std::string text;
  AppendCsvHeader(output.schema(), {}, &text);
  AppendCsvRows(output, {}, &text);
  return text;
}

bool IsNear(const std::string& expected, const std::string& answer, double relative, double absolute) {
  if (expected == answer) return true;
  double x = 0;
  double y = 0;
  if (ParseDouble(expected, &x) != NumberParse::kOk || ParseDouble(answer, &y) != NumberParse::kOk) return false;
  return x == y || std::fabs(x - y) <= std::max(absolute, relative * std::max(std::fabs(x), std::fabs(y)));
}

// What is wrong with the answers, or nothing.
std::string Compare(const std::vector<Record>& expected, const std::vector<Record>& answers, double relative,
                    double absolute) {
  if (expected.size() != answers.size()) {
    return std::to_string(answers.size()) + " lines, not " + std::to_string(expected.size());
  }
  for (size_t c = 0; c < expected[0].size(); ++c) {
    const auto found = std::find(answers[0].begin(), answers[0].end(), expected[0][c]);
    if (found == answers[0].end()) return "no column '" + expected[0][c] + "'";
    const auto column = static_cast<size_t>(found - answers[0].begin());
    for (size_t row = 1; row < expected.size(); ++row) {
      if (IsNear(expected[row][c], answers[row][column], relative, absolute)) continue;
      return "line " + std::to_string(row + 1) + ", column '" + expected[0][c] + "': '" + answers[row][column] +
             "', not '" + expected[row][c] + "'";
    }
  }
  return "";
}

class Cases : public testing::TestWithParam<const char*> {};

TEST_P(Cases, AnswerAsTheLibraryDid) {
  const auto lines = ReadIndex(kCases / GetParam() / "cases.csv");
  ASSERT_FALSE(lines.empty());
  for (auto line : lines) {
    const fs::path folder = kCases / GetParam() / line["case"];
    SCOPED_TRACE(line["case"] + " of " + line["version"]);
    const auto model = Import(folder / line["model"]);
    if (!model.ok()) {
      // An optional case may be refused; so may a model that holds no word on its inputs, as some of old versions.
      const bool may_be_refused =
          line["optional"] == "yes" ||
          (line["version"] < "1.3" && model.error().message.find("does not say which columns") != std::string::npos);
      EXPECT_TRUE(model.code() == Code::kUnsupported && may_be_refused) << model.error().ToString();
      continue;
    }
    const Result<std::string> answers = Predict(*model, ReadFile(folder / "input.csv"));
    if (!answers.ok()) {
      ADD_FAILURE() << answers.error().ToString();
      continue;
    }
    const std::string fault = Compare(ParseCsv(ReadFile(folder / line["expected"])), ParseCsv(*answers),
                                      std::stod(line["rel"]), std::stod(line["abs"]));
    EXPECT_EQ(fault, "");
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Cases,
                         testing::Values("boosters", "encoders", "onnx", "pmml", "pmml_models", "pycaret", "sklearn",
                                         "sklearn2pmml", "spark"),
                         [](const auto& folder) { return std::string(folder.param); });

TEST(RefusedCases, WhatCannotBeReadIsRefusedByNameAndPlace) {
  size_t count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(kCases / "sklearn-refused")) {
    if (!entry.is_directory()) continue;
    SCOPED_TRACE(entry.path().filename().string());
    ++count;
    const auto model = Import(entry.path() / "model.pkl");
    ASSERT_FALSE(model.ok());
    EXPECT_EQ(model.code(), Code::kUnsupported);
    std::istringstream pieces(ReadFile(entry.path() / "expected.txt"));
    for (std::string piece; std::getline(pieces, piece);) {
      EXPECT_NE(model.error().ToString().find(piece), std::string::npos) << "no '" << piece << "' in:\n"
                                                                         << model.error().ToString();
    }
  }
  EXPECT_GT(count, 0U);
}

}  // namespace
}  // namespace scoreway
