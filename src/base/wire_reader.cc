#include "base/wire_reader.h"

#include <bit>
#include <cstring>
#include <string>

namespace scoreway {
namespace {

constexpr int kVarintBytesMax = 10;

Status WrongType(const WireField& field) {
  return Status(Code::kCorrupt, "field " + std::to_string(field.number) + " has wire type " +
                                    std::to_string(static_cast<int>(field.type)) + ", which it cannot have");
}

template <typename T>
Status AppendFixed(const WireField& field, WireType single, std::vector<T>* values) {
  if (field.type == single) {
    T value;
    std::memcpy(&value, &field.scalar, sizeof value);
    values->push_back(value);
    return {};
  }
  if (field.type != WireType::kBytes || field.bytes.size() % sizeof(T) != 0) return WrongType(field);
  const size_t before = values->size();
  const size_t count = field.bytes.size() / sizeof(T);
  if (count == 0) return {};
  values->resize(before + count);
  std::memcpy(values->data() + before, field.bytes.data(), field.bytes.size());
  return {};
}

}  // namespace

Status WireReader::Broken(std::string_view what) const {
  return Status(Code::kCorrupt, std::string(what), "offset " + std::to_string(offset_));
}

Status WireReader::ReadVarint(uint64_t* value) {
  *value = 0;
  for (int i = 0; i < kVarintBytesMax; ++i) {
    if (offset_ >= bytes_.size()) return Broken("truncated varint");
    const auto byte = static_cast<uint8_t>(bytes_[offset_++]);
    *value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) return {};
  }
  return Broken("varint longer than ten bytes");
}

Status WireReader::ReadFixed(size_t size, uint64_t* value) {
  if (bytes_.size() - offset_ < size) return Broken("truncated number");
  *value = 0;
  std::memcpy(value, bytes_.data() + offset_, size);
  offset_ += size;
  return {};
}

Result<bool> WireReader::Next(WireField* field) {
  if (offset_ == bytes_.size()) return false;
  uint64_t key = 0;
  SCOREWAY_RETURN_IF_ERROR(ReadVarint(&key));
  *field = {};
  const uint64_t number = key >> 3;
  if (number == 0 || number > UINT32_MAX) return ToError(Broken("a field without a number"));
  field->number = static_cast<uint32_t>(number);
  field->type = static_cast<WireType>(key & 7);
  switch (field->type) {
    case WireType::kVarint: SCOREWAY_RETURN_IF_ERROR(ReadVarint(&field->scalar)); return true;
    case WireType::kFixed64: SCOREWAY_RETURN_IF_ERROR(ReadFixed(8, &field->scalar)); return true;
    case WireType::kFixed32: SCOREWAY_RETURN_IF_ERROR(ReadFixed(4, &field->scalar)); return true;
    case WireType::kBytes: {
      uint64_t size = 0;
      SCOREWAY_RETURN_IF_ERROR(ReadVarint(&size));
      if (size > bytes_.size() - offset_) {
        return ToError(Broken("field " + std::to_string(number) + " is said to have " + std::to_string(size) +
                              " bytes, more than there are"));
      }
      field->bytes = bytes_.substr(offset_, size);
      offset_ += size;
      return true;
    }
  }
  return ToError(Broken("wire type " + std::to_string(key & 7) + " is not known"));
}

Status AppendVarints(const WireField& field, std::vector<int64_t>* values) {
  if (field.type == WireType::kVarint) {
    values->push_back(field.signed_value());
    return {};
  }
  if (field.type != WireType::kBytes) return WrongType(field);
  const char* at = field.bytes.data();
  const char* const end = at + field.bytes.size();
  while (at != end) {
    uint64_t value = 0;
    int shift = 0;
    uint8_t byte = 0;
    do {
      if (at == end || shift >= 7 * kVarintBytesMax) {
        return Status(Code::kCorrupt,
                      "truncated varint among the packed numbers of field " + std::to_string(field.number));
      }
      byte = static_cast<uint8_t>(*at++);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    values->push_back(static_cast<int64_t>(value));
  }
  return {};
}

Status AppendFloats(const WireField& field, std::vector<float>* values) {
  return AppendFixed(field, WireType::kFixed32, values);
}
Status AppendDoubles(const WireField& field, std::vector<double>* values) {
  return AppendFixed(field, WireType::kFixed64, values);
}

}  // namespace scoreway
