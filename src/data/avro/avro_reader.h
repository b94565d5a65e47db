// AvroReader: values of Avro as JSON, as the readers of JSON rows take them.
//
// Records and maps become objects, arrays arrays, and a union the value of its branch. NaN is null, and the infinities
// are "Infinity" and "-Infinity". A decimal is a number of as many digits as it has, a
// whole one of more than 18 with ".0". Other bytes are texts with a code
// point up to U+00FF for each byte, as in Avro's own JSON. Dates and times are the whole numbers that they are stored
// as.
//
// Source: Apache Avro 1.12 specification, "Binary Encoding", "JSON Encoding" and "Decimal".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "data/avro/avro_schema.h"

namespace scoreway {

// Limits of one value.
inline constexpr int kAvroDepthMax = 64;
inline constexpr size_t kAvroPartsMax = 1'000'000;  // values within it, whatever their depth
inline constexpr size_t kAvroJsonBytesMax = size_t{16} << 20;
inline constexpr size_t kAvroDecimalBytesMax = 64;

// Appends one value, which the bytes are to the last one, on one line. kInvalidArgument says where in the value what is
// wrong ("field 'a'"); what has been appended then is part of a value.
Status AppendAvroAsJson(const AvroSchema& schema, std::string_view bytes, std::string* json);

}  // namespace scoreway
