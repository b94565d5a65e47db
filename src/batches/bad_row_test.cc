#include "batches/bad_row.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

TEST(BadRow, IsReadAsItWasWritten) {
  std::string lines;
  AppendBadRow({.row = 3, .message = {}, .reason = "column 'a': 'x'\nis no number", .text = "{\"a\":\"x\"}"}, &lines);
  AppendBadRow({.row = 0, .message = "rows/2/17", .reason = "no JSON", .text = "\xff{\n"}, &lines);
  const Batch rows = ReadBadRows(lines).value();
  ASSERT_EQ(rows.rows(), 2U);
  EXPECT_EQ(rows.column(0).int64s()[0], 3);
  EXPECT_FALSE(rows.column(1).valid(0));
  EXPECT_EQ(rows.column(2).string_at(0), "column 'a': 'x'\nis no number");
  EXPECT_EQ(rows.column(3).string_at(0), "{\"a\":\"x\"}");
  EXPECT_FALSE(rows.column(0).valid(1));
  EXPECT_EQ(rows.column(1).string_at(1), "rows/2/17");
  EXPECT_EQ(rows.column(3).string_at(1), "\xef\xbf\xbd{\n");
  EXPECT_EQ(ReadBadRows("nothing\n").code(), Code::kCorrupt);
}

TEST(BadRow, FitsIntoAChunk) {
  for (const size_t size : {BadRow::kLineBytesMax - 1, 3 * BadRow::kLineBytesMax}) {
    for (const char c : {'x', '\x01'}) {
      std::string lines;
      AppendBadRow({.row = 1, .message = {}, .reason = std::string(10'000, '\x01'), .text = std::string(size, c)},
                   &lines);
      EXPECT_LE(lines.size(), BadRow::kLineBytesMax);
      EXPECT_EQ(ReadBadRows(lines).value().column(3).string_at(0), std::string(BadRow::kCutTextBytes, c));
    }
  }
}

}  // namespace
}  // namespace scoreway
