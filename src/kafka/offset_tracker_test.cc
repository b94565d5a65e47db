#include "kafka/offset_tracker.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

using Offsets = std::vector<std::pair<int32_t, int64_t>>;

Offsets Moved(OffsetTracker& tracker) {
  Offsets moved;
  for (const KafkaOffset& offset : tracker.TakeMoved()) moved.emplace_back(offset.partition, offset.offset);
  return moved;
}

TEST(OffsetTracker, PassesNothingThatIsNotDone) {
  OffsetTracker tracker;
  for (int64_t offset = 10; offset < 14; ++offset) tracker.Read(0, offset);
  EXPECT_EQ(Moved(tracker), Offsets());
  tracker.Done(0, 11);
  tracker.Done(0, 13);
  EXPECT_EQ(Moved(tracker), Offsets());
  tracker.Done(0, 10);
  EXPECT_EQ(Moved(tracker), (Offsets{{0, 12}}));
  EXPECT_EQ(Moved(tracker), Offsets());
  tracker.Done(0, 12);
  EXPECT_EQ(Moved(tracker), (Offsets{{0, 14}}));
}

TEST(OffsetTracker, KeepsPartitionsApartAndForgets) {
  OffsetTracker tracker;
  tracker.Read(0, 5);
  tracker.Read(3, 7);
  tracker.Done(3, 7);
  EXPECT_EQ(Moved(tracker), (Offsets{{3, 8}}));
  tracker.Forget();
  tracker.Done(0, 5);
  EXPECT_EQ(Moved(tracker), Offsets());
}

}  // namespace
}  // namespace scoreway
