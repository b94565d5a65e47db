// One try of a job: where it goes on, and how it ends.
#include "service/run_job.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "service/change_job.h"
#include "service/job_service.h"
#include "service/push.h"
#include "service/read_job.h"
#include "service/registry_source.h"
#include "service/submit_job.h"
#include "store/contract_stores.h"
#include "store/sqlite/sqlite_store.h"

namespace scoreway {
namespace {

using std::chrono::milliseconds;

std::string Example(const std::string& name) {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/examples/wine/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

class RunJobTest : public ::testing::Test {
 protected:
  RunJobTest() {
    PushModelRequest request;
    request.push.name = "wine";
    const auto pushed = PushModel(service_, request, std::make_shared<const std::string>(Example("model.pkl")));
    EXPECT_TRUE(pushed.ok()) << pushed.status().ToString();
  }

  static std::unique_ptr<Store> Open(const std::string& folder, const Clock& clock) {
    auto store = OpenSqliteStore(folder + "/registry.db", clock);
    EXPECT_TRUE(store.ok()) << store.status().ToString();
    return std::move(store).value();
  }
  // At least so many rows, of the example's; the id of the job.
  std::string Submit(size_t rows, std::chrono::seconds time_max = {}) {
    const std::string some = Example("rows.csv");
    std::string text = some;
    while (static_cast<size_t>(std::ranges::count(text, '\n')) <= rows) text += some.substr(some.find('\n') + 1);
    SubmitRequest request;
    request.model.name = "wine";
    request.form = RowForm::kCsv;
    request.outputs = {"predict"};
    request.time_max = time_max;
    const auto answer = SubmitJob(service_, request, text);
    EXPECT_TRUE(answer.ok()) << answer.status().ToString();
    return answer.ok() ? answer->job.id : "";
  }
  std::unique_ptr<HeldLease> Take() {
    const auto taken = jobs_.queue->Take(1, jobs_.options.lease, milliseconds(0));
    EXPECT_TRUE(taken.ok() && taken->size() == 1);
    return std::make_unique<HeldLease>(taken->at(0), clock_.NowMicros());
  }
  Status Settle(const Settlement& settlement) { return std::move(jobs_.queue->Settle({&settlement, 1})[0]); }
  Job Read(const std::string& id) {
    const auto view = ReadJob(jobs_, {}, id);
    EXPECT_TRUE(view.ok()) << view.status().ToString();
    return view.ok() ? view->job : Job();
  }
  std::string Answers(const std::string& id) {
    const auto answers = ReadJobAnswers(jobs_, {}, id, {}, 1'000'000);
    EXPECT_TRUE(answers.ok()) << answers.status().ToString();
    return answers.ok() ? answers->page.lines : "";
  }

  TestFolder folder_;
  ManualClock clock_{1'800'000'000'000'000};
  const std::unique_ptr<Store> store_ = Open(folder_.path(), clock_);
  Registry registry_{*store_, clock_};
  RegistrySource source_{&registry_};
  ServingSet serving_{&source_, {.poll_interval = milliseconds(0)}};
  JobService jobs_{*store_, store_->queue(), clock_, {.retry = {.attempts_max = 2}}};
  const Service service_{.registry = &registry_, .serving = &serving_, .jobs = &jobs_};
  JobRunner runner_{service_, 0};
};

TEST_F(RunJobTest, EndsWithAnAnswerForEveryRow) {
  const std::string id = Submit(10'000);
  const auto held = Take();
  ASSERT_TRUE(Settle(runner_.Run(*held)).ok());
  const Job job = Read(id);
  EXPECT_EQ(job.state, JobState::kSucceeded);
  EXPECT_EQ(job.parts, 3);
  EXPECT_EQ(std::ranges::count(Answers(id), '\n'), job.rows);
}

TEST_F(RunJobTest, GoesOnAfterThePartsThatAreStored) {
  const std::string whole_id = Submit(10'000);
  const auto whole = Take();
  ASSERT_TRUE(Settle(runner_.Run(*whole)).ok());
  const std::string answers = Answers(whole_id);

  const std::string id = Submit(10'000);
  const auto first = Take();
  std::string mark;
  for (int i = 0; i < 4096; ++i) mark += "{\"predict\":\"from the first try\"}\n";
  const WriteBatch stored[] = {*jobs_.store.Part(id, 0, mark)};
  ASSERT_TRUE(jobs_.queue->Extend(first->lease, jobs_.options.lease, stored).ok());
  clock_.Advance(60'000'000);
  const auto second = Take();
  EXPECT_EQ(second->lease.attempt, 2);
  ASSERT_TRUE(Settle(runner_.Run(*second)).ok());
  EXPECT_EQ(Read(id).rows, Read(whole_id).rows);
  size_t end_of_part = 0;
  for (int i = 0; i < 4096; ++i) end_of_part = answers.find('\n', end_of_part) + 1;
  EXPECT_EQ(Answers(id), mark + answers.substr(end_of_part));
}

TEST_F(RunJobTest, OfTwoWorkersThatRunItOneCounts) {
  const std::string id = Submit(10);
  const auto first = Take();
  const Settlement slow = runner_.Run(*first);
  clock_.Advance(60'000'000);
  const auto second = Take();
  ASSERT_TRUE(Settle(runner_.Run(*second)).ok());
  EXPECT_EQ(Settle(slow).code(), Code::kConflict);
  EXPECT_EQ(Read(id).attempts, 2);
  EXPECT_EQ(std::ranges::count(Answers(id), '\n'), Read(id).rows);
}

TEST_F(RunJobTest, AJobWhoseWorkersAreLostIsDeadUntilItIsRetried) {
  const std::string id = Submit(10);
  for (int i = 0; i < 2; ++i) {
    (void)Take();
    clock_.Advance(60'000'000);
  }
  const auto third = Take();
  ASSERT_TRUE(Settle(runner_.Run(*third)).ok());
  EXPECT_EQ(Read(id).state, JobState::kDead);
  EXPECT_EQ(jobs_.queue->Counts()->dead, 1);
  ASSERT_TRUE(RetryJob(jobs_, {}, id).ok());
  EXPECT_EQ(Read(id).state, JobState::kQueued);
  const auto again = Take();
  ASSERT_TRUE(Settle(runner_.Run(*again)).ok());
  EXPECT_EQ(Read(id).state, JobState::kSucceeded);
}

TEST_F(RunJobTest, ACancelledJobLeavesNothingOfTheWorkerThatHadIt) {
  const std::string id = Submit(10);
  const auto held = Take();
  const Settlement settlement = runner_.Run(*held);
  ASSERT_TRUE(CancelJob(jobs_, {}, id).ok());
  EXPECT_EQ(Settle(settlement).code(), Code::kConflict);
  EXPECT_EQ(Read(id).state, JobState::kCancelled);
  EXPECT_EQ(ReadJobAnswers(jobs_, {}, id, {}, 10).code(), Code::kNotFound);
}

TEST_F(RunJobTest, AfterItsDeadlineAJobFails) {
  const std::string id = Submit(10, std::chrono::seconds(5));
  clock_.Advance(6'000'000);
  const auto held = Take();
  ASSERT_TRUE(Settle(runner_.Run(*held)).ok());
  EXPECT_EQ(Read(id).state, JobState::kFailed);
  EXPECT_EQ(Read(id).error.code, Code::kDeadlineExceeded);
}

TEST_F(RunJobTest, AWorkerThatEndsGivesItsJobBack) {
  const std::string id = Submit(10);
  const auto held = Take();
  held->is_wanted_back = true;
  ASSERT_TRUE(Settle(runner_.Run(*held)).ok());
  EXPECT_EQ(Read(id).state, JobState::kQueued);
  const auto again = Take();
  EXPECT_EQ(again->lease.attempt, 1);
  ASSERT_TRUE(Settle(runner_.Run(*again)).ok());
  EXPECT_EQ(Read(id).state, JobState::kSucceeded);
}

TEST_F(RunJobTest, ATenantSeesItsOwnJobs) {
  const std::string id = Submit(10);
  EXPECT_TRUE(ReadJob(jobs_, kAnonymous, id).ok());
  EXPECT_EQ(ReadJob(jobs_, "another", id).code(), Code::kNotFound);
  EXPECT_EQ(CancelJob(jobs_, "another", id).code(), Code::kNotFound);
  EXPECT_EQ(ReadJobAnswers(jobs_, "another", id, {}, 10).code(), Code::kNotFound);
}

}  // namespace
}  // namespace scoreway
