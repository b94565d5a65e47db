#include "data/parquet/page.h"

#include <optional>
#include <utility>

#include "base/bytes.h"
#include "data/parquet/thrift_reader.h"
#include "data/parquet/unpack.h"

namespace scoreway::parquet {
namespace {

constexpr int64_t kPageBytesMax = int64_t{1} << 30;

Error Damaged(std::string what) { return Error{Code::kCorrupt, std::move(what), {}}; }

// Four bytes of length, then the bytes.
std::optional<std::string_view> TakeSized(std::string_view* bytes) {
  if (bytes->size() < 4) return std::nullopt;
  const auto size = LoadAt<uint32_t>(*bytes, 0);
  if (size > bytes->size() - 4) return std::nullopt;
  const std::string_view part = bytes->substr(4, size);
  bytes->remove_prefix(4 + size);
  return part;
}

Result<PageParts> SplitLevels(const Leaf& leaf, std::string_view page) {
  PageParts parts;
  for (auto [has, levels] : {std::pair(leaf.repetition_max() > 0, &parts.repetition),
                             std::pair(leaf.definition_max > 0, &parts.definition)}) {
    if (!has) continue;
    const auto sized = TakeSized(&page);
    if (!sized) return Damaged("the levels of a page are cut short");
    *levels = *sized;
  }
  parts.values = page;
  return parts;
}

}  // namespace

Result<PageHeader> TakePageHeader(int64_t values_max, std::string_view* bytes) {
  using Field = ThriftReader::FieldHeader;
  PageHeader header;
  int64_t type = -1;
  ThriftReader thrift(*bytes);
  const auto read_data_page = [&](const Field& field) {
    switch (field.id) {
      case 1: header.value_count = thrift.ReadInteger(); return true;
      case 2: header.encoding = thrift.ReadInteger(); return true;
      default: return false;
    }
  };
  const auto read_data_page_v2 = [&](const Field& field) {
    switch (field.id) {
      case 1: header.value_count = thrift.ReadInteger(); return true;
      case 4: header.encoding = thrift.ReadInteger(); return true;
      case 5: header.definition_bytes = thrift.ReadInteger(); return true;
      case 6: header.repetition_bytes = thrift.ReadInteger(); return true;
      case 7: header.is_compressed = field.type == ThriftReader::Type::kTrue; return true;
      default: return false;
    }
  };
  thrift.ReadStruct([&](const Field& field) {
    switch (field.id) {
      case 1: type = thrift.ReadInteger(); return true;
      case 2: header.unpacked_bytes = thrift.ReadInteger(); return true;
      case 3: header.bytes = thrift.ReadInteger(); return true;
      case 5:
      case 7: thrift.ReadStruct(read_data_page); return true;
      case 8: thrift.ReadStruct(read_data_page_v2); return true;
      default: return false;
    }
  });
  bytes->remove_prefix(thrift.position());
  header.type = static_cast<PageType>(type);
  if (thrift.failed() || type < 0 || header.bytes < 0 || header.bytes > kPageBytesMax || header.unpacked_bytes < 0 ||
      header.unpacked_bytes > kPageBytesMax || header.value_count < 0 || header.value_count > values_max) {
    return Damaged("the header of a page is damaged");
  }
  return header;
}

Result<PageParts> OpenDataPage(const PageHeader& header, const Leaf& leaf, Codec codec, std::string_view bytes,
                               std::string* unpacked) {
  const auto unpacked_bytes = static_cast<size_t>(header.unpacked_bytes);
  if (header.type == PageType::kData) {
    SCOREWAY_RETURN_IF_ERROR(Unpack(codec, bytes, unpacked_bytes, unpacked));
    return SplitLevels(leaf, *unpacked);
  }
  if (header.type != PageType::kDataV2) return Damaged("a page is of no known type");
  // The levels are never compressed.
  if (header.repetition_bytes < 0 || header.definition_bytes < 0) return Damaged("the header of a page is damaged");
  const auto level_bytes =
      static_cast<uint64_t>(header.repetition_bytes) + static_cast<uint64_t>(header.definition_bytes);
  if (level_bytes > bytes.size() || level_bytes > unpacked_bytes) return Damaged("the levels of a page are cut short");
  PageParts parts;
  parts.repetition = bytes.substr(0, static_cast<size_t>(header.repetition_bytes));
  parts.definition = bytes.substr(parts.repetition.size(), static_cast<size_t>(header.definition_bytes));
  const size_t value_bytes = unpacked_bytes - static_cast<size_t>(level_bytes);
  SCOREWAY_RETURN_IF_ERROR(Unpack(header.is_compressed && value_bytes > 0 ? codec : Codec::kNone,
                                  bytes.substr(static_cast<size_t>(level_bytes)), value_bytes, unpacked));
  parts.values = *unpacked;
  return parts;
}

}  // namespace scoreway::parquet
