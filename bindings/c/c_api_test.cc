// The C interface as a program uses it: models, errors, rows.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "bindings/c/scoreway.h"

namespace {

const std::string kWine = std::string(SCOREWAY_SOURCE_DIR) + "/examples/wine/model.pkl";

std::string FileBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// Frees what a test makes, and fails it where a call that should succeed does not.
class CApi : public testing::Test {
 protected:
  ~CApi() override {
    sw_session_free(session_);
    sw_model_free(model_);
    sw_error_free(error_);
  }

  void OpenWine() {
    Expect(sw_model_load_path(kWine.c_str(), nullptr, &model_, &error_));
    Expect(sw_session_new(model_, &session_, &error_));
  }
  void Expect(sw_code code) { ASSERT_EQ(code, SW_OK) << sw_error_text(error_); }
  void ExpectError(sw_code code, sw_code wanted, const std::string& text) {
    EXPECT_EQ(code, wanted);
    EXPECT_EQ(sw_error_code(error_), wanted);
    EXPECT_EQ(std::string(sw_error_text(error_)), text);
    sw_error_free(error_);
    error_ = nullptr;
  }
  // The second row of examples/wine/rows.csv.
  void SetSecondWine() {
    Expect(sw_row_set_number(session_, 0, 12.64, &error_));
    Expect(sw_row_set_number(session_, 1, 1.36, &error_));
    Expect(sw_row_set_int64(session_, 2, 100, &error_));
    Expect(sw_row_set_number(session_, 3, 1.41, &error_));
    Expect(sw_row_set_number(session_, 4, 0.98, &error_));
    Expect(sw_row_set_number(session_, 5, 450, &error_));
    Expect(sw_row_set_text(session_, 6, "deep", 4, &error_));
  }
  std::string Text(size_t output) {
    size_t size = 0;
    const char* text = sw_row_text(session_, output, &size);
    return text == nullptr ? "(no text)" : std::string(text, size);
  }

  sw_model* model_ = nullptr;
  sw_session* session_ = nullptr;
  sw_error* error_ = nullptr;
};

TEST_F(CApi, TellsTheSignature) {
  OpenWine();
  ASSERT_EQ(sw_model_input_count(model_), 7u);
  EXPECT_STREQ(sw_model_input_name(model_, 6), "colour");
  EXPECT_EQ(sw_model_input_type(model_, 6), SW_STRING);
  EXPECT_EQ(sw_model_input_may_be_missing(model_, 6), 1);
  EXPECT_EQ(sw_model_find_input(model_, "hue"), 4u);
  EXPECT_EQ(sw_model_find_input(model_, "hues"), static_cast<size_t>(-1));
  EXPECT_EQ(sw_model_inputs_named(model_), 1);
  ASSERT_EQ(sw_model_output_count(model_), 4u);
  EXPECT_STREQ(sw_model_output_name(model_, 1), "proba_barbera");
  EXPECT_STREQ(sw_model_library(model_), "scikit-learn");
  EXPECT_GT(sw_model_bytes(model_), 1000u);
}

TEST_F(CApi, ScoresARowAsScikitLearnDoes) {
  OpenWine();
  SetSecondWine();
  Expect(sw_row_predict(session_, &error_));
  EXPECT_EQ(Text(0), "grignolino");
  EXPECT_NEAR(sw_row_number(session_, 1), 0.19761904761904764, 1e-15);
  EXPECT_NEAR(sw_row_number(session_, 2), 0.016666666666666666, 1e-15);
  EXPECT_NEAR(sw_row_number(session_, 3), 0.7857142857142857, 1e-15);
  EXPECT_TRUE(std::isnan(sw_row_number(session_, 0)));
  EXPECT_EQ(sw_row_text(session_, 1, nullptr), nullptr);
}

TEST_F(CApi, GivesTheOutputsThatWereAskedFor) {
  const char* outputs[] = {"proba_grignolino", "predict"};
  sw_load_options options = {};
  options.struct_size = sizeof options;
  options.outputs = outputs;
  options.output_count = 2;
  Expect(sw_model_load_path(kWine.c_str(), &options, &model_, &error_));
  Expect(sw_session_new(model_, &session_, &error_));
  SetSecondWine();
  Expect(sw_row_predict(session_, &error_));
  EXPECT_NEAR(sw_row_number(session_, 0), 0.7857142857142857, 1e-15);
  EXPECT_EQ(Text(1), "grignolino");
}

TEST_F(CApi, SavesAModelThatAnswersTheSame) {
  OpenWine();
  void* bytes = nullptr;
  size_t size = 0;
  Expect(sw_model_save(model_, &bytes, &size, &error_));
  sw_session_free(session_);
  sw_model_free(model_);
  model_ = nullptr;
  Expect(sw_model_load(bytes, size, nullptr, &model_, &error_));
  sw_bytes_free(bytes);
  Expect(sw_session_new(model_, &session_, &error_));
  SetSecondWine();
  Expect(sw_row_predict(session_, &error_));
  EXPECT_NEAR(sw_row_number(session_, 3), 0.7857142857142857, 1e-15);
}

TEST_F(CApi, OutlivesItsModelInASession) {
  OpenWine();
  sw_model_free(model_);
  model_ = nullptr;
  SetSecondWine();
  Expect(sw_row_predict(session_, &error_));
  EXPECT_EQ(Text(0), "grignolino");
}

TEST_F(CApi, RefusesWhatIsNoModel) {
  const char* junk = "not a model";
  EXPECT_EQ(sw_model_load(junk, 11, nullptr, &model_, &error_), SW_INVALID_ARGUMENT);
  EXPECT_EQ(model_, nullptr);
  sw_error_free(error_);
  error_ = nullptr;
  ExpectError(sw_model_load_path("/no/such/model", nullptr, &model_, &error_), SW_NOT_FOUND,
              "/no/such/model: No such file or directory");
  // A pickle cut short, with nobody who looks at the error.
  const std::string whole = FileBytes(kWine);
  EXPECT_EQ(sw_model_load(whole.data(), whole.size() / 2, nullptr, &model_, nullptr), SW_CORRUPT);
}

TEST_F(CApi, NamesTheColumnOfAWrongCell) {
  OpenWine();
  ExpectError(sw_row_set_text(session_, 0, "much", 4, &error_), SW_INVALID_ARGUMENT,
              "column 'alcohol': 'much' is a text, not float64");
  ExpectError(sw_row_set_number(session_, 6, 1.5, &error_), SW_INVALID_ARGUMENT,
              "column 'colour': 1.5 is a number with a fraction or of a float type, not a text");
  ExpectError(sw_row_set_text(session_, 6, "\xff", 1, &error_), SW_INVALID_ARGUMENT,
              "column 'colour': the text is not UTF-8 (byte 0 of the cell)");
  ExpectError(sw_row_set_number(session_, 7, 1, &error_), SW_INVALID_ARGUMENT, "the model has no input 7");
}

TEST_F(CApi, TakesAbsentCellsWhereTheModelHasARuleForThem) {
  OpenWine();
  SetSecondWine();
  sw_row_clear(session_);
  // The last row of examples/wine: nothing is known of it.
  Expect(sw_row_predict(session_, &error_));
  std::ifstream expected(std::string(SCOREWAY_SOURCE_DIR) + "/examples/wine/expected.csv");
  std::string line, last;
  while (std::getline(expected, line)) last = line;
  EXPECT_EQ(Text(0), last.substr(0, last.find(',')));
}

TEST_F(CApi, NamesWhatIsMissingWhereTheModelHasNoRule) {
  // A booster has a rule for its numbers; a plain linear model has none.
  const std::string linear = FileBytes(std::string(SCOREWAY_SOURCE_DIR) + "/bindings/c/testdata/linear.pkl");
  Expect(sw_model_load(linear.data(), linear.size(), nullptr, &model_, &error_));
  Expect(sw_session_new(model_, &session_, &error_));
  ExpectError(sw_row_predict(session_, &error_), SW_INVALID_ARGUMENT, "columns 'a' and 'b' are missing");
  Expect(sw_row_set_number(session_, 0, 1, &error_));
  ExpectError(sw_row_predict(session_, &error_), SW_INVALID_ARGUMENT, "column 'b' is missing");
  Expect(sw_row_set_number(session_, 0, 1, &error_));
  Expect(sw_row_set_missing(session_, 1, &error_));
  const std::string no_rule = "row 1, column 'b': missing value, and the model has no rule for it";
  ExpectError(sw_row_predict(session_, &error_), SW_INVALID_ARGUMENT, no_rule);
  Expect(sw_row_set_number(session_, 0, 1, &error_));
  Expect(sw_row_set_number(session_, 1, NAN, &error_));
  ExpectError(sw_row_predict(session_, &error_), SW_INVALID_ARGUMENT, no_rule);
  EXPECT_EQ(sw_row_is_missing(session_, 0), 1);
}

TEST_F(CApi, TakesNullForNothing) {
  sw_model_free(nullptr);
  sw_session_free(nullptr);
  sw_error_free(nullptr);
  EXPECT_EQ(sw_model_load(nullptr, 1, nullptr, &model_, &error_), SW_INVALID_ARGUMENT);
  sw_error_free(error_);
  error_ = nullptr;
  EXPECT_EQ(sw_session_new(nullptr, &session_, nullptr), SW_INVALID_ARGUMENT);
  EXPECT_EQ(sw_row_predict(nullptr, nullptr), SW_INVALID_ARGUMENT);
  EXPECT_EQ(sw_model_input_name(nullptr, 0), nullptr);
  EXPECT_EQ(sw_model_output_count(nullptr), 0u);
  EXPECT_STREQ(sw_error_text(nullptr), "");
  EXPECT_STREQ(sw_code_name(SW_UNSUPPORTED), "UNSUPPORTED");
}

TEST_F(CApi, IsSharedByThreads) {
  OpenWine();
  std::vector<std::thread> threads;
  std::vector<std::string> labels(4);
  for (size_t t = 0; t < labels.size(); ++t) {
    threads.emplace_back([this, t, &labels] {
      sw_session* session = nullptr;
      if (sw_session_new(model_, &session, nullptr) != SW_OK) return;
      for (int i = 0; i < 50; ++i) {
        sw_row_set_number(session, 0, 12.64, nullptr);
        sw_row_set_text(session, 6, "deep", 4, nullptr);
        if (sw_row_predict(session, nullptr) != SW_OK) break;
        size_t size = 0;
        const char* text = sw_row_text(session, 0, &size);
        labels[t] = std::string(text, size);
      }
      sw_session_free(session);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& label : labels) EXPECT_EQ(label, labels[0]);
  EXPECT_NE(labels[0], "");
}

}  // namespace
