// ProtoWriter: the wire format of Protocol Buffers, as much of it as an ONNX file needs: numbers, byte strings, nested
// messages. A message is the string that its fields were appended to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace scoreway::onnx_export {

class ProtoWriter {
 public:
  void Int(uint32_t field, int64_t value) {
    AppendVarint(uint64_t{field} << 3 | kVarint);
    AppendVarint(static_cast<uint64_t>(value));
  }
  // Text, bytes, or a message.
  void Bytes(uint32_t field, std::string_view bytes) {
    BytesHead(field, bytes.size());
    bytes_.append(bytes);
  }
  void Message(uint32_t field, const ProtoWriter& message) { Bytes(field, message.bytes_); }
  // What stands before `size` bytes that are written elsewhere.
  void BytesHead(uint32_t field, uint64_t size) {
    AppendVarint(uint64_t{field} << 3 | kLengthDelimited);
    AppendVarint(size);
  }

  const std::string& bytes() const { return bytes_; }
  std::string TakeBytes() && { return std::move(bytes_); }

 private:
  static constexpr uint64_t kVarint = 0;
  static constexpr uint64_t kLengthDelimited = 2;

  void AppendVarint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
    bytes_.push_back(static_cast<char>(value));
  }

  std::string bytes_;
};

}  // namespace scoreway::onnx_export
