// The prediction log and labels over HTTP.
#include <nlohmann/json.hpp>

#include "gateways/http/gateway_fixture.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;

class RecordGatewayTest : public GatewayFixture {
 protected:
  RecordGatewayTest() {
    records_options.log_predictions = true;
    Start();
    PushWine("wine", {"champion"});
  }
  // Scores a row of the example; its prediction id.
  std::string Predict(std::string_view model = "wine", std::string_view headers = {}) {
    const TestResponse answer =
        Post("/v1/models/" + std::string(model) + ":predict", body, "application/json", headers);
    EXPECT_EQ(answer.status, 200) << answer.body;
    const Json json = Json::parse(answer.body);
    last_answer = json["rows"][0];
    return json["prediction_id"];
  }
  Json Predictions(const std::string& query = {}) {
    const TestResponse answer = Get("/v1/models/wine/predictions?order=oldest" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return Json::parse(answer.body)["predictions"];
  }
  Json PushLabels(const std::string& labels, std::string_view type = "application/json") {
    const TestResponse answer = Post("/v1/models/wine/labels", labels, type);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return Json::parse(answer.body);
  }

  const std::string body =
      R"({"rows":[{"alcohol":13.2,"malic_acid":1.78,"magnesium":100,"flavanoids":2.76,"hue":1.05,"proline":1050,)"
      R"("colour":"red"}]})";
  Json last_answer;
};

TEST_F(RecordGatewayTest, EveryAnswerIsThereWithWhatWasAsked) {
  const std::string first = Predict("wine", "X-Scoreway-Key: order-17\r\n");
  const std::string second = Predict("wine@champion");
  const Json predictions = Predictions();
  ASSERT_EQ(predictions.size(), 2U);
  EXPECT_EQ(predictions[0]["prediction_id"], first);
  EXPECT_EQ(predictions[0]["key"], "order-17");
  EXPECT_EQ(predictions[0]["version"], 1);
  EXPECT_EQ(predictions[0]["alias"], nullptr);
  EXPECT_EQ(predictions[0]["input.alcohol"], 13.2);
  EXPECT_EQ(predictions[0]["input.colour"], "red");
  for (const auto& [name, value] : last_answer.items()) EXPECT_EQ(predictions[0]["output." + name], value) << name;
  EXPECT_EQ(predictions[1]["prediction_id"], second);
  EXPECT_EQ(predictions[1]["alias"], "champion");
  EXPECT_EQ(predictions[1]["key"], nullptr);
  EXPECT_EQ(Predictions("&alias=champion").size(), 1U);
  EXPECT_EQ(Predictions("&key=order-17")[0]["prediction_id"], first);
  EXPECT_TRUE(Predictions("&to=1h").empty());
  EXPECT_EQ(Predictions("&from=1h").size(), 2U);
}

TEST_F(RecordGatewayTest, RowsOfARequestHaveAKeyEach) {
  const std::string row = body.substr(9, body.size() - 11);
  const std::string two = "{\"rows\":[" + row + "," + row + "]}";
  const TestResponse wrong = Post("/v1/models/wine:predict", two, "application/json", "X-Scoreway-Key: a\r\n");
  EXPECT_EQ(wrong.status, 400) << wrong.body;
  const TestResponse right = Post("/v1/models/wine:predict", two, "application/json", "X-Scoreway-Key: a,b\r\n");
  EXPECT_EQ(right.status, 200) << right.body;
  const Json predictions = Predictions();
  ASSERT_EQ(predictions.size(), 2U);
  EXPECT_EQ(predictions[0]["key"], "a");
  EXPECT_EQ(predictions[1]["key"], "b");
  EXPECT_EQ(predictions[1]["row"], 2);
  EXPECT_EQ(predictions[0]["prediction_id"], predictions[1]["prediction_id"]);
}

TEST_F(RecordGatewayTest, LabelsJoinByIdAndKey) {
  const std::string first = Predict();
  Predict("wine", "X-Scoreway-Key: order-17\r\n");
  const std::string third = Predict();
  EXPECT_EQ(PushLabels(Json{{"labels", {{{"prediction_id", first}, {"label", "class_0"}}}}}.dump()),
            Json({{"stored", 1}, {"same", 0}, {"older", 0}}));
  EXPECT_EQ(PushLabels("key,label\norder-17,class_1\n", "text/csv")["stored"], 1);
  EXPECT_EQ(PushLabels("{\"key\":\"order-17\",\"label\":\"class_1\"}\n", "application/jsonl")["same"], 1);
  const Json joined = Predictions("&labels=joined");
  ASSERT_EQ(joined.size(), 3U);
  EXPECT_EQ(joined[0]["label"], "class_0");
  EXPECT_EQ(joined[1]["label"], "class_1");
  EXPECT_EQ(joined[2]["label"], nullptr);
  EXPECT_EQ(joined[2]["prediction_id"], third);
  EXPECT_EQ(Predictions("&labels=only").size(), 2U);
  const Json labels = Json::parse(Get("/v1/models/wine/labels").body)["labels"];
  ASSERT_EQ(labels.size(), 2U);
  EXPECT_EQ(labels[0]["key"], "order-17");
  EXPECT_EQ(labels[1]["prediction_id"], first);
}

TEST_F(RecordGatewayTest, PagesAndForms) {
  for (int i = 0; i < 5; ++i) Predict();
  size_t count = 0;
  std::string token;
  do {
    const Json page = Json::parse(Get("/v1/models/wine/predictions?limit=2&page_token=" + token).body);
    EXPECT_LE(page["predictions"].size(), 2U);
    count += page["predictions"].size();
    token = page["next_page_token"].is_null() ? "" : page["next_page_token"];
  } while (!token.empty());
  EXPECT_EQ(count, 5U);
  const TestResponse csv = client->Call("GET", "/v1/models/wine/predictions?limit=2", {}, {}, "Accept: text/csv\r\n");
  EXPECT_EQ(csv.status, 200);
  EXPECT_TRUE(csv.body.starts_with("time,prediction_id,row,key,version,")) << csv.body;
  EXPECT_NE(csv.headers.at("x-scoreway-next-page-token"), "");
}

TEST_F(RecordGatewayTest, WrongRequestsAreSaidToBeSo) {
  EXPECT_EQ(Get("/v1/models/wine/predictions?from=yesterday").status, 400);
  EXPECT_EQ(Get("/v1/models/wine/predictions?order=best").status, 400);
  EXPECT_EQ(Get("/v1/models/wine/predictions?labels=some").status, 400);
  EXPECT_EQ(Get("/v1/models/wine/predictions?page_token=zz").status, 400);
  EXPECT_EQ(Get("/v1/models/no%20name/predictions").status, 400);
  EXPECT_EQ(Post("/v1/models/none/labels", R"({"labels":[]})").status, 404);
  EXPECT_EQ(Post("/v1/models/wine/labels", R"({"labels":[{"label":1}]})").status, 400);
  EXPECT_EQ(Post("/v1/models/wine/labels", "x", "application/vnd.apache.arrow.stream").status, 415);
}

TEST_F(RecordGatewayTest, MetricsCountWhatWasWritten) {
  Predict();
  Predictions();
  const std::string metrics = Get("/metrics").body;
  EXPECT_NE(metrics.find("scoreway_log_predictions_total{result=\"written\"} 1\n"), std::string::npos);
  EXPECT_NE(metrics.find("scoreway_log_predictions_total{result=\"dropped\"} 0\n"), std::string::npos);
}

class SampledGatewayTest : public GatewayFixture {};

TEST_F(SampledGatewayTest, KeepsThePartThatIsAskedFor) {
  records_options.log_predictions = true;
  records_options.sample = 0.25;
  Start();
  PushWine();
  const std::string row = Line(Example("rows.csv"), 0) + "\n" + Line(Example("rows.csv"), 1) + "\n";
  for (int i = 0; i < 400; ++i) ASSERT_EQ(Post("/v1/models/wine:predict", row, "text/csv").status, 200);
  const size_t kept = Json::parse(Get("/v1/models/wine/predictions?limit=1000").body)["predictions"].size();
  // Binomial: 100 with a standard deviation of 8.7.
  EXPECT_GT(kept, 50U);
  EXPECT_LT(kept, 150U);
}

}  // namespace
}  // namespace scoreway::http
