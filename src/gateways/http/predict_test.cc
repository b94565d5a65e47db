// Predictions over HTTP, compared with the answers of the library that trained the model.
#include <future>
#include <nlohmann/json.hpp>

#include "gateways/http/gateway_fixture.h"
#include "service/doubling_scorer.h"
#include "service/gathering_scorer.h"
#include "service/push.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;

class PredictTest : public GatewayFixture {
 protected:
  PredictTest() {
    Start();
    PushWine("wine", {"champion"});
  }

  // What scikit-learn answered to the row, as text by column.
  static std::map<std::string, std::string> Expected(size_t row) {
    std::istringstream names(Line(Example("expected.csv"), 0)), cells(Line(Example("expected.csv"), row + 1));
    std::map<std::string, std::string> expected;
    for (std::string name, cell; std::getline(names, name, ',') && std::getline(cells, cell, ',');)
      expected[name] = cell;
    return expected;
  }
  static void ExpectAnswer(const Json& answer, size_t row) {
    for (const auto& [name, cell] : Expected(row)) {
      ASSERT_TRUE(answer.contains(name)) << name << " in " << answer;
      if (answer[name].is_string()) {
        EXPECT_EQ(answer[name].get<std::string>(), cell);
      } else {
        EXPECT_NEAR(answer[name].get<double>(), std::stod(cell), 1e-12);
      }
    }
  }
  static std::string Row(size_t index) { return Line(Example("rows.jsonl"), index); }
};

TEST_F(PredictTest, AnswersJsonRows) {
  for (size_t row = 0; row < 5; ++row) {
    const TestResponse response = Post("/v1/models/wine:predict", "{\"rows\":[" + Row(row) + "]}");
    ASSERT_EQ(response.status, 200) << response.body;
    const Json answer = Json::parse(response.body);
    EXPECT_EQ(answer["model"], "wine");
    EXPECT_EQ(answer["version"], 1);
    ExpectAnswer(answer["rows"][0], row);
  }
}

TEST_F(PredictTest, TellsEveryPredictionApart) {
  std::set<std::string> ids;
  TestClient other(server->port());
  for (TestClient* each : {client.get(), &other}) {
    for (int i = 0; i < 50; ++i) {
      const TestResponse response = each->Call("POST", "/v1/models/wine:predict", "{\"rows\":[" + Row(0) + "]}");
      EXPECT_TRUE(ids.insert(Json::parse(response.body)["prediction_id"]).second);
    }
  }
}

TEST_F(PredictTest, AnswersTablesInTheFormTheyCameIn) {
  const TestResponse csv = Post("/v1/models/wine:predict", Example("rows.csv"), "text/csv");
  ASSERT_EQ(csv.status, 200) << csv.body;
  EXPECT_EQ(csv.headers.at("content-type"), "text/csv; charset=utf-8");
  EXPECT_EQ(csv.headers.at("x-scoreway-model"), "wine");
  EXPECT_EQ(csv.headers.at("x-scoreway-version"), "1");
  EXPECT_FALSE(csv.headers.at("x-scoreway-prediction-id").empty());
  const std::string rows = Example("rows.csv");
  EXPECT_EQ(std::count(csv.body.begin(), csv.body.end(), '\n'), std::count(rows.begin(), rows.end(), '\n'));
  EXPECT_EQ(Line(csv.body, 1).substr(0, 6), "barolo");

  const TestResponse lines = Post("/v1/models/wine:predict", Example("rows.jsonl"), "application/jsonl");
  ASSERT_EQ(lines.status, 200) << lines.body;
  for (size_t row = 0; row < 3; ++row) ExpectAnswer(Json::parse(Line(lines.body, row)), row);
}

TEST_F(PredictTest, AnswersInTheFormAskedFor) {
  const std::string body = "{\"rows\":[" + Row(0) + "]}";
  EXPECT_EQ(Post("/v1/models/wine:predict", body, "application/json", "Accept: text/csv\r\n").body.substr(0, 7),
            "predict");
  const TestResponse json =
      Post("/v1/models/wine:predict", Example("rows.csv"), "text/csv", "Accept: application/json\r\n");
  ExpectAnswer(Json::parse(json.body)["rows"][2], 2);
  EXPECT_EQ(Post("/v1/models/wine:predict", body, "application/json", "Accept: image/png\r\n").status, 406);
  EXPECT_EQ(Post("/v1/models/wine:predict", body, "application/json", "Accept: image/png, */*;q=0.1\r\n").status, 200);
}

TEST_F(PredictTest, GivesTheOutputsAskedFor) {
  const Json chosen = Json::parse(
      Post("/v1/models/wine:predict", "{\"outputs\":[\"predict\"],\"id\":\"mine\",\"rows\":[" + Row(0) + "]}").body);
  EXPECT_EQ(chosen["rows"][0], (Json{{"predict", Expected(0)["predict"]}}));
  EXPECT_EQ(chosen["id"], "mine");
  EXPECT_EQ(Line(Post("/v1/models/wine:predict?outputs=predict", Example("rows.csv"), "text/csv").body, 0), "predict");
  const TestResponse unknown = Post("/v1/models/wine:predict?outputs=Predict", Example("rows.csv"), "text/csv");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_NE(unknown.body.find("did you mean 'predict'"), std::string::npos) << unknown.body;
}

TEST_F(PredictTest, TakesWhatCurlSendsByDefault) {
  EXPECT_EQ(Post("/v1/models/wine:predict", "{\"rows\":[" + Row(0) + "]}", "application/x-www-form-urlencoded").status,
            200);
}

TEST_F(PredictTest, FindsAliasesAndVersions) {
  PushWine();
  const std::string body = "{\"rows\":[" + Row(0) + "]}";
  const auto version = [&](std::string_view path) {
    const TestResponse response = Post(path, body);
    return response.status == 200 ? Json::parse(response.body)["version"].get<int>() : -response.status;
  };
  EXPECT_EQ(version("/v1/models/wine:predict"), 1);
  EXPECT_EQ(version("/v1/models/wine@champion:predict"), 1);
  EXPECT_EQ(version("/v1/models/wine@latest:predict"), 2);
  EXPECT_EQ(version("/v1/models/wine/versions/2:predict"), 2);
  EXPECT_EQ(version("/v1/models/w%69ne:predict"), 1);
  EXPECT_EQ(version("/v1/models/wine/versions/3:predict"), -404);
  EXPECT_EQ(version("/v1/models/wine@nobody:predict"), -404);
  EXPECT_EQ(version("/v1/models/beer:predict"), -404);
  EXPECT_EQ(version("/v1/models/wine/versions/x:predict"), -400);
  EXPECT_EQ(version("/v1/models/wine@:predict"), -400);
  EXPECT_EQ(version("/v1/models/wine@champion/versions/1:predict"), -400);
}

TEST_F(PredictTest, TakesPackedBodies) {
  const std::string plain = R"({"rows":[{"alcohol":13.2,"colour":"red"}]})";
  // Python's gzip.compress and zlib.compress of it.
  const std::string gzip(
      "\037\213\010\000\000\000\000\000\002\003\253V*\312//"
      "V\262\212\256VJ\314I\316\317\310\317Q\26224\3263\322QJ\316\317\311/"
      "-R\262R*JMQ\252\215\255\005\000\211\220W\225*\000\000\000",
      62);
  const std::string deflate(
      "x\234\253V*\312//V\262\212\256VJ\314I\316\317\310\317Q\26224\3263\322QJ\316\317\311/"
      "-R\262R*JMQ\252\215\255\005\000+s\015\323",
      50);
  const auto post = [&](std::string_view body, const std::string& encoding) {
    return Post("/v1/models/wine:predict", body, "application/json", "Content-Encoding: " + encoding + "\r\n");
  };
  const Json rows = Json::parse(Post("/v1/models/wine:predict", plain, "application/json").body)["rows"];
  for (int i = 0; i < 3; ++i) {  // on one connection
    EXPECT_EQ(Json::parse(post(gzip, "gzip").body)["rows"], rows);
    EXPECT_EQ(Json::parse(post(deflate, "Deflate").body)["rows"], rows);
    EXPECT_EQ(Json::parse(post(plain, "identity").body)["rows"], rows);
  }
  EXPECT_EQ(post(plain, "gzip").status, 400);
  EXPECT_EQ(post(gzip.substr(0, 30), "gzip").status, 400);
  EXPECT_EQ(post(gzip, "deflate").status, 400);
  EXPECT_EQ(post(gzip, "gzip").status, 200);
  EXPECT_EQ(post(gzip, "gzip, gzip").status, 415);
}

TEST_F(PredictTest, NamesWhatIsWrongWithARequest) {
  const auto post = [&](std::string_view body, std::string_view type = "application/json") {
    return Post("/v1/models/wine:predict", body, type);
  };
  EXPECT_EQ(post("{\"rows\":[", "application/json").status, 400);
  EXPECT_EQ(post("{}").status, 400);
  EXPECT_EQ(post("[]").status, 400);
  EXPECT_EQ(post("{\"rows\":[{\"alcohol\":\"much\"}]}").status, 400);
  EXPECT_EQ(post("{\"rows\":[{\"alcohol\":1,\"nonsense\":2}]}").status, 400);
  EXPECT_EQ(post(std::string(5000, '[')).status, 400);
  EXPECT_EQ(post("nothing,of,this\n1,2,3\n", "text/csv").status, 400);
  EXPECT_EQ(post("<rows/>", "application/xml").status, 415);
  EXPECT_EQ(Post("/v1/models/wine:predict", "x", "application/json", "Content-Encoding: br\r\n").status, 415);
  client = std::make_unique<TestClient>(server->port());
  const TestResponse wrong = post("{\"rows\":[" + Row(0) + ",{\"alcohol\":\"much\"}]}");
  const Json problem = Json::parse(wrong.body);
  EXPECT_EQ(wrong.headers.at("content-type"), "application/problem+json");
  EXPECT_EQ(problem["code"], "INVALID_ARGUMENT");
  EXPECT_NE(problem["place"].get<std::string>().find("row 2"), std::string::npos) << wrong.body;
  EXPECT_NE(problem["place"].get<std::string>().find("alcohol"), std::string::npos) << wrong.body;
  EXPECT_EQ(post("{\"rows\":[" + Row(0) + "]}").status, 200);
}

TEST_F(PredictTest, ScoresLargeRequestsOnThePool) {
  std::string body = "{\"rows\":[" + Row(0);
  for (int i = 1; i < 20'000; ++i) body += "," + Row(static_cast<size_t>(i % 5));
  const TestResponse response = Post("/v1/models/wine:predict", body + "]}");
  ASSERT_EQ(response.status, 200) << response.body.substr(0, 500);
  const Json answer = Json::parse(response.body);
  ASSERT_EQ(answer["rows"].size(), 20'000u);
  for (size_t i = 0; i < 20'000; i += 777) ExpectAnswer(answer["rows"][i], i % 5);
}

TEST_F(PredictTest, DescribesModels) {
  const Json inspected = Json::parse(Get("/v1/models/wine@champion:inspect").body);
  EXPECT_EQ(inspected["version"], 1);
  EXPECT_EQ(inspected["model"]["engine"], "native");
  EXPECT_FALSE(inspected["model"]["operators"].empty());
  EXPECT_EQ(Get("/v1/models/wine/versions/1:inspect").status, 200);
}

// ---- the Open Inference Protocol
// ---------------------------------------------------------------------------------------

Json Tensors(const std::vector<Json>& rows) {
  Json inputs = Json::array();
  for (const auto& [name, value] : rows[0].items()) {
    Json tensor{{"name", name},
                {"shape", {rows.size()}},
                {"datatype", name == "colour" ? "BYTES" : "FP64"},
                {"data", Json::array()}};
    for (const Json& row : rows) tensor["data"].push_back(row.value(name, Json()));
    inputs.push_back(tensor);
  }
  return {{"inputs", inputs}};
}

TEST_F(PredictTest, InfersTensors) {
  std::vector<Json> rows;
  for (size_t i = 0; i < 4; ++i) rows.push_back(Json::parse(Row(i)));
  Json request = Tensors(rows);
  request["id"] = "r1";
  const TestResponse response = Post("/v2/models/wine/infer", request.dump());
  ASSERT_EQ(response.status, 200) << response.body;
  const Json answer = Json::parse(response.body);
  EXPECT_EQ(answer["model_name"], "wine");
  EXPECT_EQ(answer["model_version"], "1");
  EXPECT_EQ(answer["id"], "r1");
  EXPECT_FALSE(answer["parameters"]["prediction_id"].get<std::string>().empty());
  for (size_t row = 0; row < rows.size(); ++row) {
    Json flat;
    for (const Json& output : answer["outputs"]) {
      EXPECT_EQ(output["shape"], Json::array({4}));
      EXPECT_EQ(output["datatype"], output["name"] == "predict" ? "BYTES" : "FP64");
      flat[output["name"].get<std::string>()] = output["data"][row];
    }
    ExpectAnswer(flat, row);
  }
  EXPECT_EQ(Post("/v2/models/wine@champion/infer", request.dump()).status, 200);
  EXPECT_EQ(Post("/v2/models/wine/versions/1/infer", request.dump()).status, 200);
  request["outputs"] = Json::array({{{"name", "predict"}}});
  EXPECT_EQ(Json::parse(Post("/v2/models/wine/infer", request.dump()).body)["outputs"].size(), 1u);
}

TEST_F(PredictTest, InferErrorsCarryWhatItsClientsRead) {
  const TestResponse wrong = Post("/v2/models/wine/infer", "{\"inputs\":[{\"name\":\"alcohol\"}]}");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_TRUE(Json::parse(wrong.body)["error"].is_string()) << wrong.body;
  EXPECT_TRUE(Json::parse(Get("/v2/models/beer").body)["error"].is_string());
  EXPECT_EQ(Post("/v2/models/wine/infer", "x", "text/csv").status, 415);
}

TEST_F(PredictTest, DescribesItselfAsTheProtocolAsks) {
  EXPECT_EQ(Json::parse(Get("/v2").body)["name"], "scoreway");
  EXPECT_EQ(Get("/v2/health/live").status, 200);
  EXPECT_EQ(Get("/v2/health/ready").status, 200);
  EXPECT_EQ(Get("/v2/models/wine/ready").status, 200);
  EXPECT_EQ(Get("/v2/models/wine/versions/1/ready").status, 200);
  EXPECT_EQ(Get("/v2/models/wine/versions/9/ready").status, 404);
  const Json metadata = Json::parse(Get("/v2/models/wine").body);
  EXPECT_EQ(metadata["name"], "wine");
  EXPECT_EQ(metadata["versions"], Json::array({"1"}));
  EXPECT_EQ(metadata["inputs"][0], (Json{{"name", "alcohol"}, {"datatype", "FP64"}, {"shape", {-1}}}));
  EXPECT_EQ(metadata["outputs"][0]["name"], "predict");
  EXPECT_EQ(Get("/v2/models/wine/versions/1").status, 200);
}

// Every prediction waits for its turn in a pool of one thread, which the test keeps busy.
TEST_F(GatewayFixture, RefusesWhatAModelsQueueHasNoPlaceFor) {
  gateway_options.inline_nanoseconds_max = 0;
  gateway_options.score_threads = 1;
  ASSERT_TRUE(gateway_options.admission.waiting_max.Set("wine=1", 1, 10).ok());
  Start();
  PushWine();
  const std::string body = "{\"rows\":[" + Line(Example("rows.jsonl"), 0) + "]}";
  ASSERT_EQ(Post("/v1/models/wine:predict", body).status, 200);
  std::promise<void> gate, entered;
  ASSERT_TRUE(gateway->score_pool().Submit([&] {
    entered.set_value();
    gate.get_future().wait();
  }));
  entered.get_future().wait();
  TestClient waiting(server->port());
  waiting.Send("POST /v1/models/wine:predict HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body);
  while (gateway->score_pool().models().at(0).waiting == 0) std::this_thread::yield();

  const TestResponse refused = Post("/v1/models/wine:predict", body);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_EQ(Json::parse(refused.body)["code"], "RESOURCE_EXHAUSTED");
  const Json of_protocol = Json::parse(Post("/v2/models/wine/infer", "{}").body);
  EXPECT_EQ(of_protocol["status"], 429);
  EXPECT_TRUE(of_protocol["error"].is_string());
  const std::string metrics = Get("/metrics").body;
  EXPECT_NE(metrics.find("scoreway_pool_waiting{pool=\"score\",model=\"wine\"} 1"), std::string::npos);
  EXPECT_NE(metrics.find("scoreway_pool_refused_total{pool=\"score\",model=\"wine\",reason=\"model_busy\"} 2"),
            std::string::npos);
  gate.set_value();
  EXPECT_EQ(waiting.Receive().status, 200);
}

// An engine whose scorer a test can hold up.
class DoublingEngine final : public Engine {
 public:
  explicit DoublingEngine(std::shared_ptr<DoublingScorer>* scorer) : scorer_(scorer) {}
  std::string_view name() const override { return "doubling"; }
  bool MightRun(std::string_view artifact, const Error&) const override { return artifact == "doubles"; }
  Result<Model> Adopt(const std::shared_ptr<const std::string>& artifact) const override {
    return DoublingModel("doubling", artifact);
  }
  Result<std::shared_ptr<const Scorer>> MakeScorer(std::shared_ptr<const Model> model,
                                                   const ScorerOptions&) const override {
    *scorer_ = std::make_shared<DoublingScorer>(std::move(model));
    return std::shared_ptr<const Scorer>(*scorer_);
  }

 private:
  std::shared_ptr<DoublingScorer>* const scorer_;
};

// While one request is scored three more come; then they are one call, and one of them is at fault.
TEST_F(GatewayFixture, GathersWhatWaitsForAModelOfAnotherEngine) {
  std::shared_ptr<DoublingScorer> scorer;
  std::vector<std::unique_ptr<const Engine>> others;
  others.push_back(std::make_unique<DoublingEngine>(&scorer));
  const Engines engines(std::move(others));
  serving_options.engines = &engines;
  serving_options.gather = {{"twice", 0, 64}};
  Start();
  PushModelRequest push;
  push.push.name = "twice";
  const auto pushed = PushModel(Service{.registry = &registry, .serving = serving.get(), .engines = &engines}, push,
                                std::make_shared<const std::string>("doubles"));
  ASSERT_TRUE(pushed.ok()) << pushed.status().ToString();
  EXPECT_EQ(Json::parse(Post("/v1/models/twice:predict", R"({"rows":[{"x":1}]})").body)["rows"][0]["predict"], 2.0);

  const Handle model = ServingSet::Reader(serving.get()).Find("twice", {}, 0);
  ASSERT_NE(model, nullptr);
  const GatheringScorer* gathering = GatheringOf(*model->scorer);
  ASSERT_NE(gathering, nullptr);
  const size_t calls_before = scorer->calls().size();
  scorer->Hold();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (const char* row : {"1", "2", "-3", "4"}) {
    clients.push_back(std::make_unique<TestClient>(server->port()));
    const std::string body = std::string(R"({"rows":[{"x":)") + row + "}]}";
    clients.back()->Send("POST /v1/models/twice:predict HTTP/1.1\r\nHost: h\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body);
    if (clients.size() == 1) scorer->AwaitCall();
    while (gathering->waiting() + 1 < clients.size()) std::this_thread::yield();
  }
  scorer->LetGo();
  const std::vector<std::optional<double>> expected = {2, 4, std::nullopt, 8};
  for (size_t i = 0; i < clients.size(); ++i) {
    const TestResponse response = clients[i]->Receive();
    EXPECT_EQ(response.status, expected[i] ? 200 : 400) << response.body;
    if (expected[i]) {
      EXPECT_EQ(Json::parse(response.body)["rows"][0]["predict"], *expected[i]);
    }
  }
  const std::vector<size_t> calls = scorer->calls();
  EXPECT_EQ(std::vector<size_t>(calls.begin() + static_cast<ptrdiff_t>(calls_before), calls.end()),
            (std::vector<size_t>{1, 3, 1, 1, 1}));
  const std::string metrics = Get("/metrics").body;
  EXPECT_NE(metrics.find("scoreway_gathered_calls_failed_total{model=\"twice\",version=\"1\"} 1"), std::string::npos);
}

}  // namespace
}  // namespace scoreway::http
