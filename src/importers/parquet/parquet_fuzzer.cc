// Whatever the bytes, reading a Parquet file ends in a table or an error.
#include <cstdint>

#include "importers/parquet/table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)scoreway::parquet::Table::Read({{reinterpret_cast<const char*>(data), size}}, {.bytes_max = 16 << 20});
  return 0;
}
