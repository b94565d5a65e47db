// Whatever the text, reading ends in rows or an error; rows written out again read back the same, and plain rows, which
// have a road of their own, read as all others do. The first byte chooses the options, the second the size of the
// source's portions.
#include <algorithm>
#include <bit>
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

// A column of bools that the text has not closes the road of plain rows.
constexpr std::string_view kAbsent = "\x01\x02";
void CheckPlainRows(std::string_view text, size_t portion, CsvReadOptions options) {
  static const std::vector<Field> fields = {
      {"f", Type::kFloat32}, {"d", Type::kFloat64}, {"i", Type::kInt64}, {"s", Type::kString}};
  static const auto plain = *Schema::Make(fields);
  static const auto other =
      *Schema::Make({fields[0], fields[1], fields[2], fields[3], {std::string(kAbsent), Type::kBool}});
  if (text.find(kAbsent) != std::string_view::npos) return;
  options.header = true;
  options.bind_by_position = false;
  options.may_be_absent.resize(fields.size());
  PortionSource quick_source(text, portion), slow_source(text, portion);
  CsvReader quick_reader(&quick_source, plain, options);
  options.may_be_absent.push_back(true);
  CsvReader slow_reader(&slow_source, other, options);
  Batch quick(plain), slow(other);
  const bool is_read = ReadAll(&quick_reader, &quick);
  SCOREWAY_CHECK(ReadAll(&slow_reader, &slow) == is_read);
  if (!is_read) return;
  SCOREWAY_CHECK(quick.rows() == slow.rows());
  for (size_t row = 0; row < quick.rows(); ++row) {
    for (size_t c = 0; c < fields.size(); ++c) {
      SCOREWAY_CHECK(quick.column(c).valid(row) == slow.column(c).valid(row));
      if (fields[c].type == Type::kString) {
        SCOREWAY_CHECK(quick.column(c).string_at(row) == slow.column(c).string_at(row));
      } else if (quick.column(c).valid(row)) {
        SCOREWAY_CHECK(std::bit_cast<uint64_t>(quick.column(c).NumberAt(row)) ==
                       std::bit_cast<uint64_t>(slow.column(c).NumberAt(row)));
      }
    }
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
  CheckPlainRows(text, size_t{1} + data[1], options);
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
