// Push, parity and what becomes of them, on the wine model and its own library's answers.
#include "service/push.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/clock.h"
#include "service/error_mapping.h"
#include "service/models.h"
#include "service/promote.h"
#include "store/memory/memory_store.h"

namespace scoreway {
namespace {

std::string Example(const std::string& name) {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/examples/wine/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

class PushTest : public ::testing::Test {
 protected:
  Result<PushModelAnswer> Push(PushModelRequest request, std::string bytes = Example("model.pkl")) {
    request.push.name = "wine";
    return PushModel(service, std::move(request), std::make_shared<const std::string>(std::move(bytes)));
  }

  const std::unique_ptr<Store> store = NewMemoryStore(SystemClock());
  Registry registry{*store, SystemClock()};
  Service service{&registry, nullptr};
};

TEST_F(PushTest, StoresWhatTheModelSaysOfItself) {
  const Result<PushModelAnswer> answer = Push({});
  ASSERT_TRUE(answer.ok()) << answer.error().ToString();
  const VersionInfo& version = answer->version;
  EXPECT_EQ(version.number, 1);
  EXPECT_EQ(version.metadata.source_library, "scikit-learn");
  EXPECT_EQ(version.metadata.engine, "native");
  EXPECT_GT(version.metadata.model_bytes, 0u);
  EXPECT_NE(version.metadata.signature_json.find("\"inputs\""), std::string::npos);
  EXPECT_EQ(*registry.ReadArtifact("wine", 1), Example("model.pkl"));
}

TEST_F(PushTest, StoresNothingThatIsNoModel) {
  for (const std::string& bytes : {std::string(), std::string("hello"), Example("model.pkl").substr(0, 1000)}) {
    EXPECT_FALSE(Push({}, bytes).ok());
  }
  EXPECT_EQ(registry.GetModel("wine").code(), Code::kNotFound);
}

TEST_F(PushTest, AnIdempotencyKeyGivesTheSameVersion) {
  PushModelRequest request;
  request.push.idempotency_key = "k1";
  EXPECT_TRUE(Push(request)->is_new);
  const Result<PushModelAnswer> again = Push(request);
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->version.number, 1);
}

TEST_F(PushTest, ReportsParityWithTheLibrarysAnswers) {
  PushModelRequest request;
  request.sample = ParitySample{Example("rows.csv"), Example("expected.csv")};
  request.parity.tolerance = 1e-12;
  request.require_parity = true;
  const Result<PushModelAnswer> answer = Push(request);
  ASSERT_TRUE(answer.ok()) << answer.error().ToString();
  EXPECT_GT(answer->parity->rows, 1u);
  EXPECT_EQ(answer->parity->label_flips, 0u);
  EXPECT_NE(answer->version.metadata.parity_json.find("\"passed\":true"), std::string::npos);
}

TEST_F(PushTest, RefusesWhatFallsShortWhenParityIsRequired) {
  std::string expected = Example("expected.csv");
  const size_t label = expected.find('\n') + 1;
  ASSERT_EQ(expected.compare(label, 6, "barolo"), 0);
  expected.replace(label, 6, "barbera");
  PushModelRequest request;
  request.sample = ParitySample{Example("rows.csv"), expected};
  const Result<PushModelAnswer> reported = Push(request);
  ASSERT_TRUE(reported.ok()) << reported.error().ToString();
  EXPECT_FALSE(reported->parity->passed());
  EXPECT_EQ(reported->parity->label_flips, 1u);
  EXPECT_NE(reported->parity->first_difference.find("row 1, column 'predict'"), std::string::npos);
  request.require_parity = true;
  EXPECT_EQ(Push(request).code(), Code::kInvalidArgument);
  EXPECT_EQ(registry.GetModel("wine")->latest_version, 1);
  request.sample.reset();
  EXPECT_EQ(Push(request).code(), Code::kInvalidArgument);  // required, but there is nothing to compare with
}

TEST_F(PushTest, ASampleMustFit) {
  PushModelRequest request;
  request.sample = ParitySample{Example("rows.csv"), "nothing\n1\n"};
  EXPECT_EQ(Push(request).code(), Code::kInvalidArgument);
  request.sample =
      ParitySample{Example("rows.csv"), Example("expected.csv").substr(0, Example("expected.csv").size() / 2)};
  EXPECT_EQ(Push(request).code(), Code::kInvalidArgument);
}

TEST_F(PushTest, MovesAliasesAndBack) {
  ASSERT_TRUE(Push({}).ok());
  ASSERT_TRUE(Push({}).ok());
  const auto move = [this](int64_t to, std::optional<int64_t> expected) {
    const AliasMove one{"champion", to, expected};
    return MoveAliases(service, "wine", {&one, 1}, {"me", "test"}).code();
  };
  EXPECT_EQ(move(1, 0), Code::kOk);
  EXPECT_EQ(move(2, 1), Code::kOk);
  EXPECT_EQ(move(1, 1), Code::kConflict);
  EXPECT_EQ(move(9, std::nullopt), Code::kNotFound);
  EXPECT_EQ(RollbackAlias(service, "wine", "champion", {"me", "test"})->to, 1);
  EXPECT_EQ(DeleteVersion(service, "wine", 1, false, {}).code(), Code::kConflict);
  EXPECT_TRUE(DeleteVersion(service, "wine", 1, true, {}).ok());
  EXPECT_TRUE(DeleteModel(service, "wine", true, {}).ok());
}

TEST(ErrorMappingTest, EveryCodeHasItsStatus) {
  EXPECT_EQ(ExitStatus(Code::kOk), 0);
  EXPECT_EQ(ExitStatus(Code::kUnsupported), 3);
  EXPECT_EQ(HttpStatus(Code::kConflict), 409);
  EXPECT_EQ(HttpStatus(Code::kResourceExhausted), 413);
  EXPECT_EQ(StorageHttpStatus(Code::kResourceExhausted), 507);
}

}  // namespace
}  // namespace scoreway
