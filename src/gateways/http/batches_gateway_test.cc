// Stored batches over HTTP.
#include "gateways/http/gateway_fixture.h"

namespace scoreway::http {
namespace {

constexpr char kCellar[] =
    R"({"name":"cellar","model":"wine@champion","output":"file:wine-{firing}.csv","cron":"30 2 * * *",)"
    R"("timezone":"Europe/Zurich","rows":100,"who":"ann"})";

TEST_F(GatewayFixture, MakesFillsFiresAndDeletesBatches) {
  PushWine("wine", {"champion"});
  Start();
  const TestResponse made = Post("/v1/batches", kCellar);
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(Post("/v1/batches", kCellar).status, 409);
  EXPECT_NE(Get("/v1/batches").body.find(R"({"batches":[{"name":"cellar")"), std::string::npos);
  EXPECT_EQ(Post("/v1/batches/cellar:fire", "").status, 409) << "no rows wait";

  const TestResponse stored =
      Post("/v1/batches/cellar/rows", Example("rows.csv"), "text/csv", "Idempotency-Key: k\r\n");
  EXPECT_EQ(stored.status, 201) << stored.body;
  EXPECT_NE(stored.body.find(R"({"firing":1,"rows":)"), std::string::npos) << stored.body;
  EXPECT_EQ(Post("/v1/batches/cellar/rows", Example("rows.csv"), "text/csv", "Idempotency-Key: k\r\n").status, 200);
  EXPECT_EQ(Post("/v1/batches/cellar/rows", "a\n1\n", "text/csv").status, 400);
  EXPECT_EQ(Post("/v1/batches/cellar/rows", "x", "image/png").status, 415);
  const TestResponse view = Get("/v1/batches/cellar");
  EXPECT_NE(view.body.find(R"("waiting":{"firing":1,"rows":)"), std::string::npos) << view.body;
  EXPECT_NE(view.body.find(R"("next":"20)"), std::string::npos) << view.body;

  const TestResponse fired = Post("/v1/batches/cellar:fire", R"({"who":"bob"})");
  EXPECT_EQ(fired.status, 202) << fired.body;
  EXPECT_NE(fired.body.find(R"({"number":1,"cause":"manual","state":"waiting")"), std::string::npos) << fired.body;
  EXPECT_NE(Get("/v1/batches/cellar/firings").body.find(R"("who":"bob")"), std::string::npos);
  EXPECT_EQ(Get("/v1/batches/cellar/firings/1").status, 200);
  EXPECT_EQ(Get("/v1/batches/cellar/firings/1/bad-rows").status, 200);
  EXPECT_EQ(Post("/v1/batches/cellar/firings/1:retry", "").status, 409) << "it has not failed";
  EXPECT_EQ(Get("/v1/batches/cellar/firings/2").status, 404);
  EXPECT_EQ(Get("/v1/batches/cellar/firings/x").status, 400);
  EXPECT_EQ(Get("/v1/batches/cellar/firings?limit=0").status, 400);

  EXPECT_EQ(client->Call("DELETE", "/v1/batches/cellar").status, 409) << "rows are not scored yet";
  EXPECT_EQ(client->Call("DELETE", "/v1/batches/cellar?drop_rows=true").status, 204);
  for (const char* path : {"/v1/batches/cellar", "/v1/batches/cellar/firings", "/v1/batches/cellar/firings/1"}) {
    EXPECT_EQ(Get(path).status, 404) << path;
  }
  EXPECT_EQ(Post("/v1/batches/cellar/rows", "{\"rows\":[]}").status, 404);
  EXPECT_EQ(Post("/v1/batches/cellar:fire", "").status, 404);
}

TEST_F(GatewayFixture, SaysInMetricsWhatBatchesWaitFor) {
  PushWine("wine", {"champion"});
  Start();
  EXPECT_EQ(Get("/metrics").body.find("scoreway_batch_"), std::string::npos) << "there is none";
  ASSERT_EQ(Post("/v1/batches", kCellar).status, 201);
  const auto says = [&](const std::string& line) {
    const std::string text = Get("/metrics").body;
    EXPECT_NE(text.find("\n" + line), std::string::npos) << line << " in\n"
                                                         << text.substr(text.find("scoreway_batch_"), 2000);
  };
  says("scoreway_batch_waiting_rows{batch=\"cellar\"} 0\n");
  says("scoreway_batch_firings_total{batch=\"cellar\"} 0\n");
  ASSERT_EQ(Post("/v1/batches/cellar/rows", R"({"rows":[{"alcohol":13.2},{"alcohol":12}]})").status, 201);
  says("scoreway_batch_waiting_rows{batch=\"cellar\"} 2\n");
  says("scoreway_batch_oldest_row_seconds{batch=\"cellar\"} ");
  ASSERT_EQ(Post("/v1/batches/cellar:fire", "").status, 202);
  says("scoreway_batch_waiting_rows{batch=\"cellar\"} 0\n");
  says("scoreway_batch_firings_total{batch=\"cellar\"} 1\n");
  says("scoreway_batch_unfinished_firings{batch=\"cellar\",state=\"waiting\"} 1\n");
  says("scoreway_batch_unfinished_firings{batch=\"cellar\",state=\"failed\"} 0\n");
}

TEST_F(GatewayFixture, RefusesBatchesThatCannotBe) {
  PushWine("wine");
  Start();
  EXPECT_EQ(Post("/v1/batches", kCellar).status, 404) << "there is no alias champion";
  for (const char* body :
       {R"({"name":"a","model":"wine","output":"file:/etc/{firing}.csv"})", R"({"name":"a"})",
        R"({"name":"a","model":"wine","output":"file:{firing}.csv","cron":"never"})",
        R"({"name":"a","model":"wine","output":"file:{firing}.csv","cron":"@daily","timezone":"Mars/Base"})",
        R"({"name":"a","model":"wine","output":"file:{firing}.csv","cron":"@daily","timezone":"../passwd"})",
        R"({"name":"a","model":"wine","output":"file:{firing}.csv","outputs":["predicted"]})",
        R"({"name":"a","model":"wine","output":"file:{firing}.csv","keep":["predict"]})",
        R"({"name":"a","model":"wine","output":"file:{firing}.csv","when":"now"})",
        R"({"name":"a","model":"wine","output":"file:{firing}.csv","input":"rows"})",
        R"({"name":"a","model":"wine","output":"kafka://k:1/t","input":"kafka://k:1/t"})",
        R"({"name":"a","model":"wine","output":"kafka://k:1"})",
        R"({"name":"a","model":"wine","output":"mysql://h/d?table=t","keep":["id"]})",
        R"({"name":"a","model":"wine","output":"postgresql://h/d?table=t"})",
        R"({"name":"a","model":"wine","output":"postgresql://h/d?table=t&password_file=/etc/x","keep":["id"]})",
        R"({"name":"a","model":"wine","output":"cassandra://h/k.t?user=x","keep":["id"]})"}) {
    EXPECT_EQ(Post("/v1/batches", body).status, 400) << body;
  }
  // Files would be written over; tables and topics take what several batches give.
  for (const auto& [output, status] : {std::pair("file:{firing}.csv", 400), {"cassandra://h/k.t", 201}}) {
    const std::string rest = R"(","model":"wine","keep":["id"],"output":")" + std::string(output) + "\"}";
    EXPECT_EQ(Post("/v1/batches", R"({"name":"first-)" + std::to_string(status) + rest).status, 201) << output;
    EXPECT_EQ(Post("/v1/batches", R"({"name":"second-)" + std::to_string(status) + rest).status, status) << output;
  }
  EXPECT_EQ(Get("/v1/batches/first-201/firings/1/bad-rows").status, 200) << "those that come now would be its";
  EXPECT_EQ(Get("/v1/batches/first-201/firings/2/bad-rows").status, 404);
  EXPECT_EQ(Get("/v1/batches/first-201/firings/1/bad-rows?page_token=" + std::string(300, 'x')).status, 400);
}

TEST_F(GatewayFixture, LetsOnlyAdminsMakeBatches) {
  PushWine("wine", {"champion"});
  require_key = true;
  Start();
  const auto key = [&](Role role) {
    ApiKey wish;
    wish.name = std::string(RoleName(role));
    wish.role = role;
    const auto key_made = keys->store.Create(wish);
    EXPECT_TRUE(keys->keys.Refresh().ok());
    return "Authorization: Bearer " + key_made->text + "\r\n";
  };
  const std::string predict = key(Role::kPredict), push = key(Role::kPush), admin = key(Role::kAdmin);
  // A refused request ends its connection.
  const auto status_of = [&](const char* path, const std::string& body, const std::string& headers) {
    return TestClient(server->port()).Call("POST", path, body, "application/json", headers).status;
  };
  EXPECT_EQ(status_of("/v1/batches", kCellar, push), 403);
  EXPECT_EQ(status_of("/v1/batches", kCellar, admin), 201);
  const std::string row = Line(Example("rows.jsonl"), 0);
  EXPECT_EQ(status_of("/v1/batches/cellar/rows", "{\"rows\":[" + row + "]}", predict), 201);
  EXPECT_EQ(status_of("/v1/batches/cellar:fire", "", predict), 403);
  EXPECT_EQ(status_of("/v1/batches/cellar:fire", "", push), 202);
}

}  // namespace
}  // namespace scoreway::http
