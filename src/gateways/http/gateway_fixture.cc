#include "gateways/http/gateway_fixture.h"

#include <fstream>
#include <sstream>

#include "service/push.h"

namespace scoreway::http {

std::string Example(const std::string& name) {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/examples/wine/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

std::string Line(const std::string& text, size_t index) {
  std::istringstream lines(text);
  std::string line;
  for (size_t i = 0; i <= index; ++i) std::getline(lines, line);
  return line;
}

GatewayFixture::GatewayFixture(std::unique_ptr<Store> its_store) : store(std::move(its_store)) {
  http_options.port = 0;
  http_options.threads = 2;
  http_options.tick = std::chrono::milliseconds(5);
  http_options.drain_idle = std::chrono::milliseconds(50);
  serving_options.poll_interval = std::chrono::milliseconds(0);
}

GatewayFixture::~GatewayFixture() { Stop(); }

void GatewayFixture::Start() {
  source = std::make_unique<RegistrySource>(&registry);
  serving = std::make_unique<ServingSet>(source.get(), serving_options);
  keys = std::make_unique<KeyRing>(*store, SystemClock(), std::chrono::milliseconds(0), require_key);
  if (store->queue() != nullptr) {
    jobs = std::make_unique<JobService>(*store, store->queue(), SystemClock(), job_options);
  }
  records = std::make_unique<Records>(*store, SystemClock(), records_options);
  if (records->log != nullptr) shadows = std::make_unique<ShadowScorer>(*records->log, SystemClock());
  if (!spans_options.endpoint.empty()) {
    auto started_spans = SpanExporter::Start(spans_options);
    ASSERT_TRUE(started_spans.ok()) << started_spans.status().ToString();
    spans = std::move(*started_spans);
  }
  gateway = std::make_unique<Gateway>(Service{.registry = &registry,
                                              .serving = serving.get(),
                                              .runs = &runs,
                                              .features = &features,
                                              .keys = keys.get(),
                                              .jobs = jobs.get(),
                                              .streams = &streams,
                                              .stream_events = &stream_events,
                                              .batches = &batches,
                                              .records = records.get(),
                                              .traffic = &traffic,
                                              .shadows = shadows.get(),
                                              .profiles = &profiles,
                                              .challenges = &challenges,
                                              .trainers = &trainers},
                                      gateway_options, http_options.threads, spans.get());
  auto started = HttpServer::Start(http_options, gateway.get());
  ASSERT_TRUE(started.ok());
  server = std::move(*started);
  runner = std::thread([this] { server->Run(false, {}, [this] { gateway->BeginDrain(); }); });
  client = std::make_unique<TestClient>(server->port());
}

void GatewayFixture::Stop() {
  if (!runner.joinable()) return;
  client.reset();
  server->Stop();
  runner.join();
}

int64_t GatewayFixture::PushWine(const std::string& name, std::vector<std::string> aliases) {
  PushModelRequest request;
  request.push.name = name;
  request.push.aliases = std::move(aliases);
  const auto answer =
      PushModel(Service{&registry, serving.get()}, request, std::make_shared<const std::string>(Example("model.pkl")));
  EXPECT_TRUE(answer.ok()) << answer.status().ToString();
  return answer.ok() ? answer->version.number : 0;
}

}  // namespace scoreway::http
