// How numpy saves dtypes, scalars and arrays, and how joblib saves arrays, as our own values.
#pragma once

#include "importers/pickle/arena.h"

namespace scoreway::pickle {

// numpy.dtype(text, align, copy).
Result<Node*> FoldNumpyDType(Arena* arena, const Nodes& args);
// numpy.core.multiarray.scalar(dtype, bytes): the number, text or bytes itself; what has no such kind (datetime64,
// records, long double) becomes an Array without dimensions.
Result<Node*> FoldNumpyScalar(Arena* arena, const Nodes& args);
// numpy.core.numeric._frombuffer(bytes, dtype, shape, order, axes): how protocol 5 saves an array.
Result<Node*> FoldNumpyFromBuffer(Arena* arena, const Nodes& args);

// Gives a DType, or an Instance of numpy's _reconstruct, the state it was saved with. False when the node is neither,
// or is of a kind we keep as an Instance: a subclass with a state of its own, a dtype without a layout.
Result<bool> BuildNumpy(Arena* arena, Node* node, const Node& state);

// joblib's NumpyArrayWrapper once it has its state: what is needed to read the array that follows it.
struct JoblibArray {
  const DType* dtype = nullptr;
  std::vector<int64_t> shape;
  bool fortran = false;
  int64_t alignment = 0;  // 0: no padding before the bytes
  const Global* subclass = nullptr;
  int64_t byte_count = 0;
};
bool IsJoblibWrapper(const Node& node);
Result<JoblibArray> ReadJoblibWrapper(Arena* arena, const Node& wrapper);

}  // namespace scoreway::pickle
