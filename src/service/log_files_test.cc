#include "service/log_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "store/memory/memory_store.h"
#include "tables/input_file.h"
#include "tables/table_reader.h"

namespace scoreway {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kHour = 3600 * kSecond;
constexpr int64_t kNoon = int64_t{1'772'366'400} * kSecond;  // 2026-03-01T12:00:00Z
constexpr char kAtNoon[] = "2026-03-01T12-00-00Z_2026-03-01T13-00-00Z.parquet";
constexpr char kAtTwo[] = "2026-03-01T14-00-00Z_2026-03-01T15-00-00Z.parquet";

class LogFilesTest : public ::testing::Test {
 protected:
  LogFilesTest()
      : folder(fs::path(::testing::TempDir()) / ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    EXPECT_TRUE(
        registry.Push({.name = "m", .metadata = {}, .idempotency_key = {}, .aliases = {}, .change = {}}, "x").ok());
  }
  ~LogFilesTest() override { fs::remove_all(folder); }

  // A prediction of each input; the versions have inputs of their own.
  void Log(int64_t version, const std::vector<double>& inputs, const std::string& model = "m") {
    auto target = std::make_shared<PredictionTarget>();
    target->model = model;
    target->version = version;
    target->inputs = *Schema::Make({{version == 1 ? "age" : "years", Type::kFloat64}});
    target->outputs = *Schema::Make({{"predict", Type::kString}});
    Batch in(target->inputs), out(target->outputs);
    for (const double input : inputs) {
      in.column(0).AppendFloat64(input);
      out.column(0).AppendString("yes");
    }
    PredictionHead head;
    head.time_micros = clock.NowMicros();
    head.id = "id";
    records.log->Add(0, target, head, in, out, {});
    records.log->Flush();
  }
  LogFiles NewFiles(std::chrono::seconds every = std::chrono::hours(1)) {
    return {
        service, {.folder = folder, .every = every, .tick = std::chrono::milliseconds(0)}, [](const std::string&) {}};
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), folder));
    }
    std::sort(files.begin(), files.end());
    return files;
  }
  // A column of numbers of a file.
  std::vector<double> Read(const std::string& file, const std::string& column) const {
    Batch rows(*Schema::Make({{column, Type::kFloat64}}));
    const auto bytes = InputFile::Open(folder / file);
    if (!bytes.ok()) return {};
    auto table = OpenTable(*bytes, TableFormat::kParquet);
    EXPECT_TRUE(table.ok() && (*table)->Bind(rows.shared_schema(), {false}).ok()) << file << " has no " << column;
    if (::testing::Test::HasFailure()) return {};
    TablePosition position = (*table)->first();
    TablePart part;
    while (*(*table)->Cut(position, &part)) {
      const std::unique_ptr<RowStream> stream = (*table)->Rows(part);
      while (*stream->Next(&rows, 1000)) {
      }
      position = part.end;
    }
    const std::span<const double> values = rows.column(0).float64s();
    return {values.begin(), values.end()};
  }

  const fs::path folder;
  const std::unique_ptr<Store> store = NewMemoryStore(SystemClock());
  ManualClock clock{kNoon};
  Registry registry{*store, clock};
  Records records{*store, clock, {.log_predictions = true}};
  const Service service{.registry = &registry, .records = &records};
};

TEST_F(LogFilesTest, AnHourIsAFileOfEachVersionOnceItIsOver) {
  Log(1, {1, 2});
  clock.Advance(kHour / 2);
  Log(2, {7});
  Log(1, {3});
  LogFiles files = NewFiles();
  ASSERT_TRUE(files.Round().ok());
  clock.Advance(kHour / 2);
  ASSERT_TRUE(files.Round().ok());
  EXPECT_TRUE(Files().empty()) << "what was asked last may be on its way to the log";
  clock.Advance(kHour / 60);
  ASSERT_TRUE(files.Round().ok());
  const std::string first = std::string("m/1/") + kAtNoon, second = std::string("m/2/") + kAtNoon;
  EXPECT_EQ(Files(), (std::vector<std::string>{first, second}));
  EXPECT_EQ(Read(first, "input.age"), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(Read(second, "input.years"), (std::vector<double>{7}));
  EXPECT_EQ(Read(first, "row"), (std::vector<double>{1, 2, 1}));
}

TEST_F(LogFilesTest, HoursWithoutPredictionsHaveNoFiles) {
  Log(1, {1});
  clock.Advance(2 * kHour);
  Log(1, {2});
  clock.Advance(2 * kHour);
  LogFiles files = NewFiles();
  ASSERT_TRUE(files.Round().ok());
  EXPECT_EQ(Files(), (std::vector<std::string>{std::string("m/1/") + kAtNoon, std::string("m/1/") + kAtTwo}));
  EXPECT_EQ(Read(std::string("m/1/") + kAtTwo, "input.age"), (std::vector<double>{2}));
}

// As if its writer had been stopped in the middle of a file, before that of another version.
TEST_F(LogFilesTest, AfterARestartWhatIsMissingIsWritten) {
  Log(1, {1});
  Log(2, {7});
  clock.Advance(2 * kHour);
  ASSERT_TRUE(NewFiles().Round().ok());
  const std::string first = std::string("m/1/") + kAtNoon, second = std::string("m/2/") + kAtNoon;
  const auto written = fs::last_write_time(folder / first);
  fs::remove(folder / second);
  std::ofstream(folder / (second + ".partial")) << "PAR1 and half of a";
  Log(1, {2});
  clock.Advance(2 * kHour);
  ASSERT_TRUE(NewFiles().Round().ok());
  EXPECT_EQ(Files(), (std::vector<std::string>{first, std::string("m/1/") + kAtTwo, second}));
  EXPECT_EQ(Read(second, "input.years"), (std::vector<double>{7}));
  EXPECT_EQ(fs::last_write_time(folder / first), written);
}

TEST_F(LogFilesTest, FilesOfAnotherLengthGoOnBehindThoseThatAreThere) {
  Log(1, {1});
  clock.Advance(kHour / 2);
  Log(1, {2});
  clock.Advance(2 * kHour);
  ASSERT_TRUE(NewFiles().Round().ok());
  Log(1, {3});
  clock.Advance(kHour);
  ASSERT_TRUE(NewFiles(std::chrono::minutes(10)).Round().ok());
  EXPECT_EQ(Files(), (std::vector<std::string>{std::string("m/1/") + kAtNoon,
                                               "m/1/2026-03-01T14-30-00Z_2026-03-01T14-40-00Z.parquet"}));
}

TEST_F(LogFilesTest, TheTroubleOfOneModelDoesNotKeepOthersFromTheirFiles) {
  ASSERT_TRUE(
      registry.Push({.name = "n", .metadata = {}, .idempotency_key = {}, .aliases = {}, .change = {}}, "x").ok());
  Log(1, {1});
  Log(1, {2}, "n");
  clock.Advance(2 * kHour);
  std::ofstream(folder / "m") << "no folder";
  EXPECT_EQ(NewFiles().Round().code(), Code::kUnavailable);
  EXPECT_EQ(Files(), (std::vector<std::string>{"m", std::string("n/1/") + kAtNoon}));
}

TEST_F(LogFilesTest, AFolderThatCannotBeWrittenIsAnError) {
  Log(1, {1});
  clock.Advance(2 * kHour);
  std::ofstream(folder / "m") << "no folder";
  LogFiles files = NewFiles();
  EXPECT_EQ(files.Round().code(), Code::kUnavailable);
  fs::remove(folder / "m");
  EXPECT_TRUE(files.Round().ok());
  EXPECT_EQ(Files().size(), 1U);
}

}  // namespace
}  // namespace scoreway
