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

#include "data/batch.h"
#include "data/codec/json_request.h"

namespace scoreway {

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
