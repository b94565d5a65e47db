// JsonRowsReader: the friendly request body, straight into a Batch.
//
//   {"rows": [{"age": 41, "city": "Oslo"}, {"age": null}]}      by name, in any order
//   {"rows": [[41, "Oslo"], [null, "Rome"]]}                    by position, as many values as inputs
//
// beside them, if wanted, "id" (a string), "outputs" (names) and "parameters" (an object). How values are read is said
// in json_cell.h. A reader keeps its memory from one body to the next, so that after the first no row allocates; own
// one per connection or thread. One thread at a time.
#pragma once

#include <memory>
#include <vector>

#include "data/batch.h"
#include "data/codec/json_body.h"
#include "data/codec/json_request_members.h"

namespace scoreway {

struct JsonReadOptions {
  // may_be_absent[i]: a row may lack column i, which is then null. Shorter than the schema: the rest may not.
  std::vector<bool> may_be_absent = {};
  size_t bytes_max = size_t{64} << 20;
  size_t rows_max = 1'000'000;
  size_t cells_max = size_t{1} << 25;  // rows times columns
};

class JsonRowsReader {
 public:
  JsonRowsReader();
  ~JsonRowsReader();
  JsonRowsReader(JsonRowsReader&&) noexcept;
  JsonRowsReader& operator=(JsonRowsReader&&) noexcept;

  // Replaces the rows of the batch, read by its schema, and *members. INVALID_ARGUMENT for what is no JSON (the place
  // is the byte) or does not fit (the place is the row, counted from 1, and the column); RESOURCE_EXHAUSTED beyond a
  // limit. After an error the batch may hold part of the rows.
  Status Read(const JsonBody& body, const JsonReadOptions& options, Batch* batch, JsonRequestMembers* members);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace scoreway
