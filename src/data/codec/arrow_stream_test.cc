// Arrow streams: what pyarrow wrote is read, and what we write comes back.
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "data/codec/arrow_reader.h"
#include "data/codec/arrow_writer.h"

namespace scoreway {
namespace {

std::shared_ptr<const Schema> AllTypes() {
  return Schema::Make({{"f", Type::kFloat32},
                       {"d", Type::kFloat64},
                       {"i", Type::kInt64},
                       {"b", Type::kBool},
                       {"s", Type::kString}})
      .value();
}

Batch SampleBatch() {
  Batch batch(AllTypes());
  batch.column(0).AppendFloat32(1.5f);
  batch.column(1).AppendFloat64(-0.1);
  batch.column(2).AppendInt64(INT64_MIN);
  batch.column(3).AppendBool(true);
  batch.column(4).AppendString("w\xC3\xA4hlen");
  for (size_t c = 0; c < 5; ++c) batch.column(c).AppendNull();
  batch.column(0).AppendFloat32(2);
  batch.column(1).AppendFloat64(3);
  batch.column(2).AppendInt64(9007199254740993);
  batch.column(3).AppendBool(false);
  batch.column(4).AppendString("");
  return batch;
}

void ExpectSample(const Batch& batch) {
  ASSERT_EQ(batch.rows(), 3u);
  for (size_t c = 0; c < 5; ++c) {
    EXPECT_TRUE(batch.column(c).valid(0));
    EXPECT_FALSE(batch.column(c).valid(1));
    EXPECT_TRUE(batch.column(c).valid(2));
  }
  EXPECT_EQ(batch.column(0).float32s()[0], 1.5f);
  EXPECT_EQ(batch.column(1).float64s()[0], -0.1);
  EXPECT_EQ(batch.column(2).int64s()[0], INT64_MIN);
  EXPECT_EQ(batch.column(2).int64s()[2], 9007199254740993);
  EXPECT_EQ(batch.column(3).bools()[0], 1);
  EXPECT_EQ(batch.column(3).bools()[2], 0);
  EXPECT_EQ(batch.column(4).string_at(0), "w\xC3\xA4hlen");
  EXPECT_EQ(batch.column(4).string_at(2), "");
}

std::string StreamOf(const Batch& batch) {
  std::string stream;
  AppendArrowSchema(batch.schema(), &stream);
  EXPECT_TRUE(AppendArrowBatch(batch, &stream).ok());
  AppendArrowEnd(&stream);
  return stream;
}

TEST(ArrowStream, ComesBackAsItWasWritten) {
  const std::string stream = StreamOf(SampleBatch());
  ArrowReader reader(stream, AllTypes());
  Batch batch(AllTypes());
  const Result<bool> read = reader.Next(&batch);
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  ASSERT_TRUE(*read);
  ExpectSample(batch);
  const Result<bool> end = reader.Next(&batch);
  ASSERT_TRUE(end.ok());
  EXPECT_FALSE(*end);
}

std::string ReadStream(const std::string& name) {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/src/data/codec/testdata/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// Written by pyarrow (testdata/make_arrow.py): the sample, as float32, float64, int64, bool and large_utf8, and columns
// of other widths that the schema takes as float64.
TEST(ArrowStream, ReadsWhatPyarrowWrote) {
  const std::string stream = ReadStream("pyarrow.arrows");
  ASSERT_FALSE(stream.empty());
  ArrowReader sample(stream, AllTypes());
  Batch batch(AllTypes());
  const Result<bool> read = sample.Next(&batch);
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  ExpectSample(batch);

  const auto widths =
      Schema::Make({{"u8", Type::kFloat64}, {"i16", Type::kInt64}, {"u64", Type::kFloat64}, {"none", Type::kFloat64}})
          .value();
  ArrowReader others(stream, widths, {.may_be_absent = {false, false, false, true}});
  Batch numbers(widths);
  ASSERT_TRUE(others.Next(&numbers).ok());
  EXPECT_EQ(numbers.column(0).NumberAt(0), 255);
  EXPECT_EQ(numbers.column(1).int64s()[0], -32768);
  EXPECT_EQ(numbers.column(2).NumberAt(0), 18446744073709551615.0);
  EXPECT_FALSE(numbers.column(3).valid(0));
}

class CompressedStreams : public testing::TestWithParam<const char*> {};

// The sample, with columns between that are passed over: times, lists, dictionaries.
TEST_P(CompressedStreams, AreReadAsTheOthers) {
  const std::string stream = ReadStream(GetParam());
  ASSERT_FALSE(stream.empty());
  ArrowReader reader(stream, AllTypes());
  Batch batch(AllTypes());
  const Result<bool> read = reader.Next(&batch);
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  ExpectSample(batch);
  const Result<bool> end = reader.Next(&batch);
  EXPECT_TRUE(end.ok() && !*end);

  const auto nothing = Schema::Make({{"nothing", Type::kString}}).value();
  ArrowReader of_nothing(stream, nothing);
  Batch nulls(nothing);
  ASSERT_TRUE(of_nothing.Next(&nulls).ok());
  EXPECT_EQ(nulls.column(0).null_count(), 3u);

  const auto city = Schema::Make({{"city", Type::kString}}).value();
  EXPECT_EQ(ArrowReader(stream, city).Open().ToString(),
            "column 'city': dictionary-encoded columns are not read; send the values");
  const auto time = Schema::Make({{"time", Type::kInt64}}).value();
  EXPECT_EQ(ArrowReader(stream, time).Open().code(), Code::kUnsupported);
}

TEST_P(CompressedStreams, UnpackToABound) {
  const std::string stream = ReadStream(GetParam());
  ArrowReader reader(stream, AllTypes(), {.unpacked_bytes_max = 16});
  Batch batch(AllTypes());
  EXPECT_EQ(reader.Next(&batch).code(), Code::kResourceExhausted);
}

// A claim that so few bytes cannot keep is refused before there is room for it, whatever the limit.
TEST(ArrowStream, RefusesABufferThatClaimsMoreThanItsBodyCanHold) {
  std::string stream = ReadStream("pyarrow_zstd.arrows");
  constexpr std::string_view kZstdMagic = "\x28\xB5\x2F\xFD";
  constexpr uint64_t kClaim = uint64_t{1} << 39;
  for (size_t at = stream.find(kZstdMagic); at != std::string::npos; at = stream.find(kZstdMagic, at + 1)) {
    std::memcpy(stream.data() + at - sizeof kClaim, &kClaim, sizeof kClaim);
  }
  ArrowReader reader(stream, AllTypes(), {.unpacked_bytes_max = UINT64_MAX});
  Batch batch(AllTypes());
  EXPECT_EQ(reader.Next(&batch).code(), Code::kResourceExhausted);
}

// Nulls take no bytes of a stream, but of memory.
TEST_P(CompressedStreams, CannotClaimRowsWithoutBytes) {
  std::string stream = ReadStream(GetParam());
  constexpr int64_t kRows = 3, kClaim = 1'000'000'000;
  for (size_t at = 0; at + sizeof kRows <= stream.size(); at += sizeof kRows) {
    if (std::memcmp(stream.data() + at, &kRows, sizeof kRows) == 0) {
      std::memcpy(stream.data() + at, &kClaim, sizeof kClaim);
    }
  }
  const auto nothing = Schema::Make({{"nothing", Type::kFloat64}, {"absent", Type::kFloat64}}).value();
  ArrowReader reader(stream, nothing, {.may_be_absent = {true, true}});
  Batch batch(nothing);
  EXPECT_EQ(reader.Next(&batch).code(), Code::kResourceExhausted);
}

INSTANTIATE_TEST_SUITE_P(ArrowStream, CompressedStreams, testing::Values("pyarrow_lz4.arrows", "pyarrow_zstd.arrows"));

TEST(ArrowStream, NamesTheColumnThatDoesNotFit) {
  const std::string stream = StreamOf(SampleBatch());
  Batch batch(AllTypes());
  const auto missing = Schema::Make({{"z", Type::kFloat64}}).value();
  EXPECT_EQ(ArrowReader(stream, missing).Open().error().ToString(), "column 'z': is missing");
  const auto text = Schema::Make({{"d", Type::kString}}).value();
  EXPECT_EQ(ArrowReader(stream, text).Open().error().ToString(), "column 'd': holds numbers, not string");
}

TEST(ArrowStream, RefusesEveryPrefixAndEveryDamagedByte) {
  const std::string whole = StreamOf(SampleBatch());
  const std::string stream = whole.substr(0, whole.size() - 8);
  for (size_t cut = 1; cut < stream.size(); ++cut) {
    ArrowReader reader(std::string_view(stream).substr(0, cut), AllTypes());
    Batch batch(AllTypes());
    const Result<bool> read = reader.Next(&batch);
    EXPECT_FALSE(read.ok() && *read) << cut;
  }
  for (size_t at = 0; at < stream.size(); ++at) {
    std::string damaged = stream;
    damaged[at] = static_cast<char>(damaged[at] ^ 0xFF);
    ArrowReader reader(damaged, AllTypes());
    Batch batch(AllTypes());
    (void)reader.Next(&batch);  // an error or other numbers, but it ends
  }
}

}  // namespace
}  // namespace scoreway
