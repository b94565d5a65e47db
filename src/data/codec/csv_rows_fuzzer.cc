// Whatever the text, reading ends in rows or an error; rows written out again read back the same. The first byte
// chooses the options, the second the size of the source's portions.
#include <algorithm>
#include <cstdint>

#include "base/check.h"
#include "data/codec/csv_reader.h"
#include "data/codec/csv_writer.h"

namespace {

using namespace scoreway;

class PortionSource final : public ByteSource {
 public:
  PortionSource(std::string_view text, size_t portion) : text_(text), portion_(portion) {}
  Result<size_t> Read(char* buffer, size_t size) override { return text_.Read(buffer, std::min(size, portion_)); }

 private:
  TextSource text_;
  size_t portion_;
};

bool ReadAll(CsvReader* reader, Batch* batch) {
  for (;;) {
    const auto any = reader->Next(batch, 7);
    if (!any.ok()) return false;
    if (!*any) return true;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto schema = *Schema::Make(
      {{"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"b", Type::kBool}, {"s", Type::kString}});
  if (size < 2) return 0;
  CsvReadOptions options;
  options.delimiter = (data[0] & 1) != 0 ? ';' : ',';
  options.header = (data[0] & 2) == 0;
  options.bind_by_position = (data[0] & 4) != 0;
  if ((data[0] & 8) != 0) options.may_be_absent.assign(schema->size(), true);
  options.limits = {.record_bytes_max = 4096, .cell_bytes_max = 512, .cells_max = 64};

  const std::string_view text(reinterpret_cast<const char*>(data + 2), size - 2);
  PortionSource source(text, size_t{1} + data[1]);
  CsvReader reader(&source, schema, options);
  Batch batch(schema);
  if (!ReadAll(&reader, &batch)) return 0;

  std::string written;
  AppendCsvHeader(*schema, {}, &written);
  AppendCsvRows(batch, {}, &written);
  TextSource again(written);
  CsvReader second(&again, schema);
  Batch back(schema);
  SCOREWAY_CHECK(ReadAll(&second, &back));
  SCOREWAY_CHECK(back.rows() == batch.rows());
  std::string rewritten;
  AppendCsvHeader(*schema, {}, &rewritten);
  AppendCsvRows(back, {}, &rewritten);
  SCOREWAY_CHECK(rewritten == written);
  return 0;
}
