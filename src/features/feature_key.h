// The key of a feature row as bytes, whatever column of a Batch it stands in.
//
//     int64     'i', then 8 bytes, the greatest first
//     string    's', its length in 2 bytes, the greater first, then the text
//
// one after another for a key of several columns.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "data/batch.h"
#include "data/schema.h"

namespace scoreway {

// Room is left for what the store sets before it.
constexpr size_t kFeatureKeyBytesMax = 900;

// Whether a column of that type can be read as a key of that type: texts as texts, whole numbers as numbers.
bool CanBeKey(Type column, Type key);

// Sets *key to the key of the row; `columns` are the batch's columns of the key's fields. False, and *key is empty,
// where a part is missing. kInvalidArgument for a number that is not whole and a key that is too long; the place is row
// (counted from 1) and column.
Result<bool> MakeFeatureKey(const Batch& batch, std::span<const size_t> columns, std::span<const Field> keys,
                            size_t row, std::string* key);

}  // namespace scoreway
