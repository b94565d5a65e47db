// JsonTensorsReader: the infer request of the Open Inference Protocol v2 with its data as JSON, straight into a Batch.
//
//   {"id": "a1", "inputs": [{"name": "age", "shape": [2], "datatype": "FP64", "data": [41, null]},
//                           {"name": "city", "shape": [2, 1], "datatype": "BYTES", "data": [["Oslo"], ["Rome"]]}]}
//
// tensor_binding.h says which columns a tensor fills. Data is flat or nested as the shape says; null is a missing cell.
// Datatypes: BOOL, INT8 to INT64, UINT8 to UINT64, FP16, FP32, FP64, BYTES. Values must fit the datatype and then the
// column, as json_cell.h says; FP32 rounds to float32, FP16 is taken as written. Numbers may go to a text column, BYTES
// only there.
//
// The binary extension: in place of "data" a tensor may have the parameter "binary_data_size"; its data are then so
// many of the bytes that follow the JSON, as raw_tensor.h has them, tensor after tensor in their order. Shared memory
// is refused. Memory is kept from one body to the next; one thread at a time.
#pragma once

#include <memory>
#include <string_view>

#include "data/batch.h"
#include "data/codec/json_request.h"

namespace scoreway {

class JsonTensorsReader {
 public:
  JsonTensorsReader();
  ~JsonTensorsReader();
  JsonTensorsReader(JsonTensorsReader&&) noexcept;
  JsonTensorsReader& operator=(JsonTensorsReader&&) noexcept;

  // Replaces the rows of the batch, read by its schema, and *members. `binary` is what follows the JSON; all of it must
  // belong to a tensor. INVALID_ARGUMENT for what is no JSON (the place
  // is the byte) or does not fit (the place is the tensor, and the row, counted from 1, and column if it is a value);
  // RESOURCE_EXHAUSTED beyond a limit. After an error the columns of the batch may differ in length: clear it.
  Status Read(const JsonBody& body, std::string_view binary, const JsonReadOptions& options, Batch* batch,
              JsonRequestMembers* members);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace scoreway
