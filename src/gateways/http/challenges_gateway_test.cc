// Challenges over HTTP: begun, looked at, ended; and the history of a model.
#include <nlohmann/json.hpp>

#include "gateways/http/gateway_fixture.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;

class ChallengesGatewayTest : public GatewayFixture {
 protected:
  void SetUp() override {
    records_options.log_predictions = true;
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

// Rows that both versions scored, with their labels: the champion is right about every fourth, the challenger about the
// others.
class ReplayedChallengeTest : public ChallengesGatewayTest {
 protected:
  void Score(int rows) {
    Json labels = Json::array();
    for (int i = 0; i < rows; ++i) {
      const std::string id = "p" + std::to_string(next_id_++);
      Log(1, id, false, i % 4 == 0 ? 1 : 0);
      Log(2, id, true, i % 4 == 0 ? 0 : 1);
      labels.push_back({{"prediction_id", id}, {"label", 1}});
    }
    records->log->Flush();
    ASSERT_EQ(Post("/v1/models/wine/labels", Json{{"labels", labels}}.dump()).status, 200);
  }
  Json Replay(const Json& body) {
    const TestResponse replayed = Post("/v1/models/wine/challenges/challenger:replay", body.dump());
    EXPECT_EQ(replayed.status, 200) << replayed.body;
    return Json::parse(replayed.body);
  }

 private:
  void Log(int64_t version, const std::string& id, bool is_shadow, double answer) {
    const auto target = std::make_shared<PredictionTarget>(PredictionTarget{
        "wine", version, Schema::Make({}).value(), Schema::Make({{"predict", Type::kFloat64}}).value()});
    Batch inputs(target->inputs), outputs(target->outputs);
    outputs.column(0).AppendFloat64(answer);
    records->log->Add(
        0, target, {.time_micros = SystemClock().NowMicros(), .latency_micros = 100, .is_shadow = is_shadow, .id = id},
        inputs, outputs, {});
  }

  int next_id_ = 0;
};

TEST_F(ChallengesGatewayTest, MetricsTellHowFarItIs) {
  const auto told = [&](const std::string& line) { return Get("/metrics").body.find(line) != std::string::npos; };
  EXPECT_FALSE(told("scoreway_challenge_")) << "there is none";
  ASSERT_EQ(Put("/v1/models/wine/challenges/challenger", R"({"policy":{"alpha":0.01}})").status, 200);
  const std::string labels = R"({model="wine",challenger="challenger")";
  EXPECT_TRUE(told("scoreway_challenge_phase" + labels + R"(,phase="testing"} 1)"));
  EXPECT_TRUE(told("scoreway_challenge_phase" + labels + R"(,phase="canary"} 0)"));
  EXPECT_FALSE(told("scoreway_challenge_loss{")) << "nothing is known yet";

  // What a look would have found.
  Challenge challenge = *challenges.Find("wine", "challenger").value();
  for (int i = 0; i < 100; ++i) {
    challenge.evidence.Add({.challenger_loss = 0.25,
                            .champion_loss = i % 2 == 0 ? 0.75 : 0.25,
                            .challenger_micros = 2000,
                            .champion_micros = 1000});
  }
  challenge.evidence.AddUnlabelled();
  ASSERT_TRUE(challenges.Write(challenge, "", "", 1).ok());
  EXPECT_TRUE(told("scoreway_challenge_labels" + labels + "} 100\n"));
  EXPECT_TRUE(told("scoreway_challenge_unlabelled" + labels + "} 1\n"));
  EXPECT_TRUE(told("scoreway_challenge_version" + labels + R"(,role="challenger"} 2)"));
  EXPECT_TRUE(told("scoreway_challenge_loss" + labels + R"(,role="champion"} 0.5)"));
  EXPECT_TRUE(told("scoreway_challenge_loss" + labels + R"(,role="challenger"} 0.25)"));
  EXPECT_TRUE(told("scoreway_challenge_lead_low" + labels + "} "));
  EXPECT_TRUE(told("scoreway_challenge_log_evidence" + labels + R"(,than_champion="better"} )"));
  EXPECT_TRUE(told("scoreway_challenge_log_evidence_wanted" + labels + R"(,than_champion="worse"} 4.605170)"))
      << "the logarithm of 100";
  EXPECT_TRUE(told("scoreway_challenge_canary_ratio" + labels + "} 0\n"));
  EXPECT_TRUE(told(R"(scoreway_challenge_events_total{model="wine",kind="begun"} 1)"));

  ASSERT_EQ(client->Call("DELETE", "/v1/models/wine/challenges/challenger").status, 200);
  ASSERT_EQ(Put("/v1/models/wine/challenges/challenger", "{}").status, 200);
  EXPECT_TRUE(told(R"(scoreway_challenge_events_total{model="wine",kind="begun"} 2)"));
  EXPECT_TRUE(told(R"(scoreway_challenge_events_total{model="wine",kind="stopped"} 1)"));
  ASSERT_EQ(client->Call("DELETE", "/v1/models/wine/challenges/challenger").status, 200);
  EXPECT_TRUE(told("scoreway_challenge_phase" + labels + R"(,phase="stopped"} 1)"));
  EXPECT_FALSE(told("scoreway_challenge_labels{")) << "it has ended";
}

TEST_F(ReplayedChallengeTest, APolicyIsTriedOnTheLog) {
  Score(400);
  const Json quick = Replay({{"policy", {{"labels_min", 100}}}, {"from", "1h"}});
  EXPECT_EQ(quick["verdict"], "promote");
  EXPECT_TRUE(quick["decided"].is_string());
  EXPECT_EQ(quick["challenge"]["evidence"]["labels"], 100);
  EXPECT_EQ(quick["challenge"]["evidence"]["champion_loss"], 0.75);
  EXPECT_EQ(quick["challenge"]["evidence"]["challenger_loss"], 0.25);
  EXPECT_EQ(quick["rows"], 100) << "what comes after the decision is not read";
  EXPECT_EQ(quick["whole"], true);

  const Json careful = Replay({{"policy", {{"labels_min", 1000}}}});
  EXPECT_EQ(careful["verdict"], "wait");
  EXPECT_EQ(careful["reason"], "400 of at least 1000 labels");
  EXPECT_TRUE(careful["decided"].is_null());
  EXPECT_EQ(careful["rows"], 400);
  EXPECT_EQ(careful["whole"], true);
  EXPECT_NE(careful["challenge"]["started"].get<std::string>().substr(0, 4), "1970");

  // The other way round there is nothing: version 2 answered nobody.
  const Json turned = Replay({{"champion_version", 2}, {"challenger_version", 1}});
  EXPECT_EQ(turned["verdict"], "wait");
  EXPECT_EQ(turned["rows"], 0);
  EXPECT_EQ(Replay({{"to", "1h"}})["rows"], 0);

  EXPECT_EQ(Get("/v1/models/wine/challenges/challenger").status, 404) << "nothing has begun";
  EXPECT_EQ(registry.GetModel("wine")->aliases["champion"], 1);
}

TEST_F(ReplayedChallengeTest, SoManyRowsAreReadAtMost) {
  Score(60);
  const Json some = Replay({{"rows_max", 50}});
  EXPECT_EQ(some["rows"], 50);
  EXPECT_EQ(some["whole"], false);
  EXPECT_EQ(some["challenge"]["evidence"]["labels"], 50);
  EXPECT_EQ(Replay({{"rows_max", 60}})["whole"], true);
}

TEST_F(ReplayedChallengeTest, SayWhatIsWrong) {
  const auto status = [&](const std::string& alias, const Json& body) {
    return Post("/v1/models/wine/challenges/" + alias + ":replay", body.dump()).status;
  };
  EXPECT_EQ(status("nobody", Json::object()), 404);
  EXPECT_EQ(status("challenger", {{"challenger_version", 7}}), 404);
  EXPECT_EQ(status("challenger", {{"challenger_version", 1}}), 400) << "both are version 1";
  EXPECT_EQ(status("challenger", {{"champion_version", -1}}), 400);
  EXPECT_EQ(status("challenger", {{"from", "yesterday"}}), 400);
  EXPECT_EQ(status("challenger", {{"rows_max", 0}}), 400);
  EXPECT_EQ(status("challenger", {{"policy", {{"metric", "auc"}}}}), 400);
  Score(1);
  const TestResponse wrong = Post("/v1/models/wine/challenges/challenger:replay", R"({"policy":{"output":"proba_7"}})");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_NE(wrong.body.find("proba_7"), std::string::npos) << wrong.body;
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
