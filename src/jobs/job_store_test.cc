// Jobs and their answers over every Store.
#include "jobs/job_store.h"

#include <gtest/gtest.h>

#include "store/contract_stores.h"

namespace scoreway {
namespace {

constexpr int64_t kHour = 3'600'000'000;

Job NewJob(std::string id, int64_t created_micros = 0) {
  Job job;
  job.id = std::move(id);
  job.model = "wine";
  job.version = 3;
  job.created_micros = created_micros;
  return job;
}

class JobStoreTest : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  Status Create(Job job) {
    if (job.created_micros == 0) job.created_micros = clock_.NowMicros();
    return store_->Apply(jobs_.Create(job), nullptr);
  }
  void AddPart(int64_t part, std::string_view lines) {
    const auto batch = jobs_.Part("a", part, lines);
    ASSERT_TRUE(batch.ok()) << batch.status().ToString();
    ASSERT_TRUE(store_->Apply(*batch).ok());
  }
  std::vector<std::string> List(JobFilter filter) {
    std::vector<std::string> ids;
    do {
      const auto page = jobs_.List(filter);
      EXPECT_TRUE(page.ok()) << page.status().ToString();
      if (!page.ok()) return {};
      for (const Job& job : page->jobs) ids.push_back(job.id);
      filter.page_token = page->next_page_token;
    } while (!filter.page_token.empty());
    return ids;
  }

  TestFolder folder_;
  ManualClock clock_{1'800'000'000'000'000};
  const std::unique_ptr<Store> store_ = GetParam().make(folder_.path(), clock_);
  JobStore jobs_{*store_, clock_, std::chrono::hours(48)};
};

TEST_P(JobStoreTest, AJobReadsBackAsItWasWritten) {
  Job job = NewJob("a");
  job.tenant = "team";
  job.priority = 4;
  job.form = RowForm::kCsv;
  job.outputs = {"predict", "probability(\"x\")"};
  job.webhook = "https://example.org/hook";
  job.input_bytes = 12;
  job.input_chunks = 1;
  job.input_digest = "d";
  job.created_micros = clock_.NowMicros();
  job.deadline_micros = job.created_micros + 1;
  job.state = JobState::kFailed;
  job.attempts = 2;
  job.rows = 7;
  job.parts = 1;
  job.error = {Code::kInvalidArgument, "not a number", "row 3"};
  ASSERT_TRUE(Create(job).ok());
  const auto stored = jobs_.Get("a");
  ASSERT_TRUE(stored.ok()) << stored.status().ToString();
  EXPECT_EQ(EncodeJob(stored->job), EncodeJob(job));
  EXPECT_EQ(stored->job.error.ToString(), "row 3: not a number");
  EXPECT_EQ(Create(job).code(), Code::kConflict);
  EXPECT_EQ(jobs_.Get("b").code(), Code::kNotFound);
}

TEST_P(JobStoreTest, OfTwoChangesOneHolds) {
  ASSERT_TRUE(Create(NewJob("a")).ok());
  const auto read = jobs_.Get("a");
  ASSERT_TRUE(read.ok());
  Job cancelled = read->job, succeeded = read->job;
  cancelled.state = JobState::kCancelled;
  succeeded.state = JobState::kSucceeded;
  ASSERT_TRUE(store_->Apply(jobs_.Change(*read, cancelled)).ok());
  EXPECT_EQ(store_->Apply(jobs_.Change(*read, succeeded)).code(), Code::kConflict);
  EXPECT_EQ(jobs_.Get("a")->job.state, JobState::kCancelled);
}

TEST_P(JobStoreTest, AnswersAreReadPageByPageAndWhileMoreCome) {
  AddPart(0, "{\"y\":1}\n{\"y\":2}\n{\"y\":3}\n");
  const auto first = jobs_.ReadAnswers("a", {}, 2);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->lines, "{\"y\":1}\n{\"y\":2}\n");
  const auto rest = jobs_.ReadAnswers("a", first->next_page_token, 10);
  ASSERT_TRUE(rest.ok());
  EXPECT_EQ(rest->lines, "{\"y\":3}\n");
  AddPart(1, "{\"y\":4}\n");
  const auto later = jobs_.ReadAnswers("a", rest->next_page_token, 10);
  ASSERT_TRUE(later.ok());
  EXPECT_EQ(later->lines, "{\"y\":4}\n");
  EXPECT_EQ(jobs_.ReadAnswers("a", later->next_page_token, 10)->rows, 0u);
  EXPECT_EQ(*jobs_.CountParts("a"), 2);
  EXPECT_EQ(jobs_.ReadAnswers("a", "nonsense", 10).code(), Code::kInvalidArgument);
}

TEST_P(JobStoreTest, APartWrittenTwiceIsThereOnce) {
  std::string lines;
  for (int i = 0; lines.size() < 2 * kJobChunkBytes; ++i)
    lines += "{\"y\":\"" + std::to_string(i) + std::string(500, 'x') + "\"}\n";
  AddPart(0, lines);
  AddPart(0, lines);
  std::string read, token;
  while (true) {
    const auto page = jobs_.ReadAnswers("a", token, 100);
    ASSERT_TRUE(page.ok()) << page.status().ToString();
    if (page->rows == 0) break;
    read += page->lines;
    token = page->next_page_token;
  }
  EXPECT_EQ(read, lines);
  EXPECT_EQ(*jobs_.CountParts("a"), 1);
}

TEST_P(JobStoreTest, TooLongAnAnswerIsRefused) {
  EXPECT_EQ(jobs_.Part("a", 0, std::string(kJobChunkBytes + 1, 'x') + "\n").code(), Code::kResourceExhausted);
  std::string lines;
  while (lines.size() <= kJobPartBytesMax) lines += std::string(1000, 'x') + "\n";
  EXPECT_EQ(jobs_.Part("a", 0, lines).code(), Code::kResourceExhausted);
}

TEST_P(JobStoreTest, ColumnsOfTheAnswersReadBack) {
  EXPECT_EQ(jobs_.GetAnswerSchema("a").code(), Code::kNotFound);
  const auto schema = Schema::Make({{"label", Type::kString}, {"score", Type::kFloat32}});
  ASSERT_TRUE(store_->Apply(jobs_.AnswerSchema("a", **schema)).ok());
  AddPart(0, "{\"label\":\"x\",\"score\":1.0}\n");
  const auto read = jobs_.GetAnswerSchema("a");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ((*read)->fields(), (*schema)->fields());
  EXPECT_EQ(jobs_.ReadAnswers("a", {}, 10)->rows, 1u);
}

TEST_P(JobStoreTest, ListsTheNewestFirstOverHoursAndByTenant) {
  for (int i = 0; i < 5; ++i) {
    Job job = NewJob("job" + std::to_string(i));
    job.tenant = i % 2 == 0 ? "even" : "odd";
    job.model = i < 4 ? "wine" : "iris";
    ASSERT_TRUE(Create(job).ok());
    clock_.Advance(i == 2 ? 2 * kHour : 1);
  }
  EXPECT_EQ(List({}), (std::vector<std::string>{"job4", "job3", "job2", "job1", "job0"}));
  EXPECT_EQ(List({.count_max = 2}), (std::vector<std::string>{"job4", "job3", "job2", "job1", "job0"}));
  EXPECT_EQ(List({.tenant = "even", .count_max = 1}), (std::vector<std::string>{"job4", "job2", "job0"}));
  EXPECT_EQ(List({.model = "iris"}), std::vector<std::string>{"job4"});
  EXPECT_EQ(List({.has_state = true, .state = JobState::kDead}), std::vector<std::string>());
  EXPECT_EQ(jobs_.List({.page_token = "nonsense"}).code(), Code::kInvalidArgument);
}

TEST_P(JobStoreTest, AJobGoesWhenItsTimeIsUp) {
  ASSERT_TRUE(Create(NewJob("a")).ok());
  clock_.Advance(49 * kHour);
  if (std::string(GetParam().name) == "Cassandra") return;  // its own clock counts there
  EXPECT_EQ(jobs_.Get("a").code(), Code::kNotFound);
  EXPECT_EQ(List({}), std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Stores, JobStoreTest, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& store) { return std::string(store.param.name); });

}  // namespace
}  // namespace scoreway
