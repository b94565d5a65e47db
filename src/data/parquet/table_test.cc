#include "data/parquet/table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

namespace scoreway::parquet {
namespace {

std::string ReadFile(const std::string& name) {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/src/data/parquet/testdata/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

using Ends = std::vector<std::vector<uint32_t>>;

// The rows of testdata/make_parquet.py.
void ExpectRows(const Table& table) {
  ASSERT_EQ(table.row_count(), 3u);
  const Column& id = *table.Find("id");
  EXPECT_EQ(id.integers, (std::vector<int64_t>{7, 0, -3}));
  EXPECT_EQ(id.is_null, (std::vector<bool>{false, true, false}));
  EXPECT_EQ(table.Find("flag")->integers, (std::vector<int64_t>{1, 0, 0}));
  EXPECT_EQ(table.Find("name")->texts, (std::vector<std::string>{"first", "", ""}));
  EXPECT_EQ(table.Find("name")->is_null, (std::vector<bool>{false, true, false}));
  EXPECT_EQ(table.Find("weight")->reals[2], 2.0);

  const Column& values = *table.Find("mean.values");
  EXPECT_EQ(values.reals, (std::vector<double>{1.5, -2.0, 0.25, 4.0, 5.0}));
  EXPECT_EQ(values.ends, (Ends{{3, 3, 5}}));
  EXPECT_EQ(values.ValuesOf(2).begin, 3u);
  EXPECT_EQ(values.ValuesOf(2).end, 5u);
  EXPECT_EQ(table.Find("mean.indices")->ends, (Ends{{0, 0, 2}}));
  EXPECT_EQ(table.Find("mean.size")->integers, (std::vector<int64_t>{3, 0, 9}));

  const Column& labels = *table.Find("labels");
  EXPECT_EQ(labels.texts, (std::vector<std::string>{"a", "b", "c", "", "w\xC3\xA4"}));
  EXPECT_EQ(labels.is_null, (std::vector<bool>{false, false, false, true, false}));
  EXPECT_EQ(labels.ends, (Ends{{3, 3, 4}, {2, 2, 3, 5}}));

  EXPECT_EQ(table.Find("nodes.left")->integers, (std::vector<int64_t>{-1, 0, int64_t{1} << 40}));
  EXPECT_EQ(table.Find("nodes.left")->ends, (Ends{{1, 1, 3}}));
  EXPECT_TRUE(std::isnan(table.Find("nodes.gain")->reals[1]));
  EXPECT_EQ(table.Find("nodes"), nullptr);
}

class ParquetFiles : public testing::TestWithParam<const char*> {};

TEST_P(ParquetFiles, HoldTheRowsThatPyarrowWrote) {
  const std::string file = ReadFile(GetParam());
  const Result<Table> table = Table::Read({file});
  ASSERT_TRUE(table.ok()) << table.error().ToString();
  ExpectRows(*table);
}

INSTANTIATE_TEST_SUITE_P(Of, ParquetFiles,
                         testing::Values("snappy.parquet", "plain.parquet", "gzip_pages_v2.parquet",
                                         "zstd_row_groups.parquet"));

TEST(ParquetTable, RowsOfSeveralFilesFollowEachOther) {
  const std::string file = ReadFile("snappy.parquet");
  const Result<Table> table = Table::Read({file, file});
  ASSERT_TRUE(table.ok()) << table.error().ToString();
  EXPECT_EQ(table->row_count(), 6u);
  EXPECT_EQ(table->Find("labels")->ends, (Ends{{3, 3, 4, 7, 7, 8}, {2, 2, 3, 5, 7, 7, 8, 10}}));
}

TEST(ParquetTable, RefusesOtherBytesAndMoreThanItsLimit) {
  EXPECT_EQ(Table::Read({"PAR1 is not enough"}).code(), Code::kCorrupt);
  EXPECT_EQ(Table::Read({ReadFile("plain.parquet")}, {.bytes_max = 100}).code(), Code::kResourceExhausted);
  const std::string file = ReadFile("plain.parquet");
  for (size_t cut = 0; cut < file.size(); cut += 7) {
    EXPECT_FALSE(Table::Read({std::string_view(file).substr(0, cut)}).ok());
  }
  for (size_t at = 0; at < file.size(); ++at) {
    std::string damaged = file;
    damaged[at] = static_cast<char>(damaged[at] ^ 0xFF);
    (void)Table::Read({damaged});  // an error or other values, but it ends
  }
}

}  // namespace
}  // namespace scoreway::parquet
