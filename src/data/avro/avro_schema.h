// AvroSchema: what values of Avro are made of, read from the JSON text that declares it.
//
// Source: Apache Avro 1.12 specification, "Schema Declaration", "Names" and "Logical Types".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

enum class AvroKind : uint8_t {
  kNull,
  kBoolean,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kBytes,
  kString,
  kRecord,
  kEnum,
  kArray,
  kMap,
  kUnion,
  kFixed,
};

struct AvroNode {
  AvroKind kind = AvroKind::kNull;
  std::vector<std::string> names;  // of a record's fields, or an enum's symbols
  std::vector<size_t>
      items;        // nodes of fields, in their order; of the branches of a union; of an array's or map's items
  size_t size = 0;  // of kFixed, in bytes
  int scale = -1;   // of a decimal, which is kBytes or kFixed: its digits behind the point
};

class AvroSchema {
 public:
  static constexpr size_t kTextBytesMax = size_t{1} << 20;
  static constexpr size_t kNodesMax = 100'000;
  static constexpr int kDepthMax = 64;
  static constexpr int kScaleMax = 1000;

  // kInvalidArgument names what is wrong, and where in the schema ("field 'a'", "branch 2").
  static Result<AvroSchema> Parse(std::string_view json);

  // The first one is the whole. A node may be within itself, by way of a name.
  const std::vector<AvroNode>& nodes() const { return nodes_; }

 private:
  std::vector<AvroNode> nodes_;
};

}  // namespace scoreway
