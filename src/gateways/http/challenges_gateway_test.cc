// Challenges over HTTP: begun, looked at, ended; and the history of a model.
#include <nlohmann/json.hpp>

#include "gateways/http/gateway_fixture.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;

class ChallengesGatewayTest : public GatewayFixture {
 protected:
  void SetUp() override {
    Start();
    PushWine("wine", {"champion"});
    PushWine("wine", {"challenger"});
  }
  TestResponse Put(std::string_view target, std::string_view body) {
    return client->Call("PUT", target, body, "application/json");
  }
};

TEST_F(ChallengesGatewayTest, BeginAndEnd) {
  const TestResponse begun = Put("/v1/models/wine/challenges/challenger",
                                 R"({"policy":{"metric":"error","labels_min":50},"who":"ann","why":"trained on May"})");
  ASSERT_EQ(begun.status, 200) << begun.body;
  const Json challenge = Json::parse(begun.body);
  EXPECT_EQ(challenge["phase"], "testing");
  EXPECT_EQ(challenge["champion_version"], 1);
  EXPECT_EQ(challenge["challenger_version"], 2);
  EXPECT_EQ(challenge["policy"]["labels_min"], 50);
  EXPECT_EQ(challenge["policy"]["alpha"], 0.005);
  EXPECT_EQ(challenge["evidence"]["labels"], 0);
  EXPECT_EQ(challenge["evidence"]["champion_loss"], nullptr);
  EXPECT_EQ(Json::parse(Get("/v1/models/wine/traffic").body)["shadow"], Json::array({"challenger"}));
  EXPECT_EQ(Json::parse(Get("/v1/models/wine/challenges").body)["challenges"], Json::array({challenge}));
  EXPECT_EQ(Json::parse(Get("/v1/models/wine/challenges/challenger").body), challenge);

  EXPECT_EQ(Put("/v1/models/wine/challenges/challenger", "{}").status, 409);
  const TestResponse ended = client->Call("DELETE", "/v1/models/wine/challenges/challenger?who=bob&why=enough");
  ASSERT_EQ(ended.status, 200) << ended.body;
  EXPECT_EQ(Json::parse(ended.body)["phase"], "stopped");

  const Json history = Json::parse(Get("/v1/models/wine/history").body)["history"];
  ASSERT_EQ(history.size(), 4u) << history.dump();
  EXPECT_EQ(history[0]["challenge"]["kind"], "stopped");
  EXPECT_EQ(history[0]["challenge"]["reason"], "by bob: enough");
  EXPECT_EQ(history[1]["challenge"]["kind"], "begun");
  EXPECT_EQ(history[2]["move"]["alias"], "challenger");
  EXPECT_EQ(history[3]["move"]["alias"], "champion");
}

TEST_F(ChallengesGatewayTest, SayWhatIsWrong) {
  const TestResponse wrong = Put("/v1/models/wine/challenges/challenger", R"({"policy":{"metric":"auc"}})");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_NE(wrong.body.find("member 'policy': member 'metric'"), std::string::npos) << wrong.body;
  EXPECT_EQ(Put("/v1/models/wine/challenges/nobody", "{}").status, 404);
  EXPECT_EQ(Put("/v1/models/nothing/challenges/challenger", "{}").status, 404);
  EXPECT_EQ(Get("/v1/models/wine/challenges/challenger").status, 404);
  EXPECT_EQ(Get("/v1/models/nothing/challenges").status, 404);
  EXPECT_EQ(Get("/v1/models/nothing/history").status, 404);
  EXPECT_EQ(client->Call("DELETE", "/v1/models/wine/challenges/challenger").status, 404);
}

}  // namespace
}  // namespace scoreway::http
