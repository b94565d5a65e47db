// Vectors as texts: for the columns `x_0`, `x_1`, ... a table or a row may hold one cell `x`, dense or sparse, in the
// forms that Spark has for its vectors:
//
//   [1.5,0,2]                                                        dense
//   {"type":1,"values":[1.5,0,2]}
//   (3,[0,2],[1.5,2])                                                sparse: size, indices, values
//   {"type":0,"size":3,"indices":[0,2],"values":[1.5,2]}
//
// A null among the values is a missing cell. Private to the codecs.
#pragma once

#include <string_view>
#include <vector>

#include "data/batch.h"
#include "data/schema.h"

namespace scoreway {

// Appends a cell to each of the columns. INVALID_ARGUMENT if the text is none of these forms, or a vector of another
// size; nothing is appended then.
Status AppendVectorText(std::string_view text, const Schema::Run& columns, Batch* batch);

}  // namespace scoreway
