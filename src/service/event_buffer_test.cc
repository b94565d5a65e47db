#include "service/event_buffer.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

TEST(EventBuffer, WakesItsClientOnceForWhatIsThere) {
  EventBuffer buffer(100);
  int woken = 0;
  buffer.Wait([&] { ++woken; });
  EXPECT_EQ(woken, 0);
  EXPECT_TRUE(buffer.Push("a\n"));
  EXPECT_TRUE(buffer.Push("b\n"));
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(buffer.Take(), "a\nb\n");
  buffer.Push("c");
  buffer.Wait([&] { ++woken; });
  EXPECT_EQ(woken, 2) << "at once, as there is something";
}

TEST(EventBuffer, DropsAClientThatReadsTooSlowlyAndSaysWhy) {
  EventBuffer buffer(10);
  EXPECT_TRUE(buffer.Push("12345678"));
  EXPECT_FALSE(buffer.Push("901")) << "it does not fit";
  EXPECT_FALSE(buffer.Push("9"));
  EXPECT_EQ(buffer.Take(),
            "12345678event: dropped\ndata: {\"reason\":\"the client reads too slowly: 8 bytes waited for it\"}\n\n");
  EXPECT_EQ(buffer.Take(), "") << "it has ended";
  int woken = 0;
  buffer.Wait([&] { ++woken; });
  EXPECT_EQ(woken, 1);
}

TEST(EventBuffer, TakesNothingForAClientThatHasGone) {
  EventBuffer buffer(10);
  int woken = 0;
  buffer.Wait([&] { ++woken; });
  buffer.Leave();
  EXPECT_FALSE(buffer.Push("a"));
  buffer.End("b");
  EXPECT_EQ(woken, 0);
}

}  // namespace
}  // namespace scoreway
