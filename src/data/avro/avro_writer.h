// AvroWriter: rows of a batch as records of Avro, and the schema of them.
//
// A field is a union of null and float, double, long, boolean or string, by its column's type; lists are strings of
// JSON. A field's name is its column's, with '_' in place of what names of Avro cannot have, and made the only one by a
// number behind it; where it differs, the field has a property "column" with the column's name. Missing cells are null.
//
// Source: Apache Avro 1.12 specification, "Schema Declaration" and "Binary Encoding".
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "data/batch.h"
#include "data/schema.h"

namespace scoreway {

// The columns, in this order; empty: all. The name is the record's; its namespace is "scoreway".
std::string AvroSchemaOf(const Schema& schema, std::span<const size_t> columns, std::string_view name);

// Appends a row as such a record.
void AppendAvroRow(const Batch& batch, std::span<const size_t> columns, size_t row, std::string* out);

}  // namespace scoreway
