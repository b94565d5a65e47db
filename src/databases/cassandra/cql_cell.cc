#include "databases/cassandra/cql_cell.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/utc_time.h"
#include "base/utf8.h"

namespace scoreway::cassandra {
namespace {

struct NamedType {
  std::string_view name;
  CqlType type;
};
constexpr NamedType kTypes[] = {
    {"double", CqlType::kDouble},   {"float", CqlType::kFloat},         {"bigint", CqlType::kBigint},
    {"int", CqlType::kInt},         {"smallint", CqlType::kSmallint},   {"tinyint", CqlType::kTinyint},
    {"counter", CqlType::kCounter}, {"boolean", CqlType::kBoolean},     {"text", CqlType::kText},
    {"varchar", CqlType::kText},    {"ascii", CqlType::kAscii},         {"uuid", CqlType::kUuid},
    {"timeuuid", CqlType::kUuid},   {"timestamp", CqlType::kTimestamp}, {"date", CqlType::kDate},
};

constexpr int64_t kMicrosPerDay = int64_t{86'400} * 1'000'000;
constexpr int64_t kDayZero = int64_t{1} << 31;  // of a date: the day 1970-01-01

constexpr size_t SizeOf(CqlType type) {
  switch (type) {
    case CqlType::kTinyint:
    case CqlType::kBoolean: return 1;
    case CqlType::kSmallint: return 2;
    case CqlType::kFloat:
    case CqlType::kInt:
    case CqlType::kDate: return 4;
    case CqlType::kDouble:
    case CqlType::kBigint:
    case CqlType::kCounter:
    case CqlType::kTimestamp: return 8;
    case CqlType::kUuid: return 16;
    case CqlType::kText:
    case CqlType::kAscii: return 0;  // any
  }
  return 0;
}

bool IsInteger(CqlType type) {
  return type == CqlType::kBigint || type == CqlType::kInt || type == CqlType::kSmallint || type == CqlType::kTinyint ||
         type == CqlType::kCounter;
}

uint64_t BigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

std::string BigEndian(uint64_t value, size_t size) {
  std::string bytes;
  for (size_t i = size; i-- > 0;) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}

// With the sign of its first byte.
int64_t Signed(std::string_view bytes) {
  const int shift = 64 - 8 * static_cast<int>(bytes.size());
  return static_cast<int64_t>(BigEndian(bytes) << shift) >> shift;
}

std::string UuidText(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[static_cast<unsigned char>(bytes[i]) >> 4];
    text += kDigits[static_cast<unsigned char>(bytes[i]) & 15];
  }
  return text;
}

std::optional<std::string> UuidBytes(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string bytes;
  int high = -1;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return std::nullopt;
      continue;
    }
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<char>(high << 4 | digit));
      high = -1;
    }
  }
  return bytes;
}

Status Wrong(std::string message) { return Status(Code::kInvalidArgument, std::move(message)); }

// A time, where texts can say it.
// A time in units of so many microseconds.
Status AppendTime(int64_t time, int64_t unit_micros, size_t text_bytes, Column* column) {
  const int64_t time_max = std::numeric_limits<int64_t>::max() / unit_micros;
  const bool fits = time <= time_max && time >= -time_max;
  const std::string text = fits ? FormatUtc(time * unit_micros) : "";
  if (!fits || ParseUtc(text) != time * unit_micros) return Wrong("a time beyond the years 0 to 9999");
  column->AppendString(std::string_view(text).substr(0, text_bytes));
  return {};
}

Result<std::string> EncodeText(CqlType type, std::string_view text) {
  const auto is_no = [&](const char* what) { return Wrong("'" + std::string(text.substr(0, 60)) + "' is no " + what); };
  switch (type) {
    case CqlType::kUuid: {
      std::optional<std::string> bytes = UuidBytes(text);
      if (!bytes) return is_no("uuid");
      return std::move(*bytes);
    }
    case CqlType::kTimestamp: {
      const std::optional<int64_t> micros = ParseUtc(text);
      if (!micros || *micros % 1000 != 0) return is_no("time in milliseconds");
      return BigEndian(static_cast<uint64_t>(*micros / 1000), 8);
    }
    case CqlType::kDate: {
      const std::optional<int64_t> micros = ParseUtc(text);
      if (!micros || *micros % kMicrosPerDay != 0) return is_no("date");
      return BigEndian(static_cast<uint64_t>(*micros / kMicrosPerDay + kDayZero), 4);
    }
    case CqlType::kAscii:
      if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > 127; })) return is_no("ascii");
      [[fallthrough]];
    default: return std::string(text);
  }
}

}  // namespace

std::optional<CqlType> CqlTypeOf(std::string_view name) {
  const auto* const found = std::ranges::find(kTypes, name, &NamedType::name);
  if (found == std::end(kTypes)) return std::nullopt;
  return found->type;
}

Type CellTypeOf(CqlType type) {
  switch (type) {
    case CqlType::kDouble: return Type::kFloat64;
    case CqlType::kFloat: return Type::kFloat32;
    case CqlType::kBigint:
    case CqlType::kInt:
    case CqlType::kSmallint:
    case CqlType::kTinyint:
    case CqlType::kCounter: return Type::kInt64;
    case CqlType::kBoolean: return Type::kBool;
    case CqlType::kText:
    case CqlType::kAscii:
    case CqlType::kUuid:
    case CqlType::kTimestamp:
    case CqlType::kDate: return Type::kString;
  }
  return Type::kString;
}

std::string_view NewCqlType(Type type) {
  switch (type) {
    case Type::kFloat32: return "float";
    case Type::kFloat64: return "double";
    case Type::kInt64: return "bigint";
    case Type::kBool: return "boolean";
    case Type::kString:
    case Type::kList: return "text";
  }
  return "text";
}

bool CanRead(CqlType from, Type to) {
  if (IsText(CellTypeOf(from)) != IsText(to)) return false;
  if (to == Type::kInt64) return IsInteger(from) || from == CqlType::kBoolean;
  return true;
}

bool CanWrite(Type from, CqlType to) {
  switch (to) {
    case CqlType::kDouble: return from == Type::kFloat64 || from == Type::kFloat32;
    case CqlType::kFloat: return from == Type::kFloat32;
    case CqlType::kBigint:
    case CqlType::kInt:
    case CqlType::kSmallint:
    case CqlType::kTinyint: return from == Type::kInt64;
    case CqlType::kCounter: return false;
    case CqlType::kBoolean: return from == Type::kBool;
    default: return IsText(from);
  }
}

Status AppendCqlCell(CqlType type, std::string_view bytes, Column* column) {
  const size_t size = SizeOf(type);
  if (size > 0 && bytes.size() != size) {
    return Wrong("a cell has " + std::to_string(bytes.size()) + " bytes, not " + std::to_string(size));
  }
  switch (type) {
    case CqlType::kDouble: column->AppendNumber(std::bit_cast<double>(BigEndian(bytes))); return {};
    case CqlType::kFloat:
      column->AppendNumber(std::bit_cast<float>(static_cast<uint32_t>(BigEndian(bytes))));
      return {};
    case CqlType::kBoolean: column->AppendNumber(bytes[0] != 0 ? 1 : 0); return {};
    case CqlType::kBigint:
    case CqlType::kInt:
    case CqlType::kSmallint:
    case CqlType::kTinyint:
    case CqlType::kCounter:
      if (column->type() == Type::kInt64) {
        column->AppendInt64(Signed(bytes));
      } else {
        column->AppendNumber(static_cast<double>(Signed(bytes)));
      }
      return {};
    case CqlType::kText:
    case CqlType::kAscii:
      if (!IsUtf8(bytes)) return Wrong("a text is no UTF-8");
      column->AppendString(bytes);
      return {};
    case CqlType::kUuid: column->AppendString(UuidText(bytes)); return {};
    case CqlType::kTimestamp: return AppendTime(Signed(bytes), 1000, std::string_view::npos, column);
    case CqlType::kDate: {
      constexpr size_t kDateBytes = 10;
      return AppendTime(static_cast<int64_t>(BigEndian(bytes)) - kDayZero, kMicrosPerDay, kDateBytes, column);
    }
  }
  return {};
}

Result<std::string> EncodeCqlCell(CqlType type, const Column& column, size_t row) {
  switch (type) {
    case CqlType::kDouble: return BigEndian(std::bit_cast<uint64_t>(column.NumberAt(row)), 8);
    case CqlType::kFloat: return BigEndian(std::bit_cast<uint32_t>(column.float32s()[row]), 4);
    case CqlType::kBoolean: return BigEndian(column.bools()[row], 1);
    case CqlType::kBigint:
    case CqlType::kInt:
    case CqlType::kSmallint:
    case CqlType::kTinyint: {
      std::string bytes = BigEndian(static_cast<uint64_t>(column.int64s()[row]), SizeOf(type));
      if (Signed(bytes) != column.int64s()[row]) return Wrong(std::to_string(column.int64s()[row]) + " is too large");
      return bytes;
    }
    default: return EncodeText(type, column.string_at(row));
  }
}

}  // namespace scoreway::cassandra
