// Stored batches from the first row to the answers, by single steps and with a clock that stands still.
#include "service/batch_scheduler.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "batches/bad_row.h"
#include "service/batch_service.h"
#include "service/manage_batches.h"
#include "service/push.h"
#include "service/registry_source.h"
#include "service/store_rows.h"
#include "store/contract_stores.h"
#include "store/memory/memory_store.h"

namespace scoreway {
namespace {

std::string FileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

std::string Example(const std::string& name) {
  return FileText(std::string(SCOREWAY_SOURCE_DIR) + "/examples/wine/" + name);
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// What scikit-learn says of the rows of the example, a line each.
std::vector<std::string> Predictions() {
  std::vector<std::string> wanted;
  for (const std::string& line : LinesOf(Example("expected.csv"))) wanted.push_back(line.substr(0, line.find(',')));
  return wanted;
}

class BatchSchedulerTest : public ::testing::Test {
 protected:
  BatchSchedulerTest() { Push(); }

  int64_t Push() {
    PushModelRequest request;
    request.push.name = "wine";
    const auto pushed = PushModel(service, request, std::make_shared<const std::string>(Example("model.pkl")));
    EXPECT_TRUE(pushed.ok()) << pushed.status().ToString();
    return pushed.ok() ? pushed->version.number : 0;
  }
  StoredBatch Create(const std::string& output, const Trigger& trigger) {
    StoredBatch batch;
    batch.name = "cellar";
    batch.model = "wine";
    batch.output = output;
    batch.outputs = {"predict"};
    batch.trigger = trigger;
    Result<StoredBatch> created = CreateBatch(service, batch);
    EXPECT_TRUE(created.ok()) << created.status().ToString();
    return created.ok() ? *created : batch;
  }
  void AddRows() {
    const auto stored = StoreRows(service, "cellar", RowForm::kCsv, Example("rows.csv"), {});
    EXPECT_TRUE(stored.ok()) << stored.status().ToString();
  }
  FiringOptions Options(const std::string& instance) const {
    return {.folder = folder.path(), .instance = instance, .lease = std::chrono::seconds(30), .retry = {}};
  }
  void LookAndWork() {
    BatchScheduler scheduler(service, {.firing = Options("one"), .tick = {}},
                             [](const std::string& message) { ADD_FAILURE() << message; });
    scheduler.Look();
    scheduler.Work();
  }
  Firing Last() {
    const auto firings = batches.store.Firings("cellar", 0, 1);
    EXPECT_TRUE(firings.ok() && firings->size() == 1);
    return firings.ok() && firings->size() == 1 ? (*firings)[0] : Firing();
  }

  TestFolder folder;
  ManualClock clock{1'800'000'000'000'000};
  const std::unique_ptr<Store> store = NewMemoryStore(clock);
  Registry registry{*store, clock};
  RegistrySource source{&registry};
  ServingSet serving{&source, {.poll_interval = std::chrono::milliseconds(0)}};
  BatchService batches{*store, clock, std::chrono::milliseconds(0)};
  const Service service{.registry = &registry, .serving = &serving, .batches = &batches};
};

TEST_F(BatchSchedulerTest, ScoresWhatWaitsOnceAndWritesAFile) {
  Create("file:answers/wine-{firing}.csv", {.rows = 5});
  AddRows();
  LookAndWork();
  const std::vector<std::string> answers = LinesOf(FileText(folder.path() + "/answers/wine-00000001.csv"));
  EXPECT_EQ(answers, Predictions());
  const Firing firing = Last();
  EXPECT_EQ(firing.state, FiringState::kDone);
  EXPECT_EQ(firing.cause, FiringCause::kRows);
  EXPECT_EQ(firing.scored_rows, static_cast<int64_t>(answers.size()) - 1);
  EXPECT_EQ(firing.bad_rows, 0);
  EXPECT_EQ(firing.attempts, 1);
  LookAndWork();
  EXPECT_TRUE(Last() == firing) << "nothing waits any more";
  EXPECT_EQ(batches.store.State("cellar").value().held_bytes, 0);
  // Nothing but the answers stays.
  size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    files += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_EQ(files, 1U);
}

TEST_F(BatchSchedulerTest, PutsAnswersIntoATableOfSqlite) {
  Create("sqlite:answers.db/wine", {.age_seconds = 60});
  AddRows();
  LookAndWork();
  EXPECT_TRUE(batches.store.Firings("cellar", 0, 1).value().empty()) << "the rows are not old enough";
  clock.Advance(60'000'000);
  LookAndWork();
  AddRows();
  clock.Advance(60'000'000);
  LookAndWork();
  EXPECT_EQ(Last().number, 2);
  EXPECT_EQ(Last().state, FiringState::kDone) << Last().error;

  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((folder.path() + "/answers.db").c_str(), &database), SQLITE_OK);
  sqlite3_stmt* rows = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(
                database, "SELECT scoreway_firing, scoreway_row, scoreway_version, predict FROM wine ORDER BY 1, 2", -1,
                &rows, nullptr),
            SQLITE_OK);
  const std::vector<std::string> wanted = Predictions();
  for (int firing = 1; firing <= 2; ++firing) {
    for (size_t row = 1; row < wanted.size(); ++row) {
      ASSERT_EQ(sqlite3_step(rows), SQLITE_ROW);
      EXPECT_EQ(sqlite3_column_int(rows, 0), firing);
      EXPECT_EQ(sqlite3_column_int(rows, 1), static_cast<int>(row));
      EXPECT_EQ(sqlite3_column_int(rows, 2), 1);
      EXPECT_EQ(reinterpret_cast<const char*>(sqlite3_column_text(rows, 3)), wanted[row]);
    }
  }
  EXPECT_EQ(sqlite3_step(rows), SQLITE_DONE);
  (void)sqlite3_finalize(rows);
  (void)sqlite3_close(database);
}

// Rows that the model took when they came, and takes no more.
TEST_F(BatchSchedulerTest, KeepsRowsThatCannotBeScoredWithTheReason) {
  Create("file:wine-{firing}.csv", {});
  const std::vector<std::string> rows = LinesOf(Example("rows.jsonl"));
  const std::string wrong = R"({"alcohol":"much","note":"say \"when\""})";
  std::string lines;
  for (int i = 0; i < 3000; ++i) lines += (i % 2 == 0 ? rows[i % rows.size()] : wrong) + "\n";
  ASSERT_TRUE(batches.store.Append("cellar", lines, 3000, {}).ok());
  ASSERT_TRUE(FireBatch(service, "cellar", "ann").ok());
  LookAndWork();
  EXPECT_EQ(Last().state, FiringState::kDone) << Last().error;
  EXPECT_EQ(Last().scored_rows, 1500);
  EXPECT_EQ(Last().bad_rows, 1500);
  EXPECT_EQ(LinesOf(FileText(folder.path() + "/wine-00000001.csv")).size(), 1501U);
  const Batch bad = ReadBadRows(batches.store.BadRows("cellar", 1, {}).value().lines).value();
  ASSERT_EQ(bad.rows(), 1500U);
  for (size_t i = 0; i < bad.rows(); ++i) {
    ASSERT_EQ(bad.column(0).int64s()[i], static_cast<int64_t>(2 * i + 2));
    ASSERT_NE(bad.column(2).string_at(i).find("'alcohol'"), std::string_view::npos) << bad.column(2).string_at(i);
    ASSERT_EQ(bad.column(3).string_at(i), wrong);
  }
}

// A scheduler claims a firing and is lost: another goes on when the claim has run out, and the lost one cannot end it.
TEST_F(BatchSchedulerTest, TakesOverFromOneThatIsLost) {
  const StoredBatch batch = Create("file:wine-{firing}.csv", {});
  AddRows();
  const Firing fired = FireBatch(service, "cellar", "ann").value();
  const StoredFiring lost = ClaimFiring(service, Options("lost"), "cellar", fired).value();
  LookAndWork();
  EXPECT_EQ(Last().state, FiringState::kRunning);
  EXPECT_EQ(Last().instance, "lost");
  clock.Advance(30'000'001);
  LookAndWork();
  EXPECT_EQ(Last().state, FiringState::kDone);
  EXPECT_EQ(Last().instance, "one");
  EXPECT_EQ(Last().attempts, 2);
  EXPECT_EQ(RunFiring(service, Options("lost"), batch, lost).code(), Code::kConflict);
  EXPECT_EQ(Last().instance, "one");
  EXPECT_EQ(LinesOf(FileText(folder.path() + "/wine-00000001.csv")), Predictions());
}

TEST_F(BatchSchedulerTest, AnswersWithTheVersionOfTheFiring) {
  Create("file:wine-{firing}.csv", {.after_version = true});
  AddRows();
  LookAndWork();
  EXPECT_TRUE(batches.store.Firings("cellar", 0, 1).value().empty());
  EXPECT_EQ(Push(), 2);
  LookAndWork();
  EXPECT_EQ(Last().cause, FiringCause::kVersion);
  EXPECT_EQ(Last().version, 2);
  EXPECT_EQ(Last().state, FiringState::kDone);
}

TEST_F(BatchSchedulerTest, KeepsTheRowsOfWhatHasFailed) {
  Create("sqlite:answers.db/wine", {.rows = 1});
  std::ofstream(folder.path() + "/answers.db")
      << "this is no database, and long enough to be looked at as one: " << std::string(200, 'x');
  AddRows();
  LookAndWork();
  EXPECT_EQ(Last().state, FiringState::kFailed);
  EXPECT_NE(Last().error.find("answers.db"), std::string::npos) << Last().error;
  EXPECT_EQ(RetryFiring(service, "cellar", 2).code(), Code::kNotFound);
  std::filesystem::remove(folder.path() + "/answers.db");
  ASSERT_TRUE(RetryFiring(service, "cellar", 1).ok());
  EXPECT_EQ(RetryFiring(service, "cellar", 1).code(), Code::kConflict);
  LookAndWork();
  EXPECT_EQ(Last().state, FiringState::kDone) << Last().error;
}

TEST_F(BatchSchedulerTest, RefusesWrongRowsWhenTheyCome) {
  StoredBatch batch;
  batch.name = "cellar";
  batch.model = "wine";
  batch.output = "file:wine-{firing}.csv";
  batch.keep = {"id:int64"};
  ASSERT_TRUE(CreateBatch(service, batch).ok());
  const std::vector<std::string> rows = LinesOf(Example("rows.jsonl"));
  const auto store_json = [&](const std::string& text) {
    return StoreRows(service, "cellar", RowForm::kJsonLines, text, {});
  };
  const std::string with_id = "{\"id\":7," + rows[0].substr(1);
  EXPECT_TRUE(store_json(with_id).ok()) << store_json(with_id).status().ToString();
  EXPECT_EQ(store_json(rows[0]).code(), Code::kInvalidArgument) << "there is no id";
  EXPECT_EQ(store_json("{\"id\":\"x\"," + rows[0].substr(1)).code(), Code::kInvalidArgument);
  EXPECT_EQ(store_json("{").code(), Code::kInvalidArgument);
  EXPECT_EQ(store_json("").code(), Code::kInvalidArgument);
  EXPECT_EQ(StoreRows(service, "cellar", RowForm::kArrow, "no stream", {}).code(), Code::kInvalidArgument);
  EXPECT_EQ(StoreRows(service, "other", RowForm::kJson, "{\"rows\":[]}", {}).code(), Code::kNotFound);
  const auto document = StoreRows(service, "cellar", RowForm::kJson, "{\"rows\":[" + with_id + "]}", {});
  EXPECT_TRUE(document.ok()) << document.status().ToString();
}

}  // namespace
}  // namespace scoreway
