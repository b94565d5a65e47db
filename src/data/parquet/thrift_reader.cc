#include "data/parquet/thrift_reader.h"

namespace scoreway::parquet {

uint8_t ThriftReader::ReadByte() {
  if (rest_.empty()) {
    Fail();
    return 0;
  }
  const auto byte = static_cast<uint8_t>(rest_[0]);
  rest_.remove_prefix(1);
  return byte;
}

uint64_t ThriftReader::ReadVarint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = ReadByte();
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  Fail();
  return 0;
}

int64_t ThriftReader::ReadInteger() {
  const uint64_t zigzag = ReadVarint();
  return static_cast<int64_t>(zigzag >> 1) ^ -static_cast<int64_t>(zigzag & 1);
}

std::string_view ThriftReader::ReadBinary() {
  const uint64_t size = ReadVarint();
  if (size > rest_.size()) {
    Fail();
    return {};
  }
  const std::string_view bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

ThriftReader::FieldHeader ThriftReader::NextField(int16_t last_id) {
  const uint8_t byte = ReadByte();
  FieldHeader header{static_cast<Type>(byte & 0x0F), 0};
  if (header.type == Type::kStop) return header;
  const int delta = byte >> 4;
  header.id = static_cast<int16_t>(delta != 0 ? last_id + delta : ReadInteger());
  return header;
}

ThriftReader::ListHeader ThriftReader::ReadListHeader() {
  const uint8_t byte = ReadByte();
  uint64_t size = byte >> 4;
  if (size == 15) size = ReadVarint();
  // An item takes at least a byte.
  if (size > rest_.size()) {
    Fail();
    return {};
  }
  return {static_cast<Type>(byte & 0x0F), static_cast<uint32_t>(size)};
}

void ThriftReader::Skip(Type type) {
  if (failed_) return;
  switch (type) {
    case Type::kTrue:
    case Type::kFalse: return;
    case Type::kByte: (void)ReadByte(); return;
    case Type::kI16:
    case Type::kI32:
    case Type::kI64: (void)ReadVarint(); return;
    case Type::kDouble:
      for (int i = 0; i < 8; ++i) (void)ReadByte();
      return;
    case Type::kBinary: (void)ReadBinary(); return;
    case Type::kList:
    case Type::kSet: {
      if (++depth_ > kDepthMax) return Fail();
      const ListHeader list = ReadListHeader();
      for (uint32_t i = 0; i < list.size && !failed_; ++i) {
        // In a list a bool is a byte of its own.
        if (list.type == Type::kTrue || list.type == Type::kFalse) {
          (void)ReadByte();
        } else {
          Skip(list.type);
        }
      }
      --depth_;
      return;
    }
    case Type::kStruct: ReadStruct([](const FieldHeader&) { return false; }); return;
    case Type::kMap:
    case Type::kStop: break;
  }
  Fail();  // Parquet has no maps
}

}  // namespace scoreway::parquet
