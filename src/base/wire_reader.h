// Reads the fields of a protobuf message, one after the other, straight from its bytes. Nothing is copied; a length or
// a varint that does not fit the bytes is CORRUPT.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

enum class WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct WireField {
  uint32_t number = 0;
  WireType type = WireType::kVarint;
  uint64_t scalar = 0;     // varint, fixed64 or fixed32
  std::string_view bytes;  // kBytes

  int64_t signed_value() const { return static_cast<int64_t>(scalar); }
};

class WireReader {
 public:
  // The bytes must outlive the views that are read.
  explicit WireReader(std::string_view bytes) : bytes_(bytes) {}

  // False at the end.
  Result<bool> Next(WireField* field);

 private:
  Status ReadVarint(uint64_t* value);
  Status ReadFixed(size_t size, uint64_t* value);
  Status Broken(std::string_view what) const;

  std::string_view bytes_;
  size_t offset_ = 0;
};

// The numbers of a repeated field, packed (kBytes) or one by one, appended to what came before.
Status AppendVarints(const WireField& field, std::vector<int64_t>* values);
Status AppendFloats(const WireField& field, std::vector<float>* values);
Status AppendDoubles(const WireField& field, std::vector<double>* values);

}  // namespace scoreway
