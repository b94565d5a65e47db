// The registry over HTTP, and what every route has in common.
#include "gateways/http/gateway.h"

#include <nlohmann/json.hpp>

#include "gateways/http/alias_request.h"
#include "gateways/http/gateway_fixture.h"
#include "gateways/http/media_type.h"
#include "gateways/http/openapi.h"
#include "gateways/http/routes.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;

class GatewayTest : public GatewayFixture {
 protected:
  GatewayTest() { Start(); }
  TestResponse PushFile(std::string_view target, const std::string& file, std::string_view headers = {}) {
    return Post(target, file, "application/octet-stream", headers);
  }
  TestResponse Put(std::string_view target, const Json& body) { return client->Call("PUT", target, body.dump()); }
  int Served() {
    const TestResponse response =
        Post("/v1/models/wine:predict", "{\"rows\":[" + Line(Example("rows.jsonl"), 0) + "]}");
    return response.status == 200 ? Json::parse(response.body)["version"].get<int>() : -response.status;
  }
  const std::string model = Example("model.pkl");
};

TEST_F(GatewayTest, PushesAndGivesBack) {
  const TestResponse pushed =
      PushFile("/v1/models/wine/versions?alias=champion&description=first%20one&tag.team=risk&metric.auc=0.93", model);
  ASSERT_EQ(pushed.status, 201) << pushed.body;
  EXPECT_EQ(pushed.headers.at("location"), "/v1/models/wine/versions/1");
  const Json version = Json::parse(pushed.body);
  EXPECT_EQ(version["version"], 1);
  EXPECT_EQ(version["description"], "first one");
  EXPECT_EQ(version["tags"]["team"], "risk");
  EXPECT_EQ(version["metrics"]["auc"], 0.93);
  EXPECT_EQ(version["source_library"], "scikit-learn");
  EXPECT_EQ(Json::parse(Get("/v1/models/wine/versions/1").body), version);
  EXPECT_EQ(Json::parse(Get("/v1/models/wine").body)["aliases"]["champion"], 1);

  const TestResponse artifact = Get("/v1/models/wine/versions/1/artifact");
  EXPECT_EQ(artifact.body, model);
  const std::string tag = artifact.headers.at("etag");
  EXPECT_EQ(tag, "\"" + version["artifact_sha256"].get<std::string>() + "\"");
  EXPECT_EQ(client->Call("GET", "/v1/models/wine/versions/1/artifact", {}, {}, "If-None-Match: " + tag + "\r\n").status,
            304);
  EXPECT_EQ(client->Call("HEAD", "/v1/models/wine/versions/1/artifact").headers.at("content-length"),
            std::to_string(model.size()));
  EXPECT_EQ(Served(), 1);
}

TEST_F(GatewayTest, RefusesWhatIsNoModelBeforeStoringIt) {
  EXPECT_EQ(PushFile("/v1/models/wine/versions", "hello").status, 400);
  EXPECT_EQ(PushFile("/v1/models/wine/versions", model.substr(0, model.size() / 2)).status, 422);
  EXPECT_EQ(PushFile("/v1/models/wine/versions", "").status, 400);
  EXPECT_EQ(PushFile("/v1/models/..%2Fetc/versions", model).status, 400);
  EXPECT_EQ(PushFile("/v1/models/wine/versions?nonsense=1", model).status, 400);
  EXPECT_EQ(PushFile("/v1/models/wine/versions?metric.auc=high", model).status, 400);
  EXPECT_EQ(Get("/v1/models/wine").status, 404);
}

TEST_F(GatewayTest, AnIdempotencyKeyMakesPushesRepeatable) {
  const std::string key = "Idempotency-Key: abc\r\n";
  EXPECT_EQ(PushFile("/v1/models/wine/versions", model, key).status, 201);
  const TestResponse again = PushFile("/v1/models/wine/versions", model, key);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(Json::parse(again.body)["version"], 1);
}

TEST_F(GatewayTest, MovesAliasesByCompareAndSet) {
  for (int i = 0; i < 3; ++i) ASSERT_EQ(PushFile("/v1/models/wine/versions", model).status, 201);
  EXPECT_EQ(Served(), 3);
  const std::string champion = "/v1/models/wine/aliases/champion";
  EXPECT_EQ(Put(champion, {{"version", 1}, {"expected", nullptr}, {"who", "ann"}, {"why", "first"}}).status, 200);
  EXPECT_EQ(Served(), 1);
  EXPECT_EQ(Put(champion, {{"version", 2}, {"expected", nullptr}}).status, 409);
  EXPECT_EQ(Put(champion, {{"version", 2}, {"expected", 1}}).status, 200);
  EXPECT_EQ(Served(), 2);
  EXPECT_EQ(Put(champion, {{"version", 3}}).status, 200);
  EXPECT_EQ(Put(champion, {{"version", 9}}).status, 404);
  EXPECT_EQ(Put(champion, {{"expected", 3}}).status, 400);
  EXPECT_EQ(Put(champion, {{"version", "3"}}).status, 400);
  EXPECT_EQ(Put(champion, {{"version", 3}, {"nonsense", 3}}).status, 400);
  EXPECT_EQ(Json::parse(Get(champion).body)["version"], 3);
  EXPECT_EQ(Json::parse(Get("/v1/models/wine/aliases").body)["aliases"]["previous"], 2);

  const TestResponse back = Post(champion + ":rollback", "{\"why\":\"wrong\"}");
  EXPECT_EQ(back.status, 200) << back.body;
  EXPECT_EQ(Json::parse(back.body)["version"], 2);
  EXPECT_EQ(Served(), 2);
  EXPECT_EQ(Json::parse(Post(champion + ":rollback", "").body)["version"], 1);
  EXPECT_EQ(Post(champion + ":rollback", "").status, 404);

  const Json history = Json::parse(Get(champion + "/history?limit=2").body);
  EXPECT_EQ(history["history"].size(), 2u);
  EXPECT_EQ(history["history"][0]["to"], 1);
  const std::string rest = champion + "/history?page_token=" + history["next_page_token"].get<std::string>();
  const Json older = Json::parse(Get(rest).body)["history"];
  EXPECT_EQ(older.back()["who"], "ann");
  EXPECT_EQ(older.back()["from"], nullptr);
  EXPECT_EQ(client->Call("DELETE", champion).status, 204);
  EXPECT_EQ(Get(champion).status, 404);
}

TEST_F(GatewayTest, ListsInPagesAndSearches) {
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_EQ(PushFile("/v1/models/" + std::string(name) + "/versions?tag.team=" + name, model).status, 201);
  }
  const Json first = Json::parse(Get("/v1/models?limit=2").body);
  EXPECT_EQ(first["models"].size(), 2u);
  const Json second =
      Json::parse(Get("/v1/models?limit=2&page_token=" + first["next_page_token"].get<std::string>()).body);
  EXPECT_EQ(second["models"][0]["name"], "c");
  EXPECT_EQ(second["next_page_token"], nullptr);
  const Json found = Json::parse(Get("/v1/models?search=tags.team%20%3D%20'b'").body);
  ASSERT_EQ(found["versions"].size(), 1u);
  EXPECT_EQ(found["versions"][0]["name"], "b");
  EXPECT_EQ(Get("/v1/models?search=tags.team%20%3D").status, 400);
  EXPECT_EQ(Get("/v1/models?limit=0").status, 400);
  EXPECT_EQ(Get("/v1/models?limit=many").status, 400);
  EXPECT_EQ(Json::parse(Get("/v1/models/a/versions").body)["versions"].size(), 1u);
}

TEST_F(GatewayTest, DeletesVersionsAndModels) {
  for (int i = 0; i < 2; ++i) ASSERT_EQ(PushFile("/v1/models/wine/versions?alias=champion", model).status, 201);
  EXPECT_EQ(Served(), 2);
  EXPECT_EQ(client->Call("DELETE", "/v1/models/wine/versions/2").status, 409);
  EXPECT_EQ(client->Call("DELETE", "/v1/models/wine/versions/2?force=true").status, 204);
  EXPECT_EQ(Served(), 1);
  EXPECT_EQ(Get("/v1/models/wine/versions/2/artifact").status, 404);
  EXPECT_EQ(client->Call("DELETE", "/v1/models/wine?force=true").status, 204);
  EXPECT_EQ(Served(), -404);
  EXPECT_EQ(client->Call("DELETE", "/v1/models/wine").status, 404);
}

TEST_F(GatewayTest, SaysWhichMethodsAPathHas) {
  const TestResponse wrong = client->Call("DELETE", "/v1/models");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.at("allow"), "GET, HEAD");
  EXPECT_EQ(Get("/v1/models/wine:predict").headers.at("allow"), "POST");
  EXPECT_EQ(client->Call("PATCH", "/v1/models/wine").headers.at("allow"), "GET, HEAD, DELETE");
  const TestResponse options = client->Call("OPTIONS", "/v1/models/wine/versions");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.headers.at("allow"), "GET, HEAD, POST");
  EXPECT_EQ(Get("/nowhere").status, 404);
  EXPECT_EQ(Get("/v1/models/wine:nonsense").status, 404);
  EXPECT_EQ(Get("/v1//models").status, 404);
  EXPECT_EQ(Post("/nowhere", "{}").status, 404);
}

TEST_F(GatewayTest, LimitsBodiesByRoute) {
  TestClient predict(server->port());
  predict.Send("POST /v1/models/wine:predict HTTP/1.1\r\nHost: h\r\nContent-Length: 67108865\r\n\r\n");
  EXPECT_EQ(predict.Receive().status, 413);
  TestClient push(server->port());
  push.Send("POST /v1/models/wine/versions HTTP/1.1\r\nHost: h\r\nContent-Length: 536870913\r\n\r\n");
  EXPECT_EQ(push.Receive().status, 413);
}

TEST_F(GatewayTest, RefusesPagesOfOtherSites) {
  const TestResponse refused =
      Post("/v1/models/wine:predict", "{}", "application/json", "Origin: http://evil.example\r\n");
  EXPECT_EQ(refused.status, 403);
  TestClient own(server->port());
  EXPECT_EQ(own.Call("POST", "/v1/models/wine:predict", "{}", "application/json", "Origin: http://test\r\n").status,
            404);
}

TEST_F(GatewayTest, ShowsMetricsThatPrometheusReads) {
  PushWine();
  ASSERT_EQ(Served(), 1);
  Get("/nowhere");
  const std::string text = Get("/metrics").body;
  for (const char* line : {
           "scoreway_http_requests_total{method=\"POST\",route=\"/v1/models/{model}:predict\",code=\"200\"} 1\n",
           "scoreway_http_requests_total{method=\"OTHER\",route=\"none\",code=\"404\"} 1\n",
           "scoreway_http_request_seconds_count{method=\"POST\",route=\"/v1/models/{model}:predict\"} 1\n",
           "scoreway_http_requests_in_flight 1\n",
           "scoreway_model_rows_total{model=\"wine\"} 1\n",
           "scoreway_model_score_seconds_bucket{model=\"wine\",le=\"+Inf\"} 1\n",
           "# TYPE scoreway_http_request_seconds histogram\n",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
  for (const char* name : {"scoreway_model_bytes{model=\"wine\",version=\"1\"} ", "process_resident_memory_bytes ",
                           "scoreway_build_info{version=\"", "process_open_fds ", "process_cpu_seconds_total "}) {
    EXPECT_NE(text.find(name), std::string::npos) << name;
  }
}

TEST_F(GatewayTest, IsNotReadyWhileItDrains) {
  TestClient slow(server->port());
  slow.Send("GET /v2/health/ready HTTP/1.1\r\nHo");
  EXPECT_EQ(Get("/v2/health/ready").status, 200);
  server->Stop();
  EXPECT_TRUE(client->AtEnd());
  slow.Send("st: h\r\n\r\n");
  const TestResponse response = slow.Receive();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.at("connection"), "close");
}

TEST_F(GatewayTest, PredictsWhileAliasesMove) {
  PushWine("wine", {"champion"});
  PushWine();
  std::atomic<bool> stop{false};
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  const std::string body = "{\"rows\":[" + Line(Example("rows.jsonl"), 0) + "]}";
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back([&] {
      TestClient own(server->port());
      while (!stop) {
        const TestResponse response = own.Call("POST", "/v1/models/wine:predict", body);
        ASSERT_EQ(response.status, 200) << response.body;
        ++answered;
      }
    });
  }
  for (int i = 0; i < 50 || answered == 0; ++i) {
    ASSERT_EQ(Put("/v1/models/wine/aliases/champion", {{"version", 1 + i % 2}}).status, 200);
    ASSERT_EQ(Served(), 1 + i % 2);
  }
  stop = true;
  for (std::thread& each : clients) each.join();
  EXPECT_GT(answered, 0);
}

TEST_F(GatewayTest, SaysWhatItIs) {
  EXPECT_NE(Get("/").body.find("Scoreway"), std::string::npos);
  EXPECT_EQ(Get("/openapi.json").body, OpenapiDocument());
}

TEST(OpenapiTest, DescribesEveryRouteAndNoOther) {
  const Json document = Json::parse(OpenapiDocument());
  std::set<std::string> described, routed;
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      std::string name = method;
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
      described.insert(name + " " + path);
      EXPECT_FALSE(operation["operationId"].get<std::string>().empty());
      EXPECT_FALSE(operation["responses"].empty());
    }
  }
  for (const Route& route : Routes())
    routed.insert(std::string(MethodName(route.method)) + " " + std::string(route.pattern));
  EXPECT_EQ(described, routed);
}

TEST(OpenapiTest, EveryReferenceLeadsSomewhere) {
  const Json document = Json::parse(OpenapiDocument());
  const Json flat = document.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    if (!pointer.ends_with("/$ref")) continue;
    const std::string target = value.get<std::string>();
    ASSERT_EQ(target.substr(0, 2), "#/");
    EXPECT_TRUE(document.contains(Json::json_pointer(target.substr(1)))) << target;
  }
}

TEST(MediaTypeTest, ReadsAccept) {
  const auto form = [](const char* accept) { return FormOfAccept(accept, RowForm::kJson); };
  EXPECT_EQ(form("*/*"), RowForm::kJson);
  EXPECT_EQ(form("text/html, text/csv;q=0.5"), RowForm::kCsv);
  EXPECT_EQ(form("application/json;q=0, application/x-ndjson"), RowForm::kJsonLines);
  EXPECT_EQ(form("text/*"), RowForm::kCsv);
  EXPECT_EQ(form("image/png"), std::nullopt);
  EXPECT_EQ(FormOfContentType("Text/CSV; charset=utf-8"), RowForm::kCsv);
}

}  // namespace
}  // namespace scoreway::http
