// Whatever the text, as a body and as lines, reading ends in rows or an error; rows written out again read back the
// same. The first byte chooses the options.
#include <cstdint>

#include "base/check.h"
#include "data/codec/json_batch_writer.h"
#include "data/codec/json_lines_reader.h"
#include "data/codec/json_rows_reader.h"

namespace {

using namespace scoreway;

void CheckWriting(const Batch& batch, JsonRowsReader* reader) {
  std::string written = "{\"rows\":";
  AppendJsonRows(batch, {}, &written);
  written += '}';
  Batch back(batch.shared_schema());
  JsonRequestMembers members;
  SCOREWAY_CHECK(reader->Read({written}, {}, &back, &members).ok());
  std::string rewritten = "{\"rows\":";
  AppendJsonRows(back, {}, &rewritten);
  rewritten += '}';
  SCOREWAY_CHECK(rewritten == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto schema = *Schema::Make(
      {{"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"b", Type::kBool}, {"s", Type::kString}});
  static JsonRowsReader reader;
  if (size < 1) return 0;
  JsonReadOptions options;
  if ((data[0] & 1) != 0) options.may_be_absent.assign(schema->size(), true);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);

  Batch batch(schema);
  JsonRequestMembers members;
  if (reader.Read({text}, options, &batch, &members).ok()) CheckWriting(batch, &reader);

  TextSource source(text);
  JsonLinesReader lines(&source, schema, options);
  batch.Clear();
  for (;;) {
    const auto any = lines.Next(&batch, 3);
    if (any.ok() && !*any) break;
    if (any.ok()) CheckWriting(batch, &reader);
    batch.Clear();
    if (!any.ok() && any.code() != Code::kInvalidArgument) break;
  }
  return 0;
}
