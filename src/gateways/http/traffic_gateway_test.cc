// Traffic policies over HTTP: splits, sticky keys and shadow copies; and traces.
#include <nlohmann/json.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <map>

#include "gateways/http/gateway_fixture.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;

constexpr char kBody[] =
    R"({"rows":[{"alcohol":13.2,"malic_acid":1.78,"magnesium":100,"flavanoids":2.76,"hue":1.05,"proline":1050,)"
    R"("colour":"red"}]})";

class TrafficGatewayTest : public GatewayFixture {
 protected:
  TrafficGatewayTest() {
    records_options.log_predictions = true;
    Start();
    PushWine("wine", {"champion"});
    PushWine("wine", {"challenger"});
    // Both are loaded: an alias that is not is answered by the plain name meanwhile.
    EXPECT_EQ(Predict("wine@champion")["version"], 1);
    EXPECT_EQ(Predict("wine@challenger")["version"], 2);
  }
  TestResponse Put(const std::string& policy) {
    return client->Call("PUT", "/v1/models/wine/traffic", policy, "application/json");
  }
  Json Predict(std::string_view model = "wine", std::string_view headers = {}) {
    const TestResponse answer =
        Post("/v1/models/" + std::string(model) + ":predict", kBody, "application/json", headers);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return Json::parse(answer.body);
  }
  Json Predictions(const std::string& query) {
    return Json::parse(Get("/v1/models/wine/predictions?limit=1000" + query).body)["predictions"];
  }
};

TEST_F(TrafficGatewayTest, RequestsAreSharedByPercent) {
  ASSERT_EQ(Put(R"({"split":[{"alias":"champion","percent":75},{"alias":"challenger","percent":25}]})").status, 200);
  std::map<int, int> count_of_version;
  for (int i = 0; i < 400; ++i) ++count_of_version[Predict()["version"]];
  // Binomial: 100 with a standard deviation of 8.7.
  EXPECT_GT(count_of_version[2], 50);
  EXPECT_LT(count_of_version[2], 150);
  EXPECT_EQ(Predict("wine@champion")["version"], 1) << "who asks for an alias gets it";
  const size_t challenged = Predictions("&alias=challenger").size();
  EXPECT_EQ(challenged, static_cast<size_t>(count_of_version[2]) + 1) << "with the one of the set-up";
}

TEST_F(TrafficGatewayTest, AKeyStaysWithItsAlias) {
  ASSERT_EQ(Put(R"({"split":[{"alias":"champion","percent":50},{"alias":"challenger","percent":50}]})").status, 200);
  std::map<std::string, int> version_of_key;
  for (int i = 0; i < 50; ++i) {
    const std::string key = "customer-" + std::to_string(i);
    version_of_key[key] = Predict("wine", "X-Scoreway-Key: " + key + "\r\n")["version"];
  }
  int challenged = 0;
  for (const auto& [key, version] : version_of_key) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(Predict("wine", "X-Scoreway-Key: " + key + "\r\n")["version"], version);
    challenged += version == 2 ? 1 : 0;
  }
  EXPECT_GT(challenged, 10);
  EXPECT_LT(challenged, 40);
}

TEST_F(TrafficGatewayTest, AShadowScoresTheSameRowsAndAnswersNobody) {
  ASSERT_EQ(Put(R"({"shadow":["challenger"]})").status, 200);
  const Json answer = Predict("wine", "X-Scoreway-Key: order-17\r\n");
  EXPECT_EQ(answer["version"], 1);
  shadows->Flush();
  EXPECT_EQ(shadows->counts().scored, 1U);
  const Json copies = Predictions("&shadow=true");
  ASSERT_EQ(copies.size(), 1U);
  EXPECT_EQ(copies[0]["version"], 2);
  EXPECT_EQ(copies[0]["alias"], "challenger");
  EXPECT_EQ(copies[0]["key"], "order-17");
  EXPECT_EQ(copies[0]["prediction_id"], answer["prediction_id"]);
  EXPECT_EQ(copies[0]["output.predict"], answer["rows"][0]["predict"]);
  EXPECT_EQ(copies[0]["input.alcohol"], 13.2);
  Predict("wine@challenger");
  shadows->Flush();
  EXPECT_EQ(shadows->counts().scored, 1U) << "it does not shadow itself";
}

TEST_F(TrafficGatewayTest, PoliciesChangeByCompareAndSet) {
  EXPECT_EQ(Json::parse(Get("/v1/models/wine/traffic").body)["revision"], 0);
  const TestResponse first =
      Put(R"({"split":[{"alias":"champion","percent":100}],"expected":0,"who":"ann","why":"w"})");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(Json::parse(first.body)["revision"], 1);
  EXPECT_EQ(Json::parse(first.body)["who"], "ann");
  EXPECT_EQ(Put(R"({"split":[],"expected":0})").status, 409);
  EXPECT_EQ(Put(R"({"split":[{"alias":"champion","percent":90}]})").status, 400);
  EXPECT_EQ(Put(R"({"split":[{"alias":"nobody","percent":100}]})").status, 404);
  EXPECT_EQ(Put(R"({"shadow":["nobody"]})").status, 404);
  EXPECT_EQ(client->Call("PUT", "/v1/models/none/traffic", "{}", "application/json").status, 404);
}

TEST_F(TrafficGatewayTest, TheCallersTraceIsAnsweredAndLogged) {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const TestResponse answer = Post("/v1/models/wine:predict", kBody, "application/json",
                                   "traceparent: 00-" + trace + "-00f067aa0ba902b7-01\r\n");
  const std::string header = answer.headers.at("traceparent");
  EXPECT_TRUE(header.starts_with("00-" + trace + "-")) << header;
  EXPECT_EQ(header.find("00f067aa0ba902b7"), std::string::npos) << "the span is ours";
  EXPECT_EQ(Predictions("&version=1")[0]["trace_id"], trace);
  EXPECT_EQ(Post("/v1/models/wine:predict", kBody).headers.count("traceparent"), 0U);
  EXPECT_EQ(Post("/v1/models/wine:predict", kBody, "application/json", "traceparent: nonsense\r\n").status, 200);
}

TEST_F(TrafficGatewayTest, DebugIsForThoseWhoMay) {
  EXPECT_EQ(Get("/debug").status, 403) << "nobody is asked for a key, and the server may be open to all";
}

class OpenDebugTest : public GatewayFixture {};

TEST_F(OpenDebugTest, DebugTellsWhatIsLoaded) {
  gateway_options.debug_is_open = true;
  gateway_options.settings = "port = 8080\n";
  Start();
  PushWine();
  EXPECT_EQ(Post("/v1/models/wine:predict", kBody).status, 200);
  const Json debug = Json::parse(Get("/debug").body);
  EXPECT_EQ(debug["models"][0]["name"], "wine");
  EXPECT_EQ(debug["models"][0]["version"], 1);
  EXPECT_GT(debug["threads"], 1);
  EXPECT_EQ(debug["settings"], "port = 8080\n");
  EXPECT_TRUE(debug["last_errors"].empty());
}

// Takes one request, answers it, and gives its target and body.
class Collector {
 public:
  Collector() : acceptor_(io_, {boost::asio::ip::make_address("127.0.0.1"), 0}) {
    request_ = std::async(std::launch::async, [this] { return Serve(); });
  }
  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::pair<std::string, Json> Request() { return request_.get(); }

 private:
  std::pair<std::string, Json> Serve() {
    boost::asio::ip::tcp::socket socket(io_);
    acceptor_.accept(socket);
    boost::asio::streambuf buffer;
    const size_t head_bytes = boost::asio::read_until(socket, buffer, "\r\n\r\n");
    std::string text(boost::asio::buffers_begin(buffer.data()), boost::asio::buffers_end(buffer.data()));
    const std::string head = text.substr(0, head_bytes);
    const size_t at = head.find("Content-Length: ") + 16;
    const size_t size = std::stoul(head.substr(at));
    std::string body = text.substr(head_bytes);
    const size_t had = body.size();
    body.resize(size);
    boost::asio::read(socket, boost::asio::buffer(body.data() + had, size - had));
    boost::asio::write(socket, boost::asio::buffer(std::string("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")));
    return {head.substr(0, head.find('\r')), Json::parse(body)};
  }

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::future<std::pair<std::string, Json>> request_;
};

class SpanGatewayTest : public GatewayFixture {};

TEST_F(SpanGatewayTest, SampledRequestsAreSentToTheCollector) {
  Collector collector;
  spans_options.endpoint = "http://127.0.0.1:" + std::to_string(collector.port());
  spans_options.interval = std::chrono::milliseconds(20);
  Start();
  EXPECT_EQ(Get("/v2/health/live").status, 200);
  EXPECT_EQ(client
                ->Call("GET", "/v1/models/none", {}, {},
                       "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n")
                .status,
            404);
  const auto [line, body] = collector.Request();
  EXPECT_EQ(line, "POST /v1/traces HTTP/1.1");
  const Json& resource = body["resourceSpans"][0];
  EXPECT_EQ(resource["resource"]["attributes"][0]["value"]["stringValue"], "scoreway");
  const Json& sent = resource["scopeSpans"][0]["spans"];
  ASSERT_EQ(sent.size(), 1U) << "only what is sampled";
  const Json& span = sent[0];
  EXPECT_EQ(span["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(span["parentSpanId"], "00f067aa0ba902b7");
  EXPECT_EQ(span["name"], "GET /v1/models/{model}");
  EXPECT_EQ(span["kind"], 2);
  const int64_t start = std::stoll(span["startTimeUnixNano"].get<std::string>());
  EXPECT_GE(std::stoll(span["endTimeUnixNano"].get<std::string>()), start);
  EXPECT_LT(std::abs(SystemClock().NowMicros() * 1000 - start), int64_t{60'000'000'000});
  std::map<std::string, Json> attributes;
  for (const Json& attribute : span["attributes"]) attributes[attribute["key"]] = attribute["value"];
  EXPECT_EQ(attributes["http.response.status_code"]["intValue"], "404");
  EXPECT_EQ(attributes["http.request.method"]["stringValue"], "GET");
  EXPECT_EQ(attributes["url.path"]["stringValue"], "/v1/models/none");
}

TEST(SpanExporter, DropsWhatNobodyTakesAndRefusesOtherEndpoints) {
  SpanExporterOptions options;
  options.endpoint = "http://127.0.0.1:1";  // where nobody listens
  options.interval = std::chrono::hours(1);
  options.spans_max = 2;
  auto exporter = SpanExporter::Start(options);
  ASSERT_TRUE(exporter.ok());
  for (int i = 0; i < 5; ++i) (*exporter)->Add({});
  EXPECT_EQ((*exporter)->counts().dropped, 3U);
  options.endpoint = "collector:4318";
  EXPECT_EQ(SpanExporter::Start(options).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace scoreway::http
