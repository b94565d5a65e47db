// One JSON value into a column. Private to the codecs.
#pragma once

#include "data/batch.h"
#include "data/codec/json_document.h"

namespace scoreway {

// Appends the value to the column; an error, without a place, if the value does not suit the type.
//   null: missing, in every column.
//   float32, float64: a number; true and false as 1 and 0; the texts "NaN", "Infinity" and "-Infinity", which JSON
//   cannot
//     write otherwise. Other texts are no numbers, even if they look like one.
//   int64: a whole number, also as 3.0; true and false as 1 and 0; "NaN" as missing.
//   bool: true, false, or a number that is 0 or 1.
//   string: a string; a number (a category such as a zip code), taken as it is written; true and false as "True" and
//     "False", as Python turns them into text.
Status AppendJsonCell(json::value value, Column* column);

// The text of a number as written, checked to be one.
Result<std::string_view> JsonNumberText(json::value value);

}  // namespace scoreway
