#include <gtest/gtest.h>

#include <cmath>

#include "importers/boosters/json_cursor.h"
#include "importers/boosters/ubjson_cursor.h"

namespace scoreway::boosters {
namespace {

// The bytes of a literal, zeros among them.
template <size_t kSize>
std::string Bytes(const char (&literal)[kSize]) {
  return std::string(literal, kSize - 1);
}

// What a document says, member by member; a member called "skip" is left to the cursor.
template <typename Cursor>
Result<std::string> Told(std::string_view bytes) {
  Cursor cursor(bytes);
  std::string told;
  Status status = cursor.Object([&](std::string_view key) -> Status {
    told += std::string(key) + " ";
    if (key == "skip") return {};
    if (cursor.IsText()) {
      std::string text;
      SCOREWAY_RETURN_IF_ERROR(cursor.ReadText(&text));
      told += text + "; ";
      return {};
    }
    if (cursor.IsArray()) {
      std::vector<double> numbers;
      SCOREWAY_RETURN_IF_ERROR(cursor.ReadNumbers(&numbers));
      for (const double number : numbers) told += std::to_string(number) + " ";
      told += "; ";
      return {};
    }
    int32_t number = 0;
    SCOREWAY_RETURN_IF_ERROR(cursor.ReadNumber(&number));
    told += std::to_string(number) + "; ";
    return {};
  });
  if (!status.ok()) return std::move(status).error();
  return told;
}

std::string Fault(const Result<std::string>& told) { return told.ok() ? "no fault" : told.error().ToString(); }

TEST(JsonCursor, ReadsWhatIsWantedAndLeavesTheRest) {
  const auto told = Told<JsonCursor>(
      R"( {"a": -3, "skip": {"x": [1, {"y": "]}\""}], "z": null}, "b":[1, 2.5e1 ,true,-1E-1], "c" : "\u00e9\n\ud83d\ude00",
          "skip":"t","skip": 1.5 ,"d":[]} )");
  ASSERT_TRUE(told.ok()) << told.error().ToString();
  EXPECT_EQ(*told, "a -3; skip b 1.000000 25.000000 1.000000 -0.100000 ; c \xC3\xA9\n\xF0\x9F\x98\x80; skip skip d ; ");
}

TEST(JsonCursor, ReadsNumbersThatAreNotFinite) {
  JsonCursor cursor("[NaN, Infinity, -Infinity, 1e-60, 3]");
  std::vector<float> numbers;
  ASSERT_TRUE(cursor.ReadNumbers(&numbers).ok());
  ASSERT_EQ(numbers.size(), 5U);
  EXPECT_TRUE(std::isnan(numbers[0]));
  EXPECT_EQ(numbers[1], INFINITY);
  EXPECT_EQ(numbers[2], -INFINITY);
  EXPECT_EQ(numbers[3], 0);
  EXPECT_EQ(numbers[4], 3);
}

TEST(JsonCursor, FaultsNameTheOffset) {
  EXPECT_EQ(Fault(Told<JsonCursor>(R"({"a" 1})")), "offset 5: a colon is missing");
  EXPECT_EQ(Fault(Told<JsonCursor>(R"({"a": 1)")), "offset 7: an object does not end");
  EXPECT_EQ(Fault(Told<JsonCursor>(R"({"a": [1,])")), "offset 9: a number was expected");
  EXPECT_EQ(Fault(Told<JsonCursor>(R"({"a": 1.5})")), "offset 6: a whole number was expected");
  EXPECT_EQ(Fault(Told<JsonCursor>(R"({"a": 99999999999})")), "offset 6: a whole number was expected");
  EXPECT_EQ(Fault(Told<JsonCursor>(R"({"skip": [1, 2)")), "offset 14: a value does not end");
  EXPECT_EQ(Fault(Told<JsonCursor>(R"({"skip": ,)")), "offset 9: a value was expected");
  EXPECT_EQ(Fault(Told<JsonCursor>(R"({"a": "\ud800x"})")), "offset 13: half a surrogate pair");
  EXPECT_EQ(Fault(Told<JsonCursor>("")), "offset 0: an object was expected");
}

TEST(JsonCursor, DepthIsBounded) {
  std::string deep(1000, '[');
  JsonCursor cursor(deep);
  const auto descend = [&](auto&& self) -> Status { return cursor.Array([&] { return self(self); }); };
  EXPECT_EQ(descend(descend).code(), Code::kResourceExhausted);
  // Skipping does not descend.
  EXPECT_EQ(JsonCursor(deep).Skip().code(), Code::kCorrupt);
}

TEST(UbjsonCursor, ReadsWhatIsWantedAndLeavesTheRest) {
  const std::string bytes = Bytes(
      "{i\1al\xFF\xFF\xFF\xFD"
      "i\4skip{i\1x[$d#i\2\0\0\0\0\0\0\0\0i\1ySi\1t}"
      "i\1b[$d#i\2\x3F\x80\0\0\x40\x20\0\0"
      "i\1cSi\2hi"
      "i\1d[U\xFFTF]"
      "i\4skip[U\1[]]"
      "}");
  const auto told = Told<UbjsonCursor>(bytes);
  ASSERT_TRUE(told.ok()) << told.error().ToString();
  EXPECT_EQ(*told, "a -3; skip b 1.000000 2.500000 ; c hi; d 255.000000 1.000000 0.000000 ; skip ");
}

TEST(UbjsonCursor, ReadsCountedContainers) {
  const auto told = Told<UbjsonCursor>(Bytes("{$U#i\2i\1a\7i\1b\x08"));
  ASSERT_TRUE(told.ok()) << told.error().ToString();
  EXPECT_EQ(*told, "a 7; b 8; ");
}

TEST(UbjsonCursor, FaultsNameTheOffset) {
  EXPECT_EQ(Fault(Told<UbjsonCursor>("{i")), "offset 2: truncated");
  EXPECT_EQ(Fault(Told<UbjsonCursor>("{i\1aU")), "offset 5: truncated");
  EXPECT_EQ(Fault(Told<UbjsonCursor>("{i\1aX")), "offset 5: a number was expected");
  EXPECT_EQ(Fault(Told<UbjsonCursor>("{i\4skipX")), "offset 8: a value was expected");
  EXPECT_EQ(Fault(Told<UbjsonCursor>("{Z")), "offset 2: a length was expected");
  EXPECT_EQ(Fault(Told<UbjsonCursor>("{i\xFF")), "offset 3: a negative length");
  EXPECT_EQ(Fault(Told<UbjsonCursor>("{i\1aSi\5x")), "offset 7: truncated");
  // A few bytes must not stand for many numbers.
  EXPECT_EQ(Fault(Told<UbjsonCursor>(Bytes("{i\1a[$T#l\x7F\xFF\xFF\xFF"))),
            "offset 13: a typed container of values without payload");
  EXPECT_EQ(Fault(Told<UbjsonCursor>(Bytes("{i\1a[$D#l\x7F\xFF\xFF\xFF"))), "offset 13: truncated");
}

TEST(UbjsonCursor, DepthIsBounded) {
  EXPECT_EQ(UbjsonCursor(std::string(1000, '[')).Skip().code(), Code::kResourceExhausted);
}

}  // namespace
}  // namespace scoreway::boosters
