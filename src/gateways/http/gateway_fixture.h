// GatewayFixture: our whole server in the test's process, on a free port, over a memory store or the one given.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "challenge/challenges.h"
#include "gateways/http/gateway.h"
#include "gateways/http/http_server.h"
#include "gateways/http/test_client.h"
#include "registry/trainers.h"
#include "registry/version_profiles.h"
#include "service/batch_service.h"
#include "service/job_service.h"
#include "service/registry_source.h"
#include "service/stream_events.h"
#include "store/memory/memory_store.h"

namespace scoreway::http {

// A file of examples/wine.
std::string Example(const std::string& name);

// The line of a CSV text, from 0.
std::string Line(const std::string& text, size_t index);

class GatewayFixture : public ::testing::Test {
 protected:
  explicit GatewayFixture(std::unique_ptr<Store> its_store = NewMemoryStore(SystemClock()));
  ~GatewayFixture() override;

  void Start();
  void Stop();
  // Pushes the wine model; the version.
  int64_t PushWine(const std::string& name = "wine", std::vector<std::string> aliases = {});
  TestResponse Get(std::string_view target) { return client->Call("GET", target); }
  TestResponse Post(std::string_view target, std::string_view body, std::string_view type = "application/json",
                    std::string_view headers = {}) {
    return client->Call("POST", target, body, type, headers);
  }

  HttpOptions http_options;
  GatewayOptions gateway_options;
  ServingSetOptions serving_options;

  const std::unique_ptr<Store> store;
  Registry registry{*store, SystemClock()};
  Runs runs{*store, SystemClock()};
  OnlineFeatures features{*store, SystemClock(), {.poll_interval = {}, .reader = {}}};
  RecordsOptions records_options;
  std::unique_ptr<Records> records;
  std::unique_ptr<ShadowScorer> shadows;  // where predictions are logged
  Traffic traffic{*store, SystemClock(), std::chrono::milliseconds(0)};
  Challenges challenges{*store};
  Trainers trainers{*store, SystemClock()};
  VersionProfiles profiles{*store, SystemClock()};
  StreamService streams{*store, SystemClock(), std::chrono::milliseconds(0), {}};
  StreamEvents stream_events{streams};
  BatchService batches{*store, SystemClock(), std::chrono::milliseconds(0)};
  SpanExporterOptions spans_options;
  std::unique_ptr<SpanExporter> spans;
  bool require_key = false;
  std::unique_ptr<KeyRing> keys;
  JobOptions job_options;
  std::unique_ptr<JobService> jobs;  // of a store that has a queue
  std::unique_ptr<RegistrySource> source;
  std::unique_ptr<ServingSet> serving;
  std::unique_ptr<Gateway> gateway;
  std::unique_ptr<HttpServer> server;
  std::unique_ptr<TestClient> client;
  std::thread runner;
};

}  // namespace scoreway::http
