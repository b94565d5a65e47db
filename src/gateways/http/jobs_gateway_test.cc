// Jobs over HTTP: what is submitted ends with the answers that :predict gives.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "gateways/http/gateway_fixture.h"
#include "service/job_workers.h"
#include "store/random_id.h"
#include "store/sqlite/sqlite_store.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

std::string NewFolder() {
  const std::string folder = ::testing::TempDir() + "scoreway-" + RandomId();
  std::filesystem::create_directories(folder);
  return folder;
}

std::unique_ptr<Store> OpenStoreIn(const std::string& folder) {
  auto store = OpenSqliteStore(folder + "/registry.db", SystemClock());
  EXPECT_TRUE(store.ok()) << store.status().ToString();
  return std::move(store).value();
}

class Folder {
 protected:
  Folder() : folder_(NewFolder()) {}
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  const std::string folder_;
};

class JobsGatewayTest : public Folder, public GatewayFixture {
 protected:
  JobsGatewayTest() : GatewayFixture(OpenStoreIn(folder_)) {
    job_options.retry.first_pause = 1ms;
    job_options.webhook_retry.first_pause = 1ms;
    job_options.webhook_prefixes = {"http://hooks.example/"};
    job_options.webhook_secret = "secret";
  }
  ~JobsGatewayTest() override { workers.reset(); }

  void StartWorkers() {
    workers = std::make_unique<JobWorkers>(
        Service{.registry = &registry, .serving = serving.get(), .features = &features, .jobs = jobs.get()}, 2, 10,
        [this](const WebhookCall& call) -> Result<int> {
          const std::lock_guard lock(mutex);
          calls.push_back(call);
          return calls.size() == 1 ? 500 : 200;
        });
  }
  // The id of a new job.
  std::string Submit(std::string_view body, std::string_view type, std::string_view query = {}) {
    const TestResponse response = Post("/v1/models/wine:submit" + std::string(query), body, type);
    EXPECT_EQ(response.status, 202) << response.body;
    const Json job = Json::parse(response.body);
    EXPECT_EQ(job["state"], "queued");
    return job["id"];
  }
  Json WaitFor(const std::string& id) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (true) {
      const Json job = Json::parse(Get("/v1/jobs/" + id).body);
      const bool waits = job["state"] == "queued" || job["state"] == "running";
      if (!waits || std::chrono::steady_clock::now() > end) return job;
      std::this_thread::sleep_for(1ms);
    }
  }
  TestResponse Answers(const std::string& id, std::string_view accept, std::string_view query = {}) {
    return client->Call("GET", "/v1/jobs/" + id + "/result" + std::string(query), {}, {},
                        "Accept: " + std::string(accept) + "\r\n");
  }

  std::unique_ptr<JobWorkers> workers;
  std::mutex mutex;
  std::vector<WebhookCall> calls;  // guarded by mutex
};

TEST_F(JobsGatewayTest, AnswersAreThoseOfPredict) {
  Start();
  PushWine();
  StartWorkers();
  const std::string rows = Example("rows.csv");
  const std::string id = Submit(rows, "text/csv");
  const Json job = WaitFor(id);
  ASSERT_EQ(job["state"], "succeeded") << job;
  EXPECT_EQ(job["version"], 1);
  EXPECT_EQ(job["attempts"], 1);
  EXPECT_EQ(job["rows"].get<size_t>(), static_cast<size_t>(std::ranges::count(rows, '\n') - 1));
  EXPECT_EQ(Answers(id, "text/csv").body, Post("/v1/models/wine:predict", rows, "text/csv").body);

  for (const char* form : {"application/jsonl", "application/vnd.apache.arrow.stream"}) {
    const TestResponse direct =
        client->Call("POST", "/v1/models/wine:predict", rows, "text/csv", "Accept: " + std::string(form) + "\r\n");
    EXPECT_EQ(Answers(id, form).body, direct.body) << form;
  }
}

TEST_F(JobsGatewayTest, EveryFormIsTakenAndOutputsAreChosen) {
  Start();
  PushWine();
  StartWorkers();
  const std::string lines = Example("rows.jsonl");
  const std::string from_lines = Submit(lines, "application/jsonl", "?outputs=predict&priority=3");
  const std::string from_json =
      Submit(R"({"rows":[)" + Line(lines, 0) + R"(],"outputs":["predict"]})", "application/json");
  const std::string expected =
      Line(Post("/v1/models/wine:predict?outputs=predict", lines, "application/jsonl").body, 0);
  ASSERT_EQ(WaitFor(from_lines)["state"], "succeeded");
  ASSERT_EQ(WaitFor(from_json)["state"], "succeeded");
  EXPECT_EQ(Line(Answers(from_lines, "application/jsonl").body, 0), expected);
  const Json answers = Json::parse(Answers(from_json, "application/json").body);
  EXPECT_EQ(answers["rows"], Json::array({Json::parse(expected)}));
  EXPECT_TRUE(answers["next_page_token"].is_null());
}

TEST_F(JobsGatewayTest, AResultIsPaged) {
  Start();
  PushWine();
  StartWorkers();
  const std::string id = Submit(Example("rows.csv"), "text/csv");
  ASSERT_EQ(WaitFor(id)["state"], "succeeded");
  const std::string whole = Answers(id, "application/jsonl").body;
  std::string read, token;
  do {
    const Json page = Json::parse(Answers(id, "application/json", "?limit=7&page_token=" + token).body);
    for (const Json& row : page["rows"]) {
      EXPECT_EQ(row, Json::parse(Line(whole, static_cast<size_t>(std::ranges::count(read, '\n')))));
      read += '\n';
    }
    token = page["next_page_token"].is_null() ? "" : page["next_page_token"].get<std::string>();
  } while (!token.empty());
  EXPECT_EQ(std::ranges::count(read, '\n'), std::ranges::count(whole, '\n'));
  EXPECT_EQ(Answers(id, "text/csv", "?limit=0").status, 400);
  EXPECT_EQ(Answers(id, "image/png").status, 406);
}

TEST_F(JobsGatewayTest, AJobRunsOnTheVersionItWasSubmittedFor) {
  Start();
  PushWine();
  const std::string id = Submit(Example("rows.csv"), "text/csv");
  EXPECT_EQ(PushWine(), 2);
  StartWorkers();
  EXPECT_EQ(WaitFor(id)["version"], 1);
}

TEST_F(JobsGatewayTest, TheSameKeyGivesTheSameJob) {
  Start();
  PushWine();
  const std::string header = "Idempotency-Key: k\r\n";
  const Json first = Json::parse(Post("/v1/models/wine:submit", Example("rows.csv"), "text/csv", header).body);
  const Json second = Json::parse(Post("/v1/models/wine:submit", Example("rows.csv"), "text/csv", header).body);
  EXPECT_EQ(first["id"], second["id"]);
  EXPECT_EQ(Post("/v1/models/wine:submit", Example("rows.jsonl"), "application/jsonl", header).status, 409);
  EXPECT_EQ(Json::parse(Get("/v1/jobs").body)["jobs"].size(), 1u);
}

TEST_F(JobsGatewayTest, WhatCannotBeScoredFailsWithItsPlaceAndStopsNobody) {
  Start();
  PushWine();
  StartWorkers();
  const std::string rows = Example("rows.csv");
  const std::string bad =
      Submit(Line(rows, 0) + "\n" + Line(rows, 1) + "\nx,1,1,1,1,1,ruby\n", "text/csv", "?priority=9");
  const std::string good = Submit(rows, "text/csv");
  EXPECT_EQ(WaitFor(good)["state"], "succeeded");
  const Json failed = WaitFor(bad);
  EXPECT_EQ(failed["state"], "failed");
  EXPECT_EQ(failed["error"]["code"], "INVALID_ARGUMENT");
  EXPECT_NE(failed["error"]["place"].get<std::string>().find("'alcohol'"), std::string::npos) << failed;
  EXPECT_EQ(Answers(bad, "text/csv").status, 404);
  EXPECT_EQ(Json::parse(Get("/v1/jobs?state=failed").body)["jobs"].size(), 1u);
}

TEST_F(JobsGatewayTest, ACancelledJobIsNotRunUntilItIsRetried) {
  Start();
  PushWine();
  const std::string id = Submit(Example("rows.csv"), "text/csv");
  EXPECT_EQ(Answers(id, "text/csv").status, 409);
  EXPECT_EQ(Post("/v1/jobs/" + id + ":retry", "").status, 409);
  EXPECT_EQ(Json::parse(Post("/v1/jobs/" + id + ":cancel", "").body)["state"], "cancelled");
  StartWorkers();
  const std::string other = Submit(Example("rows.csv"), "text/csv");
  EXPECT_EQ(WaitFor(other)["state"], "succeeded");
  EXPECT_EQ(Json::parse(Get("/v1/jobs/" + id).body)["state"], "cancelled");
  EXPECT_EQ(Post("/v1/jobs/" + id + ":retry", "").status, 202);
  EXPECT_EQ(WaitFor(id)["state"], "succeeded");
  EXPECT_EQ(Post("/v1/jobs/none:cancel", "").status, 404);
}

TEST_F(JobsGatewayTest, TheWebhookIsSignedAndTriedAgain) {
  Start();
  PushWine();
  EXPECT_EQ(Post("/v1/models/wine:submit?webhook=http://elsewhere.example/", Example("rows.csv"), "text/csv").status,
            400);
  StartWorkers();
  const std::string id = Submit(Example("rows.csv"), "text/csv", "?webhook=http://hooks.example/done");
  ASSERT_EQ(WaitFor(id)["state"], "succeeded");
  const auto end = std::chrono::steady_clock::now() + 20s;
  const auto has_come = [&] {
    const std::lock_guard lock(mutex);
    return calls.size() == 2;
  };
  while (!has_come() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
  const std::lock_guard lock(mutex);
  ASSERT_EQ(calls.size(), 2u);
  const WebhookCall& call = calls[1];
  EXPECT_EQ(call.url, "http://hooks.example/done");
  EXPECT_EQ(Json::parse(call.body)["id"], id);
  const int64_t seconds = std::stoll(call.signature.substr(2));
  EXPECT_EQ(call.signature, SignWebhook("secret", seconds, call.body));
}

TEST_F(JobsGatewayTest, SaysWhatIsWrongWithASubmission) {
  Start();
  PushWine();
  // A connection ends where a body is refused by its head.
  const auto status_of = [&](std::string_view target, std::string_view type) {
    return TestClient(server->port()).Call("POST", target, "a\n1\n", type).status;
  };
  EXPECT_EQ(status_of("/v1/models/none:submit", "text/csv"), 404);
  EXPECT_EQ(status_of("/v1/models/wine:submit", "image/png"), 415);
  EXPECT_EQ(status_of("/v1/models/wine:submit?priority=10", "text/csv"), 400);
  EXPECT_EQ(status_of("/v1/models/wine:submit?priority=x", "text/csv"), 400);
  EXPECT_EQ(Get("/v1/jobs/none").status, 404);
  EXPECT_EQ(Get("/v1/jobs?state=odd").status, 400);
  EXPECT_EQ(Get("/v1/jobs?page_token=odd").status, 400);
}

TEST_F(JobsGatewayTest, AFullQueueAsksToComeBack) {
  job_options.queue_max = 1;
  Start();
  PushWine();
  (void)Submit(Example("rows.csv"), "text/csv");
  const auto end = std::chrono::steady_clock::now() + 20s;
  int status = 202;  // the depth is that of some tenths of a second ago
  while (status == 202 && std::chrono::steady_clock::now() < end) {
    status = Post("/v1/models/wine:submit", Example("rows.csv"), "text/csv").status;
  }
  EXPECT_EQ(status, 503);
}

TEST_F(JobsGatewayTest, ALargeUploadIsTakenInPieces) {
  gateway_options.upload_piece_bytes = 64 << 10;
  Start();
  PushWine();
  StartWorkers();
  const std::string rows = Example("rows.csv");
  const std::string lines = rows.substr(rows.find('\n') + 1);
  std::string large = rows;
  while (large.size() < (size_t{3} << 20)) large += lines;
  const std::string id = Submit(large, "text/csv", "?outputs=predict");
  const Json job = WaitFor(id);
  ASSERT_EQ(job["state"], "succeeded") << job;
  EXPECT_EQ(Answers(id, "text/csv", "?limit=100000").body,
            Post("/v1/models/wine:predict?outputs=predict", large, "text/csv").body);
}

TEST_F(JobsGatewayTest, MetricsTellOfJobs) {
  Start();
  PushWine();
  (void)Submit(Example("rows.csv"), "text/csv");
  const std::string metrics = Get("/metrics").body;
  EXPECT_NE(metrics.find("scoreway_jobs_submitted_total 1\n"), std::string::npos);
  EXPECT_NE(metrics.find("scoreway_jobs_queue{state=\"ready\"} 1\n"), std::string::npos);
}

}  // namespace
}  // namespace scoreway::http
