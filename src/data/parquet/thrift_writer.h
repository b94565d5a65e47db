// ThriftWriter: Thrift's compact protocol (thrift_reader.h), as far as Parquet's metadata needs it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/parquet/thrift_reader.h"

namespace scoreway::parquet {

class ThriftWriter {
 public:
  explicit ThriftWriter(std::string* out) : out_(out) {}

  // A struct as the whole, or as the next item of a list.
  void BeginStruct() { last_ids_.push_back(0); }
  void EndStruct() {
    out_->push_back('\0');
    last_ids_.pop_back();
  }
  // Fields, in ascending order of their numbers within a struct.
  void BeginStructField(int16_t id) {
    Field(id, ThriftReader::Type::kStruct);
    BeginStruct();
  }
  void Int32(int16_t id, int32_t value) {
    Field(id, ThriftReader::Type::kI32);
    Integer(value);
  }
  void Int64(int16_t id, int64_t value) {
    Field(id, ThriftReader::Type::kI64);
    Integer(value);
  }
  void Binary(int16_t id, std::string_view value) {
    Field(id, ThriftReader::Type::kBinary);
    Item(value);
  }
  void BeginListField(int16_t id, ThriftReader::Type items, size_t count) {
    Field(id, ThriftReader::Type::kList);
    const auto type = static_cast<uint8_t>(items);
    if (count < 15) {
      out_->push_back(static_cast<char>(count << 4 | type));
    } else {
      out_->push_back(static_cast<char>(0xF0 | type));
      Varint(count);
    }
  }
  // Items of a list.
  void Item(int32_t value) { Integer(value); }
  void Item(std::string_view value) {
    Varint(value.size());
    out_->append(value);
  }

 private:
  void Field(int16_t id, ThriftReader::Type type) {
    const int delta = id - last_ids_.back();
    last_ids_.back() = id;
    if (delta > 0 && delta <= 15) {
      out_->push_back(static_cast<char>(delta << 4 | static_cast<int>(type)));
    } else {
      out_->push_back(static_cast<char>(type));
      Integer(id);
    }
  }
  void Integer(int64_t value) { Varint(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63)); }
  void Varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_->push_back(static_cast<char>(value | 0x80));
    out_->push_back(static_cast<char>(value));
  }

  std::string* out_;
  std::vector<int16_t> last_ids_;  // of the structs that are open
};

}  // namespace scoreway::parquet
