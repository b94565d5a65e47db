// ArrowCells: the cells of one Arrow column, as the C data interface hands it over.
//
// The memory is the caller's and trusted to be as long as the array says; what can be seen to be wrong (missing
// buffers, negative lengths or offsets) is INVALID_ARGUMENT. Immutable; the schema and the array must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "bindings/c/arrow_format.h"

namespace scoreway::c_api {

class ArrowCells {
 public:
  // Rows [first_row, first_row + rows) of the array, whose own offset comes on top.
  static Result<ArrowCells> Open(const ArrowSchema& schema, const ArrowArray& array, int64_t first_row, int64_t rows);

  const ArrowFormat& format() const { return format_; }
  // Of a dictionary the cells of its values; else null.
  const ArrowCells* dictionary() const { return dictionary_.get(); }
  bool any_null() const { return validity_ != nullptr || format_.kind == ArrowKind::kNull; }

  bool valid(size_t row) const {
    if (format_.kind == ArrowKind::kNull) return false;
    return validity_ == nullptr || BitAt(validity_, first_ + row);
  }
  // The first of the values of a column of numbers of T's size.
  template <typename T>
  const T* values() const {
    return static_cast<const T*>(values_) + first_;
  }
  // By format().kind: of kInteger the signed ones and the unsigned ones of less than 64 bits; the unsigned ones;
  // floats; bools.
  int64_t IntegerAt(size_t row) const;
  uint64_t UnsignedAt(size_t row) const { return values<uint64_t>()[row]; }
  double FloatAt(size_t row) const;
  bool BoolAt(size_t row) const { return BitAt(static_cast<const uint8_t*>(values_), first_ + row); }
  // INVALID_ARGUMENT where the offsets of the text are out of order.
  Result<std::string_view> TextAt(size_t row) const;
  // Of a dictionary: the place of the row's value; INVALID_ARGUMENT if there is none.
  Result<size_t> KeyAt(size_t row) const;

 private:
  static bool BitAt(const uint8_t* bits, size_t i) { return (bits[i / 8] >> (i % 8)) & 1; }
  template <typename Offset>
  Result<std::string_view> OffsetTextAt(size_t row) const;
  std::string_view ViewTextAt(size_t row) const;

  ArrowFormat format_;
  size_t first_ = 0;
  size_t rows_ = 0;
  const uint8_t* validity_ = nullptr;  // null where all rows are valid
  const void* values_ = nullptr;
  const char* bytes_ = nullptr;           // of texts
  const void* const* buffers_ = nullptr;  // of text views
  int64_t buffer_count_ = 0;
  std::shared_ptr<const ArrowCells> dictionary_;
};

}  // namespace scoreway::c_api
