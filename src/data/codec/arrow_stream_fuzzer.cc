// Whatever the bytes, reading an Arrow stream ends in rows or an error.
#include <cstdint>

#include "data/codec/arrow_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using scoreway::Type;
  static const auto schema =
      scoreway::Schema::Make(
          {{"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"b", Type::kBool}, {"s", Type::kString}})
          .value();
  scoreway::ArrowReader reader({reinterpret_cast<const char*>(data), size}, schema,
                               {.may_be_absent = {true, true, true, true, true}});
  scoreway::Batch batch(schema);
  while (true) {
    const scoreway::Result<bool> more = reader.Next(&batch);
    if (!more.ok() || !*more) return 0;
  }
}
