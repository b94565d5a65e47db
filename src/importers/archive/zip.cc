#include "importers/archive/zip.h"

#include <zlib.h>

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "importers/archive/inflate.h"
#include "importers/archive/paths.h"

namespace scoreway::archive {
namespace {

constexpr std::string_view kLocalMark("PK\x03\x04", 4), kCentralMark("PK\x01\x02", 4), kEndMark("PK\x05\x06", 4);
constexpr size_t kEndBytes = 22, kCentralBytes = 46, kLocalBytes = 30;
constexpr size_t kCommentMax = 0xFFFF;
constexpr uint16_t kEncrypted = 1;
constexpr uint16_t kStored = 0, kDeflated = 8;

Error Damaged(std::string what, std::string place = {}) {
  return Error{Code::kCorrupt, std::move(what), place.empty() ? "the zip" : std::move(place)};
}

struct Entry {
  std::string path;
  uint16_t flags, method;
  uint32_t checksum;
  uint64_t packed_bytes, bytes, offset;
};

// The record at the end, which a comment may follow.
Result<std::string_view> FindEnd(std::string_view bytes) {
  if (bytes.size() < kEndBytes) return Damaged("is cut short");
  const size_t first = bytes.size() > kEndBytes + kCommentMax ? bytes.size() - kEndBytes - kCommentMax : 0;
  const size_t place = bytes.rfind(kEndMark, bytes.size() - kEndBytes);
  if (place == std::string_view::npos || place < first) return Damaged("has no directory at its end");
  return bytes.substr(place, kEndBytes);
}

Result<std::string> Unpack(std::string_view zip, const Entry& entry, uint64_t bytes_max) {
  if ((entry.flags & kEncrypted) != 0) return Error{Code::kUnsupported, "is encrypted", entry.path};
  if (entry.offset > zip.size() || zip.size() - entry.offset < kLocalBytes ||
      zip.substr(entry.offset, 4) != kLocalMark) {
    return Damaged("lies outside the zip", entry.path);
  }
  const size_t skip = kLocalBytes + LoadAt<uint16_t>(zip, entry.offset + 26) + LoadAt<uint16_t>(zip, entry.offset + 28);
  const std::string_view rest = zip.substr(entry.offset);
  if (rest.size() < skip || rest.size() - skip < entry.packed_bytes) return Damaged("is cut short", entry.path);
  const std::string_view packed = rest.substr(skip, entry.packed_bytes);
  if (entry.method != kStored && entry.method != kDeflated) {
    return Error{Code::kUnsupported, "is compressed by method " + std::to_string(entry.method), entry.path};
  }
  std::string out;
  if (entry.method == kDeflated) {
    Result<std::string> inflated = Inflate(packed, Wrapping::kRaw, bytes_max);
    if (!inflated.ok()) return AtPlace(entry.path, std::move(inflated).error());
    out = std::move(*inflated);
  } else if (packed.size() > bytes_max) {
    return Error{Code::kResourceExhausted, "is larger than the limit", entry.path};
  } else {
    out = packed;
  }
  const uLong checksum = crc32_z(0, reinterpret_cast<const Bytef*>(out.data()), out.size());
  if (out.size() != entry.bytes || checksum != entry.checksum) return Damaged("fails its checksum", entry.path);
  return out;
}

}  // namespace

bool LooksLikeZip(std::string_view bytes) { return bytes.starts_with(kLocalMark) || bytes.starts_with(kEndMark); }

Result<Files> ReadZip(std::string_view bytes, const Limits& limits) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view end, FindEnd(bytes));
  const auto count = LoadAt<uint16_t>(end, 10);
  const auto directory_offset = LoadAt<uint32_t>(end, 16);
  if (count == 0xFFFF || directory_offset == 0xFFFFFFFF) {
    return Error{Code::kUnsupported, "zips of more than 65,534 files or 4 GiB are not read", "the zip"};
  }
  if (count > limits.files_max) return Error{Code::kResourceExhausted, "has too many files", "the zip"};
  if (directory_offset > bytes.size()) return Damaged("has its directory outside");

  Files files;
  uint64_t bytes_left = limits.bytes_max;
  std::string_view rest = bytes.substr(directory_offset);
  for (size_t i = 0; i < count; ++i) {
    if (rest.size() < kCentralBytes || rest.substr(0, 4) != kCentralMark) return Damaged("has a damaged directory");
    const size_t name_bytes = LoadAt<uint16_t>(rest, 28);
    const size_t skip = kCentralBytes + name_bytes + LoadAt<uint16_t>(rest, 30) + LoadAt<uint16_t>(rest, 32);
    if (rest.size() < skip) return Damaged("has a damaged directory");
    Entry entry{std::string(rest.substr(kCentralBytes, name_bytes)),
                LoadAt<uint16_t>(rest, 8),
                LoadAt<uint16_t>(rest, 10),
                LoadAt<uint32_t>(rest, 16),
                LoadAt<uint32_t>(rest, 20),
                LoadAt<uint32_t>(rest, 24),
                LoadAt<uint32_t>(rest, 42)};
    rest.remove_prefix(skip);
    if (entry.path.ends_with('/')) continue;
    SCOREWAY_ASSIGN_OR_RETURN(std::string path, CleanPath(entry.path));
    SCOREWAY_ASSIGN_OR_RETURN(std::string content, Unpack(bytes, entry, bytes_left));
    bytes_left -= content.size();
    files.insert_or_assign(std::move(path), std::move(content));
  }
  return files;
}

}  // namespace scoreway::archive
