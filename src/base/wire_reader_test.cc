#include "base/wire_reader.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

using std::string_literals::operator""s;

std::vector<WireField> ReadAll(const std::string& bytes) {
  std::vector<WireField> fields;
  WireReader reader(bytes);
  WireField field;
  while (true) {
    const Result<bool> more = reader.Next(&field);
    EXPECT_TRUE(more.ok()) << more.error().ToString();
    if (!more.ok() || !*more) return fields;
    fields.push_back(field);
  }
}

std::string ErrorOf(const std::string& bytes) {
  WireReader reader(bytes);
  WireField field;
  while (true) {
    const Result<bool> more = reader.Next(&field);
    if (!more.ok()) return more.error().ToString();
    if (!*more) return "";
  }
}

TEST(WireReader, ReadsEveryWireType) {
  const std::string bytes = "\x08\x96\x01\x11\x01\0\0\0\0\0\0\0\x1a\x02hi\x25\0\0\x80\x3f"s;
  const std::vector<WireField> fields = ReadAll(bytes);
  ASSERT_EQ(fields.size(), 4U);
  EXPECT_EQ(fields[0].number, 1U);
  EXPECT_EQ(fields[0].scalar, 150U);
  EXPECT_EQ(fields[1].scalar, 1U);
  EXPECT_EQ(fields[2].bytes, "hi");
  EXPECT_EQ(fields[3].type, WireType::kFixed32);
  EXPECT_EQ(fields[3].scalar, 0x3f800000U);
}

TEST(WireReader, ReadsNegativeVarints) {
  const std::string bytes = "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
  const std::vector<WireField> fields = ReadAll(bytes);
  ASSERT_EQ(fields.size(), 1U);
  EXPECT_EQ(fields[0].signed_value(), -1);
}

TEST(WireReader, RefusesWhatDoesNotFit) {
  EXPECT_EQ(ErrorOf("\x08"), "offset 1: truncated varint");
  EXPECT_EQ(ErrorOf("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), "offset 11: varint longer than ten bytes");
  EXPECT_EQ(ErrorOf("\x0d\x01"), "offset 1: truncated number");
  EXPECT_EQ(ErrorOf("\x0a\x7f"), "offset 2: field 1 is said to have 127 bytes, more than there are");
  EXPECT_EQ(ErrorOf("\x0b"), "offset 1: wire type 3 is not known");
  EXPECT_EQ(ErrorOf("\x02"s), "offset 1: a field without a number");
}

TEST(WireReader, ReadsNumbersPackedAndOneByOne) {
  std::vector<int64_t> integers;
  std::vector<float> floats;
  const std::string bytes = "\x0a\x03\x01\x96\x01\x08\x05\x12\x04\0\0\x80\x3f\x15\0\0\0\x40"s;
  for (const WireField& field : ReadAll(bytes)) {
    if (field.number == 1) {
      ASSERT_TRUE(AppendVarints(field, &integers).ok());
    } else {
      ASSERT_TRUE(AppendFloats(field, &floats).ok());
    }
  }
  EXPECT_EQ(integers, (std::vector<int64_t>{1, 150, 5}));
  EXPECT_EQ(floats, (std::vector<float>{1, 2}));
  const std::string odd = "\x0a\x03\x01\x02\x83";
  EXPECT_FALSE(AppendFloats(ReadAll(odd)[0], &floats).ok());
  EXPECT_FALSE(AppendVarints(ReadAll(odd)[0], &integers).ok());
}

}  // namespace
}  // namespace scoreway
