#include "data/parquet/column_cursor.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>
#include <utility>

#include "base/utf8.h"
#include "data/parquet/hybrid_reader.h"
#include "data/parquet/unpack.h"

namespace scoreway::parquet {
namespace {

// ConvertedType of parquet.thrift.
enum class Converted : int64_t {
  kNone = -1,
  kUtf8 = 0,
  kEnum = 4,
  kDecimal = 5,
  kUint8 = 11,
  kUint16 = 12,
  kUint32 = 13,
  kUint64 = 14,
  kInt8 = 15,
  kInt16 = 16,
  kInt32 = 17,
  kInt64 = 18,
  kJson = 19,
};

// A page of more values is none that a writer makes: they aim at 1 MiB.
constexpr int64_t kPageValuesMax = int64_t{1} << 24;
// Read at once for a header, and what of the page comes with it.
constexpr size_t kHeaderBytes = size_t{64} << 10;
constexpr size_t kHeaderBytesMax = size_t{16} << 20;

Error Damaged(std::string what) { return Error{Code::kCorrupt, std::move(what), {}}; }

bool IsWholeNumber(Converted type) {
  return type == Converted::kNone || (type >= Converted::kUint8 && type <= Converted::kInt64);
}

}  // namespace

Result<Type> CellTypeOf(const Leaf& leaf) {
  const auto unread = [](const char* what) {
    return Error{Code::kUnsupported, std::string("columns of ") + what + " are not read", {}};
  };
  if (leaf.repetition_max() > 0) return unread("lists");
  const auto converted = static_cast<Converted>(leaf.converted_type);
  switch (leaf.type) {
    case PhysicalType::kBoolean: return Type::kBool;
    case PhysicalType::kInt32:
    case PhysicalType::kInt64:
      if (converted == Converted::kDecimal && leaf.scale >= 0 && leaf.scale <= 18) return Type::kFloat64;
      if (!IsWholeNumber(converted) || (converted == Converted::kNone && leaf.is_annotated)) {
        return unread("dates and times");
      }
      return Type::kInt64;
    case PhysicalType::kFloat: return Type::kFloat32;
    case PhysicalType::kDouble: return Type::kFloat64;
    case PhysicalType::kByteArray:
      if (converted == Converted::kDecimal) return unread("decimals of many digits");
      return Type::kString;
    case PhysicalType::kInt96: return unread("dates and times");
    case PhysicalType::kFixedLenByteArray: break;
  }
  return unread("bytes of fixed length");
}

ColumnCursor::ColumnCursor(const FileBytes& file, const Leaf& leaf, const Chunk& chunk)
    : file_(file), leaf_(leaf), chunk_(chunk), decoder_(leaf.type) {
  const int64_t begin =
      chunk.dictionary_offset > 0 ? std::min(chunk.dictionary_offset, chunk.data_offset) : chunk.data_offset;
  if (begin >= 0 && chunk.bytes >= 0) {
    next_ = static_cast<uint64_t>(begin);
    end_ = next_ + static_cast<uint64_t>(chunk.bytes);
  }
  if (static_cast<Converted>(leaf.converted_type) == Converted::kDecimal) {
    scale_ = std::pow(10.0, static_cast<double>(leaf.scale));
  }
}

Status ColumnCursor::Append(size_t rows, scoreway::Column* column) {
  while (rows > 0) {
    if (rows_left_ == 0) SCOREWAY_RETURN_IF_ERROR(NextPage());
    SCOREWAY_RETURN_IF_ERROR(DecodePage());
    const size_t taken = std::min(rows, rows_left_);
    if (definitions_.empty()) {
      if (IsText(column->type())) {
        SCOREWAY_RETURN_IF_ERROR(AppendTexts(value_, value_ + taken, column));
      } else {
        AppendValues(value_, value_ + taken, column);
      }
      value_ += taken;
    } else {
      // Runs of cells that have a value, and single cells that have none.
      const size_t first = definitions_.size() - rows_left_;
      for (size_t i = first; i < first + taken;) {
        if (definitions_[i] != leaf_.definition_max) {
          column->AppendNull();
          ++i;
          continue;
        }
        const size_t begin = i;
        while (i < first + taken && definitions_[i] == leaf_.definition_max) ++i;
        if (IsText(column->type())) {
          SCOREWAY_RETURN_IF_ERROR(AppendTexts(value_, value_ + i - begin, column));
        } else {
          AppendValues(value_, value_ + i - begin, column);
        }
        value_ += i - begin;
      }
    }
    rows_left_ -= taken;
    rows -= taken;
  }
  return {};
}

Status ColumnCursor::Skip(size_t rows) {
  while (rows > 0) {
    if (rows_left_ == 0) SCOREWAY_RETURN_IF_ERROR(NextPage());
    const size_t taken = std::min(rows, rows_left_);
    if (taken < rows_left_) {
      SCOREWAY_RETURN_IF_ERROR(DecodePage());
      const size_t first = definitions_.size() - (definitions_.empty() ? 0 : rows_left_);
      const auto begin = definitions_.begin() + static_cast<ptrdiff_t>(first);
      value_ += definitions_.empty() ? taken
                                     : static_cast<size_t>(std::count(begin, begin + static_cast<ptrdiff_t>(taken),
                                                                      uint32_t{leaf_.definition_max}));
    }
    rows_left_ -= taken;
    rows -= taken;
  }
  return {};
}

Status ColumnCursor::NextPage() {
  decoded_ = false;
  while (true) {
    if (next_ >= end_) return Damaged("it has fewer values than its row group has rows");
    size_t wanted = kHeaderBytes;
    std::string_view rest;
    while (true) {
      page_bytes_.clear();
      SCOREWAY_RETURN_IF_ERROR(
          file_.AppendAt(next_, static_cast<size_t>(std::min<uint64_t>(wanted, end_ - next_)), &page_bytes_));
      rest = page_bytes_;
      Result<PageHeader> header = TakePageHeader(kPageValuesMax, &rest);
      if (header.ok()) {
        page_ = *header;
        break;
      }
      // Statistics of long texts may make a header longer than what was read.
      if (page_bytes_.size() < wanted || wanted > kHeaderBytesMax) return std::move(header).error();
      wanted *= 16;
    }
    page_begin_ = page_bytes_.size() - rest.size();
    const auto page_size = static_cast<uint64_t>(page_.bytes);
    if (page_size > end_ - next_ || page_begin_ > end_ - next_ - page_size) {
      return Damaged("a page lies outside its column");
    }
    if (rest.size() < page_size) {
      const size_t have = page_bytes_.size();
      SCOREWAY_RETURN_IF_ERROR(
          file_.AppendAt(next_ + have, static_cast<size_t>(page_size - rest.size()), &page_bytes_));
      if (page_bytes_.size() - page_begin_ < page_size) return Damaged("it is cut short");
    }
    next_ += page_begin_ + page_size;
    if (page_.type == PageType::kIndex) continue;
    if (page_.type == PageType::kDictionary) {
      std::string page;
      const std::string_view bytes = std::string_view(page_bytes_).substr(page_begin_, page_size);
      SCOREWAY_RETURN_IF_ERROR(Unpack(chunk_.codec, bytes, static_cast<size_t>(page_.unpacked_bytes), &page));
      SCOREWAY_RETURN_IF_ERROR(decoder_.SetDictionary(std::move(page), static_cast<size_t>(page_.value_count)));
      continue;
    }
    rows_left_ = static_cast<size_t>(page_.value_count);
    if (rows_left_ > 0) return {};
  }
}

Status ColumnCursor::DecodePage() {
  if (decoded_) return {};
  const std::string_view bytes = std::string_view(page_bytes_).substr(page_begin_, static_cast<size_t>(page_.bytes));
  SCOREWAY_ASSIGN_OR_RETURN(const PageParts parts, OpenDataPage(page_, leaf_, chunk_.codec, bytes, &unpacked_));
  const auto count = static_cast<size_t>(page_.value_count);
  size_t present = count;
  definitions_.clear();
  if (leaf_.definition_max > 0) {
    const int bits = std::bit_width(uint32_t{leaf_.definition_max});
    uint32_t level = 0;
    // Mostly one run says that nothing is missing.
    if (HybridReader(parts.definition, bits).TakeRun(count, &level) != count || level != leaf_.definition_max) {
      definitions_.resize(count);
      if (!HybridReader(parts.definition, bits).Read(count, definitions_.data())) {
        return Damaged("the levels of a page are cut short");
      }
      present =
          static_cast<size_t>(std::count(definitions_.begin(), definitions_.end(), uint32_t{leaf_.definition_max}));
    }
  }
  SCOREWAY_RETURN_IF_ERROR(decoder_.Decode(page_.encoding, parts.values, present, &values_));
  value_ = 0;
  decoded_ = true;
  return {};
}

void ColumnCursor::AppendValues(size_t begin, size_t end, scoreway::Column* column) const {
  if (!values_.reals.empty()) {
    const auto reals = std::span(values_.reals).subspan(begin, end - begin);
    if (column->type() == Type::kFloat64) return column->AppendFloat64s(reals);
    for (const double value : reals) column->AppendNumber(value);
    return;
  }
  const auto integers = std::span(values_.integers).subspan(begin, end - begin);
  const auto converted = static_cast<Converted>(leaf_.converted_type);
  if (column->type() == Type::kInt64 && converted != Converted::kUint32 && converted != Converted::kUint64) {
    for (const int64_t value : integers) column->AppendInt64(value);
    return;
  }
  numbers_.resize(integers.size());
  for (size_t i = 0; i < integers.size(); ++i) {
    switch (converted) {
      case Converted::kUint32: numbers_[i] = static_cast<uint32_t>(integers[i]); break;
      case Converted::kUint64: numbers_[i] = static_cast<double>(static_cast<uint64_t>(integers[i])); break;
      default: numbers_[i] = static_cast<double>(integers[i]) / scale_; break;
    }
  }
  if (column->type() == Type::kFloat64) return column->AppendFloat64s(numbers_);
  for (const double value : numbers_) column->AppendNumber(value);
}

Status ColumnCursor::AppendTexts(size_t begin, size_t end, scoreway::Column* column) const {
  for (size_t i = begin; i < end; ++i) {
    if (!IsUtf8(values_.texts[i])) return Damaged("a text is not UTF-8");
    column->AppendString(values_.texts[i]);
  }
  return {};
}

}  // namespace scoreway::parquet
