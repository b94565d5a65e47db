#include "importers/onnx/tensor_proto.h"

#include <gtest/gtest.h>

#include <cstring>

#include "importers/onnx/external_data.h"

namespace scoreway::onnx {
namespace {

using std::string_literals::operator""s;

TEST(TensorProto, WritesWhatItReads) {
  TensorData tensor;
  tensor.name = "x";
  tensor.type = ElementType::kInt64;
  tensor.dims = {1, 2};
  const int64_t numbers[] = {-5, int64_t{1} << 60};
  tensor.raw.assign(reinterpret_cast<const char*>(numbers), sizeof numbers);
  const Result<TensorData> read = ReadTensorProto(WriteTensorProto(tensor));
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_EQ(read->name, "x");
  EXPECT_EQ(read->dims, tensor.dims);
  EXPECT_EQ(read->raw, tensor.raw);
}

TEST(TensorProto, KeepsTexts) {
  TensorData tensor;
  tensor.type = ElementType::kString;
  tensor.dims = {2};
  tensor.texts = {"", "Tromsø"};
  const Result<TensorData> read = ReadTensorProto(WriteTensorProto(tensor));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->texts, tensor.texts);
}

TEST(TensorProto, ReadsNumbersOfTheirOwnFields) {
  // dims [2], int32, int32_data 1 and -1.
  const Result<TensorData> read =
      ReadTensorProto("\x08\x02\x10\x06\x28\x01\x28\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_EQ(read->raw, "\x01\0\0\0\xff\xff\xff\xff"s);
}

TEST(TensorProto, RefusesWhatDoesNotFitItsDimensions) {
  EXPECT_EQ(ReadTensorProto("\x08\x02\x10\x01\x4a\x04\0\0\0\0"s).code(), Code::kCorrupt);
  EXPECT_EQ(ReadTensorProto("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x10\x01"s).code(), Code::kCorrupt);
  EXPECT_EQ(ReadTensorProto("\x08\x01\x10\x0e\x4a\x04\0\0\0\0"s).code(), Code::kUnsupported);
  EXPECT_EQ(ReadTensorProto("\x08\x01\x10\x01\x70\x01"s).code(), Code::kUnsupported);
}

TEST(ExternalData, IsFoundWhereverATensorStands) {
  const std::string tensor = "\x70\x01"s;
  const auto field = [](char number, const std::string& bytes) {
    return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + bytes;
  };
  const std::string in_attribute = field(1, field(5, field(5, tensor)));
  const std::string in_subgraph = field(1, field(5, field(6, in_attribute)));
  EXPECT_EQ(RefuseExternalData(field(7, field(5, tensor))).code(), Code::kUnsupported);
  EXPECT_EQ(RefuseExternalData(field(7, in_attribute)).code(), Code::kUnsupported);
  EXPECT_EQ(RefuseExternalData(field(7, in_subgraph)).code(), Code::kUnsupported);
  // A function is field 25, whose key takes two bytes.
  const std::string in_function = field(1, field(7, field(5, field(5, tensor)))).substr(1);
  EXPECT_EQ(RefuseExternalData("\xca\x01"s + in_function).code(), Code::kUnsupported);
  EXPECT_TRUE(RefuseExternalData(field(7, field(5, "\x10\x01"))).ok());
}

}  // namespace
}  // namespace scoreway::onnx
