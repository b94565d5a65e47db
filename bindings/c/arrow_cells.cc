#include "bindings/c/arrow_cells.h"

#include <utility>

#include "base/half_float.h"

namespace scoreway::c_api {
namespace {

Error Wrong(const char* what) { return Error{Code::kInvalidArgument, what, {}}; }

// A text of at most 12 bytes lies in the view itself, a longer one in one of the buffers.
struct TextView {
  int32_t size;
  char inlined[4];
  int32_t buffer;
  int32_t offset;
};
constexpr int32_t kInlinedBytesMax = 12;

// Buffers that the kind has at least; a null buffer behind the first is only right without rows.
int64_t BufferCount(ArrowKind kind) {
  switch (kind) {
    case ArrowKind::kNull: return 0;
    case ArrowKind::kText:
    case ArrowKind::kLargeText: return 3;
    default: return 2;
  }
}

}  // namespace

Result<ArrowCells> ArrowCells::Open(const ArrowSchema& schema, const ArrowArray& array, int64_t first_row,
                                    int64_t rows) {
  ArrowCells cells;
  SCOREWAY_ASSIGN_OR_RETURN(cells.format_, ReadArrowFormat(schema.format));
  if (array.offset < 0 || array.length < 0 || first_row > array.length || rows > array.length - first_row) {
    return Wrong("the Arrow array is shorter than its table");
  }
  cells.first_ = static_cast<size_t>(array.offset + first_row);
  cells.rows_ = static_cast<size_t>(rows);
  if (array.n_buffers < BufferCount(cells.format_.kind) || (array.n_buffers > 0 && array.buffers == nullptr)) {
    return Wrong("the Arrow array has fewer buffers than its format needs");
  }
  if (cells.format_.kind != ArrowKind::kNull) {
    cells.validity_ = array.null_count == 0 ? nullptr : static_cast<const uint8_t*>(array.buffers[0]);
    cells.values_ = array.buffers[1];
    if (cells.values_ == nullptr && rows > 0) return Wrong("the Arrow array has no values");
  }
  if (cells.format_.kind == ArrowKind::kTextView) {
    cells.buffers_ = array.buffers + 2;
    cells.buffer_count_ = array.n_buffers - 3;  // the last one holds their sizes
  } else if (cells.format_.is_text()) {
    cells.bytes_ = static_cast<const char*>(array.buffers[2]);
  }
  if (schema.dictionary == nullptr) return cells;
  if (array.dictionary == nullptr) return Wrong("the Arrow array has no dictionary");
  if (cells.format_.kind != ArrowKind::kInteger) return Wrong("the keys of an Arrow dictionary are no integers");
  if (schema.dictionary->dictionary != nullptr) {
    return Error{Code::kUnsupported, "dictionaries of dictionaries are not read", {}};
  }
  SCOREWAY_ASSIGN_OR_RETURN(ArrowCells values,
                            Open(*schema.dictionary, *array.dictionary, 0, array.dictionary->length));
  cells.dictionary_ = std::make_shared<const ArrowCells>(std::move(values));
  return cells;
}

int64_t ArrowCells::IntegerAt(size_t row) const {
  switch (format_.bits) {
    case 8: return format_.is_signed ? values<int8_t>()[row] : values<uint8_t>()[row];
    case 16: return format_.is_signed ? values<int16_t>()[row] : values<uint16_t>()[row];
    case 32: return format_.is_signed ? int64_t{values<int32_t>()[row]} : int64_t{values<uint32_t>()[row]};
    default: return values<int64_t>()[row];
  }
}

double ArrowCells::FloatAt(size_t row) const {
  switch (format_.kind) {
    case ArrowKind::kHalf: return HalfToDouble(values<uint16_t>()[row]);
    case ArrowKind::kFloat32: return static_cast<double>(values<float>()[row]);
    default: return values<double>()[row];
  }
}

template <typename Offset>
Result<std::string_view> ArrowCells::OffsetTextAt(size_t row) const {
  const Offset* offsets = values<Offset>();
  const Offset begin = offsets[row], end = offsets[row + 1];
  if (begin < 0 || end < begin || (end > begin && bytes_ == nullptr))
    return Wrong("the offsets of a text are out of order");
  if (end == begin) return std::string_view("", 0);
  return std::string_view(bytes_ + begin, static_cast<size_t>(end - begin));
}

std::string_view ArrowCells::ViewTextAt(size_t row) const {
  const auto* view = values<TextView>() + row;
  if (view->size <= kInlinedBytesMax) return {view->inlined, static_cast<size_t>(view->size)};
  return {static_cast<const char*>(buffers_[view->buffer]) + view->offset, static_cast<size_t>(view->size)};
}

Result<std::string_view> ArrowCells::TextAt(size_t row) const {
  switch (format_.kind) {
    case ArrowKind::kText: return OffsetTextAt<int32_t>(row);
    case ArrowKind::kLargeText: return OffsetTextAt<int64_t>(row);
    default: break;
  }
  const auto* view = values<TextView>() + row;
  const bool inlined = view->size <= kInlinedBytesMax;
  if (view->size < 0 || (!inlined && (view->buffer < 0 || view->buffer >= buffer_count_ || view->offset < 0 ||
                                      buffers_[view->buffer] == nullptr))) {
    return Wrong("the view of a text lies in none of the buffers");
  }
  return ViewTextAt(row);
}

Result<size_t> ArrowCells::KeyAt(size_t row) const {
  const int64_t key = IntegerAt(row);
  if (key < 0 || static_cast<uint64_t>(key) >= dictionary_->rows_) return Wrong("a key has no value in its dictionary");
  return static_cast<size_t>(key);
}

}  // namespace scoreway::c_api
