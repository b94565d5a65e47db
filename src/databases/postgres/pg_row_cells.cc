#include "databases/postgres/pg_row_cells.h"

#include <bit>

#include "base/utf8.h"

namespace scoreway::postgres {
namespace {

constexpr std::string_view kSignature("PGCOPY\n\377\r\n\0", 11);
constexpr size_t kHeadBytes = kSignature.size() + 8;  // flags, and the size of an extension

uint64_t BigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

Status Damaged(const char* what) { return Status(Code::kCorrupt, what, "PostgreSQL's rows"); }

}  // namespace

Status TakeCopyHead(std::string_view* bytes) {
  if (!bytes->starts_with(kSignature) || bytes->size() < kHeadBytes) return Damaged("they do not begin as such");
  const uint64_t extension = BigEndian(bytes->substr(kHeadBytes - 4, 4));
  if (extension > bytes->size() - kHeadBytes) return Damaged("their head is cut off");
  bytes->remove_prefix(kHeadBytes + extension);
  return {};
}

bool IsCopyEnd(std::string_view bytes) { return bytes == "\377\377"; }

Status TakeCopyRow(std::string_view* bytes, size_t cell_count, std::vector<std::optional<std::string_view>>* cells) {
  cells->clear();
  if (bytes->size() < 2 || BigEndian(bytes->substr(0, 2)) != cell_count) return Damaged("one has other cells");
  bytes->remove_prefix(2);
  for (size_t i = 0; i < cell_count; ++i) {
    if (bytes->size() < 4) return Damaged("one is cut off");
    const auto size = static_cast<int32_t>(BigEndian(bytes->substr(0, 4)));
    bytes->remove_prefix(4);
    if (size == -1) {
      cells->emplace_back();
      continue;
    }
    if (size < 0 || static_cast<size_t>(size) > bytes->size()) return Damaged("one is cut off");
    cells->emplace_back(bytes->substr(0, static_cast<size_t>(size)));
    bytes->remove_prefix(static_cast<size_t>(size));
  }
  return {};
}

Status AppendPgCell(PgWire wire, std::string_view bytes, Column* column) {
  switch (wire) {
    case PgWire::kFloat8:
      if (bytes.size() != 8) return Damaged("a number has not 8 bytes");
      column->AppendNumber(std::bit_cast<double>(BigEndian(bytes)));
      return {};
    case PgWire::kInt8:
      if (bytes.size() != 8) return Damaged("a number has not 8 bytes");
      column->AppendInt64(static_cast<int64_t>(BigEndian(bytes)));
      return {};
    case PgWire::kBool:
      if (bytes.size() != 1) return Damaged("a flag has not one byte");
      column->AppendNumber(bytes[0] != 0 ? 1 : 0);
      return {};
    case PgWire::kText:
      if (!IsUtf8(bytes)) return Damaged("a text is no UTF-8");
      column->AppendString(bytes);
      return {};
  }
  return {};
}

}  // namespace scoreway::postgres
