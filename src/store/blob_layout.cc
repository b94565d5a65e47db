#include "store/blob_layout.h"

#include "base/bytes.h"
#include "base/crc32c.h"

namespace scoreway {
namespace {

constexpr uint8_t kFormat = 1;
constexpr size_t kReadChunksMax = 8;

Status CheckFormat(uint8_t format) {
  if (format == kFormat) return {};
  return Status(Code::kUnsupported, "a row of the artifact store has format " + std::to_string(format) +
                                        ", newer than this program's " + std::to_string(kFormat));
}

}  // namespace

Partition BlobPartition(std::string_view sha256) { return {"blob", std::string(sha256)}; }

Partition ChunkPartition(std::string_view upload_id, uint32_t bucket) {
  return {"chunk", std::string(upload_id) + "/" + std::to_string(bucket)};
}

Partition UploadPartition(std::string_view upload_id) { return {"upload", std::string(upload_id.substr(0, 1))}; }

std::string ReferenceSort(std::string_view reference) { return std::string(kReferencePrefix).append(reference); }

std::string ChunkSort(uint32_t index) {
  std::string sort;
  for (int shift = 24; shift >= 0; shift -= 8) sort.push_back(static_cast<char>(index >> shift));
  return sort;
}

std::vector<RowAddress> ChunkRows(std::string_view upload_id, uint32_t begin, uint32_t chunk_count) {
  std::vector<RowAddress> rows;
  for (uint32_t index = begin; index < chunk_count && rows.size() < kReadChunksMax; ++index) {
    rows.push_back({ChunkPartition(upload_id, index / kChunksPerBucket), ChunkSort(index)});
  }
  return rows;
}

std::string EncodeChunk(std::string_view bytes) {
  std::string value;
  value.reserve(sizeof(uint32_t) + bytes.size());
  ByteWriter writer(&value);
  writer.Write(Crc32c(bytes));
  writer.WriteBytes(bytes);
  return value;
}

Result<std::string_view> DecodeChunk(std::string_view value) {
  ByteReader reader(value);
  uint32_t crc = 0;
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&crc));
  const std::string_view bytes = value.substr(reader.offset());
  if (Crc32c(bytes) != crc) return Status(Code::kCorrupt, "the checksum of a stored chunk does not match its bytes");
  return bytes;
}

std::string BlobManifest::Encode() const {
  std::string value;
  ByteWriter writer(&value);
  writer.Write(kFormat);
  writer.Write(static_cast<uint8_t>(is_dropping));
  writer.Write(change_count);
  writer.Write(size);
  writer.Write(chunk_count);
  writer.WriteBytes(upload_id);
  return value;
}

Result<BlobManifest> BlobManifest::Decode(std::string_view sha256, std::string_view value) {
  BlobManifest manifest;
  manifest.sha256 = sha256;
  ByteReader reader(value);
  uint8_t format = 0;
  uint8_t state = 0;
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&format));
  SCOREWAY_RETURN_IF_ERROR(CheckFormat(format));
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&state));
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&manifest.change_count));
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&manifest.size));
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&manifest.chunk_count));
  manifest.is_dropping = state != 0;
  manifest.upload_id = value.substr(reader.offset());
  const uint64_t chunks_needed = manifest.size / kChunkBytes + (manifest.size % kChunkBytes != 0 ? 1 : 0);
  if (manifest.chunk_count != chunks_needed) {
    return Status(Code::kCorrupt, "the manifest of an artifact contradicts itself", "artifact " + manifest.sha256);
  }
  return manifest;
}

BlobManifest BlobManifest::Changed() const {
  BlobManifest next = *this;
  ++next.change_count;
  return next;
}

std::string UploadRow::Encode() const {
  std::string value;
  ByteWriter writer(&value);
  writer.Write(kFormat);
  writer.Write(static_cast<uint8_t>(state));
  writer.Write(start_micros);
  writer.WriteBytes(sha256);
  return value;
}

Result<UploadRow> UploadRow::Decode(std::string_view value) {
  UploadRow row;
  ByteReader reader(value);
  uint8_t format = 0;
  uint8_t state = 0;
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&format));
  SCOREWAY_RETURN_IF_ERROR(CheckFormat(format));
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&state));
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&row.start_micros));
  if (state > static_cast<uint8_t>(State::kCollected)) {
    return Status(Code::kCorrupt, "the row of an upload has an unknown state");
  }
  row.state = static_cast<State>(state);
  row.sha256 = value.substr(reader.offset());
  return row;
}

}  // namespace scoreway
