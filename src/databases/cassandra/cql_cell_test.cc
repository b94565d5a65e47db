// Cells of Cassandra's native protocol, with the bytes that the protocol's specification gives them.
#include "databases/cassandra/cql_cell.h"

#include <gtest/gtest.h>

namespace scoreway::cassandra {
namespace {

std::string Bytes(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text.push_back(static_cast<char>(byte));
  return text;
}

TEST(CqlCell, ReadsNumbers) {
  Column numbers(Type::kFloat64);
  EXPECT_TRUE(AppendCqlCell(CqlType::kDouble, Bytes({0xbf, 0xf8, 0, 0, 0, 0, 0, 0}), &numbers).ok());
  EXPECT_TRUE(AppendCqlCell(CqlType::kFloat, Bytes({0x3f, 0xc0, 0, 0}), &numbers).ok());
  EXPECT_TRUE(AppendCqlCell(CqlType::kSmallint, Bytes({0xff, 0xfe}), &numbers).ok());
  EXPECT_TRUE(AppendCqlCell(CqlType::kBoolean, Bytes({1}), &numbers).ok());
  ASSERT_EQ(numbers.size(), 4u);
  EXPECT_EQ(numbers.float64s()[0], -1.5);
  EXPECT_EQ(numbers.float64s()[1], 1.5);
  EXPECT_EQ(numbers.float64s()[2], -2);
  EXPECT_EQ(numbers.float64s()[3], 1);
  Column integers(Type::kInt64);
  EXPECT_TRUE(AppendCqlCell(CqlType::kBigint, Bytes({0x80, 0, 0, 0, 0, 0, 0, 1}), &integers).ok());
  EXPECT_EQ(integers.int64s()[0], INT64_MIN + 1);
}

TEST(CqlCell, RefusesBytesThatAreNoSuchCell) {
  Column numbers(Type::kFloat64);
  EXPECT_EQ(AppendCqlCell(CqlType::kDouble, "abc", &numbers).code(), Code::kInvalidArgument);
  EXPECT_EQ(AppendCqlCell(CqlType::kInt, "", &numbers).code(), Code::kInvalidArgument);
  EXPECT_EQ(numbers.size(), 0u);
  Column texts(Type::kString);
  EXPECT_EQ(AppendCqlCell(CqlType::kTimestamp, std::string(8, '\x7f'), &texts).code(), Code::kInvalidArgument);
  for (const char byte : {'\0', '\x24', '\xff'}) {
    EXPECT_EQ(AppendCqlCell(CqlType::kDate, std::string(4, byte), &texts).code(), Code::kInvalidArgument);
  }
  EXPECT_EQ(texts.size(), 0u);
}

TEST(CqlCell, TextsOfTimesAndUuidsGoBothWays) {
  struct Case {
    CqlType type;
    std::string bytes, text;
  };
  const Case cases[] = {
      {CqlType::kUuid,
       Bytes({0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12, 0xd3, 0xa4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40, 0}),
       "123e4567-e89b-12d3-a456-426614174000"},
      {CqlType::kTimestamp, Bytes({0, 0, 0, 0, 0, 0, 0x03, 0xe9}), "1970-01-01T00:00:01.001000Z"},
      {CqlType::kTimestamp, Bytes({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), "1969-12-31T23:59:59.999000Z"},
      {CqlType::kDate, Bytes({0x80, 0, 0, 1}), "1970-01-02"},
      {CqlType::kText, "caf\xc3\xa9", "caf\xc3\xa9"},
  };
  for (const Case& one : cases) {
    Column texts(Type::kString);
    ASSERT_TRUE(AppendCqlCell(one.type, one.bytes, &texts).ok()) << one.text;
    EXPECT_EQ(texts.string_at(0), one.text);
    const auto back = EncodeCqlCell(one.type, texts, 0);
    ASSERT_TRUE(back.ok()) << back.error().ToString();
    EXPECT_EQ(*back, one.bytes) << one.text;
  }
}

TEST(CqlCell, RefusesValuesThatHaveNoPlace) {
  Column integers(Type::kInt64);
  integers.AppendInt64(32'768);
  integers.AppendInt64(-32'768);
  EXPECT_EQ(EncodeCqlCell(CqlType::kSmallint, integers, 0).code(), Code::kInvalidArgument);
  EXPECT_EQ(*EncodeCqlCell(CqlType::kSmallint, integers, 1), Bytes({0x80, 0}));
  Column texts(Type::kString);
  for (const char* text : {"123e4567e89b12d3a456426614174000", "1970-01-01T00:00:00.000001Z", "caf\xc3\xa9"}) {
    texts.AppendString(text);
  }
  EXPECT_EQ(EncodeCqlCell(CqlType::kUuid, texts, 0).code(), Code::kInvalidArgument);
  EXPECT_EQ(EncodeCqlCell(CqlType::kTimestamp, texts, 1).code(), Code::kInvalidArgument);
  EXPECT_EQ(EncodeCqlCell(CqlType::kDate, texts, 1).code(), Code::kInvalidArgument);
  EXPECT_EQ(EncodeCqlCell(CqlType::kAscii, texts, 2).code(), Code::kInvalidArgument);
}

TEST(CqlCell, ReadsAndWritesOnlyWhatKeepsEveryValue) {
  EXPECT_FALSE(CanRead(CqlType::kDouble, Type::kInt64));
  EXPECT_TRUE(CanRead(CqlType::kInt, Type::kFloat64));
  EXPECT_FALSE(CanRead(CqlType::kText, Type::kFloat64));
  EXPECT_FALSE(CanWrite(Type::kFloat64, CqlType::kFloat));
  EXPECT_FALSE(CanWrite(Type::kFloat64, CqlType::kBigint));
  EXPECT_FALSE(CanWrite(Type::kInt64, CqlType::kCounter));
  EXPECT_TRUE(CanWrite(Type::kFloat32, CqlType::kDouble));
  EXPECT_FALSE(CqlTypeOf("map<text, int>"));
}

}  // namespace
}  // namespace scoreway::cassandra
