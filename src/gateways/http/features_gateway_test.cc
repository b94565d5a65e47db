// Feature views over HTTP, and predictions that are completed from them.
#include <nlohmann/json.hpp>

#include "gateways/http/gateway_fixture.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;

class FeaturesGatewayTest : public GatewayFixture {
 protected:
  FeaturesGatewayTest() {
    Start();
    PushWine();
    Define("wines", R"({"keys":[{"name":"bottle","type":"string"}],"columns":[{"name":"magnesium"},{"name":"hue"},)"
                    R"({"name":"proline"},{"name":"colour","type":"string"}],"ttl_seconds":86400})");
  }
  TestResponse Put(std::string_view target, std::string_view body) {
    return client->Call("PUT", target, body, "application/json");
  }
  void Define(const std::string& view, const std::string& body) {
    const TestResponse made = Put("/v1/features/" + view, body);
    ASSERT_EQ(made.status, 201) << made.body;
  }
  void Use(const std::string& views) {
    const TestResponse set = Put("/v1/models/wine/features", "{\"views\":" + views + "}");
    ASSERT_EQ(set.status, 200) << set.body;
  }
  // The wine of a row of the example, as the request and as the view have it.
  Json Wine(size_t row) {
    Json wine;
    std::istringstream names(Line(rows, 0)), cells(Line(rows, row));
    for (std::string name, cell; std::getline(names, name, ',') && std::getline(cells, cell, ',');) {
      if (!cell.empty()) wine[name] = name == "colour" ? Json(cell) : Json(std::stod(cell));
    }
    return wine;
  }
  static Json Part(const Json& wine, const std::vector<std::string>& names) {
    Json part = Json::object();
    for (const std::string& name : names) {
      if (wine.contains(name)) part[name] = wine[name];
    }
    return part;
  }
  TestResponse Predict(const Json& wines) { return Post("/v1/models/wine:predict", Json{{"rows", wines}}.dump()); }
  Json Answers(const Json& wines) {
    const TestResponse answered = Predict(wines);
    EXPECT_EQ(answered.status, 200) << answered.body;
    return Json::parse(answered.body)["rows"];
  }

  const std::string rows = Example("rows.csv");
  const std::vector<std::string> kept = {"magnesium", "hue", "proline", "colour"};
  const std::vector<std::string> given = {"alcohol", "malic_acid", "flavanoids"};
};

TEST_F(FeaturesGatewayTest, WhatARowLacksComesFromTheView) {
  Json complete = Json::array(), stored = Json::array(), requests = Json::array();
  for (size_t row = 1; row <= 5; ++row) {
    const Json wine = Wine(row);
    complete.push_back(wine);
    Json feature = Part(wine, kept), request = Part(wine, given);
    feature["bottle"] = request["bottle"] = "b" + std::to_string(row);
    stored.push_back(feature);
    requests.push_back(request);
  }
  const Json wanted = Answers(complete);
  const TestResponse written = Post("/v1/features/wines:write", Json{{"rows", stored}}.dump());
  ASSERT_EQ(written.status, 200) << written.body;
  EXPECT_EQ(Json::parse(written.body)["written"], 5);
  Use(R"(["wines"])");
  EXPECT_EQ(Answers(requests), wanted);
  EXPECT_EQ(Answers(complete), wanted) << "nothing is looked up where nothing is missing";

  const Json answer = Json::parse(Predict(requests).body)["features"][0];
  EXPECT_EQ(answer["view"], "wines");
  EXPECT_EQ(answer["looked_up"], 5);
  EXPECT_EQ(answer["found"], 5);
  EXPECT_GE(answer["oldest_seconds"].get<double>(), 0);
  EXPECT_EQ(answer["failed"], false);

  Json own = requests[0];
  own["proline"] = 5.0;
  Json other = complete[0];
  other["proline"] = 5.0;
  EXPECT_EQ(Answers(Json::array({own})), Answers(Json::array({other}))) << "what the row brings stays";

  // The same in CSV, where the cells of the view's columns need not be there at all.
  const Json& first = requests[0];
  std::string csv = "bottle,alcohol,malic_acid,flavanoids\nb1";
  for (const std::string& name : given) csv += "," + (first.contains(name) ? first[name].dump() : "");
  const TestResponse table = Post("/v1/models/wine:predict", csv + "\n", "text/csv");
  ASSERT_EQ(table.status, 200) << table.body;
  EXPECT_NE(table.headers.at("x-scoreway-features").find("\"found\":1"), std::string::npos);
}

TEST_F(FeaturesGatewayTest, WhereTheViewHasNothingTheModelsRuleHolds) {
  Use(R"(["wines"])");
  const Json wine = Wine(1);
  Json request = Part(wine, given);
  request["bottle"] = "unknown";
  // The model imputes these; a row without them is one with nulls.
  Json nulls = wine;
  for (const std::string& name : kept) nulls.erase(name);
  Put("/v1/models/wine/features", R"({"views":[]})");
  const TestResponse plain = Predict(Json::array({nulls}));
  Use(R"(["wines"])");
  const TestResponse joined = Predict(Json::array({request}));
  EXPECT_EQ(joined.status, plain.status) << joined.body;
  if (plain.status == 200) {
    EXPECT_EQ(Json::parse(joined.body)["rows"], Json::parse(plain.body)["rows"]);
  } else {
    EXPECT_NE(joined.body.find("feature view 'wines' has no features of this key"), std::string::npos) << joined.body;
  }
  request.erase("bottle");
  EXPECT_EQ(Predict(Json::array({request})).status, plain.status);
}

TEST_F(FeaturesGatewayTest, ViewsAreManaged) {
  EXPECT_EQ(Json::parse(Get("/v1/features").body)["views"].size(), 1u);
  EXPECT_EQ(Json::parse(Get("/v1/features/wines").body)["ttl_seconds"], 86400.0);
  EXPECT_EQ(Get("/v1/features/other").status, 404);
  EXPECT_EQ(
      Put("/v1/features/wines", R"({"keys":[{"name":"bottle","type":"int64"}],"columns":[{"name":"hue"}]})").status,
      409);
  EXPECT_EQ(Put("/v1/features/x", R"({"keys":[{"name":"k","type":"string"}],"colums":[]})").status, 400);
  EXPECT_EQ(Put("/v1/features/x", "[]").status, 400);
  EXPECT_EQ(Put("/v1/models/wine/features", R"({"views":["other"]})").status, 404);
  Use(R"(["wines"])");
  EXPECT_EQ(Json::parse(Get("/v1/models/wine/features").body)["views"], Json({"wines"}));
  EXPECT_EQ(client->Call("DELETE", "/v1/features/wines").status, 409);
  Use("[]");
  EXPECT_EQ(client->Call("DELETE", "/v1/features/wines").status, 204);
}

TEST_F(FeaturesGatewayTest, RowsAreWrittenReadAndRemoved) {
  ASSERT_EQ(Post("/v1/features/wines:write", "bottle,hue,event_time\nb1,1.5,\nb2,2.5,2020-01-01\n", "text/csv").body,
            R"({"written":1,"older":0,"expired":1})");
  const TestResponse read = Post("/v1/features/wines:read", R"({"rows":[["b1"],["b2"]],"outputs":["hue","colour"]})");
  ASSERT_EQ(read.status, 200) << read.body;
  const Json table = Json::parse(read.body)["rows"];
  EXPECT_EQ(table[0]["bottle"], "b1");
  EXPECT_EQ(table[0]["hue"], 1.5);
  EXPECT_EQ(table[0]["colour"], nullptr);
  EXPECT_TRUE(table[0]["event_time"].is_string());
  EXPECT_EQ(table[1]["hue"], nullptr);
  EXPECT_EQ(table[1]["event_time"], nullptr);
  const TestResponse arrow = Post("/v1/features/wines:read", R"({"rows":[["b1"]]})", "application/json",
                                  "Accept: application/vnd.apache.arrow.stream\r\n");
  EXPECT_EQ(arrow.headers.at("content-type"), "application/vnd.apache.arrow.stream");
  EXPECT_TRUE(arrow.body.starts_with("\xff\xff\xff\xff")) << "a stream begins with a continuation marker";
  EXPECT_EQ(Post("/v1/features/wines:read", R"({"rows":[["b1"]],"outputs":["hues"]})").status, 400);
  EXPECT_EQ(Post("/v1/features/wines:write", R"({"rows":[{"hue":1}]})").status, 400) << "has no key";
  EXPECT_EQ(Post("/v1/features/wines:write", R"({"rows":[{"bottle":"b","hues":1}]})").status, 400);
  EXPECT_EQ(Post("/v1/features/wines:remove", R"({"rows":[{"bottle":"b1"}]})").status, 204);
  EXPECT_EQ(Json::parse(Post("/v1/features/wines:read", R"({"rows":[["b1"]]})").body)["rows"][0]["hue"], nullptr);
}

TEST_F(FeaturesGatewayTest, TypesThatDoNotFitAreNamed) {
  Define("colours", R"({"keys":[{"name":"bottle","type":"string"}],"columns":[{"name":"hue","type":"string"}]})");
  Use(R"(["colours"])");
  const TestResponse answer = Predict(Json::array({Wine(1)}));
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("feature view 'colours', column 'hue'"), std::string::npos) << answer.body;
}

}  // namespace
}  // namespace scoreway::http
