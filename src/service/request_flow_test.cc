#include "service/request_flow.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Notes requests so far apart, and gives the time of the last one.
RequestFlow::Time NoteFor(RequestFlow* flow, RequestFlow::Time start, milliseconds time, microseconds apart) {
  RequestFlow::Time now = start;
  for (; now < start + time; now += apart) flow->Note(now);
  return now - apart;
}

constexpr RequestFlow::Time kStart{seconds(100)};

TEST(RequestFlow, IsThickWhileRequestsComeOneSoonAfterTheOther) {
  for (const microseconds apart : {microseconds(10), microseconds(150), microseconds(1500)}) {
    RequestFlow flow;
    EXPECT_FALSE(flow.IsThick(kStart));
    const RequestFlow::Time last = NoteFor(&flow, kStart, milliseconds(20), apart);
    EXPECT_TRUE(flow.IsThick(last + microseconds(500)));
    EXPECT_FALSE(flow.IsThick(last + milliseconds(3)));
  }
}

TEST(RequestFlow, AFewAtOnceAreNotThick) {
  RequestFlow flow;
  const RequestFlow::Time last = NoteFor(&flow, kStart, milliseconds(5), microseconds(10));
  EXPECT_FALSE(flow.IsThick(last));
}

TEST(RequestFlow, ThoseThatComeNowAndThenAreNotThick) {
  RequestFlow flow;
  const RequestFlow::Time last = NoteFor(&flow, kStart, milliseconds(1000), milliseconds(4));
  EXPECT_FALSE(flow.IsThick(last));
}

TEST(RequestFlow, AfterAPauseItBeginsAnew) {
  RequestFlow flow;
  NoteFor(&flow, kStart, milliseconds(50), microseconds(100));
  const RequestFlow::Time again = kStart + milliseconds(60);
  EXPECT_FALSE(flow.IsThick(NoteFor(&flow, again, milliseconds(8), microseconds(100))));
  EXPECT_TRUE(flow.IsThick(NoteFor(&flow, again, milliseconds(12), microseconds(100))));
}

}  // namespace
}  // namespace scoreway
