// Protocols of others over HTTP: binary tensors, the forms of MLflow's server, Arrow streams and the caller's timeout.
// Their own clients try them in tests/protocols; here they run under the sanitizers.
#include <cstring>
#include <nlohmann/json.hpp>

#include "data/codec/arrow_reader.h"
#include "data/codec/arrow_writer.h"
#include "data/codec/csv_reader.h"
#include "gateways/http/gateway_fixture.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kArrow = "application/vnd.apache.arrow.stream";

class ProtocolsTest : public GatewayFixture {
 protected:
  ProtocolsTest() {
    gateway_options.default_model = "wine@champion";
    Start();
    PushWine("wine", {"champion"});
  }

  static Json Row(size_t index) { return Json::parse(Line(Example("rows.jsonl"), index)); }
  // What scikit-learn answered to the row.
  static std::string Label(size_t index) {
    const std::string line = Line(Example("expected.csv"), index + 1);
    return line.substr(0, line.find(','));
  }
};

TEST_F(ProtocolsTest, BinaryTensorsInAndOut) {
  const Json row = Row(0);
  Json request = {{"id", "a1"}, {"inputs", Json::array()}, {"parameters", {{"binary_data_output", true}}}};
  std::string data;
  for (const auto& [name, cell] : row.items()) {
    Json tensor = {{"name", name}, {"shape", {1, 1}}};
    const size_t before = data.size();
    if (cell.is_string()) {
      tensor["datatype"] = "BYTES";
      const auto text = cell.get<std::string>();
      const auto size = static_cast<uint32_t>(text.size());
      data.append(reinterpret_cast<const char*>(&size), sizeof size).append(text);
    } else {
      tensor["datatype"] = "FP64";
      const double number = cell.is_null() ? std::nan("") : cell.get<double>();
      data.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    tensor["parameters"] = {{"binary_data_size", data.size() - before}};
    request["inputs"].push_back(tensor);
  }
  const std::string json = request.dump();
  const auto infer = [&](const std::string& header) {
    return Post("/v2/models/wine/infer", json + data, "application/octet-stream",
                "Inference-Header-Content-Length: " + header + "\r\n");
  };

  const TestResponse response = infer(std::to_string(json.size()));
  ASSERT_EQ(response.status, 200) << response.body;
  const size_t size = std::stoul(response.headers.at("inference-header-content-length"));
  const Json answer = Json::parse(response.body.substr(0, size));
  EXPECT_EQ(answer["id"], "a1");
  std::string_view rest = std::string_view(response.body).substr(size);
  for (const Json& output : answer["outputs"]) {
    const size_t bytes = output["parameters"]["binary_data_size"];
    if (output["name"] == "predict") {
      EXPECT_EQ(rest.substr(4, bytes - 4), Label(0));
    }
    rest.remove_prefix(bytes);
  }
  EXPECT_TRUE(rest.empty());

  EXPECT_EQ(infer("x").status, 400);
  EXPECT_EQ(infer("100000").status, 400);
  EXPECT_EQ(infer(std::to_string(json.size() - 1)).status, 400);
}

TEST_F(ProtocolsTest, InvocationsAsMlflowHasThem) {
  const std::string body = Json{{"dataframe_records", {Row(0), Row(1)}}}.dump();
  for (const std::string_view path : {"/invocations", "/v1/models/wine/invocations"}) {
    const TestResponse response = Post(path, body);
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(Json::parse(response.body)["predictions"], (Json{Label(0), Label(1)}));
  }
  EXPECT_EQ(Json::parse(Post("/invocations", Example("rows.csv"), "text/csv").body)["predictions"][2], Label(2));
  EXPECT_EQ(Post("/invocations", "{}").status, 400);
  EXPECT_EQ(Post("/invocations", "x", "image/png").status, 415);
}

TEST_F(ProtocolsTest, ArrowInAndOut) {
  const auto loaded = serving->LoadNow({"wine", "", 0});
  ASSERT_TRUE(loaded.ok());
  Batch rows((*loaded)->scorer->input_schema());
  const std::string csv = Example("rows.csv");
  TextSource text(csv);
  CsvReader reader(&text, rows.shared_schema(), (*loaded)->csv_options);
  ASSERT_TRUE(reader.Next(&rows, 3).ok());
  std::string stream;
  AppendArrowSchema(rows.schema(), &stream);
  ASSERT_TRUE(AppendArrowBatch(rows, &stream).ok());
  AppendArrowEnd(&stream);

  const TestResponse response = Post("/v1/models/wine:predict?outputs=predict", stream, kArrow);
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.headers.at("content-type"), kArrow);
  EXPECT_FALSE(response.headers.at("x-scoreway-prediction-id").empty());
  Batch answers(*Schema::Make({{"predict", Type::kString}}));
  ASSERT_TRUE(ArrowReader(response.body, answers.shared_schema()).Next(&answers).ok());
  ASSERT_EQ(answers.rows(), rows.rows());
  for (size_t row = 0; row < answers.rows(); ++row) EXPECT_EQ(answers.column(0).string_at(row), Label(row));

  EXPECT_EQ(Post("/v1/models/wine:predict", stream.substr(0, stream.size() / 2), kArrow).status, 400);
}

TEST_F(ProtocolsTest, TheCallersOwnTimeout) {
  const std::string body = Json{{"rows", {Row(0)}}}.dump();
  const auto status = [&](const std::string& timeout) {
    return Post("/v1/models/wine:predict", body, "application/json", "X-Request-Timeout-Ms: " + timeout + "\r\n")
        .status;
  };
  EXPECT_EQ(status("60000"), 200);
  EXPECT_EQ(status("0"), 400);
  EXPECT_EQ(status("-1"), 400);
  EXPECT_EQ(status("soon"), 400);
}

// The body comes when the time is over already, so nothing is scored.
TEST_F(ProtocolsTest, NothingIsScoredOnceTheCallersTimeIsOver) {
  const std::string body = Json{{"rows", {Row(0)}}}.dump();
  client->Send("POST /v1/models/wine:predict HTTP/1.1\r\nHost: x\r\nX-Request-Timeout-Ms: 1\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  client->Send(body);
  EXPECT_EQ(client->Receive().status, 504);
}

TEST_F(ProtocolsTest, WhatTritonsClientsAskForBesides) {
  EXPECT_EQ(Post("/v2/repository/models/wine/load", "{}").status, 200);
  EXPECT_EQ(Post("/v2/repository/models/none/load", "").status, 404);
  EXPECT_EQ(Post("/v2/repository/models/wine/load", R"({"parameters":{"config":"{}"}})").status, 400);
  const Json index = Json::parse(Post("/v2/repository/index", "").body);
  ASSERT_EQ(index.size(), 1U);
  EXPECT_EQ(index[0]["name"], "wine");
  EXPECT_EQ(index[0]["state"], "READY");
  EXPECT_EQ(Json::parse(Get("/v2/models/wine/config").body)["max_batch_size"], 0);
  Post("/v1/models/wine:predict", Json{{"rows", {Row(0), Row(1)}}}.dump());
  for (const std::string_view path : {"/v2/models/stats", "/v2/models/wine/stats"}) {
    EXPECT_EQ(Json::parse(Get(path).body)["model_stats"][0]["inference_count"], 2) << path;
  }
  const TestResponse none = Get("/v2/none");
  EXPECT_EQ(none.status, 404);
  EXPECT_TRUE(Json::parse(none.body).contains("error"));
}

}  // namespace
}  // namespace scoreway::http
