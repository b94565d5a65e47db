#include "importers/parquet/chunk_reader.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "base/bytes.h"
#include "importers/parquet/hybrid_reader.h"
#include "importers/parquet/thrift_reader.h"
#include "importers/parquet/unpack.h"

namespace scoreway::parquet {
namespace {

enum class PageType : int64_t { kData = 0, kIndex = 1, kDictionary = 2, kDataV2 = 3 };
enum class Encoding : int64_t { kPlain = 0, kPlainDictionary = 2, kRle = 3, kRleDictionary = 8 };

constexpr int64_t kPageBytesMax = int64_t{1} << 30;

Error Damaged(std::string what) { return Error{Code::kCorrupt, std::move(what), {}}; }

int BitsFor(uint32_t max) { return std::bit_width(max); }

// Four bytes of length, then the bytes.
std::optional<std::string_view> TakeSized(std::string_view* bytes) {
  if (bytes->size() < 4) return std::nullopt;
  const auto size = LoadAt<uint32_t>(*bytes, 0);
  if (size > bytes->size() - 4) return std::nullopt;
  const std::string_view part = bytes->substr(4, size);
  bytes->remove_prefix(4 + size);
  return part;
}

void AppendNull(Column* column) {
  switch (column->kind) {
    case Column::Kind::kInteger: column->integers.push_back(0); break;
    case Column::Kind::kReal: column->reals.push_back(std::numeric_limits<double>::quiet_NaN()); break;
    case Column::Kind::kText: column->texts.emplace_back(); break;
  }
  column->is_null.push_back(true);
}

void AppendValue(const Column& from, size_t value, Column* column) {
  switch (column->kind) {
    case Column::Kind::kInteger: column->integers.push_back(from.integers[value]); break;
    case Column::Kind::kReal: column->reals.push_back(from.reals[value]); break;
    case Column::Kind::kText: column->texts.push_back(from.texts[value]); break;
  }
  column->is_null.push_back(false);
}

}  // namespace

struct ChunkReader::PageHeader {
  int64_t type = -1;
  int64_t unpacked_bytes = 0;
  int64_t bytes = 0;
  int64_t value_count = 0;
  int64_t encoding = 0;
  // Version 2 only.
  int64_t definition_bytes = 0, repetition_bytes = 0;
  bool is_compressed = true;
};

Status ChunkReader::Charge(uint64_t bytes) {
  if (bytes > *bytes_left_) {
    return Status(Code::kResourceExhausted, "its values take more memory than the limit");
  }
  *bytes_left_ -= bytes;
  return {};
}

Result<ChunkReader::PageHeader> ChunkReader::ReadHeader(std::string_view* rest) const {
  using Field = ThriftReader::FieldHeader;
  PageHeader header;
  ThriftReader thrift(*rest);
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
      case 1: header.type = thrift.ReadInteger(); return true;
      case 2: header.unpacked_bytes = thrift.ReadInteger(); return true;
      case 3: header.bytes = thrift.ReadInteger(); return true;
      case 5:
      case 7: thrift.ReadStruct(read_data_page); return true;
      case 8: thrift.ReadStruct(read_data_page_v2); return true;
      default: return false;
    }
  });
  rest->remove_prefix(thrift.position());
  if (thrift.failed() || header.bytes < 0 || static_cast<uint64_t>(header.bytes) > rest->size() ||
      header.unpacked_bytes < 0 || header.unpacked_bytes > kPageBytesMax || header.value_count < 0 ||
      header.value_count > chunk_.value_count) {
    return Damaged("the header of a page is damaged");
  }
  return header;
}

Status ChunkReader::AppendTo(Column* column) {
  const int64_t start =
      chunk_.dictionary_offset > 0 ? std::min(chunk_.dictionary_offset, chunk_.data_offset) : chunk_.data_offset;
  if (start < 0 || chunk_.bytes < 0 || static_cast<uint64_t>(start) > file_.size() ||
      static_cast<uint64_t>(chunk_.bytes) > file_.size() - static_cast<uint64_t>(start)) {
    return Damaged("its pages lie outside the file");
  }
  std::string_view rest = file_.substr(static_cast<size_t>(start), static_cast<size_t>(chunk_.bytes));
  int64_t left = chunk_.value_count;
  while (left > 0) {
    SCOREWAY_ASSIGN_OR_RETURN(const PageHeader header, ReadHeader(&rest));
    const std::string_view bytes = rest.substr(0, static_cast<size_t>(header.bytes));
    rest.remove_prefix(bytes.size());
    if (header.type == static_cast<int64_t>(PageType::kIndex)) continue;
    SCOREWAY_RETURN_IF_ERROR(ReadPage(header, bytes, column));
    if (header.type == static_cast<int64_t>(PageType::kDictionary)) continue;
    if (header.value_count == 0 || header.value_count > left) return Damaged("a page holds more than its column");
    left -= header.value_count;
  }
  return {};
}

Status ChunkReader::ReadPage(const PageHeader& header, std::string_view bytes, Column* column) {
  const auto unpacked_bytes = static_cast<size_t>(header.unpacked_bytes);
  SCOREWAY_RETURN_IF_ERROR(Charge(unpacked_bytes));
  const auto count = static_cast<size_t>(header.value_count);
  if (header.type == static_cast<int64_t>(PageType::kDictionary)) {
    if (dictionary_) return Damaged("it has two dictionaries");
    SCOREWAY_ASSIGN_OR_RETURN(unpacked_, Unpack(chunk_.codec, bytes, unpacked_bytes));
    dictionary_.emplace();
    dictionary_->kind = column->kind;
    return DecodePlain(unpacked_, count, &*dictionary_);
  }
  PageParts parts;
  if (header.type == static_cast<int64_t>(PageType::kData)) {
    SCOREWAY_ASSIGN_OR_RETURN(unpacked_, Unpack(chunk_.codec, bytes, unpacked_bytes));
    SCOREWAY_ASSIGN_OR_RETURN(parts, SplitLevels(unpacked_));
  } else if (header.type == static_cast<int64_t>(PageType::kDataV2)) {
    // The levels are never compressed.
    if (header.repetition_bytes < 0 || header.definition_bytes < 0) return Damaged("the header of a page is damaged");
    const auto level_bytes =
        static_cast<uint64_t>(header.repetition_bytes) + static_cast<uint64_t>(header.definition_bytes);
    if (level_bytes > bytes.size() || level_bytes > unpacked_bytes)
      return Damaged("the levels of a page are cut short");
    parts.repetition = bytes.substr(0, static_cast<size_t>(header.repetition_bytes));
    parts.definition = bytes.substr(parts.repetition.size(), static_cast<size_t>(header.definition_bytes));
    const Codec codec = header.is_compressed ? chunk_.codec : Codec::kNone;
    SCOREWAY_ASSIGN_OR_RETURN(unpacked_, Unpack(codec, bytes.substr(level_bytes), unpacked_bytes - level_bytes));
    parts.values = unpacked_;
  } else {
    return Damaged("a page is of no known type");
  }

  // Run-length coding can claim millions of levels in a few bytes.
  SCOREWAY_RETURN_IF_ERROR(Charge(count * (sizeof(double) + sizeof(uint32_t) * leaf_.repetition_max())));
  // How many values are there: those whose definition level is the greatest.
  size_t present = count;
  if (leaf_.definition_max > 0) {
    present = 0;
    HybridReader levels(parts.definition, BitsFor(leaf_.definition_max));
    for (size_t i = 0; i < count; ++i) {
      uint32_t level = 0;
      if (!levels.Next(&level)) return Damaged("the levels of a page are cut short");
      present += level == leaf_.definition_max ? 1 : 0;
    }
  }
  Column values;
  values.kind = column->kind;
  SCOREWAY_RETURN_IF_ERROR(DecodeValues(header.encoding, parts.values, present, &values));
  return Assemble(parts, count, values, column);
}

Result<ChunkReader::PageParts> ChunkReader::SplitLevels(std::string_view page) const {
  PageParts parts;
  if (leaf_.repetition_max() > 0) {
    const auto levels = TakeSized(&page);
    if (!levels) return Damaged("the levels of a page are cut short");
    parts.repetition = *levels;
  }
  if (leaf_.definition_max > 0) {
    const auto levels = TakeSized(&page);
    if (!levels) return Damaged("the levels of a page are cut short");
    parts.definition = *levels;
  }
  parts.values = page;
  return parts;
}

Status ChunkReader::DecodeValues(int64_t encoding, std::string_view bytes, size_t count, Column* out) {
  switch (static_cast<Encoding>(encoding)) {
    case Encoding::kPlain: return DecodePlain(bytes, count, out);
    case Encoding::kPlainDictionary:
    case Encoding::kRleDictionary: return DecodeIndices(bytes, count, out);
    case Encoding::kRle: {
      if (leaf_.type != PhysicalType::kBoolean) break;
      const auto runs = TakeSized(&bytes);
      if (!runs) return Damaged("a page is cut short");
      SCOREWAY_RETURN_IF_ERROR(Charge(count * sizeof(int64_t)));
      HybridReader reader(*runs, 1);
      for (size_t i = 0; i < count; ++i) {
        uint32_t value = 0;
        if (!reader.Next(&value)) return Damaged("a page is cut short");
        out->integers.push_back(value);
      }
      return {};
    }
  }
  return Status(Code::kUnsupported, "values in encoding " + std::to_string(encoding) + " are not read");
}

Status ChunkReader::DecodePlain(std::string_view bytes, size_t count, Column* out) {
  // Nothing takes less than a bit, a text not less than its length.
  static constexpr size_t kBits[] = {1, 32, 64, 96, 32, 64, 32, 8};
  const auto type = static_cast<size_t>(leaf_.type);
  if (count > bytes.size() * 8 / kBits[type]) return Damaged("a page is cut short");
  SCOREWAY_RETURN_IF_ERROR(Charge(count * sizeof(double)));
  switch (leaf_.type) {
    case PhysicalType::kBoolean:
      for (size_t i = 0; i < count; ++i) out->integers.push_back((static_cast<uint8_t>(bytes[i / 8]) >> (i % 8)) & 1);
      return {};
    case PhysicalType::kInt32:
      for (size_t i = 0; i < count; ++i) out->integers.push_back(LoadAt<int32_t>(bytes, i * 4));
      return {};
    case PhysicalType::kInt64:
      for (size_t i = 0; i < count; ++i) out->integers.push_back(LoadAt<int64_t>(bytes, i * 8));
      return {};
    case PhysicalType::kFloat:
      for (size_t i = 0; i < count; ++i) out->reals.push_back(LoadAt<float>(bytes, i * 4));
      return {};
    case PhysicalType::kDouble:
      for (size_t i = 0; i < count; ++i) out->reals.push_back(LoadAt<double>(bytes, i * 8));
      return {};
    case PhysicalType::kByteArray:
      for (size_t i = 0; i < count; ++i) {
        const auto text = TakeSized(&bytes);
        if (!text) return Damaged("a text is cut short");
        SCOREWAY_RETURN_IF_ERROR(Charge(text->size() + sizeof(std::string)));
        out->texts.emplace_back(*text);
      }
      return {};
    case PhysicalType::kInt96:
    case PhysicalType::kFixedLenByteArray: break;
  }
  return Status(Code::kUnsupported, "values of physical type " + std::to_string(type) + " are not read");
}

Status ChunkReader::DecodeIndices(std::string_view bytes, size_t count, Column* out) {
  if (count == 0) return {};
  if (!dictionary_ || bytes.empty()) return Damaged("it has no dictionary");
  const int bits = static_cast<uint8_t>(bytes[0]);
  if (bits > 32) return Damaged("its dictionary indices are too wide");
  HybridReader indices(bytes.substr(1), bits);
  SCOREWAY_RETURN_IF_ERROR(Charge(count * sizeof(double)));
  const size_t size = std::max({dictionary_->integers.size(), dictionary_->reals.size(), dictionary_->texts.size()});
  for (size_t i = 0; i < count; ++i) {
    uint32_t index = 0;
    if (!indices.Next(&index) || index >= size) return Damaged("a dictionary index is out of range");
    switch (out->kind) {
      case Column::Kind::kInteger: out->integers.push_back(dictionary_->integers[index]); break;
      case Column::Kind::kReal: out->reals.push_back(dictionary_->reals[index]); break;
      case Column::Kind::kText:
        SCOREWAY_RETURN_IF_ERROR(Charge(dictionary_->texts[index].size() + sizeof(std::string)));
        out->texts.push_back(dictionary_->texts[index]);
        break;
    }
  }
  return {};
}

// Dremel's record assembly: a repetition level says at which list a value goes on, a definition level how far down
// something is there.
Status ChunkReader::Assemble(const PageParts& parts, size_t count, const Column& values, Column* column) const {
  const uint32_t levels = leaf_.repetition_max();
  HybridReader repetitions(parts.repetition, BitsFor(levels));
  HybridReader definitions(parts.definition, BitsFor(leaf_.definition_max));
  size_t next = 0;
  for (size_t i = 0; i < count; ++i) {
    uint32_t repetition = 0, definition = 0;
    if ((levels > 0 && !repetitions.Next(&repetition)) ||
        (leaf_.definition_max > 0 && !definitions.Next(&definition))) {
      return Damaged("the levels of a page are cut short");
    }
    if (repetition > levels || definition > leaf_.definition_max) return Damaged("a level is out of range");
    if (repetition > 0) {
      if (column->ends[repetition - 1].empty()) return Damaged("a list goes on before it began");
      ++column->ends[repetition - 1].back();
    }
    uint32_t level = repetition;
    for (; level < levels; ++level) {
      std::vector<uint32_t>& ends = column->ends[level];
      ends.push_back(ends.empty() ? 0 : ends.back());
      if (definition < leaf_.item_definition[level]) break;
      ++ends.back();
    }
    if (level < levels) continue;  // an empty list, or none
    if (definition == leaf_.definition_max) {
      AppendValue(values, next++, column);
    } else {
      AppendNull(column);
    }
  }
  return {};
}

}  // namespace scoreway::parquet
