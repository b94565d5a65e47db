#include "service/trace_context.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kParent[] = "00f067aa0ba902b7";

std::string Header(const std::string& version, const std::string& flags, const std::string& rest = {}) {
  return version + "-" + kTrace + "-" + kParent + "-" + flags + rest;
}

TEST(TraceContext, GoesOnWithTheCallersTrace) {
  const auto context = ReadTraceparent(Header("00", "01"));
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace_id, kTrace);
  EXPECT_EQ(context->parent_id, kParent);
  EXPECT_TRUE(context->is_sampled);
  EXPECT_EQ(context->ToHeader(), "00-" + std::string(kTrace) + "-" + context->span_id + "-01");
  EXPECT_EQ(context->span_id.size(), 16U);
  EXPECT_NE(context->span_id, kParent);
  EXPECT_NE(ReadTraceparent(Header("00", "01"))->span_id, context->span_id);
  EXPECT_FALSE(ReadTraceparent(Header("00", "00"))->is_sampled);
  EXPECT_TRUE(ReadTraceparent(Header("00", "03"))->is_sampled);
}

// As the standard has it: a later version is read by its first fields, and version ff is none.
TEST(TraceContext, ReadsLaterVersionsAndRefusesWhatIsNone) {
  EXPECT_TRUE(ReadTraceparent(Header("01", "01", "-what-is-new")));
  EXPECT_FALSE(ReadTraceparent(Header("00", "01", "-what-is-new")));
  EXPECT_FALSE(ReadTraceparent(Header("01", "01", "x")));
  EXPECT_FALSE(ReadTraceparent(Header("ff", "01")));
  EXPECT_FALSE(ReadTraceparent(""));
  EXPECT_FALSE(ReadTraceparent("00-00000000000000000000000000000000-00f067aa0ba902b7-01"));
  EXPECT_FALSE(ReadTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"));
  EXPECT_FALSE(ReadTraceparent("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"));
  EXPECT_FALSE(ReadTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01"));
  EXPECT_FALSE(ReadTraceparent("00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01"));
}

TEST(TraceContext, ANewTraceHasNoParent) {
  const TraceContext trace = NewTrace(true);
  EXPECT_TRUE(trace.parent_id.empty());
  const auto read = ReadTraceparent(trace.ToHeader());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->trace_id, trace.trace_id);
  EXPECT_EQ(read->parent_id, trace.span_id);
}

}  // namespace
}  // namespace scoreway
