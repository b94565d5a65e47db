#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "data/codec/csv_reader.h"
#include "data/codec/csv_writer.h"
#include "tables/table_reader.h"
#include "tables/table_writer.h"

namespace scoreway {
namespace {

std::shared_ptr<const Schema> MakeSchema(std::vector<Field> fields) { return *Schema::Make(std::move(fields)); }

std::string CsvOf(const Batch& batch) {
  std::string text;
  AppendCsvRows(batch, {}, &text);
  return text;
}

// All rows of a table, part by part from `at` on, as CSV; or the first error.
std::string ReadFrom(TableReader& table, const std::shared_ptr<const Schema>& schema, TablePosition at,
                     std::vector<TablePosition>* ends = nullptr) {
  std::string text;
  TablePart part;
  while (true) {
    const Result<bool> any = table.Cut(at, &part);
    if (!any.ok()) return text + any.error().ToString();
    if (!*any) return text;
    at = part.end;
    if (ends != nullptr) ends->push_back(at);
    const std::unique_ptr<RowStream> rows = table.Rows(part);
    Batch batch(schema);
    while (true) {
      const Result<bool> more = rows->Next(&batch, 2);
      if (!more.ok()) return text + more.error().ToString();
      if (!*more) break;
    }
    text += CsvOf(batch);
  }
}

std::unique_ptr<TableReader> Open(std::string_view bytes, TableFormat format,
                                  const std::shared_ptr<const Schema>& schema, const TableReadOptions& options) {
  auto table = OpenTable(std::make_shared<TextBytes>(bytes), format, options);
  EXPECT_TRUE(table.ok()) << table.error().ToString();
  const Status bound = (*table)->Bind(schema, std::vector<bool>(schema->size()));
  EXPECT_TRUE(bound.ok()) << bound.ToString();
  return std::move(table).value();
}

// What a reader of the whole text makes of it.
std::string ReadWhole(std::string_view text, const std::shared_ptr<const Schema>& schema) {
  TextSource source(text);
  CsvReader reader(&source, schema);
  Batch batch(schema);
  while (true) {
    const Result<bool> more = reader.Next(&batch, 100);
    if (!more.ok()) return more.error().ToString();
    if (!*more) return CsvOf(batch);
  }
}

class CsvTexts : public testing::TestWithParam<std::string_view> {};

TEST_P(CsvTexts, ReadTheSameWhereverTheyAreCut) {
  const auto schema = MakeSchema({{"id", Type::kInt64}, {"text", Type::kString}});
  const std::string whole = ReadWhole(GetParam(), schema);
  for (size_t part_bytes = 1; part_bytes < GetParam().size() + 2; ++part_bytes) {
    const auto table = Open(GetParam(), TableFormat::kCsv, schema, {.part_bytes = part_bytes});
    std::vector<TablePosition> ends;
    EXPECT_EQ(ReadFrom(*table, schema, table->first(), &ends), whole) << part_bytes;
    // And where reading goes on behind a part, nothing is lost and nothing comes twice.
    if (ends.size() < 2) continue;
    const std::string rest = ReadFrom(*table, schema, ends[0]);
    EXPECT_TRUE(whole.ends_with(rest)) << part_bytes;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Of, CsvTexts,
    testing::Values("id,text\n1,a\n2,b\n3,c\n",                               //
                    "id,text\n1,a\n2,b\n3,c",                                 // no last end
                    "\xEF\xBB\xBFid,text\r\n1,a\r\n2,\"b\r\nc\"\r\n3,d\r\n",  // BOM, CRLF, a line in a cell
                    "id,text\n1,\"a\"\"\nb\"\n2,\"x,y\"\n\n3,\"\"\n",         // doubled quotes, a blank line
                    "id,text\n1,5\" pipe\n2,6\" pipe\n3,x\n",                 // quotes that open nothing
                    "id,text\r1,a\r2,\"b\rc\"\r3,d\r",                        // CR alone
                    "\n\nid,text\n1,a\n",                                     // blank lines first
                    "\"id\",\"text\"\n1,a\n",                                 //
                    "id,text\n"));

TEST(CsvTable, NamesTheLineOfTheFile) {
  const auto schema = MakeSchema({{"id", Type::kInt64}});
  const std::string text = "id\n1\n2\n3\nfour\n5\n";
  for (size_t part_bytes = 1; part_bytes < text.size(); ++part_bytes) {
    const auto table = Open(text, TableFormat::kCsv, schema, {.part_bytes = part_bytes});
    EXPECT_NE(ReadFrom(*table, schema, table->first()).find("line 5, column 'id'"), std::string::npos) << part_bytes;
  }
}

TEST(CsvTable, ARecordLongerThanAPartIsAPart) {
  const auto schema = MakeSchema({{"id", Type::kInt64}, {"text", Type::kString}});
  const std::string text = "id,text\n1," + std::string(1000, 'x') + "\n2,y\n";
  const auto table = Open(text, TableFormat::kCsv, schema, {.part_bytes = 16});
  EXPECT_EQ(ReadFrom(*table, schema, table->first()), text.substr(8));
}

TEST(JsonLinesTable, TakesItsColumnsFromTheFirstRow) {
  const std::string text =
      "\n{\"id\":7,\"x\":1.5,\"city\":\"Oslo\",\"ok\":true}\n{\"id\":8,\"x\":2.0,\"city\":null,\"ok\":false}\n";
  const auto table = OpenTable(std::make_shared<TextBytes>(text), TableFormat::kJsonLines);
  ASSERT_TRUE(table.ok());
  std::vector<Field> fields;
  for (const TableColumn& column : (*table)->columns()) fields.push_back({column.name, column.type});
  EXPECT_EQ(fields, (std::vector<Field>{
                        {"id", Type::kInt64}, {"x", Type::kFloat64}, {"city", Type::kString}, {"ok", Type::kBool}}));
  const auto schema = MakeSchema(fields);
  ASSERT_TRUE((*table)->Bind(schema, std::vector<bool>(4)).ok());
  EXPECT_EQ(ReadFrom(**table, schema, (*table)->first()), "7,1.5,Oslo,True\n8,2.0,,False\n");
}

TEST(JsonLinesTable, IgnoresColumnsThatNobodyWantsButNotSlips) {
  const auto schema = MakeSchema({{"id", Type::kInt64}});
  const std::string text = "{\"id\":7,\"note\":[{\"a\":1}]}\n{\"other\":null,\"id\":8}\n{\"Id\":9,\"id\":9}\n";
  const auto table = Open(text, TableFormat::kJsonLines, schema, {});
  EXPECT_EQ(ReadFrom(*table, schema, {}), "line 3: unknown column 'Id' (did you mean 'id'?)");
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/src/" + path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

class FlatParquetFiles : public testing::TestWithParam<const char*> {};

// The rows of data/parquet/testdata/make_flat_parquet.py.
TEST_P(FlatParquetFiles, HoldTheRowsThatPyarrowWrote) {
  const std::string file = ReadFile(std::string("data/parquet/testdata/") + GetParam());
  const auto schema =
      MakeSchema({{"id", Type::kInt64}, {"x", Type::kFloat64}, {"name", Type::kString}, {"flag", Type::kBool}});
  std::string expected;
  std::vector<std::string> lines;
  for (int i = 0; i < 1000; ++i) {
    std::string line = std::to_string(i) + ",";
    if (i % 7 != 0) line += std::to_string(i / 2) + (i % 2 == 0 ? ".0" : ".5");
    line += "," + (i % 5 == 0 ? std::string() : "name" + std::to_string(i % 11));
    line += std::string(",") + (i % 3 == 0 ? "True" : "False") + "\n";
    lines.push_back(line);
    expected += line;
  }
  for (const size_t part_rows : {1, 97, 5000}) {
    const auto table = Open(file, TableFormat::kParquet, schema, {.part_rows = part_rows});
    EXPECT_EQ(ReadFrom(*table, schema, {}), expected) << part_rows;
    // From a row in the middle of a row group and a page.
    const auto again = Open(file, TableFormat::kParquet, schema, {.part_rows = part_rows});
    std::string rest;
    for (int i = 421; i < 1000; ++i) rest += lines[static_cast<size_t>(i)];
    EXPECT_EQ(ReadFrom(*again, schema, {.rows = 421}), rest) << part_rows;
  }
}

INSTANTIATE_TEST_SUITE_P(Of, FlatParquetFiles,
                         testing::Values("flat_dictionary.parquet", "flat_plain.parquet", "flat_lz4_v2.parquet"),
                         [](const auto& of) {
                           const std::string name = of.param;
                           return name.substr(0, name.find('.'));
                         });

class WrittenTables : public testing::TestWithParam<TableFormat> {};

TEST_P(WrittenTables, ReadBackAsTheyWere) {
  const auto schema = MakeSchema(
      {{"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"b", Type::kBool}, {"s", Type::kString}});
  Batch batch(schema);
  for (int i = 0; i < 21; ++i) {
    for (size_t c = 0; c < schema->size(); ++c) {
      Column& column = batch.column(c);
      if ((i + static_cast<int>(c)) % 4 == 0) {
        column.AppendNull();
      } else if (c == 4) {
        column.AppendString(i % 3 == 0 ? "" : "t\xC3\xA4xt, " + std::to_string(i));
      } else {
        column.AppendNumber(c == 3 ? i % 2 : i + 0.5 * (c < 2 ? 1 : 0));
      }
    }
  }
  const auto writer = MakeTableWriter(GetParam(), schema);
  std::string bytes;
  writer->AppendHead(&bytes);
  const auto encoder = writer->NewEncoder();
  std::vector<PlacedPart> parts;
  for (int part = 0; part < 3; ++part) {
    // The second has no rows.
    if (part != 1) {
      ASSERT_TRUE(encoder->Append(batch).ok());
    }
    Result<EncodedPart> encoded = encoder->Finish();
    ASSERT_TRUE(encoded.ok());
    parts.push_back({.offset = bytes.size(), .trail = encoded->trail});
    bytes += encoded->bytes;
  }
  ASSERT_TRUE(writer->AppendFoot(parts, &bytes).ok());
  const auto table = Open(bytes, GetParam(), schema, {});
  EXPECT_EQ(ReadFrom(*table, schema, table->first()), CsvOf(batch) + CsvOf(batch));
}

INSTANTIATE_TEST_SUITE_P(Of, WrittenTables,
                         testing::Values(TableFormat::kCsv, TableFormat::kJsonLines, TableFormat::kArrow,
                                         TableFormat::kParquet),
                         [](const auto& of) { return std::string(TableFormatName(of.param)); });

TEST(ParquetTable, RefusesByName) {
  const std::string file = ReadFile("data/parquet/testdata/snappy.parquet");
  auto table = OpenTable(std::make_shared<TextBytes>(file), TableFormat::kParquet);
  ASSERT_TRUE(table.ok());
  const Status lists = (*table)->Bind(MakeSchema({{"mean.values", Type::kFloat64}}), {false});
  EXPECT_EQ(lists.code(), Code::kUnsupported);
  EXPECT_EQ(lists.ToString(), "column 'mean.values': columns of lists are not read");
  const Status missing = (*table)->Bind(MakeSchema({{"Flag", Type::kBool}}), {false});
  EXPECT_EQ(missing.ToString(), "column 'Flag': is missing (did you mean 'flag'?)");
  const Status text = (*table)->Bind(MakeSchema({{"name", Type::kFloat64}}), {false});
  EXPECT_EQ(text.ToString(), "column 'name': holds text, not float64");
}

TEST(ParquetTable, SaysWhatIsDamaged) {
  const std::string file = ReadFile("data/parquet/testdata/flat_plain.parquet");
  const auto schema = MakeSchema({{"x", Type::kFloat64}});
  for (const std::string& bytes : {std::string("PAR1"), file.substr(0, file.size() / 2), std::string(100, 'x')}) {
    EXPECT_EQ(OpenTable(std::make_shared<TextBytes>(bytes), TableFormat::kParquet).code(), Code::kCorrupt);
  }
  // Pages that are not what the footer says.
  std::string pages = file;
  std::fill(pages.begin() + 4, pages.begin() + 2000, '\xFF');
  const auto table = Open(pages, TableFormat::kParquet, schema, {});
  EXPECT_NE(ReadFrom(*table, schema, {}).find("column 'x'"), std::string::npos);
}

}  // namespace
}  // namespace scoreway
