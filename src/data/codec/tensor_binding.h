// TensorBinding: which columns of a batch the tensors of an infer request fill.
//
// Either one tensor per column, by name, of shape [n] or [n, 1]; or a single tensor of any name and shape [n, k] whose
// k columns are all columns of the schema in order. The same for every form in which tensors come. One thread at a
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "data/codec/json_request.h"
#include "data/codec/tensor_datatype.h"

namespace scoreway {

// What a tensor says before its data.
struct TensorHead {
  std::string_view name;
  const TensorDatatype* datatype = nullptr;
  uint64_t rows = 0;
  uint64_t width = 1;
};

// A shape [n] or [n, k] as rows and width. INVALID_ARGUMENT: the shape is no table.
Status SetShape(std::span<const uint64_t> shape, TensorHead* head);

class TensorBinding {
 public:
  // The tensors of a request for this batch follow. Batch and options must live until Finish.
  void Begin(Batch* batch, const JsonReadOptions& options);
  // The next tensor: it fills columns *first to *first + width - 1. INVALID_ARGUMENT, without a place, if it fits none,
  // one that is filled already, or differs from those before in rows; RESOURCE_EXHAUSTED beyond the options' limits.
  Status Bind(const TensorHead& head, size_t* first);
  // Columns that may be absent and are become null; INVALID_ARGUMENT names the others.
  Status Finish();

  size_t tensors() const { return tensors_; }  // bound so far

 private:
  Batch* batch_ = nullptr;
  const JsonReadOptions* options_ = nullptr;
  std::vector<bool> is_bound_;  // by column
  size_t tensors_ = 0;
  size_t rows_ = 0;
  bool has_matrix_ = false;
};

}  // namespace scoreway
