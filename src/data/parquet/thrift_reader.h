// ThriftReader: Thrift's compact protocol, as Parquet's metadata is written in it
// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md). Every length is checked against
// the bytes; a fault is remembered, and what is read after it is 0 or empty, so that callers check once, at the end.
#pragma once

#include <cstdint>
#include <string_view>

namespace scoreway::parquet {

class ThriftReader {
 public:
  enum class Type : uint8_t {
    kStop = 0,
    kTrue = 1,
    kFalse = 2,
    kByte = 3,
    kI16 = 4,
    kI32 = 5,
    kI64 = 6,
    kDouble = 7,
    kBinary = 8,
    kList = 9,
    kSet = 10,
    kMap = 11,
    kStruct = 12,
  };
  struct FieldHeader {
    Type type = Type::kStop;
    int16_t id = 0;
  };
  struct ListHeader {
    Type type = Type::kStop;
    uint32_t size = 0;
  };

  explicit ThriftReader(std::string_view bytes) : rest_(bytes), bytes_(bytes.size()) {}

  // Calls field(header) for each field of the struct that begins here; what `field` does not read (it returns false) is
  // skipped.
  template <typename OnField>
  void ReadStruct(const OnField& field) {
    if (++depth_ > kDepthMax) return Fail();
    int16_t id = 0;
    while (true) {
      const FieldHeader header = NextField(id);
      if (header.type == Type::kStop || failed_) break;
      id = header.id;
      if (!field(header)) Skip(header.type);
    }
    --depth_;
  }

  ListHeader ReadListHeader();
  int64_t ReadInteger();  // of any width
  std::string_view ReadBinary();
  void Skip(Type type);

  bool failed() const { return failed_; }
  // Bytes read so far.
  size_t position() const { return bytes_ - rest_.size(); }

 private:
  static constexpr int kDepthMax = 32;

  FieldHeader NextField(int16_t last_id);
  uint8_t ReadByte();
  uint64_t ReadVarint();
  void Fail() {
    failed_ = true;
    rest_ = {};
  }

  std::string_view rest_;
  size_t bytes_;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace scoreway::parquet
