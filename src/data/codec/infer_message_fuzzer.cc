// Whatever the bytes, reading them as a ModelInferRequest ends in rows or an error; rows written as a response read
// back the same. The first byte chooses the schema and the options.
#include <cstdint>

#include "base/check.h"
#include "base/wire_writer.h"
#include "data/codec/infer_message.h"
#include "data/codec/json_batch_writer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scoreway;
  static const auto mixed = *Schema::Make(
      {{"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"b", Type::kBool}, {"s", Type::kString}});
  static const auto single = *Schema::Make({{"x", Type::kFloat64}});
  static InferMessageReader reader;
  if (size < 1) return 0;
  const auto& schema = (data[0] & 2) != 0 ? single : mixed;
  JsonReadOptions options;
  if ((data[0] & 1) != 0) options.may_be_absent.assign(schema->size(), true);

  Batch batch(schema);
  if (!reader.Parse({reinterpret_cast<const char*>(data + 1), size - 1}).ok()) return 0;
  if (!reader.Read(options, &batch).ok()) return 0;
  for (size_t i = 0; i < batch.column_count(); ++i) SCOREWAY_CHECK(batch.column(i).size() == batch.rows());

  const auto written = WriteInferMessage({}, batch, {}, (data[0] & 4) != 0);
  if (!written.ok()) return 0;  // a missing cell that no bytes can say
  // The response as a request: its outputs (5) are inputs, its raw contents (6) have another number (7).
  WireWriter request;
  WireReader fields(*written);
  WireField field;
  for (Result<bool> more = fields.Next(&field); more.ok() && *more; more = fields.Next(&field)) {
    if (field.number >= 5) request.Bytes(field.number == 5 ? 5 : 7, field.bytes);
  }
  Batch back(schema);
  SCOREWAY_CHECK(reader.Parse(request.bytes()).ok());
  SCOREWAY_CHECK(reader.Read({}, &back).ok());
  std::string text, again;
  AppendJsonRows(batch, {}, &text);
  AppendJsonRows(back, {}, &again);
  SCOREWAY_CHECK(text == again);
  return 0;
}
