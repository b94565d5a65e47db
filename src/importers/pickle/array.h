// DType and Array: a numpy array as it lies in a saved file, and its values as vectors.
//
// An Array is a small value: a view of bytes (or of nodes, for arrays of objects) that belong to the Document it came
// from, which must outlive it. All its bounds were checked when it was made. Immutable, so free to share among threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::pickle {

class Node;
struct Global;
using Nodes = std::vector<const Node*>;

// One element's layout, in numpy's words.
struct DType {
  struct Field {
    std::string_view name;
    const DType* dtype = nullptr;
    int64_t offset = 0;
  };

  // b bool, i int, u unsigned, f float, c complex, S bytes, U text, V fields or raw, M datetime, m timedelta, O object.
  char kind = 'V';
  bool big_endian = false;
  bool holds_objects = false;   // itself or in a field: the elements are nodes, not bytes
  int64_t itemsize = 0;         // bytes; a U takes four a character
  int64_t depth = 1;            // of nested fields
  std::string_view unit;        // of M and m: "D", "ns"
  int64_t unit_count = 1;       // of M and m: 25 in datetime64[25s]
  std::vector<Field> fields;    // in the order of their names; empty unless structured
  const DType* base = nullptr;  // of a sub-array such as ('f4', (3,)); else null
  std::vector<int64_t> subshape;

  // As numpy prints it: "<f8", "|S3", "<M8[D]", "{left: <i4, ...}".
  std::string ToString() const;
};

// Every dimension but the empty ones multiplied, or an error when the product passes limit or a dimension is negative.
Result<int64_t> ElementCount(const std::vector<int64_t>& shape, int64_t limit);

class Array {
 public:
  // Values of row-major or column-major (fortran) order; bytes.size() must be what shape and dtype say.
  static Result<Array> OverBytes(const DType* dtype, std::vector<int64_t> shape, bool fortran, std::string_view bytes);
  // Objects are always saved in row-major order.
  static Result<Array> OverNodes(const DType* dtype, std::vector<int64_t> shape, const Nodes* nodes);

  const DType& dtype() const { return *dtype_; }
  const std::vector<int64_t>& shape() const { return shape_; }
  size_t ndim() const { return shape_.size(); }
  int64_t size() const { return size_; }  // number of elements
  // The elements when they are objects, else null.
  const Nodes* stored_nodes() const { return nodes_; }
  // The subclass of ndarray it was saved as, such as numpy.matrix; null for a plain array.
  const Global* subclass() const { return subclass_; }
  void set_subclass(const Global* subclass) { subclass_ = subclass; }

  // The elements in row-major order whatever the stored order. Numbers convert among all widths and both byte orders;
  // ToInts refuses a fraction and what does not fit, takes bool as 0 and 1, and gives the raw count of M and m.
  // Arrays of objects convert when every element does. ToStrings reads U, S (trailing NULs cut, as numpy does) and
  // objects that are strings. At most kConvertedElementsMax elements.
  Result<std::vector<double>> ToDoubles() const;
  Result<std::vector<int64_t>> ToInts() const;
  Result<std::vector<std::string>> ToStrings() const;
  Result<Nodes> ToNodes() const;
  // The raw bytes in row-major order, in the byte order of the dtype; not for arrays of objects.
  Result<std::string> ToRowMajorBytes() const;

  // One field of a structured array, as an array of the same shape (plus the shape of a sub-array field).
  Result<Array> Field(std::string_view name) const;
  // The same elements with the axes in another order, as numpy's transpose(axes).
  Result<Array> Transposed(const std::vector<int64_t>& axes) const;

  static constexpr int64_t kConvertedElementsMax = int64_t{1} << 26;

 private:
  Array(const DType* dtype, std::vector<int64_t> shape, bool fortran, int64_t step, int64_t size);
  Status CheckConvertible() const;
  // Calls visit(offset), a bool, for every element in row-major order until one is false; false then.
  template <typename Visit>
  bool ForEachOffset(Visit visit) const;
  template <typename Out, typename Convert>
  Result<std::vector<Out>> Converted(const char* wanted, Convert convert) const;

  const DType* dtype_;
  std::vector<int64_t> shape_;
  std::vector<int64_t> strides_;  // bytes, or nodes when nodes_ is set
  int64_t size_;
  const char* bytes_ = nullptr;
  const Nodes* nodes_ = nullptr;
  const Global* subclass_ = nullptr;
};

}  // namespace scoreway::pickle
