// Cells of users' Cassandra tables, and what a Column holds of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/batch.h"
#include "data/type.h"

namespace scoreway::cassandra {

enum class CqlType : uint8_t {
  kDouble,
  kFloat,
  kBigint,
  kInt,
  kSmallint,
  kTinyint,
  kCounter,
  kBoolean,
  kText,
  kAscii,
  kUuid,       // timeuuid, too
  kTimestamp,  // texts as "2026-03-01T12:00:00.000000Z"
  kDate,       // "2026-03-01"
};

// By its name in the system's tables; nothing for what is neither read nor written.
std::optional<CqlType> CqlTypeOf(std::string_view name);
// What its cells are read as.
Type CellTypeOf(CqlType type);
// The type of a new column for such cells.
std::string_view NewCqlType(Type type);

// Whether every cell of the one, as read, can be a cell of the other and is the same number. What only some values can
// is refused.
bool CanRead(CqlType from, Type to);
bool CanWrite(Type from, CqlType to);

// Appends a cell that came; CanRead holds. kInvalidArgument, and nothing is appended: the bytes are no such cell.
Status AppendCqlCell(CqlType type, std::string_view bytes, Column* column);
// A valid cell as CQL's bytes; CanWrite holds. kInvalidArgument if the value has no place in the type.
Result<std::string> EncodeCqlCell(CqlType type, const Column& column, size_t row);

}  // namespace scoreway::cassandra
