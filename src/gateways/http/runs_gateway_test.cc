// Runs and checkpoints over HTTP.
#include <nlohmann/json.hpp>

#include "gateways/http/gateway_fixture.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;

class RunsGatewayTest : public GatewayFixture {
 protected:
  RunsGatewayTest() { Start(); }
  TestResponse Log(const std::string& step_and_query, const std::string& bytes = "") {
    return client->Call("PUT", "/v1/models/wine/runs/1/checkpoints/" + step_and_query, bytes,
                        "application/octet-stream");
  }
  void StartRun(const Json& body = Json::object()) { ASSERT_EQ(Post("/v1/models/wine/runs", body.dump()).status, 201); }
  Json Body(std::string_view target) { return Json::parse(Get(target).body); }
  const std::string run = "/v1/models/wine/runs/1";
  const std::string model = Example("model.pkl");
};

TEST_F(RunsGatewayTest, StartsListsAndEnds) {
  const TestResponse started = Post("/v1/models/wine/runs",
                                    R"({"parameters":{"eta":0.1,"booster":"dart","deep":true},"who":"ann",)"
                                    R"("retention":{"keep_best":2,"metric":"val_loss"}})",
                                    "application/json", "Idempotency-Key: k\r\n");
  ASSERT_EQ(started.status, 201) << started.body;
  EXPECT_EQ(started.headers.at("location"), run);
  const Json body = Json::parse(started.body);
  EXPECT_EQ(body["state"], "running");
  EXPECT_EQ(body["parameters"], (Json{{"eta", "0.1"}, {"booster", "dart"}, {"deep", "true"}}));
  EXPECT_EQ(body["retention"]["goal"], "min");
  EXPECT_EQ(Post("/v1/models/wine/runs", "{}", "application/json", "Idempotency-Key: k\r\n").status, 200);
  EXPECT_EQ(Body("/v1/models/wine/runs")["runs"].size(), 1u);
  EXPECT_EQ(Body("/v1/models/wine/runs/latest")["run"], 1);
  EXPECT_EQ(Post(run + ":finish", R"({"state":"failed","message":"no memory"})").status, 200);
  EXPECT_EQ(Body(run)["message"], "no memory");
  EXPECT_EQ(Log("1?metric.auc=0.5").status, 409);
}

TEST_F(RunsGatewayTest, WrongBodiesAreNamed) {
  for (const char* body : {"[]", R"({"nonsense":1})", R"({"who":1})", R"({"parameters":{"a":[1]}})",
                           R"({"retention":{"keep_best":1}})", R"({"retention":{"keep_best":1,"metric":"x"}})"}) {
    EXPECT_EQ(Post("/v1/models/wine/runs", body).status, 400) << body;
  }
  StartRun();
  for (const char* query : {"1?metric.auc=high", "1?nonsense=1", "x", "-1", "1?replace=maybe"}) {
    EXPECT_EQ(Log(query).status, 400) << query;
  }
  EXPECT_EQ(Post(run + ":finish", R"({"state":"paused"})").status, 400);
  EXPECT_EQ(Get("/v1/models/wine/runs/x").status, 400);
  EXPECT_EQ(Get("/v1/models/wine/runs/2").status, 404);
}

TEST_F(RunsGatewayTest, LogsAndFindsTheBest) {
  StartRun();
  const char* aucs[] = {"0.5", "0.75", "nan", "0.625"};
  for (int step = 0; step < 4; ++step) {
    const TestResponse logged =
        Log(std::to_string(step) + "?metric.auc=" + aucs[step], step == 1 ? "" : "bytes of " + std::to_string(step));
    ASSERT_EQ(logged.status, 201) << logged.body;
  }
  EXPECT_EQ(Log("1?metric.auc=0.75").status, 200);
  EXPECT_EQ(Log("1?metric.auc=0.25").status, 409);
  EXPECT_EQ(Log("5?reference=s3%3A%2F%2Fbucket").status, 201);
  const Json all = Body(run + "/checkpoints")["checkpoints"];
  EXPECT_EQ(all.size(), 5u);
  EXPECT_EQ(all[2]["metrics"]["auc"], nullptr);
  EXPECT_EQ(all[0]["format"], nullptr);
  EXPECT_EQ(all[4]["artifact"], "elsewhere");
  EXPECT_EQ(Body(run + "/checkpoints?limit=1&last_first=true")["checkpoints"][0]["step"], 5);
  EXPECT_EQ(Body(run + "/checkpoints/best?metric=auc")["step"], 1);
  EXPECT_EQ(Body(run + "/checkpoints/best?metric=auc&goal=min")["step"], 0);
  const Json best = Body(run + ":best?metric=auc&limit=2&with_bytes=true")["checkpoints"];
  EXPECT_EQ(best[0]["step"], 3);
  EXPECT_EQ(best[1]["step"], 0);
  const TestResponse bytes = Get(run + "/checkpoints/best/artifact?metric=auc");
  EXPECT_EQ(bytes.body, "bytes of 3");
  EXPECT_EQ(bytes.headers.at("scoreway-step"), "3");
  EXPECT_EQ(Get(run + "/checkpoints/latest/artifact").body, "bytes of 3");
  EXPECT_EQ(Get(run + "/checkpoints/1/artifact").status, 404);
  EXPECT_EQ(Get(run + "/checkpoints/best?metric=unknown").status, 400) << "more or less of it?";
  EXPECT_EQ(Get(run + "/checkpoints/best?metric=f1").status, 404);
}

TEST_F(RunsGatewayTest, PromotesWithLineageAndOnce) {
  StartRun({{"parameters", {{"eta", 0.1}}}, {"tags", {{"team", "risk"}}}});
  ASSERT_EQ(Log("300?metric.auc=0.9", model).status, 201);
  ASSERT_EQ(Log("301?metric.auc=0.95", "no model").status, 201);
  EXPECT_EQ(Body(run + "/checkpoints/300")["format"], "pickle");
  const std::string body = Json{
      {"aliases", {"champion"}},
      {"rows", Example("rows.csv")},
      {"expected", Example("expected.csv")},
      {"require_parity", true}}.dump();
  const TestResponse promoted = Post(run + "/checkpoints/300:promote", body);
  ASSERT_EQ(promoted.status, 201) << promoted.body;
  const Json version = Json::parse(promoted.body);
  EXPECT_EQ(version["version"], 1);
  EXPECT_EQ(version["run"], 1);
  EXPECT_EQ(version["step"], 300);
  EXPECT_EQ(version["metrics"]["auc"], 0.9);
  EXPECT_EQ(version["parameters"]["eta"], "0.1");
  EXPECT_EQ(version["tags"]["team"], "risk");
  EXPECT_EQ(version["parity"]["passed"], true);
  EXPECT_EQ(Body("/v1/models/wine")["aliases"]["champion"], 1);
  EXPECT_EQ(Post(run + "/checkpoints/300:promote", "{}").status, 200);
  EXPECT_EQ(Body("/v1/models/wine/versions")["versions"].size(), 1u);
  EXPECT_EQ(Body(run + "/checkpoints/300")["version"], 1);
  EXPECT_EQ(Post(run + "/checkpoints/301:promote", "{}").status, 400) << "is no model";
  EXPECT_EQ(Get(run + "/checkpoints/301/artifact").body, "no model");

  EXPECT_EQ(Json::parse(Post(run + ":prune", R"({"keep_every":1000})").body)["checkpoints"], 1);
  EXPECT_EQ(Body(run + "/checkpoints/301")["artifact"], "pruned");
  EXPECT_EQ(Get(run + "/checkpoints/300/artifact").body, model);
}

TEST_F(RunsGatewayTest, ComparesRuns) {
  for (const char* loss : {"0.5", "0.25"}) {
    StartRun();
    const std::string number = std::to_string(Body("/v1/models/wine/runs/latest")["run"].get<int>());
    client->Call("PUT", "/v1/models/wine/runs/" + number + "/checkpoints/1?metric.loss=" + loss);
    client->Call("PUT", "/v1/models/wine/runs/" + number + "/checkpoints/2?metric.loss=0.75");
  }
  StartRun();
  const Json compared = Body("/v1/models/wine/runs:compare?metric=loss");
  EXPECT_EQ(compared["goal"], "min");
  ASSERT_EQ(compared["runs"].size(), 3u);
  EXPECT_EQ(compared["runs"][0]["run"]["run"], 2);
  EXPECT_EQ(compared["runs"][0]["best"]["step"], 1);
  EXPECT_EQ(compared["runs"][0]["last"]["step"], 2);
  EXPECT_EQ(compared["runs"][1]["run"]["run"], 1);
  EXPECT_EQ(compared["runs"][2]["best"], nullptr);
  EXPECT_EQ(Body("/v1/models/wine/runs:compare?metric=loss&run=1")["runs"].size(), 1u);
  EXPECT_EQ(Get("/v1/models/wine/runs:compare").status, 400);
}

}  // namespace
}  // namespace scoreway::http
