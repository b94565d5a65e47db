#include "data/codec/tensor_datatype.h"

namespace scoreway {
namespace {

using Kind = TensorDatatype::Kind;

constexpr TensorDatatype kDatatypes[] = {
    {"FP64", Kind::kFloat, 8},
    {"FP32", Kind::kFloat32, 4},
    {"INT64", Kind::kInteger, 8, -0x1p63, 0x1p63},
    {"INT32", Kind::kInteger, 4, -0x1p31, 0x1p31},
    {"BYTES", Kind::kBytes},
    {"BOOL", Kind::kBool, 1},
    {"INT16", Kind::kInteger, 2, -0x1p15, 0x1p15},
    {"INT8", Kind::kInteger, 1, -0x1p7, 0x1p7},
    {"UINT64", Kind::kInteger, 8, 0, 0x1p64},
    {"UINT32", Kind::kInteger, 4, 0, 0x1p32},
    {"UINT16", Kind::kInteger, 2, 0, 0x1p16},
    {"UINT8", Kind::kInteger, 1, 0, 0x1p8},
    {"FP16", Kind::kFloat, 2},
};

}  // namespace

const TensorDatatype* FindTensorDatatype(std::string_view name) {
  for (const TensorDatatype& datatype : kDatatypes) {
    if (datatype.name == name) return &datatype;
  }
  return nullptr;
}

}  // namespace scoreway
