// Whatever the text, reading it as an invocation of MLflow's server ends in rows or an error. The first byte chooses
// the schema and the options.
#include <cstdint>

#include "base/check.h"
#include "data/codec/json_invocation_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scoreway;
  static const auto mixed = *Schema::Make(
      {{"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"b", Type::kBool}, {"s", Type::kString}});
  static const auto single = *Schema::Make({{"x", Type::kFloat64}});
  static JsonInvocationReader reader;
  if (size < 1) return 0;
  const auto& schema = (data[0] & 2) != 0 ? single : mixed;
  JsonReadOptions options;
  if ((data[0] & 1) != 0) options.may_be_absent.assign(schema->size(), true);

  Batch batch(schema);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  if (!reader.Read({text}, options, &batch).ok()) return 0;
  for (size_t i = 0; i < batch.column_count(); ++i) SCOREWAY_CHECK(batch.column(i).size() == batch.rows());
  return 0;
}
