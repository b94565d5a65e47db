// JsonInvocationReader: the JSON bodies that MLflow's scoring server takes, straight into a Batch.
//
//   {"dataframe_split": {"columns": ["age", "city"], "data": [[41, "Oslo"], [null, "Rome"]]}}   "index" is not looked
//   at
//   {"dataframe_records": [{"age": 41, "city": "Oslo"}]}
//   {"instances": [{"age": 41, "city": "Oslo"}, [41, "Oslo"]]}     of a model of one column also plain values
//   {"inputs": {"age": [41, null], "city": ["Oslo", "Rome"]}}      or rows, as instances
//
// Exactly one of the four; beside it "params", empty. How values are read is said in json_cell.h; a column that the
// model does not know is an error, as in other rows. Memory is kept from one body to the next; one thread at a time.
#pragma once

#include <memory>

#include "data/batch.h"
#include "data/codec/json_request.h"

namespace scoreway {

class JsonInvocationReader {
 public:
  JsonInvocationReader();
  ~JsonInvocationReader();
  JsonInvocationReader(JsonInvocationReader&&) noexcept;
  JsonInvocationReader& operator=(JsonInvocationReader&&) noexcept;

  // Replaces the rows of the batch, read by its schema. Errors as those of JsonRowsReader.
  Status Read(const JsonBody& body, const JsonReadOptions& options, Batch* batch);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace scoreway
