// Streams over HTTP, as far as no broker is asked.
#include "gateways/http/gateway_fixture.h"

namespace scoreway::http {
namespace {

constexpr char kWine[] =
    R"({"name":"s","brokers":"127.0.0.1:1","input":"rows","model":"wine@champion","output":"answers","who":"ann"})";

TEST_F(GatewayFixture, MakesPausesAndDeletesStreams) {
  PushWine("wine", {"champion"});
  Start();
  const TestResponse made = Post("/v1/streams", kWine);
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_NE(made.body.find(R"("errors":"answers.errors","takes":"rows","format":"json")"), std::string::npos)
      << made.body;
  EXPECT_NE(made.body.find(R"("state":"running","revision":1)"), std::string::npos) << made.body;
  EXPECT_EQ(Post("/v1/streams", kWine).status, 409);
  EXPECT_NE(Get("/v1/streams").body.find(R"({"streams":[{"name":"s")"), std::string::npos);
  EXPECT_NE(Get("/v1/streams/s").body.find(R"("instances":[]})"), std::string::npos);

  EXPECT_NE(Post("/v1/streams/s:pause", "").body.find(R"("state":"paused","revision":2)"), std::string::npos);
  EXPECT_NE(Post("/v1/streams/s:resume", "").body.find(R"("state":"running","revision":3)"), std::string::npos);
  EXPECT_EQ(client->Call("DELETE", "/v1/streams/s").status, 204);
  for (const char* path : {"/v1/streams/s", "/v1/streams/s/events"}) EXPECT_EQ(Get(path).status, 404);
  for (const char* path : {"/v1/streams/s:pause", "/v1/streams/s:resume"}) EXPECT_EQ(Post(path, "").status, 404);
  EXPECT_EQ(Post("/v1/streams/s:replay", R"({"name":"r","output":"again"})").status, 404);
}

TEST_F(GatewayFixture, BecomesAWebSocketOnlyWhereItCan) {
  PushWine("wine", {"champion"});
  Start();
  const std::string begin = "Upgrade: websocket\r\n", key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::string good = begin + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n" + key;
  const auto status_of = [&](const std::string& headers) {
    return TestClient(server->port()).Call("GET", "/v1/streams/none/events", "", "", headers).status;
  };
  EXPECT_EQ(status_of(good), 404) << "it is right but for the stream";
  EXPECT_EQ(status_of(good + "Origin: http://elsewhere\r\n"), 403);
  EXPECT_EQ(status_of(begin + key), 400);
  EXPECT_EQ(status_of(begin + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"), 400);
  EXPECT_EQ(status_of(begin + "Connection: Upgrade\r\nSec-WebSocket-Version: 8\r\n" + key), 400);
  EXPECT_EQ(status_of("Upgrade: h2c\r\nConnection: Upgrade\r\n"), 404) << "asks for something else";
}

TEST_F(GatewayFixture, RefusesStreamsThatCannotBe) {
  PushWine("wine");
  Start();
  EXPECT_EQ(Post("/v1/streams", kWine).status, 404) << "there is no alias champion";
  EXPECT_EQ(Post("/v1/streams", R"({"name":"s"})").status, 400);
  const TestResponse wrong =
      Post("/v1/streams", R"({"name":"s","brokers":"b:1","input":"x y","model":"wine","output":"o"})");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_NE(wrong.body.find("member 'input'"), std::string::npos) << wrong.body;
  EXPECT_EQ(Post("/v1/streams", R"({"name":"s","format":"avro"})").status, 400);
  EXPECT_EQ(Post("/v1/streams", R"({"name":"s","brokers":"b:1","input":"i","model":"wine","output":"i"})").status, 400);
}

TEST_F(GatewayFixture, LetsOnlyAdminsMakeStreams) {
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
  const std::string predict = key(Role::kPredict), admin = key(Role::kAdmin);
  // A refused request ends its connection.
  const auto status_of = [&](const char* method, const char* path, const std::string& headers) {
    return TestClient(server->port()).Call(method, path, kWine, "application/json", headers).status;
  };
  EXPECT_EQ(status_of("POST", "/v1/streams", ""), 401);
  EXPECT_EQ(status_of("POST", "/v1/streams", predict), 403);
  EXPECT_EQ(status_of("GET", "/v1/streams/s/events", predict), 403);
  EXPECT_EQ(status_of("POST", "/v1/streams", admin), 201);
  EXPECT_EQ(status_of("GET", "/v1/streams", predict), 200);
}

}  // namespace
}  // namespace scoreway::http
