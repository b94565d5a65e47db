#include "data/codec/json_batch_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "data/codec/json_lines_reader.h"
#include "data/codec/json_rows_reader.h"
#include "data/codec/json_tensors_reader.h"

namespace scoreway {
namespace {

std::shared_ptr<const Schema> AllTypes() {
  auto schema = Schema::Make({{"f", Type::kFloat32},
                              {"d \"q\"", Type::kFloat64},
                              {"i", Type::kInt64},
                              {"b", Type::kBool},
                              {"s", Type::kString}});
  EXPECT_TRUE(schema.ok());
  return *schema;
}

Batch TwoRows() {
  Batch batch(AllTypes());
  batch.column(0).AppendFloat32(0.1f);
  batch.column(1).AppendFloat64(std::numeric_limits<double>::infinity());
  batch.column(2).AppendInt64(std::numeric_limits<int64_t>::max());
  batch.column(3).AppendBool(true);
  batch.column(4).AppendString("a\"b");
  batch.column(0).AppendFloat32(std::nanf(""));
  batch.column(1).AppendFloat64(3);
  batch.column(2).AppendNull();
  batch.column(3).AppendBool(false);
  batch.column(4).AppendNull();
  return batch;
}

TEST(JsonBatchWriter, Rows) {
  std::string text = "x";
  AppendJsonRows(TwoRows(), {}, &text);
  EXPECT_EQ(text, R"(x[{"f":0.1,"d \"q\"":"Infinity","i":9223372036854775807,"b":true,"s":"a\"b"},)"
                  R"({"f":null,"d \"q\"":3.0,"i":null,"b":false,"s":null}])");
  text.clear();
  AppendJsonRows(Batch(AllTypes()), {}, &text);
  EXPECT_EQ(text, "[]");
}

TEST(JsonBatchWriter, LinesOfChosenColumns) {
  std::string text;
  const size_t columns[] = {4, 2};
  AppendJsonLines(TwoRows(), columns, &text);
  EXPECT_EQ(text, "{\"s\":\"a\\\"b\",\"i\":9223372036854775807}\n{\"s\":null,\"i\":null}\n");
}

TEST(JsonBatchWriter, Tensors) {
  std::string text;
  const size_t columns[] = {0, 3, 4};
  AppendJsonTensors(TwoRows(), columns, &text);
  EXPECT_EQ(text, R"([{"name":"f","shape":[2],"datatype":"FP32","data":[0.1,null]},)"
                  R"({"name":"b","shape":[2],"datatype":"BOOL","data":[true,false]},)"
                  R"({"name":"s","shape":[2],"datatype":"BYTES","data":["a\"b",null]}])");
}

void ExpectSame(const Batch& a, const Batch& b) {
  ASSERT_EQ(a.rows(), b.rows());
  for (size_t i = 0; i < a.column_count(); ++i) {
    for (size_t row = 0; row < a.rows(); ++row) {
      ASSERT_EQ(a.column(i).valid(row), b.column(i).valid(row));
      if (a.column(i).type() == Type::kString) {
        ASSERT_EQ(a.column(i).string_at(row), b.column(i).string_at(row));
      } else if (a.column(i).type() == Type::kInt64) {
        ASSERT_EQ(a.column(i).int64s()[row], b.column(i).int64s()[row]);
      } else if (a.column(i).valid(row)) {
        ASSERT_EQ(a.column(i).NumberAt(row), b.column(i).NumberAt(row));
      }
    }
  }
}

TEST(JsonBatchWriter, WhatItWritesReadsBackTheSame) {
  std::mt19937_64 random(5);
  const std::string_view pieces[] = {"a", "\"", "\\", "\n", "é", "😀", "\x01", "/", "NaN", " "};
  JsonRowsReader rows_reader;
  JsonTensorsReader tensors_reader;
  for (int round = 0; round < 50; ++round) {
    Batch batch(AllTypes());
    for (uint64_t rows = random() % 10; rows > 0; --rows) {
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
        for (uint64_t n = random() % 6; n > 0; --n) text += pieces[random() % std::size(pieces)];
        c.AppendString(text);
      });
    }
    Batch back(AllTypes());
    JsonRequestMembers members;

    std::string text = "{\"rows\":";
    AppendJsonRows(batch, {}, &text);
    ASSERT_EQ(rows_reader.Read({text + "}"}, {}, &back, &members).ToString(), "OK");
    ExpectSame(batch, back);

    text = "{\"inputs\":";
    AppendJsonTensors(batch, {}, &text);
    ASSERT_EQ(tensors_reader.Read({text + "}"}, {}, {}, &back, &members).ToString(), "OK");
    ExpectSame(batch, back);

    text.clear();
    AppendJsonLines(batch, {}, &text);
    TextSource source(text);
    JsonLinesReader lines_reader(&source, AllTypes());
    back.Clear();
    const auto any = lines_reader.Next(&back, 100);
    ASSERT_TRUE(any.ok()) << any.error().ToString();
    ExpectSame(batch, back);
  }
}

}  // namespace
}  // namespace scoreway
