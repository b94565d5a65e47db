#include "data/codec/csv_reader.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <random>

#include "data/codec/csv_writer.h"

namespace scoreway {
namespace {

std::shared_ptr<const Schema> MakeSchema(std::vector<Field> fields) {
  auto schema = Schema::Make(std::move(fields));
  EXPECT_TRUE(schema.ok());
  return *schema;
}

const Field kAge{"age", Type::kFloat64};
const Field kCity{"city", Type::kString};

// Gives so many bytes at a time.
class TrickleSource final : public ByteSource {
 public:
  explicit TrickleSource(std::string_view text, size_t portion = 1) : text_(text), portion_(portion) {}
  Result<size_t> Read(char* buffer, size_t size) override { return text_.Read(buffer, std::min(size, portion_)); }

 private:
  TextSource text_;
  size_t portion_;
};

Result<Batch> ReadAll(std::string_view text, const std::shared_ptr<const Schema>& schema, CsvReadOptions options = {}) {
  TrickleSource source(text);
  CsvReader reader(&source, schema, std::move(options));
  Batch batch(schema);
  for (;;) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool any, reader.Next(&batch, 2));
    if (!any) return batch;
  }
}

std::string ErrorOf(std::string_view text, const std::shared_ptr<const Schema>& schema, CsvReadOptions options = {}) {
  const auto batch = ReadAll(text, schema, std::move(options));
  if (batch.ok()) return "ok";
  EXPECT_EQ(batch.code(), Code::kInvalidArgument);
  return batch.error().ToString();
}

TEST(CsvReader, BindsByNameAndReportsWhatItIgnores) {
  const auto schema = MakeSchema({kAge, kCity});
  TextSource source("id,city,age\n1,Oslo,41\n2,Rome,42.5\n");
  CsvReader reader(&source, schema);
  Batch batch(schema);
  ASSERT_TRUE(*reader.Next(&batch, 10));
  EXPECT_FALSE(*reader.Next(&batch, 10));
  EXPECT_EQ(batch.rows(), 2u);
  EXPECT_EQ(batch.column(0).float64s()[1], 42.5);
  EXPECT_EQ(batch.column(1).string_at(0), "Oslo");
  EXPECT_EQ(reader.ignored_columns(), std::vector<std::string>{"id"});
}

TEST(CsvReader, AVectorStandsForItsItems) {
  const auto schema = MakeSchema({{"v_0", Type::kFloat64}, {"v_1", Type::kFloat64}, kCity});
  const auto batch = ReadAll("city,v\nOslo,\"[1.5,2]\"\nRome,\"(2,[1],[3.0])\"\n", schema);
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  EXPECT_EQ(batch->column(0).float64s()[0], 1.5);
  EXPECT_EQ(batch->column(0).float64s()[1], 0);
  EXPECT_EQ(batch->column(1).float64s()[1], 3);
  EXPECT_EQ(batch->column(2).string_at(1), "Rome");
  EXPECT_EQ(ErrorOf("city,v\nOslo,\"[1]\"\n", schema), "line 2, column 'v': a vector of 1 numbers, where 2 are wanted");
  EXPECT_EQ(ErrorOf("city,v,v_1\n", schema), "line 1: column 'v_1' stands twice in the header, also in 'v'");
  EXPECT_EQ(ErrorOf("city,v_1\n", schema), "line 1: column 'v_0' is missing from the header");
}

TEST(CsvReader, ListsAreTheirText) {
  const auto batch =
      ReadAll("items,city\n\"[\"\"a\"\", 1]\",Oslo\n,Rome\n", MakeSchema({{"items", Type::kList}, kCity}));
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  EXPECT_EQ(batch->column(0).string_at(0), R"(["a", 1])");
  EXPECT_FALSE(batch->column(0).valid(1));
}

TEST(CsvReader, ReadsPortionsAndSaysWhenThereIsNoMore) {
  const auto schema = MakeSchema({kAge});
  TextSource source("age\n1\n2\n3\n4\n");
  CsvReader reader(&source, schema);
  Batch batch(schema);
  EXPECT_TRUE(*reader.Next(&batch, 2));
  EXPECT_EQ(batch.rows(), 2u);
  EXPECT_TRUE(*reader.Next(&batch, 2));
  EXPECT_FALSE(*reader.Next(&batch, 2));
  EXPECT_EQ(batch.rows(), 4u);
}

TEST(CsvReader, KnowsEveryWayToEndALine) {
  const auto schema = MakeSchema({kAge, kCity});
  for (const char* text : {"age,city\n1,a\n2,b\n", "age,city\r\n1,a\r\n2,b", "age,city\r1,a\r2,b\r",
                           "\xEF\xBB\xBF"
                           "age,city\n\n1,a\n\r\n2,b\n\n\n"}) {
    const auto batch = ReadAll(text, schema);
    ASSERT_TRUE(batch.ok()) << batch.error().ToString();
    ASSERT_EQ(batch->rows(), 2u) << text;
    EXPECT_EQ(batch->column(0).float64s()[1], 2);
    EXPECT_EQ(batch->column(1).string_at(1), "b");
  }
}

TEST(CsvReader, QuotedCells) {
  const auto schema = MakeSchema({kAge, kCity});
  const auto batch = ReadAll("\"age\",\"city\"\n\"1\",\"a,\"\"b\"\"\nc\"\n2,it\"s\n3,\"\"\"\"\n", schema);
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  EXPECT_EQ(batch->column(0).float64s()[0], 1);
  EXPECT_EQ(batch->column(1).string_at(0), "a,\"b\"\nc");
  EXPECT_EQ(batch->column(1).string_at(1), "it\"s");
  EXPECT_EQ(batch->column(1).string_at(2), "\"");
}

TEST(CsvReader, EmptyIsMissingAndQuotedEmptyIsText) {
  const auto schema = MakeSchema({kAge, kCity});
  const auto batch = ReadAll("age,city\n,\n\"\",\"\"\n NaN ,NA\n", schema);
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  EXPECT_EQ(batch->column(0).null_count(), 3u);
  EXPECT_FALSE(batch->column(1).valid(0));
  EXPECT_TRUE(batch->column(1).valid(1));
  EXPECT_EQ(batch->column(1).string_at(1), "");
  EXPECT_EQ(batch->column(1).string_at(2), "NA");
}

TEST(CsvReader, WordsForMissingNumbers) {
  const auto schema =
      MakeSchema({{"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"b", Type::kBool}});
  for (const char* word : {"nan", "NaN", "NA", "null", "None", "", " "}) {
    std::string text = "f,d,i,b\n";
    for (int i = 0; i < 4; ++i) text.append(word).append(i < 3 ? "," : "\n");
    const auto batch = ReadAll(text, schema);
    ASSERT_TRUE(batch.ok()) << batch.error().ToString();
    for (size_t i = 0; i < 4; ++i) EXPECT_FALSE(batch->column(i).valid(0)) << word;
  }
}

TEST(CsvReader, TypedCells) {
  const auto schema =
      MakeSchema({{"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"b", Type::kBool}});
  const auto batch =
      ReadAll("f,d,i,b\n0.1,-inf,3.0,TRUE\nTrue,FALSE,true,0.0\n+1, 2 ,-9223372036854775808,1\n", schema);
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  EXPECT_EQ(batch->column(0).float32s()[0], 0.1f);
  EXPECT_EQ(batch->column(0).float32s()[1], 1.0f);
  EXPECT_EQ(batch->column(1).float64s()[0], -std::numeric_limits<double>::infinity());
  EXPECT_EQ(batch->column(1).float64s()[1], 0);
  EXPECT_EQ(batch->column(1).float64s()[2], 2);
  EXPECT_EQ(batch->column(2).int64s()[0], 3);
  EXPECT_EQ(batch->column(2).int64s()[1], 1);
  EXPECT_EQ(batch->column(2).int64s()[2], std::numeric_limits<int64_t>::min());
  EXPECT_EQ(batch->column(3).bools()[0], 1);
  EXPECT_EQ(batch->column(3).bools()[1], 0);
}

TEST(CsvReader, BadCellsNameLineAndColumn) {
  const auto schema = MakeSchema({kAge, {"n", Type::kInt64}, {"ok", Type::kBool}, kCity, {"f", Type::kFloat32}});
  const std::string header = "age,n,ok,city,f\n1,2,1,\"two\nlines\",0\n";
  EXPECT_EQ(ErrorOf(header + "abc,1,1,x,0\n", schema), "line 4, column 'age': 'abc' is not a number");
  EXPECT_EQ(ErrorOf(header + "1e400,1,1,x,0\n", schema), "line 4, column 'age': '1e400' is too large for float64");
  EXPECT_EQ(ErrorOf(header + "1,3.5,1,x,0\n", schema), "line 4, column 'n': '3.5' is not a whole number");
  EXPECT_EQ(ErrorOf(header + "1,9223372036854775808,1,x,0\n", schema),
            "line 4, column 'n': '9223372036854775808' is too large for int64");
  EXPECT_EQ(ErrorOf(header + "1,1,yes,x,0\n", schema), "line 4, column 'ok': 'yes' is neither true nor false");
  EXPECT_EQ(ErrorOf(header + "1,1,2,x,0\n", schema), "line 4, column 'ok': '2' is neither true nor false");
  EXPECT_EQ(ErrorOf(header + "1,1,1,caf\xE9,0\n", schema),
            "line 4, column 'city': the text is not UTF-8 (byte 3 of the cell)");
  EXPECT_EQ(ErrorOf(header + "1,1,1,x,1e39\n", schema), "line 4, column 'f': '1e39' is too large for float32");
  EXPECT_EQ(ErrorOf(header + "1,1,1\n", schema), "line 4: 3 cells where the header has 5");
}

TEST(CsvReader, GoesOnAfterABadRow) {
  const auto schema = MakeSchema({kAge});
  TextSource source("age\nx\n2\n");
  CsvReader reader(&source, schema);
  Batch batch(schema);
  EXPECT_FALSE(reader.Next(&batch, 10).ok());
  batch.Clear();
  EXPECT_TRUE(*reader.Next(&batch, 10));
  EXPECT_EQ(batch.column(0).float64s()[0], 2);
}

TEST(CsvReader, HeadersThatDoNotFit) {
  const auto schema = MakeSchema({kAge, kCity});
  EXPECT_EQ(ErrorOf("", schema), "the CSV is empty: it has no header line");
  EXPECT_EQ(ErrorOf("Age,city\n", schema), "line 1: column 'age' is missing from the header (did you mean 'Age'?)");
  EXPECT_EQ(ErrorOf("age,ctiy\n", schema), "line 1: column 'city' is missing from the header (did you mean 'ctiy'?)");
  EXPECT_EQ(ErrorOf("x,y\n", schema), "line 1: columns 'age' and 'city' are missing from the header");
  EXPECT_EQ(ErrorOf("age;city\n", schema),
            "line 1: columns 'age' and 'city' are missing from the header; is the delimiter ';'?");
  EXPECT_EQ(ErrorOf("age,city,age\n", schema), "line 1: column 'age' stands twice in the header");
  EXPECT_EQ(ErrorOf("id,age,city,id\n", schema), "ok");
  EXPECT_EQ(ErrorOf("x,y\n", schema, {.may_be_absent = {true, true}}),
            "line 1: none of the columns 'age' and 'city' is in the header");
}

TEST(CsvReader, AbsentColumnsBecomeNullWhereTheyMay) {
  const auto schema = MakeSchema({kAge, kCity});
  const auto batch = ReadAll("city\nOslo\n", schema, {.may_be_absent = {true}});
  ASSERT_TRUE(batch.ok());
  EXPECT_FALSE(batch->column(0).valid(0));
  EXPECT_EQ(batch->column(1).string_at(0), "Oslo");
  EXPECT_EQ(ErrorOf("age\n1\n", schema, {.may_be_absent = {true}}), "line 1: column 'city' is missing from the header");
}

TEST(CsvReader, ByPosition) {
  const auto schema = MakeSchema({{"x0", Type::kFloat64}, {"x1", Type::kFloat64}});
  auto batch = ReadAll("a,b\n1,2\n", schema, {.bind_by_position = true});
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  EXPECT_EQ(batch->column(1).float64s()[0], 2);
  batch = ReadAll("x1,x0\n1,2\n", schema, {.bind_by_position = true});
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->column(1).float64s()[0], 1);
  batch = ReadAll("1,2\n3,4\n", schema, {.header = false});
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->rows(), 2u);
  EXPECT_EQ(batch->column(1).float64s()[0], 2);
  EXPECT_EQ(ErrorOf("a,b,c\n", schema, {.bind_by_position = true}),
            "line 1: columns are taken by position: 2 columns wanted, 3 found");
  EXPECT_EQ(ErrorOf("1;2\n", schema, {.header = false}),
            "line 1: columns are taken by position: 2 columns wanted, 1 found; is the delimiter ';'?");
  batch = ReadAll("", schema, {.header = false});
  EXPECT_TRUE(batch.ok());
}

TEST(CsvReader, OtherDelimiters) {
  const auto schema = MakeSchema({kAge, kCity});
  const auto batch = ReadAll("age\tcity\n1\ta,b\n", schema, {.delimiter = '\t'});
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->column(1).string_at(0), "a,b");
}

TEST(CsvReader, BadQuoting) {
  const auto schema = MakeSchema({kAge, kCity});
  EXPECT_EQ(ErrorOf("age,city\n1,\"a\"b\n", schema), "line 2: text follows the closing quote of a cell");
  EXPECT_EQ(ErrorOf("age,city\n1,a\n2,\"b\n3,c\n", schema), "line 3: a quoted cell does not end");
}

TEST(CsvReader, Limits) {
  const auto schema = MakeSchema({kAge, kCity});
  const std::string header = "age,city\n";
  const auto code = [&](const std::string& text, CsvLimits limits) {
    return ReadAll(text, schema, {.limits = limits}).code();
  };
  EXPECT_EQ(code(header + "1," + std::string(100, 'x'), {.cell_bytes_max = 99}), Code::kResourceExhausted);
  EXPECT_EQ(code(header + "1," + std::string(100, 'x'), {.cell_bytes_max = 100}), Code::kOk);
  EXPECT_EQ(code(header + std::string(100, ','), {.cells_max = 50}), Code::kResourceExhausted);
  EXPECT_EQ(code(header + "1,\"" + std::string(300'000, 'x'), {.record_bytes_max = 100'000}), Code::kResourceExhausted);
}

TEST(CsvReader, PassesOnTheErrorOfTheSource) {
  class BrokenSource final : public ByteSource {
    Result<size_t> Read(char*, size_t) override { return Error{Code::kUnavailable, "the disk is gone", {}}; }
  };
  BrokenSource source;
  const auto schema = MakeSchema({kAge});
  CsvReader reader(&source, schema);
  Batch batch(schema);
  EXPECT_EQ(reader.Next(&batch, 1).code(), Code::kUnavailable);
}

TEST(CsvWriter, WritesLikePandas) {
  const auto schema = MakeSchema(
      {{"a,b", Type::kString}, {"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"t", Type::kBool}});
  Batch batch(schema);
  batch.column(0).AppendString("say \"x\"");
  batch.column(1).AppendFloat32(0.1f);
  batch.column(2).AppendFloat64(100000);
  batch.column(3).AppendInt64(-7);
  batch.column(4).AppendBool(true);
  batch.column(0).AppendString("");
  batch.column(1).AppendNull();
  batch.column(2).AppendFloat64(std::nan(""));
  batch.column(3).AppendNull();
  batch.column(4).AppendBool(false);
  std::string text;
  AppendCsvHeader(*schema, {}, &text);
  AppendCsvRows(batch, {}, &text);
  EXPECT_EQ(text, "\"a,b\",f,d,i,t\n\"say \"\"x\"\"\",0.1,100000.0,-7,True\n\"\",,,,False\n");

  const size_t columns[] = {3, 0};
  text.clear();
  AppendCsvHeader(*schema, {.delimiter = ';', .columns = columns}, &text);
  AppendCsvRows(batch, {.delimiter = ';', .columns = columns}, &text);
  EXPECT_EQ(text, "i;a,b\n-7;\"say \"\"x\"\"\"\n;\"\"\n");
}

TEST(CsvWriter, ALoneMissingCellIsStillARow) {
  const auto schema = MakeSchema({kAge});
  Batch batch(schema);
  batch.column(0).AppendNull();
  batch.column(0).AppendFloat64(2);
  std::string text;
  AppendCsvHeader(*schema, {}, &text);
  AppendCsvRows(batch, {}, &text);
  EXPECT_EQ(text, "age\n\"\"\n2.0\n");
  EXPECT_EQ(ReadAll(text, schema)->rows(), 2u);
}

TEST(CsvWriter, WhatItWritesReadsBackTheSame) {
  const auto schema = MakeSchema(
      {{"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"b", Type::kBool}, {"s", Type::kString}});
  std::mt19937_64 random(11);
  const char alphabet[] = {'a', 'b', ',', ';', '"', '\n', '\r', ' ', '\t', '7'};
  for (int round = 0; round < 50; ++round) {
    Batch batch(schema);
    for (int row = 0; row < 20; ++row) {
      const auto maybe = [&](size_t column, auto append) {
        random() % 5 == 0 ? batch.column(column).AppendNull() : append(batch.column(column));
      };
      maybe(0,
            [&](Column& c) { c.AppendFloat32(std::ldexp(static_cast<float>(random()), int(random() % 120) - 120)); });
      maybe(1, [&](Column& c) { c.AppendFloat64(std::ldexp(double(random()), int(random() % 1900) - 1000)); });
      maybe(2, [&](Column& c) { c.AppendInt64(static_cast<int64_t>(random())); });
      maybe(3, [&](Column& c) { c.AppendBool(random() % 2 == 0); });
      maybe(4, [&](Column& c) {
        std::string text;
        for (uint64_t n = random() % 6; n > 0; --n) text += alphabet[random() % sizeof(alphabet)];
        c.AppendString(text);
      });
    }
    std::string text;
    AppendCsvHeader(*schema, {}, &text);
    AppendCsvRows(batch, {}, &text);
    const auto back = ReadAll(text, schema);
    ASSERT_TRUE(back.ok()) << back.error().ToString() << "\n" << text;
    ASSERT_EQ(back->rows(), batch.rows());
    for (size_t row = 0; row < batch.rows(); ++row) {
      for (size_t i = 0; i < schema->size(); ++i) {
        ASSERT_EQ(back->column(i).valid(row), batch.column(i).valid(row));
        if (!batch.column(i).valid(row)) continue;
        if (i == 4) {
          ASSERT_EQ(back->column(i).string_at(row), batch.column(i).string_at(row));
        } else if (i == 2) {
          ASSERT_EQ(back->column(i).int64s()[row], batch.column(i).int64s()[row]);
        } else {
          ASSERT_EQ(back->column(i).NumberAt(row), batch.column(i).NumberAt(row));
        }
      }
    }
  }
}

TEST(CsvReaderTest, AColumnThatMayBeAbsentIsNotTakenForAbsentWhenOnlyItsCaseDiffers) {
  const auto schema = *Schema::Make({{"age", Type::kFloat64}, {"city", Type::kString}});
  TextSource source("Age,city\n3,Oslo\n");
  CsvReadOptions options;
  options.may_be_absent = {true, true};
  CsvReader reader(&source, schema, options);
  const Status status = reader.Open();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_EQ(status.ToString(), "line 1: column 'age' is missing from the header, which has 'Age'");
}

// Rows of plain numbers take a road of their own, which a column of bools closes: both must read the same.
TEST(CsvReader, ReadsPlainRowsAsAllOthers) {
  const auto plain =
      *Schema::Make({{"d", Type::kFloat64}, {"f", Type::kFloat32}, {"i", Type::kInt64}, {"s", Type::kString}});
  const auto other = *Schema::Make(
      {{"d", Type::kFloat64}, {"f", Type::kFloat32}, {"i", Type::kInt64}, {"s", Type::kString}, {"b", Type::kBool}});
  const std::vector<std::string> numbers = {"0",
                                            "-0",
                                            "7",
                                            "-7",
                                            "+7",
                                            "1.",
                                            ".5",
                                            "-.5",
                                            "00012.500",
                                            "0.1",
                                            "0.30000000000000004",
                                            "9007199254740992",
                                            "9007199254740993",
                                            "123456789.123456789",
                                            "0.000000000000000001",
                                            "123456789012345678",
                                            "1234567890123456789",
                                            "12345678",
                                            "1234567",
                                            "1.2345678",
                                            "12345678.12345678",
                                            "1e5",
                                            "1E-3",
                                            "nan",
                                            "",
                                            "inf",
                                            "99999.99999"};
  const std::vector<std::string> wholes = {"", "0", "-5", "12345678901234567", "1234567890123456789", "3.0", "+4"};
  const std::vector<std::string> texts = {"",        "\"\"",       "plain",       "\"quoted\"",
                                          "\"a,b\"", "\"a\"\"b\"", "t\xC3\xA4xt", "5\" pipe"};
  for (const std::string end : {"\n", "\r\n"}) {
    std::string text = "d,f,i,s" + end;
    for (size_t i = 0; i < 4 * numbers.size() * wholes.size(); ++i) {
      text += numbers[i % numbers.size()] + "," + numbers[(i * 7 + 3) % numbers.size()] + "," +
              wholes[i % wholes.size()] + "," + texts[(i / 3) % texts.size()] + end;
    }
    const auto read = [&](const std::shared_ptr<const Schema>& schema) {
      TextSource source(text);
      CsvReader reader(&source, schema, {.may_be_absent = {false, false, false, false, true}});
      Batch batch(schema);
      while (true) {
        const auto more = reader.Next(&batch, 50);
        EXPECT_TRUE(more.ok()) << more.error().ToString();
        if (!more.ok() || !*more) return batch;
      }
    };
    const Batch quick = read(plain), slow = read(other);
    ASSERT_EQ(quick.rows(), 4 * numbers.size() * wholes.size());
    for (size_t row = 0; row < quick.rows(); ++row) {
      for (size_t c = 0; c < 4; ++c) ASSERT_EQ(quick.column(c).valid(row), slow.column(c).valid(row)) << row;
      ASSERT_EQ(std::bit_cast<uint64_t>(quick.column(0).float64s()[row]),
                std::bit_cast<uint64_t>(slow.column(0).float64s()[row]))
          << numbers[row % numbers.size()];
      ASSERT_EQ(std::bit_cast<uint32_t>(quick.column(1).float32s()[row]),
                std::bit_cast<uint32_t>(slow.column(1).float32s()[row]));
      ASSERT_EQ(quick.column(2).int64s()[row], slow.column(2).int64s()[row]);
      ASSERT_EQ(quick.column(3).string_at(row), slow.column(3).string_at(row));
      const std::string& number = numbers[row % numbers.size()];
      if (quick.column(0).valid(row) && number != "inf") {
        ASSERT_EQ(quick.column(0).float64s()[row], std::strtod(number.c_str(), nullptr)) << number;
      }
    }
  }
}

// Long runs of plain rows, broken by single ones that are none, whatever the portions in which the text comes and rows
// are asked for.
TEST(CsvReader, ReadsRunsOfPlainRowsAsAllOthers) {
  const auto plain = *Schema::Make({{"d", Type::kFloat64}, {"s", Type::kString}, {"i", Type::kInt64}});
  const auto other =
      *Schema::Make({{"d", Type::kFloat64}, {"s", Type::kString}, {"i", Type::kInt64}, {"b", Type::kBool}});
  const std::vector<std::string> breaks = {"1e3,x,5",
                                           "nan,y,-1",
                                           "2,\"a\"\"b\",3",
                                           "4,\"a\nb\",3",
                                           "-0.5,\"x,y\",7",
                                           ",,",
                                           "",
                                           "0.30000000000000004,z,1",
                                           "5,t\xC3\xA4xt,12345678901234567"};
  for (const std::string end : {"\n", "\r\n"}) {
    std::string text = "extra,d,s,i" + end;
    size_t rows = 0;
    for (size_t run = 0; run < 150; ++run) {
      for (size_t i = 0; i < run; ++i, ++rows) {
        text += "\xFF?," + std::to_string(static_cast<double>(rows) / 8) + ",text" + std::to_string(i) + "," +
                std::to_string(rows) + end;
      }
      const std::string& broken = breaks[run % breaks.size()];
      text += (broken.empty() ? "" : "0," + broken) + end;
      rows += broken.empty() ? 0 : 1;
    }
    text.resize(text.size() - end.size());  // the last line may end without it
    for (const size_t portion : {size_t{7}, size_t{1000}, text.size()}) {
      for (const size_t rows_max : {1, 63, 64, 65, 1000}) {
        const auto read = [&](const std::shared_ptr<const Schema>& schema, std::vector<uint64_t>* lines) {
          TrickleSource source(text, portion);
          CsvReader reader(&source, schema, {.may_be_absent = {false, false, false, true}});
          Batch batch(schema);
          while (true) {
            const auto more = reader.Next(&batch, rows_max);
            EXPECT_TRUE(more.ok()) << more.error().ToString();
            if (!more.ok() || !*more) return batch;
            lines->push_back(reader.line());
          }
        };
        std::vector<uint64_t> quick_lines, slow_lines;
        const Batch quick = read(plain, &quick_lines), slow = read(other, &slow_lines);
        ASSERT_EQ(quick.rows(), rows);
        ASSERT_EQ(slow.rows(), rows);
        ASSERT_EQ(quick_lines, slow_lines);
        for (size_t row = 0; row < rows; ++row) {
          for (size_t c = 0; c < 3; ++c) ASSERT_EQ(quick.column(c).valid(row), slow.column(c).valid(row)) << row;
          ASSERT_EQ(std::bit_cast<uint64_t>(quick.column(0).float64s()[row]),
                    std::bit_cast<uint64_t>(slow.column(0).float64s()[row]))
              << row;
          ASSERT_EQ(quick.column(1).string_at(row), slow.column(1).string_at(row));
          ASSERT_EQ(quick.column(2).int64s()[row], slow.column(2).int64s()[row]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace scoreway
