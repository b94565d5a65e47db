#include "challenge/evidence_trace.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

std::string TextOf(const EvidenceTrace& trace) {
  std::string text;
  JsonWriter json(&text);
  trace.Write(&json);
  return text;
}

EvidenceTrace After(uint64_t labels_max) {
  EvidenceTrace trace;
  for (uint64_t labels = 1; labels <= labels_max; ++labels) {
    if (trace.Wants(labels))
      trace.Add({.labels = labels, .lead = 1.0 / static_cast<double>(labels), .low = -1, .high = 1});
  }
  return trace;
}

TEST(EvidenceTrace, KeepsFewPointsThatAreEvenlySpread) {
  const EvidenceTrace trace = After(10'000);
  ASSERT_LT(trace.points().size(), EvidenceTrace::kPointsMax);
  ASSERT_GE(trace.points().size(), EvidenceTrace::kPointsMax / 2);
  const uint64_t step = trace.points().front().labels;
  for (size_t i = 0; i < trace.points().size(); ++i) EXPECT_EQ(trace.points()[i].labels, step * (i + 1));
  EXPECT_GT(trace.points().back().labels + step, 10'000u);
}

TEST(EvidenceTrace, GoesOnWhereItWasWritten) {
  const EvidenceTrace trace = After(300);
  auto read = EvidenceTrace::Parse(TextOf(trace));
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ(TextOf(*read), TextOf(trace));
  EvidenceTrace longer = *read;
  for (uint64_t labels = 301; labels <= 1000; ++labels) {
    if (longer.Wants(labels))
      longer.Add({.labels = labels, .lead = 1.0 / static_cast<double>(labels), .low = -1, .high = 1});
  }
  EXPECT_EQ(TextOf(longer), TextOf(After(1000)));
}

TEST(EvidenceTrace, RefusesWhatWasNotWrittenSo) {
  for (const char* text : {"[]", "{}", R"({"step":0,"labels":[]})", R"({"step":1,"labels":[1]})",
                           R"({"step":1,"labels":[1],"lead":[0],"low":[0],"high":[0],"better":[0],"worse":["a"]})"}) {
    EXPECT_EQ(EvidenceTrace::Parse(text).code(), Code::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace scoreway
