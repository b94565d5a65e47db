#include "data/codec/json_rows_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/codec/json_lines_reader.h"

namespace scoreway {
namespace {

std::shared_ptr<const Schema> MakeSchema(std::vector<Field> fields) {
  auto schema = Schema::Make(std::move(fields));
  EXPECT_TRUE(schema.ok());
  return *schema;
}

const std::shared_ptr<const Schema>& People() {
  static const auto schema = MakeSchema({{"age", Type::kFloat64}, {"city", Type::kString}});
  return schema;
}

const std::shared_ptr<const Schema>& AllTypes() {
  static const auto schema = MakeSchema(
      {{"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"b", Type::kBool}, {"s", Type::kString}});
  return schema;
}

Result<Batch> Read(std::string_view text, const std::shared_ptr<const Schema>& schema, JsonReadOptions options = {}) {
  JsonRowsReader reader;
  Batch batch(schema);
  JsonRequestMembers members;
  SCOREWAY_RETURN_IF_ERROR(reader.Read({text}, options, &batch, &members));
  return batch;
}

std::string ErrorOf(std::string_view text, const std::shared_ptr<const Schema>& schema = People(),
                    JsonReadOptions options = {}) {
  const auto batch = Read(text, schema, std::move(options));
  if (batch.ok()) return "ok";
  EXPECT_EQ(batch.code(), Code::kInvalidArgument);
  return batch.error().ToString();
}

// The error of a row in which one value of one column is tried, without its place.
std::string CellError(std::string_view column, std::string_view value) {
  const std::vector<bool> all(5, true);
  const std::string body = "{\"rows\":[{\"" + std::string(column) + "\":" + std::string(value) + "}]}";
  const std::string error = ErrorOf(body, AllTypes(), {.may_be_absent = all});
  const std::string place = "row 1, column '" + std::string(column) + "': ";
  EXPECT_TRUE(error.starts_with(place)) << error;
  return error.substr(std::min(place.size(), error.size()));
}

TEST(JsonRowsReader, RowsByNameInAnyOrder) {
  const auto batch =
      Read(R"({"rows":[{"age":41,"city":"Oslo"},{"city":"R\u00f4me","age":-0.5},{"age":null,"city":null}]})", People());
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  ASSERT_EQ(batch->rows(), 3u);
  EXPECT_EQ(batch->column(0).float64s()[0], 41);
  EXPECT_EQ(batch->column(0).float64s()[1], -0.5);
  EXPECT_EQ(batch->column(1).string_at(1), "Rôme");
  EXPECT_FALSE(batch->column(0).valid(2));
  EXPECT_FALSE(batch->column(1).valid(2));
}

TEST(JsonRowsReader, AVectorStandsForItsItems) {
  const auto schema = MakeSchema({{"v_0", Type::kFloat64}, {"v_1", Type::kFloat64}, {"v_2", Type::kFloat64}});
  const auto batch = Read(
      R"json({"rows":[{"v":[1,2.5,-3]},{"v":{"type":1,"values":[1,2.5,-3]}},{"v":"[1.0,2.5,-3.0]"},
              {"v":{"type":0,"size":3,"indices":[0,2],"values":[1,-3]}},{"v":"(3,[0,2],[1.0,-3.0])"},
              {"v":[1,null,-3]},{"v_2":-3,"v_1":2.5,"v_0":1}]})json",
      schema);
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  ASSERT_EQ(batch->rows(), 7u);
  for (size_t row = 0; row < 7; ++row) {
    EXPECT_EQ(batch->column(0).float64s()[row], 1) << row;
    EXPECT_EQ(batch->column(2).float64s()[row], -3) << row;
  }
  EXPECT_EQ(batch->column(1).float64s()[2], 2.5);
  EXPECT_EQ(batch->column(1).float64s()[4], 0);
  EXPECT_FALSE(batch->column(1).valid(5));
}

TEST(JsonRowsReader, RefusesWhatIsNoVectorOfThatWidth) {
  const auto schema = MakeSchema({{"v_0", Type::kFloat64}, {"v_1", Type::kFloat64}});
  const auto error = [&](const std::string& row) { return ErrorOf("{\"rows\":[{" + row + "}]}", schema); };
  EXPECT_EQ(error(R"("v":[1])"), "row 1, column 'v': a vector of 1 numbers, where 2 are wanted");
  EXPECT_EQ(error("\"v\":\"(3,[0],[1.0])\""), "row 1, column 'v': a vector of 3 numbers, where 2 are wanted");
  EXPECT_EQ(error("\"v\":\"(2,[1,0],[1.0,2.0])\""),
            "row 1, column 'v': '(2,[1,0],[1.0,2.0])' is no vector, dense or sparse");
  EXPECT_EQ(error("\"v\":\"(2,[2],[1.0])\""), "row 1, column 'v': '(2,[2],[1.0])' is no vector, dense or sparse");
  EXPECT_EQ(error(R"("v":["a","b"])"), R"(row 1, column 'v': '["a","b"]' is no vector, dense or sparse)");
  EXPECT_EQ(error(R"("v":7)"), "row 1, column 'v': expected a vector, found the number 7");
  EXPECT_EQ(error(R"("v":[1,2],"v_1":3)"), "row 1: column 'v_1' stands twice");
  EXPECT_EQ(error(R"("v_1":3,"v":[1,2])"), "row 1: column 'v_1' stands twice, also in 'v'");
  EXPECT_EQ(error(R"("v_0":3)"), "row 1: column 'v_1' is missing");
}

TEST(JsonRowsReader, ListsAreArrays) {
  const auto schema = MakeSchema({{"items", Type::kList}});
  const auto batch = Read(R"({"rows":[{"items":["a", "b\n"]},{"items":[1, 2.5]},{"items":[]},{"items":null},
                              {"items":"[\"a\"]"}]})",
                          schema);
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  EXPECT_EQ(batch->column(0).string_at(0), R"(["a", "b\n"])");
  EXPECT_EQ(batch->column(0).string_at(1), "[1, 2.5]");
  EXPECT_EQ(batch->column(0).string_at(2), "[]");
  EXPECT_FALSE(batch->column(0).valid(3));
  EXPECT_EQ(batch->column(0).string_at(4), R"(["a"])");
  EXPECT_EQ(ErrorOf(R"({"rows":[{"items":{"a":1}}]})", schema),
            "row 1, column 'items': expected an array of texts or numbers, found an object");
  EXPECT_EQ(ErrorOf(R"({"rows":[{"items":[["a"]]}]})", schema),
            "row 1, column 'items': an item of the array is neither a text nor a number");
  EXPECT_EQ(ErrorOf(R"({"rows":[{"items":7}]})", schema),
            "row 1, column 'items': expected an array of texts or numbers, found the number 7");
  EXPECT_EQ(ErrorOf(R"({"rows":[{"age":1,"city":["a"]}]})"), "row 1, column 'city': expected a string, found an array");
}

TEST(JsonRowsReader, RowsByPosition) {
  const auto batch = Read(R"({"rows":[[41,"Oslo"],[null,""]]})", People());
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  EXPECT_EQ(batch->column(1).string_at(0), "Oslo");
  EXPECT_TRUE(batch->column(1).valid(1));
  EXPECT_EQ(ErrorOf(R"({"rows":[[41,"Oslo"],[41]]})"), "row 2: 1 value in a row by position, wanted 2");
  EXPECT_EQ(ErrorOf(R"({"rows":[[41,"Oslo",[]]]})"), "row 1: 3 values in a row by position, wanted 2");
}

TEST(JsonRowsReader, NoRowsAreFine) {
  const auto batch = Read(R"( { "rows" : [ ] } )", People());
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->rows(), 0u);
}

TEST(JsonRowsReader, MembersBesideTheRows) {
  JsonRowsReader reader;
  Batch batch(People());
  JsonRequestMembers members;
  const auto read = [&](std::string_view text) { return reader.Read({text}, {}, &batch, &members).ToString(); };
  EXPECT_EQ(read(R"({"id":"a1","outputs":["predict",{"name":"p","parameters":{"x":true}}],)"
                 R"("parameters":{ "trace" : [1,{"a":"b"}] } ,"rows":[[1,"x"]]})"),
            "OK");
  EXPECT_EQ(members.id, "a1");
  EXPECT_EQ(members.outputs, (std::vector<std::string>{"predict", "p"}));
  EXPECT_TRUE(members.parameters.starts_with(R"({ "trace" : [1,{"a":"b"}] })")) << members.parameters;
  EXPECT_EQ(batch.rows(), 1u);
  EXPECT_EQ(read(R"({"rows":[]})"), "OK");
  EXPECT_EQ(members.id + members.parameters, "");
  EXPECT_TRUE(members.outputs.empty());
  EXPECT_EQ(batch.rows(), 0u);

  EXPECT_EQ(read(R"({"row":[]})"),
            "unknown member 'row' (did you mean 'rows'?); known are 'rows', 'outputs', 'id' and 'parameters'");
  EXPECT_EQ(read(R"({"rows":[],"rows":[]})"), "member 'rows' stands twice");
  EXPECT_EQ(read(R"({"id":7,"rows":[]})"), "id: expected a string, found the number 7");
  EXPECT_EQ(read(R"({"outputs":[7],"rows":[]})"), "outputs: expected the name of an output, found the number 7");
  EXPECT_EQ(read(R"({"outputs":[{}],"rows":[]})"), "outputs: an output has no 'name'");
  EXPECT_EQ(read(R"({"parameters":{"x":tru},"rows":[]})"), "parameters: not valid JSON");
  EXPECT_EQ(read(R"({"id":"x"})"), "the body has no member 'rows'");
  EXPECT_EQ(read(R"([1])"), "byte 0: expected an object with a member 'rows'");
  EXPECT_EQ(read(R"({"rows":{}})"), "rows: expected an array of rows, found an object");
  EXPECT_EQ(read(R"({"rows":[1]})"), "row 1: expected a row as an object or an array, found the number 1");
}

TEST(JsonRowsReader, KeysThatDoNotFit) {
  EXPECT_EQ(ErrorOf(R"({"rows":[{"age":1,"city":"a"},{"age":1,"citty":"b"}]})"),
            "row 2: unknown column 'citty' (did you mean 'city'?)");
  EXPECT_EQ(ErrorOf(R"({"rows":[{"age":1,"weight":2}]})"), "row 1: unknown column 'weight'");
  EXPECT_EQ(ErrorOf(R"({"rows":[{"age":1,"age":2,"city":""}]})"), "row 1: column 'age' stands twice");
  EXPECT_EQ(ErrorOf(R"({"rows":[{"age":1}]})"), "row 1: column 'city' is missing");
  EXPECT_EQ(ErrorOf(R"({"rows":[{}]})"), "row 1: columns 'age' and 'city' are missing");
}

TEST(JsonRowsReader, AbsentIsNullWhereItMayBe) {
  const auto batch = Read(R"({"rows":[{"city":"a"},{"city":"b","age":2}]})", People(), {.may_be_absent = {true}});
  ASSERT_TRUE(batch.ok());
  EXPECT_FALSE(batch->column(0).valid(0));
  EXPECT_TRUE(batch->column(0).valid(1));
  EXPECT_EQ(ErrorOf(R"({"rows":[{}]})", People(), {.may_be_absent = {true}}), "row 1: column 'city' is missing");
}

TEST(JsonRowsReader, TypedValues) {
  const auto batch = Read(R"({"rows":[
      [0.1, "-Infinity", 3.0, 1, 1234],
      ["NaN", true, -9223372036854775808, false, 0.50],
      [false, 123456789012345678901234567890, true, 0.0, true],
      [-0, 1e-400, "NaN", true, "NaN"]]})",
                          AllTypes());
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  EXPECT_EQ(batch->column(0).float32s()[0], 0.1f);
  EXPECT_TRUE(batch->column(0).valid(1));
  EXPECT_TRUE(std::isnan(batch->column(0).float32s()[1]));
  EXPECT_EQ(batch->column(0).float32s()[2], 0.0f);
  EXPECT_EQ(batch->column(1).float64s()[0], -std::numeric_limits<double>::infinity());
  EXPECT_EQ(batch->column(1).float64s()[1], 1);
  EXPECT_EQ(batch->column(1).float64s()[2], 123456789012345678901234567890.0);
  EXPECT_EQ(batch->column(1).float64s()[3], 0);
  EXPECT_EQ(batch->column(2).int64s()[0], 3);
  EXPECT_EQ(batch->column(2).int64s()[1], std::numeric_limits<int64_t>::min());
  EXPECT_EQ(batch->column(2).int64s()[2], 1);
  EXPECT_FALSE(batch->column(2).valid(3));
  EXPECT_EQ(batch->column(3).bools()[0], 1);
  EXPECT_EQ(batch->column(3).bools()[2], 0);
  EXPECT_EQ(batch->column(4).string_at(0), "1234");
  EXPECT_EQ(batch->column(4).string_at(1), "0.50");
  EXPECT_EQ(batch->column(4).string_at(2), "True");
  EXPECT_EQ(batch->column(4).string_at(3), "NaN");
}

TEST(JsonRowsReader, BadValuesNameRowAndColumn) {
  EXPECT_EQ(ErrorOf(R"({"rows":[[1,"a"],[2,"b"],["x","c"]]})"),
            R"(row 3, column 'age': expected a number, found a string "x")");
  EXPECT_EQ(CellError("d", R"("41")"), R"(expected a number, found a string "41")");
  EXPECT_EQ(CellError("d", "[1]"), "expected a number, found an array");
  EXPECT_EQ(CellError("d", "{}"), "expected a number, found an object");
  EXPECT_EQ(CellError("d", "1e400"), "the number 1e400 is too large for float64");
  EXPECT_EQ(CellError("f", "1e39"), "the number 1e39 is too large for float32");
  EXPECT_EQ(CellError("d", "012"), "the number 012 is not written as JSON has it");
  EXPECT_EQ(CellError("d", "1.e5"), "the number 1.e5 is not written as JSON has it");
  EXPECT_EQ(CellError("d", "NaN"), "expected a number, found 'NaN', which is no JSON value");
  EXPECT_EQ(CellError("d", "nul"), "expected a number, found nul");
  EXPECT_EQ(CellError("i", "3.5"), "expected a whole number, found the number 3.5");
  EXPECT_EQ(CellError("i", "9223372036854775808"), "the number 9223372036854775808 is too large for int64");
  EXPECT_EQ(CellError("i", R"("Infinity")"), R"(expected a whole number, found a string "Infinity")");
  EXPECT_EQ(CellError("b", "2"), "expected true or false, found the number 2");
  EXPECT_EQ(CellError("b", R"("yes")"), R"(expected true or false, found a string "yes")");
  EXPECT_EQ(CellError("s", "[]"), "expected a string, found an array");
  EXPECT_EQ(CellError("s", "1e400"), "the number 1e400 is too large for float64");
  EXPECT_EQ(CellError("s", R"("\x")"), "a string holds a bad escape");
}

TEST(JsonRowsReader, WhatIsNoJson) {
  EXPECT_EQ(ErrorOf(""), "the JSON is empty");
  EXPECT_EQ(ErrorOf("{\"rows\":[[1,\"a\"]]} x"), "byte 0: the JSON does not end with the bracket that closes it");
  EXPECT_EQ(ErrorOf("{\"rows\":[[1,\"a\"]]}{}"), "byte 18: something follows the end of the JSON");
  EXPECT_EQ(ErrorOf("{\"rows\":[[1,\"caf\xE9\"]]}"), "byte 16: the JSON is not UTF-8");
  EXPECT_EQ(ErrorOf("{\"rows\":[[1,\"a]]}"), "a string does not end");
  EXPECT_EQ(ErrorOf("{\"rows\":[[1,\"a\n\"]]}"), "a string holds a control character that is not escaped");
  EXPECT_NE(ErrorOf("{\"rows\":[[1,\"a\"]"), "ok");
  EXPECT_NE(ErrorOf("{\"rows\":[[1,\"a\"]"), "ok");
  EXPECT_NE(ErrorOf("{\"rows\":[[1 \"a\"]]}"), "ok");
  EXPECT_NE(ErrorOf("{\"rows\":[[1,\"a\"],]}"), "ok");
  EXPECT_NE(ErrorOf("{\"rows\":[[1,\"a\"}]}"), "ok");
  EXPECT_NE(ErrorOf("{\"rows\":[[1,\"a\"]},"), "ok");
  EXPECT_NE(ErrorOf("{\"rows\" [[1,\"a\"]]}"), "ok");
  EXPECT_EQ(ErrorOf("\xEF\xBB\xBF{\"rows\":[]}"), "ok");
}

TEST(JsonRowsReader, Limits) {
  const auto code = [](std::string_view text, JsonReadOptions options) {
    return Read(text, People(), std::move(options)).code();
  };
  const std::string_view two = R"({"rows":[[1,"a"],[2,"b"]]})";
  EXPECT_EQ(code(two, {.rows_max = 2}), Code::kOk);
  EXPECT_EQ(code(two, {.rows_max = 1}), Code::kResourceExhausted);
  EXPECT_EQ(code(two, {.cells_max = 3}), Code::kResourceExhausted);
  EXPECT_EQ(code(two, {.bytes_max = 20}), Code::kResourceExhausted);
  const std::string deep =
      "{\"parameters\":{\"a\":" + std::string(5000, '[') + std::string(5000, ']') + "},\"rows\":[]}";
  EXPECT_EQ(code(deep, {}), Code::kResourceExhausted);
  EXPECT_NE(code("{\"rows\":" + std::string(100'000, '['), {}), Code::kOk);
}

TEST(JsonRowsReader, ReadsInPlaceWhatMayBeReadBehind) {
  std::string buffer = R"({"rows":[[1,"a"]]})";
  const size_t size = buffer.size();
  buffer.append(kJsonPadding, '}');
  JsonRowsReader reader;
  Batch batch(People());
  JsonRequestMembers members;
  const JsonBody body{std::string_view(buffer).substr(0, size), kJsonPadding};
  EXPECT_EQ(reader.Read(body, {}, &batch, &members).ToString(), "OK");
  EXPECT_EQ(batch.column(1).string_at(0), "a");
}

TEST(JsonLinesReader, ALineARow) {
  TextSource source("{\"age\":1,\"city\":\"a\"}\r\n\n[2,\"b\"]\n{\"city\":\"c\",\"age\":3}");
  JsonLinesReader reader(&source, People());
  Batch batch(People());
  EXPECT_TRUE(*reader.Next(&batch, 2));
  EXPECT_EQ(batch.rows(), 2u);
  EXPECT_TRUE(*reader.Next(&batch, 2));
  EXPECT_FALSE(*reader.Next(&batch, 2));
  ASSERT_EQ(batch.rows(), 3u);
  EXPECT_EQ(batch.column(0).float64s()[2], 3);
  EXPECT_EQ(batch.column(1).string_at(1), "b");
}

TEST(JsonLinesReader, ErrorsNameTheLineAndReadingGoesOn) {
  TextSource source("\n{\"age\":\"x\"}\n{\"age\":1}}\n7\n[1,\"caf\xE9\"]\n[5,\"e\"]");
  JsonLinesReader reader(&source, People(), {.may_be_absent = {true, true}});
  Batch batch(People());
  const auto error = [&] {
    batch.Clear();
    return reader.Next(&batch, 10).error().ToString();
  };
  EXPECT_EQ(error(), R"(line 2, column 'age': expected a number, found a string "x")");
  EXPECT_EQ(error(), "line 3, byte 9: something follows the end of the JSON");
  EXPECT_EQ(error(), "line 4: expected a row as an object or an array");
  EXPECT_EQ(error(), "line 5, byte 7: the JSON is not UTF-8");
  batch.Clear();
  EXPECT_TRUE(*reader.Next(&batch, 10));
  EXPECT_EQ(batch.column(0).float64s()[0], 5);
}

TEST(JsonLinesReader, LongLinesUpToTheLimit) {
  const std::string line = "[1,\"" + std::string(1'000'000, 'x') + "\"]\n";
  for (size_t limit : {size_t{2'000'000}, size_t{500'000}}) {
    TextSource source(line);
    JsonLinesReader reader(&source, People(), {.bytes_max = limit});
    Batch batch(People());
    EXPECT_EQ(reader.Next(&batch, 10).code(), limit > line.size() ? Code::kOk : Code::kResourceExhausted);
  }
}

}  // namespace
}  // namespace scoreway
