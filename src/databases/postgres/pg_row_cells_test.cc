#include "databases/postgres/pg_row_cells.h"

#include <gtest/gtest.h>

namespace scoreway::postgres {
namespace {

constexpr std::string_view kHead("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
// A row of 1.5 and null.
constexpr std::string_view kRow("\0\2\0\0\0\10\77\370\0\0\0\0\0\0\377\377\377\377", 18);

TEST(PgRowCells, TakesHeadAndRows) {
  const std::string text = std::string(kHead) + std::string(kRow);
  std::string_view bytes = text;
  ASSERT_TRUE(TakeCopyHead(&bytes).ok());
  std::vector<std::optional<std::string_view>> cells;
  ASSERT_TRUE(TakeCopyRow(&bytes, 2, &cells).ok());
  EXPECT_TRUE(bytes.empty());
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_FALSE(cells[1]);
  Column numbers(Type::kFloat64);
  ASSERT_TRUE(cells[0] && AppendPgCell(PgWire::kFloat8, *cells[0], &numbers).ok());
  EXPECT_EQ(numbers.float64s()[0], 1.5);
  EXPECT_TRUE(IsCopyEnd("\377\377"));
}

TEST(PgRowCells, RefusesWhatIsCutOffOrOther) {
  std::vector<std::optional<std::string_view>> cells;
  for (size_t size = 0; size < kRow.size(); ++size) {
    std::string_view bytes = kRow.substr(0, size);
    EXPECT_EQ(TakeCopyRow(&bytes, 2, &cells).code(), Code::kCorrupt) << size;
  }
  std::string_view row = kRow;
  EXPECT_EQ(TakeCopyRow(&row, 3, &cells).code(), Code::kCorrupt);
  for (size_t size = 0; size < kHead.size(); ++size) {
    std::string_view bytes = kHead.substr(0, size);
    EXPECT_EQ(TakeCopyHead(&bytes).code(), Code::kCorrupt) << size;
  }
  Column texts(Type::kString), integers(Type::kInt64);
  EXPECT_EQ(AppendPgCell(PgWire::kText, "\xff", &texts).code(), Code::kCorrupt);
  EXPECT_EQ(AppendPgCell(PgWire::kInt8, "1234567", &integers).code(), Code::kCorrupt);
}

}  // namespace
}  // namespace scoreway::postgres
