// POST :learn: what a request's rows make of a version, against what scikit-learn's partial_fit made of it.
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gateways/http/gateway_fixture.h"
#include "service/push.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;

constexpr char kCases[] = SCOREWAY_SOURCE_DIR "/tests/cases/learning/";
// As cases.csv says: the rows that scikit-learn learned between before.pkl and after.pkl, and in which batches.
constexpr size_t kFirst = 120, kBatch = 90;

class LearnGatewayTest : public GatewayFixture {
 protected:
  void SetUp() override {
    records_options.log_predictions = true;
    Start();
    Push("churn", "before.pkl", {"champion"});
    Push("expected", "after.pkl", {"champion"});
    std::ifstream file(std::string(kCases) + "numbers.csv");
    std::string line, cell;
    std::vector<std::string> names;
    while (std::getline(file, line)) {
      std::istringstream cells(line);
      Json row;
      for (size_t i = 0; std::getline(cells, cell, ','); ++i) {
        if (rows_.empty() && names.size() == i) {
          names.push_back(cell);
        } else if (i < 5) {
          row[names[i]] = std::stod(cell);
        } else if (names[i] == "two") {
          row["two"] = cell;
        }
      }
      if (!row.is_null()) rows_.push_back(row);
    }
  }

  void Push(const std::string& name, const std::string& file, std::vector<std::string> aliases,
            const std::string& estimator = "sgd-log") {
    std::ifstream artifact(std::string(kCases) + estimator + "/1.9.1/" + file, std::ios::binary);
    std::ostringstream bytes;
    bytes << artifact.rdbuf();
    PushModelRequest request;
    request.push.name = name;
    request.push.aliases = std::move(aliases);
    const auto pushed = PushModel(Service{&registry, serving.get()}, request,
                                  std::make_shared<const std::string>(std::move(bytes).str()));
    ASSERT_TRUE(pushed.ok()) << pushed.status().ToString();
  }

  Json Rows(size_t first, size_t count, bool with_label = true) const {
    Json some = Json::array();
    for (size_t i = first; i < std::min(first + count, rows_.size()); ++i) {
      some.push_back(rows_[i]);
      if (!with_label) some.back().erase("two");
    }
    return some;
  }
  TestResponse Learn(const Json& body, const std::string& model = "churn") {
    return Post("/v1/models/" + model + ":learn", body.dump());
  }
  Json Answers(const std::string& model) {
    return Json::parse(
        Post("/v1/models/" + model + ":predict", Json{{"rows", Rows(0, 120, false)}}.dump()).body)["rows"];
  }

  std::vector<Json> rows_;
};

TEST_F(LearnGatewayTest, RowsOfARequestMakeTheVersionThatPartialFitMakes) {
  const Json before = Answers("churn");
  const TestResponse learned =
      Learn({{"rows", Rows(kFirst, rows_.size())}, {"label", "two"}, {"batch", kBatch}, {"promote", true}});
  ASSERT_EQ(learned.status, 200) << learned.body;
  const Json answer = Json::parse(learned.body);
  EXPECT_EQ(answer["rows"], rows_.size() - kFirst);
  EXPECT_EQ(answer["version"], 2);
  EXPECT_TRUE(answer["canary"].is_null());
  EXPECT_EQ(Answers("churn"), before) << "nobody moved the alias";
  ASSERT_EQ(client->Call("PUT", "/v1/models/churn/aliases/champion", R"({"version":2})", "application/json").status,
            200);
  ASSERT_TRUE(serving->Refresh("churn").ok());
  const Json after = Answers("churn"), expected = Answers("expected");
  ASSERT_EQ(after.size(), expected.size());
  for (size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i]["predict"], expected[i]["predict"]);
    EXPECT_NEAR(after[i]["proba_yes"].get<double>(), expected[i]["proba_yes"].get<double>(), 1e-12);
  }
  EXPECT_NE(after, before);
}

TEST_F(LearnGatewayTest, AnAliasMovesOnlyPastTheCanary) {
  Json body = {{"rows", Rows(kFirst, 100)}, {"label", "two"}, {"aliases", {"champion"}}};
  EXPECT_EQ(Learn(body).status, 400) << "without a canary";
  body["canary"] = Rows(0, 100);
  body["change_max"] = 0.4;  // it has learned little so far
  Json spoiled = body;
  for (Json& row : spoiled["rows"]) row["two"] = row["two"] == "yes" ? "no" : "yes";
  EXPECT_EQ(Learn(spoiled).status, 400);
  EXPECT_EQ(registry.GetModel("churn")->aliases["champion"], 1);
  const TestResponse learned = Learn(body);
  ASSERT_EQ(learned.status, 200) << learned.body;
  EXPECT_EQ(Json::parse(learned.body)["canary"]["rows"], 100);
  EXPECT_EQ(Json::parse(learned.body)["moves"][0], Json::parse(R"({"alias":"champion","from":1,"to":2})"));
}

TEST_F(LearnGatewayTest, TheLogIsLearnedFromInPlaceOfRows) {
  const Json asked = Json::parse(Post("/v1/models/churn:predict", Json{{"rows", Rows(kFirst, 3, false)}}.dump()).body);
  const std::string id = asked["prediction_id"];
  Json labels = Json::array();
  for (const int row : {1, 3}) labels.push_back({{"prediction_id", id}, {"row", row}, {"label", rows_[kFirst]["two"]}});
  ASSERT_EQ(Post("/v1/models/churn/labels", Json{{"labels", labels}}.dump()).status, 200);
  const TestResponse learned = Learn({{"from_log", {{"since", "1h"}}}});
  ASSERT_EQ(learned.status, 200) << learned.body;
  EXPECT_EQ(Json::parse(learned.body)["rows"], 2) << "those with a label";
  EXPECT_EQ(Learn({{"from_log", {{"until", "1h"}}}}).status, 400) << "there are none";
  EXPECT_EQ(Learn({{"from_log", {{"since", "yesterday"}}}}).status, 400);
  EXPECT_EQ(Learn({{"from_log", Json::object()}, {"rows", Rows(0, 2)}}).status, 400) << "the one or the other";
}

TEST_F(LearnGatewayTest, ALongLogIsLearnedPartByPart) {
  const size_t count = 50;
  const Json asked =
      Json::parse(Post("/v1/models/churn:predict", Json{{"rows", Rows(kFirst, count, false)}}.dump()).body);
  Json labels = Json::array();
  for (size_t row = 0; row < count - 5; ++row) {
    labels.push_back(
        {{"prediction_id", asked["prediction_id"]}, {"row", row + 1}, {"label", rows_[kFirst + row]["two"]}});
  }
  ASSERT_EQ(Post("/v1/models/churn/labels", Json{{"labels", labels}}.dump()).status, 200);
  const auto learn = [&](Json log) {
    const TestResponse learned =
        Learn({{"from_log", std::move(log)}, {"promote", true}, {"batch", 20}}, "churn@latest");
    EXPECT_EQ(learned.status, 200) << learned.body;
    return Json::parse(learned.body);
  };
  const Json first = learn({{"rows_max", 20}});
  EXPECT_EQ(first["rows"], 20);
  ASSERT_TRUE(first["next_page_token"].is_string()) << first;
  const Json second = learn({{"rows_max", 20}, {"page_token", first["next_page_token"]}});
  EXPECT_EQ(second["rows"], 20);
  const Json third = learn({{"rows_max", 5}, {"page_token", second["next_page_token"]}});
  EXPECT_EQ(third["rows"], 5);
  EXPECT_TRUE(third["next_page_token"].is_null()) << "the others have no labels";

  // Together that is what one call makes of all of them.
  const TestResponse at_once = Post("/v1/models/churn/versions/1:learn",
                                    Json{{"from_log", Json::object()}, {"promote", true}, {"batch", 20}}.dump());
  ASSERT_EQ(at_once.status, 200) << at_once.body;
  EXPECT_EQ(Json::parse(at_once.body)["rows"], 45);
  EXPECT_TRUE(Json::parse(at_once.body)["next_page_token"].is_null());
  const auto answers = [&](const Json& learned) {
    const std::string version = std::to_string(learned["version"].get<int>());
    return Json::parse(
        Post("/v1/models/churn/versions/" + version + ":predict", Json{{"rows", Rows(0, 120, false)}}.dump())
            .body)["rows"];
  };
  EXPECT_EQ(answers(third), answers(Json::parse(at_once.body)));
  EXPECT_NE(answers(third), answers(second));

  EXPECT_EQ(Learn({{"from_log", {{"rows_max", 0}}}}).status, 400);
  EXPECT_EQ(Learn({{"from_log", {{"page_token", "behind the moon"}}}}).status, 400);
}

TEST_F(LearnGatewayTest, WithoutNeedOfLabelsAllRowsOfTheLogAreLearned) {
  Push("scaler", "before.pkl", {"champion"}, "min-max-scaler");
  const Json rows = Rows(kFirst, 60, false);
  ASSERT_EQ(Post("/v1/models/scaler:predict", Json{{"rows", rows}}.dump()).status, 200);
  const std::string learn = "/v1/models/scaler/versions/1:learn";
  const TestResponse learned = Post(learn, Json{{"from_log", Json::object()}, {"promote", true}}.dump());
  ASSERT_EQ(learned.status, 200) << learned.body;
  EXPECT_EQ(Json::parse(learned.body)["rows"], 60);
  ASSERT_EQ(Post(learn, Json{{"rows", rows}, {"promote", true}}.dump()).status, 200);
  const auto answers = [&](int version) {
    const std::string path = "/v1/models/scaler/versions/" + std::to_string(version) + ":predict";
    return Json::parse(Post(path, Json{{"rows", rows}}.dump()).body)["rows"];
  };
  EXPECT_EQ(answers(2), answers(3));
  EXPECT_NE(answers(2), answers(1));
}

TEST_F(LearnGatewayTest, SettingsOfModelsThatDoNotSaveThemAreInTheRequest) {
  std::ifstream artifact(std::string(kCases) + "../learning_spark/als-explicit/before.zip", std::ios::binary);
  std::ostringstream bytes;
  bytes << artifact.rdbuf();
  PushModelRequest request;
  request.push.name = "ratings";
  ASSERT_TRUE(
      PushModel(Service{&registry, serving.get()}, request, std::make_shared<const std::string>(std::move(bytes).str()))
          .ok());
  Json body = {{"rows", {{{"user", 5}, {"item", 0}, {"score", 4}}}},
               {"label", "score"},
               {"settings", {{"reg", 0.07}}},
               {"promote", true}};
  const TestResponse learned = Learn(body, "ratings");
  ASSERT_EQ(learned.status, 200) << learned.body;
  const Json answers =
      Json::parse(Post("/v1/models/ratings:predict", Json{{"rows", {{{"user", 5}, {"item", 0}}}}}.dump()).body)["rows"];
  EXPECT_TRUE(answers[0]["prediction"].is_number()) << answers;
  body["settings"] = {{"regParam", 0.07}};
  const TestResponse wrong = Learn(body, "ratings");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_NE(wrong.body.find("implicit"), std::string::npos) << wrong.body;
}

TEST_F(LearnGatewayTest, SaysWhatIsWrong) {
  const Json rows = Rows(kFirst, 3);
  EXPECT_EQ(Learn({{"rows", rows}, {"label", "two"}}, "nothing").status, 404);
  EXPECT_EQ(Learn({{"rows", rows}}).status, 400) << "no label";
  EXPECT_EQ(Learn({{"label", "two"}}).status, 400) << "no rows";
  EXPECT_EQ(Learn({{"rows", {1}}, {"label", "two"}}).status, 400);
  EXPECT_EQ(Learn({{"rows", rows}, {"label", "three"}}).status, 400);
  Json maybe = rows;
  maybe[1]["two"] = "maybe";
  const TestResponse misfit = Learn({{"rows", maybe}, {"label", "two"}});
  EXPECT_EQ(misfit.status, 400);
  EXPECT_NE(misfit.body.find("maybe"), std::string::npos) << misfit.body;
  PushWine("wine", {"champion"});
  EXPECT_EQ(Learn({{"rows", rows}, {"label", "two"}}, "wine").status, 422) << "a forest does not learn on";
}

}  // namespace
}  // namespace scoreway::http
