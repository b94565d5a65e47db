#include "streams/stream_store.h"

#include <gtest/gtest.h>

#include "store/memory/memory_store.h"

namespace scoreway {
namespace {

Stream Wine() {
  Stream stream;
  stream.name = "wine";
  stream.brokers = "127.0.0.1:9092";
  stream.input = "rows";
  stream.output = "answers";
  stream.model = "wine@champion";
  return stream;
}

std::string FaultOf(const Stream& stream) {
  Stream completed = stream;
  const Status status = CompleteStream(&completed);
  return status.ok() ? "" : status.error().place;
}

TEST(Stream, SaysWhatIsWrongWithIt) {
  EXPECT_EQ(FaultOf(Wine()), "");
  const auto with = [](auto change) {
    Stream stream = Wine();
    change(stream);
    return FaultOf(stream);
  };
  EXPECT_EQ(with([](Stream& s) { s.brokers = ""; }), "member 'brokers'");
  EXPECT_EQ(with([](Stream& s) { s.brokers = "a b"; }), "member 'brokers'");
  EXPECT_EQ(with([](Stream& s) { s.input = "no topic"; }), "member 'input'");
  EXPECT_EQ(with([](Stream& s) { s.output = "rows"; }), "member 'output'");
  EXPECT_EQ(with([](Stream& s) { s.errors = "answers"; }), "member 'errors'");
  EXPECT_EQ(with([](Stream& s) { s.errors = std::string(250, 'a'); }), "member 'errors'");
  EXPECT_EQ(with([](Stream& s) { s.columns = {"a"}; }), "member 'columns'");
  EXPECT_EQ(with([](Stream& s) { s.format = StreamFormat::kCsv, s.columns = {"a\nb"}; }), "member 'columns'");
  EXPECT_EQ(with([](Stream& s) { s.outputs = {""}; }), "member 'outputs'");
  const auto labels = [](auto change) {
    Stream stream = Wine();
    stream.takes = StreamTakes::kLabels;
    stream.output.clear();
    change(stream);
    return FaultOf(stream);
  };
  EXPECT_EQ(labels([](Stream&) {}), "");
  EXPECT_EQ(labels([](Stream& s) { s.output = "answers"; }), "member 'output'");
  EXPECT_EQ(labels([](Stream& s) { s.format = StreamFormat::kCsv; }), "member 'format'");
  EXPECT_EQ(labels([](Stream& s) { s.outputs = {"predict"}; }), "member 'outputs'");
  Stream unnamed = Wine();
  unnamed.name = "../x";
  EXPECT_EQ(CompleteStream(&unnamed).code(), Code::kInvalidArgument);
}

TEST(Stream, IsReadAsItWasWritten) {
  Stream stream = Wine();
  stream.format = StreamFormat::kCsv;
  stream.columns = {"a", "b \"c\""};
  stream.outputs = {"predict"};
  stream.from_end = true;
  stream.replay_of = "other";
  stream.ends = {{0, 12}, {3, 0}};
  stream.state = StreamState::kPaused;
  stream.revision = 7;
  stream.created_micros = 1'700'000'000'123'456;
  stream.changed_micros = 1'700'000'001'000'000;
  stream.who = "ann";
  ASSERT_TRUE(CompleteStream(&stream).ok());
  EXPECT_EQ(stream.errors, "answers.errors");
  std::string text;
  JsonWriter json(&text);
  WriteJson(stream, &json);
  const Result<Stream> read = ParseStream(text);
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_TRUE(*read == stream) << text;
  EXPECT_EQ(ParseStream("{\"name\":1}").code(), Code::kCorrupt);
}

TEST(StreamStore, KeepsStreamsAndTheirStates) {
  ManualClock clock(1'700'000'000'000'000);
  const auto store = NewMemoryStore(clock);
  StreamStore streams(*store, clock);
  const uint64_t before = streams.ChangeCount().value();
  ASSERT_TRUE(streams.Create(Wine()).ok());
  EXPECT_NE(streams.ChangeCount().value(), before);
  EXPECT_EQ(streams.Create(Wine()).code(), Code::kAlreadyExists);
  EXPECT_EQ(streams.Get("other").code(), Code::kNotFound);

  clock.Advance(5);
  const Result<Stream> paused = streams.SetState("wine", StreamState::kPaused);
  ASSERT_TRUE(paused.ok());
  EXPECT_EQ(paused->revision, 2);
  EXPECT_EQ(paused->changed_micros, paused->created_micros + 5);
  EXPECT_EQ(streams.SetState("wine", StreamState::kPaused).value().revision, 2) << "nothing changed";
  ASSERT_TRUE(streams.SetState("wine", StreamState::kDone).ok());
  EXPECT_EQ(streams.SetState("wine", StreamState::kRunning).code(), Code::kConflict);

  EXPECT_EQ(streams.ReadAll().value().size(), 1U);
  ASSERT_TRUE(streams.Delete("wine").ok());
  EXPECT_EQ(streams.Delete("wine").code(), Code::kNotFound);
  EXPECT_TRUE(streams.ReadAll().value().empty());
}

TEST(StreamStore, ForgetsReportsOfThoseWhoAreGone) {
  ManualClock clock(1'700'000'000'000'000);
  const auto store = NewMemoryStore(clock);
  StreamStore streams(*store, clock);
  StreamReport report{.instance = "a", .activity = "running", .error = "x", .partitions = 2, .lag = 3, .messages = 4};
  ASSERT_TRUE(streams.PutReport("wine", report, std::chrono::seconds(10)).ok());
  const auto reports = streams.Reports("wine").value();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].instance, "a");
  EXPECT_EQ(reports[0].error, "x");
  EXPECT_EQ(reports[0].lag, 3);
  clock.Advance(10'000'001);
  EXPECT_TRUE(streams.Reports("wine").value().empty());
}

}  // namespace
}  // namespace scoreway
