#include "features/feature_row.h"

#include "base/bytes.h"

namespace scoreway {
namespace {

constexpr uint8_t kFormat = 1;

}  // namespace

std::string EncodeFeatureRow(const Batch& batch, std::span<const size_t> columns, size_t row,
                             int64_t event_time_micros) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.Write(kFormat);
  writer.Write(event_time_micros);
  AppendPackedRow(batch, columns, row, &bytes);
  return bytes;
}

Status FeatureRow::Parse(std::string_view bytes, std::span<const Field> columns) {
  ByteReader reader(bytes);
  uint8_t format = 0;
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&format));
  if (format != kFormat) {
    return Status(Code::kCorrupt, "unknown format " + std::to_string(format) + " of a row of features");
  }
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&event_time_micros_));
  return cells_.Parse(&reader, bytes, columns);
}

}  // namespace scoreway
