// When triggers fire: pure, with a clock that stands still.
#include "batches/firing.h"

#include <gtest/gtest.h>

#include "base/utc_time.h"

namespace scoreway {
namespace {

constexpr int64_t kSecond = 1'000'000;

int64_t At(const char* text) { return ParseUtc(text).value(); }

class LookTest : public ::testing::Test {
 protected:
  LookTest() {
    state.rows = 10;
    state.bytes = 100;
    state.collecting = 4;
    state.oldest_micros = At("2026-03-28T12:00:00");
    state.newest_version = 3;
    state.meant_version = 2;
    around.now_micros = At("2026-03-28T12:00:10");
    around.newest_version = 3;
    around.meant_version = 2;
  }
  BatchLook Look() const { return LookAt(batch, state, around); }

  StoredBatch batch;
  BatchState state;
  BatchSurroundings around;
};

TEST_F(LookTest, FiresByRowsAndAge) {
  EXPECT_FALSE(Look().has_changed);
  batch.trigger.rows = 11;
  EXPECT_FALSE(Look().fires);
  batch.trigger.rows = 10;
  const BatchLook look = Look();
  ASSERT_TRUE(look.fires);
  EXPECT_EQ(look.firing.cause, FiringCause::kRows);
  EXPECT_EQ(look.firing.number, 4);
  EXPECT_EQ(look.firing.rows, 10);
  EXPECT_EQ(look.firing.version, 2);
  EXPECT_EQ(look.state.collecting, 5);
  EXPECT_EQ(look.state.rows, 0);
  EXPECT_EQ(look.state.unfinished, (std::vector<int64_t>{4}));
  EXPECT_FALSE(LookAt(batch, look.state, around).has_changed) << "once";

  batch.trigger = {.age_seconds = 11};
  EXPECT_FALSE(Look().fires);
  around.now_micros += kSecond;
  EXPECT_EQ(Look().firing.cause, FiringCause::kAge);
}

TEST_F(LookTest, FiresByCronOnceForAllTimesMissed) {
  const Cron cron = Cron::Parse("0 * * * *").value();
  const TimeZone zone;
  around.cron = &cron;
  around.zone = &zone;
  state.cron_until_seconds = At("2026-03-28T12:00:00") / kSecond;
  EXPECT_FALSE(Look().has_changed);
  around.now_micros = At("2026-03-28T15:10:00");
  BatchLook look = Look();
  ASSERT_TRUE(look.fires);
  EXPECT_EQ(look.firing.cause, FiringCause::kCron);
  EXPECT_EQ(look.firing.due_micros, At("2026-03-28T13:00:00"));
  // A clock that is put back does not fire again for what has fired.
  look.state.rows = 1;
  around.now_micros = At("2026-03-28T13:30:00");
  EXPECT_FALSE(LookAt(batch, look.state, around).has_changed);
  around.now_micros = At("2026-03-28T15:59:59");
  EXPECT_FALSE(LookAt(batch, look.state, around).has_changed);
  around.now_micros = At("2026-03-28T16:00:00");
  EXPECT_TRUE(LookAt(batch, look.state, around).fires);
}

TEST_F(LookTest, PassesATimeWithoutRows) {
  const Cron cron = Cron::Parse("0 * * * *").value();
  const TimeZone zone;
  around.cron = &cron;
  around.zone = &zone;
  state.cron_until_seconds = At("2026-03-28T12:00:00") / kSecond;
  state.rows = 0;
  around.now_micros = At("2026-03-28T13:00:00");
  BatchLook look = Look();
  EXPECT_FALSE(look.fires);
  ASSERT_TRUE(look.has_changed);
  look.state.rows = 1;
  EXPECT_FALSE(LookAt(batch, look.state, around).has_changed) << "rows that come later wait for the next time";
}

TEST_F(LookTest, FiresAfterANewVersionOrAMove) {
  batch.trigger.after_version = true;
  EXPECT_FALSE(Look().has_changed);
  around.newest_version = 5;
  BatchLook look = Look();
  EXPECT_EQ(look.firing.cause, FiringCause::kVersion);
  EXPECT_EQ(look.state.newest_version, 5);
  around.newest_version = 4;
  look.state.rows = 1;
  EXPECT_FALSE(LookAt(batch, look.state, around).fires) << "one was deleted";

  batch.trigger = {.after_move = true};
  around.newest_version = 3;
  EXPECT_FALSE(Look().fires);
  around.meant_version = 1;
  look = Look();
  EXPECT_EQ(look.firing.cause, FiringCause::kMove);
  EXPECT_EQ(look.firing.version, 1);
}

TEST_F(LookTest, WaitsWhereTooManyAreNotOver) {
  batch.trigger.rows = 1;
  state.unfinished.resize(BatchState::kUnfinishedMax);
  EXPECT_FALSE(Look().has_changed);
  state.unfinished.pop_back();
  EXPECT_TRUE(Look().fires);
  state.is_deleted = true;
  EXPECT_FALSE(Look().has_changed);
}

TEST(StoredBatch, SaysWhatIsWrongWithIt) {
  const auto fault_of = [](auto change) {
    StoredBatch batch;
    batch.name = "nightly";
    batch.model = "wine";
    batch.output = "file:wine-{firing}.csv";
    change(batch);
    const Status status = CheckStoredBatch(batch);
    return status.ok() ? "" : status.error().place;
  };
  EXPECT_EQ(fault_of([](StoredBatch&) {}), "");
  EXPECT_EQ(fault_of([](StoredBatch& b) { b.output = "sqlite:a/b.db/wine"; }), "");
  for (const char* output :
       {"", "wine.csv", "file:wine.csv", "file:wine-{firing}.txt", "file:/tmp/{firing}.csv", "file:../{firing}.csv",
        "file:a/../{firing}.csv", "file:.a/{firing}.csv", "file:a//{firing}.csv", "sqlite:wine.db", "sqlite:/a.db/t",
        "sqlite:a.db/", "sqlite:a.db/a b", "file:a\n{firing}.csv"}) {
    EXPECT_EQ(fault_of([&](StoredBatch& b) { b.output = output; }), "member 'output'") << output;
  }
  EXPECT_EQ(fault_of([](StoredBatch& b) { b.keep = {"id:int64", "day"}; }), "");
  EXPECT_EQ(fault_of([](StoredBatch& b) { b.keep = {"id:number"}; }), "member 'keep'");
  EXPECT_EQ(fault_of([](StoredBatch& b) { b.keep = {"id", "id:int64"}; }), "member 'keep'");
  EXPECT_EQ(fault_of([](StoredBatch& b) { b.trigger.cron = "soon"; }), "member 'cron'");
  EXPECT_EQ(fault_of([](StoredBatch& b) { b.trigger.timezone = "UTC"; }), "member 'timezone'");
  EXPECT_EQ(fault_of([](StoredBatch& b) { b.trigger.age_seconds = -1; }), "member 'age_seconds'");
  EXPECT_EQ(fault_of([](StoredBatch& b) { b.trigger.rows = -1; }), "member 'rows'");
  EXPECT_EQ(ParseBatchOutput("file:a/wine-{firing}.csv").value().PathOf(12), "a/wine-00000012.csv");
}

}  // namespace
}  // namespace scoreway
