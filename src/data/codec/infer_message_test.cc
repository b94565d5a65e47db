// Infer requests and responses as protobuf messages. The requests were serialized by Google's protobuf library.
#include "data/codec/infer_message.h"

#include <gtest/gtest.h>

#include "base/wire_writer.h"
#include "data/codec/json_batch_writer.h"

namespace scoreway {
namespace {

std::string FromHex(std::string_view digits) {
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

// model_name 'wine@champion', model_version '3', id 'a1', parameter priority, output 'y', and of two rows
// f: FP32 [0.1, nan], d: FP64 [0.1, -2] of shape [2, 1], i: INT16 [-5, 300], b: BOOL [true, false], s: BYTES [Oslo,
// ''].
const std::string kRaw = FromHex(
    "0a0d77696e65406368616d70696f6e1201331a026131220e0a087072696f72697479120210012a0c0a01661204465033321a01022a0d0a0164"
    "12"
    "04465036341a0202012a0d0a01691205494e5431361a01022a0c0a01621204424f4f4c1a01022a0d0a0173120542595445531a010232030a01"
    "79"
    "3a08cdcccc3d0000c07f3a109a9999999999b93f00000000000000c03a04fbff2c013a0201003a0c040000004f736c6f00000000");
const std::string kTyped = FromHex(
    "0a0d77696e65406368616d70696f6e1201331a026131220e0a087072696f72697479120210012a180a01661204465033321a01022a0a3208cd"
    "cc"
    "cc3d0000c07f2a210a01641204465036341a0202012a123a109a9999999999b93f00000000000000c02a1d0a01691205494e5431361a01022a"
    "0e"
    "120cfbffffffffffffffff01ac022a120a01621204424f4f4c1a01022a040a0201002a170a0173120542595445531a01022a0842044f736c6f"
    "42"
    "0032030a0179");

std::shared_ptr<const Schema> AllTypes() {
  return *Schema::Make(
      {{"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"b", Type::kBool}, {"s", Type::kString}});
}

// The rows of the message as JSON, or the error.
std::string Rows(std::string_view message, const std::shared_ptr<const Schema>& schema) {
  InferMessageReader reader;
  if (Status status = reader.Parse(message); !status.ok()) return status.ToString();
  Batch batch(schema);
  if (Status status = reader.Read({}, &batch); !status.ok()) return status.ToString();
  std::string text;
  AppendJsonRows(batch, {}, &text);
  return text;
}

constexpr std::string_view kRows =
    R"([{"f":0.1,"d":0.1,"i":-5,"b":true,"s":"Oslo"},{"f":null,"d":-2.0,"i":300,"b":false,"s":""}])";

TEST(InferMessage, ReadsRawAndTypedContents) {
  EXPECT_EQ(Rows(kRaw, AllTypes()), kRows);
  EXPECT_EQ(Rows(kTyped, AllTypes()), kRows);
}

TEST(InferMessage, SaysWhatIsAskedFor) {
  InferMessageReader reader;
  ASSERT_TRUE(reader.Parse(kRaw).ok());
  EXPECT_EQ(reader.model_name(), "wine@champion");
  EXPECT_EQ(reader.model_version(), "3");
  EXPECT_EQ(reader.id(), "a1");
  EXPECT_EQ(reader.outputs(), std::vector<std::string>{"y"});
  EXPECT_TRUE(reader.is_raw());
  ASSERT_TRUE(reader.Parse(kTyped).ok());
  EXPECT_FALSE(reader.is_raw());
}

TEST(InferMessage, WhatIsCutShortIsTheCallersFault) {
  for (const std::string* message : {&kRaw, &kTyped}) {
    for (size_t size = 0; size < message->size(); ++size) {
      InferMessageReader reader;
      Batch batch(AllTypes());
      Status status = reader.Parse(std::string_view(*message).substr(0, size));
      if (status.ok()) status = reader.Read({}, &batch);
      EXPECT_TRUE(status.ok() || status.code() == Code::kInvalidArgument) << size;
    }
  }
}

// A request of one tensor 'x'.
std::string OneTensor(std::string_view datatype, std::initializer_list<int64_t> shape, const WireWriter* contents) {
  WireWriter tensor, request;
  tensor.Bytes(1, "x");
  tensor.Bytes(2, datatype);
  tensor.PackedInts(3, shape);
  if (contents != nullptr) tensor.Message(5, *contents);
  request.Bytes(1, "m");
  request.Message(5, tensor);
  return std::move(request).TakeBytes();
}

TEST(InferMessage, TensorsThatDoNotFit) {
  const auto schema = *Schema::Make({{"x", Type::kFloat64}});
  WireWriter ints;
  ints.Int(2, 300);
  EXPECT_EQ(Rows(OneTensor("INT32", {1}, &ints), schema), R"([{"x":300.0}])");
  EXPECT_EQ(Rows(OneTensor("INT8", {1}, &ints), schema), "tensor 'x': row 1, column 'x': 300 is no INT8");
  EXPECT_EQ(Rows(OneTensor("FP64", {1}, &ints), schema), "tensor 'x': field 2 of its contents holds no FP64");
  EXPECT_EQ(Rows(OneTensor("FP16", {1}, &ints), schema), "tensor 'x': FP16 comes only as raw contents");
  EXPECT_EQ(Rows(OneTensor("FP8", {1}, &ints), schema), "tensor 'x': unknown datatype 'FP8'");
  EXPECT_EQ(Rows(OneTensor("INT32", {2}, &ints), schema),
            "tensor 'x': the shape asks for 2 values, the contents have 1");
  EXPECT_EQ(Rows(OneTensor("INT32", {0}, &ints), schema),
            "tensor 'x': the shape asks for 0 values, the contents have more");
  EXPECT_EQ(Rows(OneTensor("INT32", {-1}, &ints), schema), "tensor 'x': a size of the shape is negative");
  EXPECT_EQ(Rows(OneTensor("INT32", {1, 1, 1}, &ints), schema), "tensor 'x': only shapes [n] and [n, k] are tables");
  EXPECT_EQ(Rows(OneTensor("INT32", {int64_t{1} << 40}, &ints), schema), "tensor 'x': 1099511627776 rows are too many");
  EXPECT_EQ(Rows(OneTensor("INT32", {1}, nullptr), schema),
            "tensor 'x': the shape asks for 1 values, the contents have 0");
  EXPECT_EQ(Rows(OneTensor("INT32", {1}, &ints), *Schema::Make({{"y", Type::kFloat64}, {"z", Type::kFloat64}})),
            "tensor 'x': there is no column of that name");
}

TEST(InferMessage, ExtensionsThatAreNotHadAreRefused) {
  for (const uint32_t place : {4U, 6U}) {
    WireWriter parameter, holder, request;
    parameter.Bytes(1, "classification");
    holder.Message(2, parameter);
    request.Message(place, place == 4 ? parameter : holder);
    EXPECT_EQ(InferMessageReader().Parse(request.bytes()).code(), Code::kUnsupported) << place;
  }
}

TEST(InferMessage, AnswersReadBack) {
  Batch answers(AllTypes());
  InferMessageReader reader;
  ASSERT_TRUE(reader.Parse(kRaw).ok());
  ASSERT_TRUE(reader.Read({}, &answers).ok());
  for (const bool is_raw : {true, false}) {
    const auto message = WriteInferMessage({"wine", "3", "a1", "p"}, answers, {}, is_raw);
    ASSERT_TRUE(message.ok());
    // Outputs and inputs are alike but for the fields' numbers: 5 and 6 to 5 and 7.
    WireWriter request;
    WireReader fields(*message);
    WireField field;
    for (Result<bool> more = fields.Next(&field); more.ok() && *more; more = fields.Next(&field)) {
      if (field.number >= 5) request.Bytes(field.number == 5 ? 5 : 7, field.bytes);
    }
    EXPECT_EQ(Rows(request.bytes(), AllTypes()), kRows);
  }
  answers.column(4).AppendNull();
  EXPECT_EQ(WriteInferMessage({}, answers, std::vector<size_t>{4}, true).code(), Code::kUnsupported);
}

}  // namespace
}  // namespace scoreway
