// Where the parts of a blob lie and what their rows hold. blobs.h tells the whole; this is for its two sources.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace scoreway {

constexpr size_t kChunkBytes = size_t{1} << 20;
constexpr uint32_t kChunksPerBucket = 32;

Partition BlobPartition(std::string_view sha256);
Partition ChunkPartition(std::string_view upload_id, uint32_t bucket);
// Uploads are spread over 16 partitions, one for each first digit of their id.
Partition UploadPartition(std::string_view upload_id);

inline constexpr char kManifestSort[] = "m";
inline constexpr char kReferencePrefix[] = "r/";
std::string ReferenceSort(std::string_view reference);
std::string ChunkSort(uint32_t index);
// Where the chunks from `begin` on lie, as many as are read at once: what waits for a store far away, waits once for
// all.
std::vector<RowAddress> ChunkRows(std::string_view upload_id, uint32_t begin, uint32_t chunk_count);

// A chunk's value: CRC-32C of the bytes, then the bytes.
std::string EncodeChunk(std::string_view bytes);
// The bytes; a view into the value. kCorrupt if the CRC is another.
Result<std::string_view> DecodeChunk(std::string_view value);

//  u8 format = 1 | u8 state: 0 live, 1 dropping | u64 change count | u64 size | u32 chunk count | upload id
struct BlobManifest {
  std::string sha256;  // of the partition, not in the value
  bool is_dropping = false;
  uint64_t change_count = 0;  // moves with every reference, so that a compare-and-set sees each
  uint64_t size = 0;
  uint32_t chunk_count = 0;
  std::string upload_id;

  std::string Encode() const;
  static Result<BlobManifest> Decode(std::string_view sha256, std::string_view value);
  // With the next change count.
  BlobManifest Changed() const;
};

//  u8 format = 1 | u8 state | i64 start | SHA-256 in hex if sealed
struct UploadRow {
  enum class State : uint8_t { kOpen = 0, kSealed = 1, kCollected = 2 };

  State state = State::kOpen;
  int64_t start_micros = 0;
  std::string sha256;

  std::string Encode() const;
  static Result<UploadRow> Decode(std::string_view value);
};

}  // namespace scoreway
