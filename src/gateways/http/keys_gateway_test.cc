// A server that asks for API keys.
#include <nlohmann/json.hpp>

#include "gateways/http/access.h"
#include "gateways/http/gateway_fixture.h"
#include "gateways/http/routes.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;

class KeysGatewayTest : public GatewayFixture {
 protected:
  KeysGatewayTest() {
    require_key = true;
    Start();
    PushWine();
    admin = MakeKey("ann", Role::kAdmin);
  }
  // As `scoreway keys create` does.
  std::string MakeKey(const std::string& name, Role role) {
    ApiKey wish;
    wish.name = name;
    wish.role = role;
    const auto made = keys->store.Create(wish);
    EXPECT_TRUE(made.ok() && keys->keys.Refresh().ok());
    return made.ok() ? made->text : "";
  }
  // A refusal ends its connection, so each call has one of its own.
  TestResponse Call(std::string_view method, std::string_view target, const std::string& key,
                    std::string_view body = {}) {
    TestClient own(server->port());
    return own.Call(method, target, body, "application/json",
                    key.empty() ? "" : "Authorization: Bearer " + key + "\r\n");
  }
  std::string admin;
};

TEST_F(KeysGatewayTest, WithoutAKeyThereIsHealthAndNothingElse) {
  EXPECT_EQ(Call("GET", "/v2/health/live", "").status, 200);
  EXPECT_EQ(Call("GET", "/v2/health/ready", "").status, 200);
  const TestResponse refused = Call("GET", "/v1/models", "");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.headers.at("www-authenticate").substr(0, 6), "Bearer");
  EXPECT_EQ(Json::parse(refused.body)["code"], "UNAUTHENTICATED");
  EXPECT_EQ(Call("GET", "/metrics", "").status, 401);
  EXPECT_EQ(Call("POST", "/v1/models/wine:predict", "", "{}").status, 401);
  EXPECT_EQ(Call("GET", "/v1/models", "sw_0_0").status, 401);
  EXPECT_EQ(Call("GET", "/v1/models", admin).status, 200);
}

TEST_F(KeysGatewayTest, ARoleMayDoItsOwnAndNoMore) {
  const std::string predict = MakeKey("app", Role::kPredict), push = MakeKey("ci", Role::kPush);
  const std::string rows = R"({"rows":[{"alcohol":13.2}]})";
  EXPECT_EQ(Call("POST", "/v1/models/wine:predict", predict, rows).status, 200);
  EXPECT_EQ(Call("GET", "/v1/models/wine", predict).status, 200);
  EXPECT_EQ(Call("POST", "/v1/models/wine/versions", predict, Example("model.pkl")).status, 403);
  EXPECT_EQ(Call("POST", "/v1/models/wine/versions", push, Example("model.pkl")).status, 201);
  EXPECT_EQ(Call("PUT", "/v1/models/wine/aliases/champion", push, R"({"version":2,"who":"somebody"})").status, 200);
  EXPECT_EQ(Json::parse(Call("GET", "/v1/models/wine/aliases/champion/history", push).body)["history"][0]["who"], "ci");
  EXPECT_EQ(Call("DELETE", "/v1/models/wine/versions/1", push).status, 403);
  EXPECT_EQ(Call("DELETE", "/v1/models/wine/versions/1", admin).status, 204);
  EXPECT_EQ(Call("GET", "/v1/keys", push).status, 403);
}

TEST_F(KeysGatewayTest, KeysAreMadeListedAndRevoked) {
  const TestResponse made = Call("POST", "/v1/keys", admin, R"({"name":"app","role":"predict"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const Json key = Json::parse(made.body);
  EXPECT_EQ(key["who"], "ann");
  EXPECT_EQ(Call("GET", "/v1/models", key["key"]).status, 200);
  const Json listed = Json::parse(Call("GET", "/v1/keys", admin).body)["keys"];
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_FALSE(listed[0].contains("key"));
  EXPECT_EQ(Call("DELETE", "/v1/keys/" + key["id"].get<std::string>(), admin).status, 204);
  EXPECT_EQ(Call("GET", "/v1/models", key["key"]).status, 401);
  EXPECT_EQ(Call("DELETE", "/v1/keys/" + key["id"].get<std::string>(), admin).status, 404);
  for (const char* body : {R"({"role":"predict"})", R"({"name":"x","role":"root"})", R"({"name":"x","expires":"soon"})",
                           R"({"name":"x","expires":"2020-01-01"})"}) {
    EXPECT_EQ(Call("POST", "/v1/keys", admin, body).status, 400) << body;
  }
}

TEST(AccessTest, WhatScoresReadsOrChangesAsksForItsRole) {
  for (const Route& route : Routes()) {
    const bool scores = route.pattern.ends_with(":predict") || route.pattern.ends_with("/infer");
    const bool changes = route.body == Body::kUpload || route.method == Method::kPut;
    Role wanted = Role::kPredict;
    if (changes) wanted = Role::kPush;
    if (route.method == Method::kDelete || route.pattern.starts_with("/v1/keys")) wanted = Role::kAdmin;
    if (wanted == Role::kPredict && !scores) continue;
    EXPECT_EQ(RoleOf(route), wanted) << route.pattern;
  }
}

}  // namespace
}  // namespace scoreway::http
