// Whatever the bytes, reading them as an infer request ends in rows or an error; rows written out again as tensors read
// back the same. The first byte chooses the options; a zero byte ends the JSON, and binary data follow it.
#include <algorithm>
#include <cstdint>

#include "base/check.h"
#include "data/codec/json_batch_writer.h"
#include "data/codec/json_tensors_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scoreway;
  static const auto mixed = *Schema::Make(
      {{"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"b", Type::kBool}, {"s", Type::kString}});
  static const auto single = *Schema::Make({{"x", Type::kFloat64}});
  static JsonTensorsReader reader;
  if (size < 1) return 0;
  const auto& schema = (data[0] & 2) != 0 ? single : mixed;
  JsonReadOptions options;
  if ((data[0] & 1) != 0) options.may_be_absent.assign(schema->size(), true);

  Batch batch(schema);
  JsonRequestMembers members;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const size_t json_size = std::min(text.find('\0'), text.size());
  const std::string_view binary = text.substr(std::min(json_size + 1, text.size()));
  if (!reader.Read({text.substr(0, json_size)}, binary, options, &batch, &members).ok()) return 0;
  for (size_t i = 0; i < batch.column_count(); ++i) SCOREWAY_CHECK(batch.column(i).size() == batch.rows());

  std::string written = "{\"inputs\":";
  AppendJsonTensors(batch, {}, &written);
  written += '}';
  Batch back(schema);
  SCOREWAY_CHECK(reader.Read({written}, {}, {}, &back, &members).ok());
  std::string rewritten = "{\"inputs\":";
  AppendJsonTensors(back, {}, &rewritten);
  rewritten += '}';
  SCOREWAY_CHECK(rewritten == written);
  return 0;
}
