#include "data/codec/json_tensors_reader.h"

#include <gtest/gtest.h>

#include <cmath>

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

const std::shared_ptr<const Schema>& Numbers() {
  static const auto schema = MakeSchema({{"a", Type::kFloat64}, {"b", Type::kFloat32}, {"c", Type::kInt64}});
  return schema;
}

Result<Batch> Read(std::string_view inputs, const std::shared_ptr<const Schema>& schema, JsonReadOptions options = {}) {
  JsonTensorsReader reader;
  Batch batch(schema);
  JsonRequestMembers members;
  const std::string body = "{\"inputs\":[" + std::string(inputs) + "]}";
  SCOREWAY_RETURN_IF_ERROR(reader.Read({body}, {}, options, &batch, &members));
  for (size_t i = 0; i < batch.column_count(); ++i) EXPECT_EQ(batch.column(i).size(), batch.rows());
  return batch;
}

std::string ErrorOf(std::string_view inputs, const std::shared_ptr<const Schema>& schema = People(),
                    JsonReadOptions options = {}) {
  const auto batch = Read(inputs, schema, std::move(options));
  if (batch.ok()) return "ok";
  EXPECT_EQ(batch.code(), Code::kInvalidArgument);
  return batch.error().ToString();
}

// One tensor for a schema of one column; the error without its place, or "ok".
std::string CellError(std::string_view datatype, std::string_view value, Type type) {
  const std::string tensor = "{\"name\":\"x\",\"shape\":[1],\"datatype\":\"" + std::string(datatype) + "\",\"data\":[" +
                             std::string(value) + "]}";
  const std::string error = ErrorOf(tensor, MakeSchema({{"x", type}}));
  const std::string_view place = "tensor 'x': row 1, column 'x': ";
  return error.starts_with(place) ? error.substr(place.size()) : error;
}

TEST(JsonTensorsReader, ATensorPerColumn) {
  const auto batch = Read(R"({"name":"city","shape":[2,1],"datatype":"BYTES","data":[["Oslo"],[null]]},
                             {"name":"age","datatype":"FP64","shape":[2],"data":[41,null],"parameters":{"x":1}})",
                          People());
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  ASSERT_EQ(batch->rows(), 2u);
  EXPECT_EQ(batch->column(0).float64s()[0], 41);
  EXPECT_FALSE(batch->column(0).valid(1));
  EXPECT_EQ(batch->column(1).string_at(0), "Oslo");
  EXPECT_FALSE(batch->column(1).valid(1));
}

TEST(JsonTensorsReader, ATensorOfAllColumns) {
  for (const char* data : {"[1,2,3,4,5,6]", "[[1,2,3],[4,5,6]]"}) {
    const auto batch =
        Read(R"({"name":"any","shape":[2,3],"datatype":"INT32","data":)" + std::string(data) + "}", Numbers());
    ASSERT_TRUE(batch.ok()) << batch.error().ToString();
    ASSERT_EQ(batch->rows(), 2u);
    EXPECT_EQ(batch->column(0).float64s()[1], 4);
    EXPECT_EQ(batch->column(1).float32s()[0], 2);
    EXPECT_EQ(batch->column(2).int64s()[1], 6);
  }
}

TEST(JsonTensorsReader, MembersInAnyOrder) {
  const auto batch =
      Read(R"({"data":[1,2,"NaN"],"shape":[3,1],"datatype":"FP32","name":"a"})", MakeSchema({{"a", Type::kFloat64}}));
  ASSERT_TRUE(batch.ok()) << batch.error().ToString();
  EXPECT_EQ(batch->column(0).float64s()[1], 2);
  EXPECT_TRUE(std::isnan(batch->column(0).float64s()[2]));
  EXPECT_EQ(ErrorOf(R"({"d\u0061ta":[1],"shape":[1],"datatype":"FP32","name":"age"})"),
            "tensor 'age': 'data' stands before 'name', 'shape' and 'datatype'");
}

TEST(JsonTensorsReader, MembersBesideTheInputs) {
  JsonTensorsReader reader;
  Batch batch(People());
  JsonRequestMembers members;
  const auto read = [&](std::string_view text) {
    return reader.Read({text}, {}, {.may_be_absent = {true, true}}, &batch, &members).ToString();
  };
  EXPECT_EQ(read(R"({"id":"q","outputs":[{"name":"p","parameters":{"binary_data":false}}],"inputs":[]})"), "OK");
  EXPECT_EQ(members.id, "q");
  EXPECT_EQ(members.outputs, std::vector<std::string>{"p"});
  EXPECT_EQ(batch.rows(), 0u);
  EXPECT_EQ(read(R"({"input":[]})"),
            "unknown member 'input' (did you mean 'inputs'?); known are 'inputs', 'outputs', 'id' and 'parameters'");
  EXPECT_EQ(read(R"({"id":"q"})"), "the body has no member 'inputs'");
  EXPECT_EQ(read(R"({"inputs":[],"inputs":[]})"), "member 'inputs' stands twice");
  EXPECT_EQ(read(R"({"inputs":{}})"), "inputs: expected an array of tensors, found an object");
  EXPECT_EQ(read(R"({"inputs":[1]})"), "inputs: expected a tensor as an object, found the number 1");
  EXPECT_EQ(read(R"([])"), "byte 0: expected an object with a member 'inputs'");
  EXPECT_EQ(read(R"({"inputs":[]}{})"), "byte 13: something follows the end of the JSON");
}

TEST(JsonTensorsReader, ShapesThatDoNotFit) {
  const auto age = [](std::string_view shape, std::string_view data) {
    return R"({"name":"age","datatype":"FP64","shape":)" + std::string(shape) + ",\"data\":" + std::string(data) + "}";
  };
  const JsonReadOptions any{.may_be_absent = {true, true}};
  EXPECT_EQ(ErrorOf(age("[2]", "[1,2]"), People(), any), "ok");
  EXPECT_EQ(ErrorOf(age("[0]", "[]"), People(), any), "ok");
  EXPECT_EQ(ErrorOf(age("[3]", "[1,2]"), People(), any), "tensor 'age': the shape asks for 3 values, the data has 2");
  EXPECT_EQ(ErrorOf(age("[1]", "[1,2]"), People(), any), "tensor 'age': the shape asks for 1 value, the data has more");
  EXPECT_EQ(ErrorOf(age("[2,1]", "[[1],[2,3]]"), People(), any),
            "tensor 'age': the shape asks for 2 values, the data has more");
  EXPECT_EQ(ErrorOf(age("[2,1]", "[[1,3],[2]]"), People(), any),
            "tensor 'age': row 1 of the data has 2 values, the shape says 1");
  EXPECT_EQ(ErrorOf(age("[2]", "[[1],2]"), People(), any),
            "tensor 'age': the data is neither flat nor nested throughout");
  EXPECT_EQ(ErrorOf(age("[]", "[]"), People(), any), "tensor 'age': only shapes [n] and [n, k] are tables");
  EXPECT_EQ(ErrorOf(age("[1,1,1]", "[1]"), People(), any), "tensor 'age': only shapes [n] and [n, k] are tables");
  EXPECT_EQ(ErrorOf(age("[-1]", "[1]"), People(), any), "tensor 'age': shape: expected a size, found the number -1");
  EXPECT_EQ(ErrorOf(age("7", "[1]"), People(), any), "tensor 'age': shape: expected an array, found the number 7");
  EXPECT_EQ(ErrorOf(age("[1,4]", "[1,2,3,4]"), People(), any),
            "tensor 'age': it has 4 columns; wanted are all 2 in one tensor, or a tensor of shape [n] for each");
  EXPECT_EQ(ErrorOf(age("[1]", "{}"), People(), any), "tensor 'age': data: expected an array, found an object");
}

TEST(JsonTensorsReader, TensorsThatDoNotFit) {
  const std::string age = R"({"name":"age","datatype":"FP64","shape":[1],"data":[1]})";
  const std::string city = R"({"name":"city","datatype":"BYTES","shape":[1],"data":["a"]})";
  EXPECT_EQ(ErrorOf(age + "," + city), "ok");
  EXPECT_EQ(ErrorOf(age), "tensor 'city' is missing");
  EXPECT_EQ(ErrorOf(""), "tensors 'age' and 'city' are missing");
  EXPECT_EQ(ErrorOf(age + "," + age), "tensor 'age': it stands twice");
  EXPECT_EQ(ErrorOf(R"({"name":"Age","datatype":"FP64","shape":[1],"data":[1]})"),
            "tensor 'Age': there is no column of that name (did you mean 'age'?)");
  EXPECT_EQ(ErrorOf(age + R"(,{"name":"city","datatype":"BYTES","shape":[2],"data":["a","b"]})"),
            "tensor 'city': it has 2 rows, the tensors before it have 1");
  EXPECT_EQ(ErrorOf(age + R"(,{"name":"x","datatype":"FP64","shape":[1,2],"data":[1,2]})"),
            "tensor 'x': a tensor of all columns stands alone, without others");
  EXPECT_EQ(ErrorOf(R"({"name":"age","datatype":"BYTES","shape":[1],"data":["1"]})"),
            "tensor 'age': column 'age' takes numbers, not BYTES");
  EXPECT_EQ(ErrorOf(R"({"name":"age","datatype":"FP8","shape":[1],"data":[1]})"),
            "tensor 'age': unknown datatype 'FP8'");
  EXPECT_EQ(ErrorOf(R"({"name":"age","shape":[1],"data":[1]})"), "tensor 'age': there is no 'datatype'");
  EXPECT_EQ(ErrorOf(R"({"datatype":"FP64","shape":[1],"data":[1]})"), "tensor 1: there is no 'name'");
  EXPECT_EQ(ErrorOf(R"({"name":"age","datatype":"FP64","data":[1]})"), "tensor 'age': there is no 'shape'");
  EXPECT_EQ(ErrorOf(R"({"name":"age","datatype":"FP64","shape":[1],"parameters":{"binary_data_size":8}})"),
            "tensor 'age': it has 8 bytes of binary data, 0 are left");
  EXPECT_EQ(ErrorOf(R"({"name":"age","datatype":"FP64","shape":[1]})"), "tensor 'age': there is no 'data'");
  EXPECT_EQ(ErrorOf(R"({"name":"age","dtype":"FP64"})"),
            "tensor 'age': unknown member 'dtype'; known are 'name', 'shape', 'datatype', 'data' and 'parameters'");
}

TEST(JsonTensorsReader, ValuesMustFitTheDatatype) {
  EXPECT_EQ(CellError("INT8", "127", Type::kFloat64), "ok");
  EXPECT_EQ(CellError("INT8", "128", Type::kFloat64), "the number 128 is no INT8");
  EXPECT_EQ(CellError("UINT8", "-1", Type::kFloat64), "the number -1 is no UINT8");
  EXPECT_EQ(CellError("INT32", "1.5", Type::kFloat64), "the number 1.5 is no INT32");
  EXPECT_EQ(CellError("UINT64", "18446744073709551615", Type::kFloat64), "ok");
  EXPECT_EQ(CellError("UINT64", "18446744073709551615", Type::kInt64),
            "the number 18446744073709551615 is too large for int64");
  EXPECT_EQ(CellError("INT64", "-9223372036854775808", Type::kInt64), "ok");
  EXPECT_EQ(CellError("INT64", "9223372036854775807", Type::kInt64), "ok");
  EXPECT_EQ(CellError("INT64", "9223372036854775808", Type::kFloat64), "the number 9223372036854775808 is no INT64");
  EXPECT_EQ(CellError("UINT64", "18446744073709551616", Type::kFloat64),
            "the number 18446744073709551616 is no UINT64");
  EXPECT_EQ(CellError("UINT32", "4294967296", Type::kFloat64), "the number 4294967296 is no UINT32");
  EXPECT_EQ(CellError("INT64", "true", Type::kInt64), "true is no INT64");
  EXPECT_EQ(CellError("BOOL", "true", Type::kFloat64), "ok");
  EXPECT_EQ(CellError("BOOL", "2", Type::kBool), "the number 2 is no BOOL");
  EXPECT_EQ(CellError("FP32", "1e39", Type::kFloat64), "the number 1e39 is no FP32");
  EXPECT_EQ(CellError("FP64", "1e400", Type::kFloat64), "the number 1e400 is too large for float64");
  EXPECT_EQ(CellError("FP64", "\"1\"", Type::kFloat64), "expected a number, found a string \"1\"");
  EXPECT_EQ(CellError("FP16", "0.5", Type::kFloat32), "ok");
  EXPECT_EQ(CellError("BYTES", "1", Type::kString), "the number 1 is no BYTES");
  EXPECT_EQ(CellError("INT64", "1234", Type::kString), "ok");
  EXPECT_EQ(CellError("FP64", "[1]", Type::kFloat64), "ok");  // nested rows of a single column
  EXPECT_EQ(CellError("FP64", "[[1]]", Type::kFloat64), "an array is no FP64");
}

TEST(JsonTensorsReader, Float32MeansTheFloat32OfItsDigits) {
  const auto batch =
      Read(R"({"name":"x","shape":[1],"datatype":"FP32","data":[0.1]})", MakeSchema({{"x", Type::kFloat64}}));
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->column(0).float64s()[0], static_cast<double>(0.1f));
}

TEST(JsonTensorsReader, ShapesCannotAskForMemory) {
  const auto code = [](std::string_view shape, JsonReadOptions options) {
    const std::string tensor = R"({"name":"age","datatype":"FP64","shape":)" + std::string(shape) + ",\"data\":[1,2]}";
    return Read(tensor, People(), std::move(options)).code();
  };
  EXPECT_EQ(code("[18446744073709551615]", {.may_be_absent = {true, true}}), Code::kResourceExhausted);
  EXPECT_EQ(code("[9223372036854775808,2]", {}), Code::kResourceExhausted);
  EXPECT_EQ(code("[2]", {.may_be_absent = {true, true}, .cells_max = 3}), Code::kResourceExhausted);
  EXPECT_EQ(code("[2]", {.may_be_absent = {true, true}, .bytes_max = 10}), Code::kResourceExhausted);
}

}  // namespace
}  // namespace scoreway
