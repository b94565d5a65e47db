// Tensors as raw bytes. The bytes are what numpy's tobytes() gives for the values; the halves are those of IEEE 754.
#include "data/codec/raw_tensor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "data/codec/json_batch_writer.h"
#include "data/codec/json_tensors_reader.h"

namespace scoreway {
namespace {

template <typename T>
std::string Bytes(std::initializer_list<T> values) {
  std::string bytes;
  for (const T value : values) bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  return bytes;
}

std::string Texts(std::initializer_list<std::string_view> texts) {
  std::string bytes;
  for (const std::string_view text : texts) {
    bytes += Bytes<uint32_t>({static_cast<uint32_t>(text.size())});
    bytes += text;
  }
  return bytes;
}

// The bytes as a tensor of one column of the type; the column as JSON, or the error.
std::string Read(std::string_view datatype, uint64_t rows, std::string_view bytes, Type type) {
  Batch batch(*Schema::Make({{"x", type}}));
  const TensorHead head{"x", FindTensorDatatype(datatype), rows, 1};
  if (Status status = AppendRawTensor(bytes, head, 0, &batch); !status.ok()) return status.ToString();
  std::string text;
  AppendJsonTensors(batch, {}, &text);
  const size_t data = text.find("\"data\":") + 7;
  return text.substr(data, text.size() - data - 2);
}

TEST(RawTensor, EveryDatatypeIntoFloats) {
  EXPECT_EQ(Read("FP64", 2, Bytes<double>({0.1, -2}), Type::kFloat64), "[0.1,-2.0]");
  EXPECT_EQ(Read("FP32", 1, Bytes<float>({0.1f}), Type::kFloat64), "[0.10000000149011612]");
  EXPECT_EQ(Read("FP32", 1, Bytes<float>({0.1f}), Type::kFloat32), "[0.1]");
  EXPECT_EQ(Read("FP16", 6, Bytes<uint16_t>({0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x7c00}), Type::kFloat64),
            "[1.0,-2.0,65504.0,5.960464477539063e-08,6.103515625e-05,\"Infinity\"]");
  EXPECT_EQ(Read("INT8", 2, Bytes<int8_t>({-128, 127}), Type::kFloat64), "[-128.0,127.0]");
  EXPECT_EQ(Read("INT16", 1, Bytes<int16_t>({-32768}), Type::kFloat64), "[-32768.0]");
  EXPECT_EQ(Read("INT32", 1, Bytes<int32_t>({-2147483647}), Type::kFloat64), "[-2147483647.0]");
  EXPECT_EQ(Read("INT64", 1, Bytes<int64_t>({int64_t{1} << 53}), Type::kFloat64), "[9007199254740992.0]");
  EXPECT_EQ(Read("UINT8", 1, Bytes<uint8_t>({255}), Type::kFloat64), "[255.0]");
  EXPECT_EQ(Read("UINT16", 1, Bytes<uint16_t>({65535}), Type::kFloat64), "[65535.0]");
  EXPECT_EQ(Read("UINT32", 1, Bytes<uint32_t>({4294967295u}), Type::kFloat64), "[4294967295.0]");
  EXPECT_EQ(Read("UINT64", 1, Bytes<uint64_t>({UINT64_MAX}), Type::kFloat64), "[1.8446744073709552e+19]");
  EXPECT_EQ(Read("BOOL", 2, Bytes<uint8_t>({0, 1}), Type::kFloat64), "[0.0,1.0]");
}

TEST(RawTensor, IntoOtherColumns) {
  EXPECT_EQ(Read("INT64", 2, Bytes<int64_t>({INT64_MIN, INT64_MAX}), Type::kInt64),
            "[-9223372036854775808,9223372036854775807]");
  EXPECT_EQ(Read("FP64", 2, Bytes<double>({3, NAN}), Type::kInt64), "[3,null]");
  EXPECT_EQ(Read("UINT8", 2, Bytes<uint8_t>({1, 0}), Type::kBool), "[true,false]");
  EXPECT_EQ(Read("BYTES", 3, Texts({"Oslo", "", "é"}), Type::kString), R"(["Oslo","","é"])");
  EXPECT_EQ(Read("INT32", 1, Bytes<int32_t>({-7}), Type::kString), R"(["-7"])");
  EXPECT_EQ(Read("FP32", 1, Bytes<float>({0.1f}), Type::kString), R"(["0.1"])");
  EXPECT_EQ(Read("BOOL", 1, Bytes<uint8_t>({1}), Type::kString), R"(["True"])");
}

TEST(RawTensor, WhatDoesNotFitNamesTheRow) {
  const auto starts = [](const std::string& text, std::string_view start) {
    EXPECT_EQ(text.substr(0, start.size()), start);
  };
  starts(Read("FP64", 2, Bytes<double>({1, 2.5}), Type::kInt64), "row 2, column 'x': 2.5 does not fit");
  starts(Read("UINT64", 1, Bytes<uint64_t>({UINT64_MAX}), Type::kInt64), "row 1, column 'x': 18446744073709551615");
  starts(Read("FP64", 1, Bytes<double>({1e39}), Type::kFloat32), "row 1, column 'x': 1e+39 does not fit");
  starts(Read("INT8", 1, Bytes<int8_t>({2}), Type::kBool), "row 1, column 'x': 2 does not fit");
  starts(Read("BOOL", 1, Bytes<uint8_t>({2}), Type::kFloat64), "row 1, column 'x': the byte 2 is no BOOL");
  starts(Read("FP64", 1, Bytes<double>({NAN}), Type::kString), "row 1, column 'x': nan does not fit");
  starts(Read("BYTES", 1, Texts({"\xff"}), Type::kString), "row 1, column 'x': the text is not valid UTF-8");
}

TEST(RawTensor, TheNumberOfBytesMustBeThatOfTheShape) {
  EXPECT_EQ(Read("FP64", 2, Bytes<double>({1}), Type::kFloat64), "the shape asks for 16 bytes of FP64, there are 8");
  EXPECT_EQ(Read("FP32", 1, Bytes<double>({1}), Type::kFloat64), "the shape asks for 4 bytes of FP32, there are 8");
  EXPECT_EQ(Read("BYTES", 2, Texts({"a"}), Type::kString), "the shape asks for 2 texts, the bytes hold 1");
  EXPECT_EQ(Read("BYTES", 1, Texts({"a", "b"}), Type::kString), "5 bytes follow the last text of the shape");
  EXPECT_EQ(Read("BYTES", 1, Bytes<uint32_t>({UINT32_MAX}), Type::kString), "text 1 is longer than the bytes");
}

TEST(RawTensor, CellsAsBytes) {
  Batch batch(*Schema::Make({{"f", Type::kFloat32}, {"i", Type::kInt64}, {"b", Type::kBool}, {"s", Type::kString}}));
  batch.column(0).AppendNull();
  batch.column(1).AppendInt64(-1);
  batch.column(2).AppendBool(true);
  batch.column(3).AppendString("ab");
  std::string floats, rest;
  ASSERT_TRUE(AppendRawCells(batch.column(0), &floats).ok());
  ASSERT_EQ(floats.size(), 4U);
  float value = 0;
  std::memcpy(&value, floats.data(), 4);
  EXPECT_TRUE(std::isnan(value));
  for (size_t i = 1; i < 4; ++i) ASSERT_TRUE(AppendRawCells(batch.column(i), &rest).ok());
  EXPECT_EQ(rest, Bytes<int64_t>({-1}) + "\x01" + Texts({"ab"}));
  batch.column(1).AppendNull();
  EXPECT_EQ(AppendRawCells(batch.column(1), &rest).code(), Code::kUnsupported);
}

// Of a request of two tensors, one as JSON and one behind it.
TEST(RawTensor, BehindTheJsonOfARequest) {
  const auto schema = *Schema::Make({{"a", Type::kFloat64}, {"s", Type::kString}});
  const auto read = [&](std::string_view json, std::string_view binary) {
    JsonTensorsReader reader;
    Batch batch(schema);
    JsonRequestMembers members;
    if (Status status = reader.Read({json}, binary, {}, &batch, &members); !status.ok()) return status.ToString();
    std::string text;
    AppendJsonRows(batch, {}, &text);
    return text;
  };
  const std::string numbers = R"({"name":"a","shape":[2],"datatype":"INT16","data":[1,2]})";
  const auto request = [&](std::string_view rest) {
    return R"({"inputs":[{"name":"s","shape":[2,1],"datatype":"BYTES",)" + std::string(rest) + "}," + numbers + "]}";
  };
  const std::string texts = Texts({"x", "yy"});
  EXPECT_EQ(read(request(R"("parameters":{"binary_data_size":11})"), texts),
            R"([{"a":1.0,"s":"x"},{"a":2.0,"s":"yy"}])");
  EXPECT_EQ(read(request(R"("parameters":{"binary_data_size":12})"), texts),
            "tensor 's': it has 12 bytes of binary data, 11 are left");
  EXPECT_EQ(read(request(R"("parameters":{"binary_data_size":11})"), texts + "!"),
            "1 byte behind the JSON in no tensor");
  EXPECT_EQ(read(request(R"("data":["x","y"],"parameters":{"binary_data_size":11})"), texts),
            "tensor 's': it has both 'data' and binary data");
  EXPECT_EQ(read(request(R"("parameters":{"shared_memory_region":"r"})"), {}),
            "tensor 's': shared memory is not read: send the data");
}

}  // namespace
}  // namespace scoreway
