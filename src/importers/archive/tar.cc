#include "importers/archive/tar.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "importers/archive/paths.h"

namespace scoreway::archive {
namespace {

constexpr size_t kBlock = 512;
constexpr size_t kNameAt = 0, kNameMax = 100, kModeAt = 100, kSizeAt = 124, kTimeAt = 136, kChecksumAt = 148,
                 kTypeAt = 156, kMagicAt = 257, kPrefixAt = 345, kPrefixMax = 155;
constexpr char kFile = '0', kOldFile = '\0', kLongName = 'L', kPaxHeader = 'x', kPaxGlobal = 'g';

Error Damaged(std::string what) { return Error{Code::kCorrupt, std::move(what), "the tar"}; }

std::string_view TextAt(std::string_view header, size_t place, size_t size) {
  const std::string_view field = header.substr(place, size);
  return field.substr(0, field.find('\0'));
}

// Octal digits, or GNU's big-endian binary marked by the first bit.
std::optional<uint64_t> NumberAt(std::string_view header, size_t place, size_t size) {
  uint64_t value = 0;
  if ((static_cast<uint8_t>(header[place]) & 0x80) != 0) {
    for (size_t i = 1; i < size; ++i) {
      if (value >> 55 != 0) return std::nullopt;
      value = value << 8 | static_cast<uint8_t>(header[place + i]);
    }
    return value;
  }
  for (const char c : header.substr(place, size)) {
    if (c == ' ' && value == 0) continue;
    if (c == ' ' || c == '\0') break;
    if (c < '0' || c > '7') return std::nullopt;
    value = value * 8 + static_cast<uint64_t>(c - '0');
  }
  return value;
}

uint32_t ChecksumOf(std::string_view header) {
  uint32_t sum = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    sum += i >= kChecksumAt && i < kChecksumAt + 8 ? ' ' : static_cast<uint8_t>(header[i]);
  }
  return sum;
}

// "27 path=some/where\n": the value of `path`, if a pax header has one.
std::optional<std::string> PaxPath(std::string_view records) {
  std::optional<std::string> path;
  while (!records.empty()) {
    size_t size = 0, digits = 0;
    for (; digits < records.size() && digits < 10 && records[digits] >= '0' && records[digits] <= '9'; ++digits) {
      size = size * 10 + static_cast<size_t>(records[digits] - '0');
    }
    if (size <= digits + 1 || size > records.size()) break;
    const std::string_view record = records.substr(digits + 1, size - digits - 2);
    if (record.starts_with("path=")) path = std::string(record.substr(5));
    records.remove_prefix(size);
  }
  return path;
}

void PutOctal(uint64_t value, size_t digits, char* out) {
  for (size_t i = digits; i-- > 0; value /= 8) out[i] = static_cast<char>('0' + value % 8);
}

void AppendEntry(char type, std::string_view name, std::string_view content, std::string* out) {
  std::array<char, kBlock> header{};
  std::memcpy(header.data() + kNameAt, name.data(), std::min(name.size(), kNameMax));
  PutOctal(0644, 7, header.data() + kModeAt);
  PutOctal(0, 7, header.data() + kModeAt + 8);
  PutOctal(0, 7, header.data() + kModeAt + 16);
  PutOctal(content.size(), 11, header.data() + kSizeAt);
  PutOctal(0, 11, header.data() + kTimeAt);
  header[kTypeAt] = type;
  std::memcpy(header.data() + kMagicAt, "ustar\00000", 8);
  PutOctal(ChecksumOf({header.data(), kBlock}), 6, header.data() + kChecksumAt);
  header[kChecksumAt + 7] = ' ';
  out->append(header.data(), kBlock);
  out->append(content);
  out->append((kBlock - content.size() % kBlock) % kBlock, '\0');
}

}  // namespace

bool LooksLikeTar(std::string_view bytes) {
  return bytes.size() >= kBlock && bytes.substr(kMagicAt, 5) == "ustar" &&
         NumberAt(bytes, kChecksumAt, 8) == ChecksumOf(bytes);
}

Result<Files> ReadTar(std::string_view bytes, const Limits& limits) {
  Files files;
  uint64_t bytes_left = limits.bytes_max;
  std::optional<std::string> long_name;
  while (bytes.size() >= kBlock) {
    const std::string_view header = bytes.substr(0, kBlock);
    bytes.remove_prefix(kBlock);
    if (std::all_of(header.begin(), header.end(), [](char c) { return c == '\0'; })) break;
    if (NumberAt(header, kChecksumAt, 8) != ChecksumOf(header)) return Damaged("a header fails its checksum");
    const auto size = NumberAt(header, kSizeAt, 12);
    if (!size || *size > bytes.size()) return Damaged("is cut short");
    const std::string_view content = bytes.substr(0, *size);
    bytes.remove_prefix(std::min<uint64_t>(bytes.size(), (*size + kBlock - 1) / kBlock * kBlock));

    const char type = header[kTypeAt];
    if (type == kLongName) {
      long_name = std::string(content.substr(0, content.find('\0')));
      continue;
    }
    if (type == kPaxHeader) {
      if (auto path = PaxPath(content)) long_name = std::move(path);
      continue;
    }
    if (type == kPaxGlobal) continue;
    std::string path(TextAt(header, kPrefixAt, kPrefixMax));
    if (!path.empty()) path += '/';
    path += TextAt(header, kNameAt, kNameMax);
    if (long_name) path = *std::exchange(long_name, std::nullopt);
    if ((type != kFile && type != kOldFile) || path.ends_with('/')) continue;
    SCOREWAY_ASSIGN_OR_RETURN(path, CleanPath(path));
    if (content.size() > bytes_left || files.size() >= limits.files_max) {
      return Error{Code::kResourceExhausted, "holds more than the limit", "the tar"};
    }
    bytes_left -= content.size();
    files.insert_or_assign(std::move(path), std::string(content));
  }
  return files;
}

std::string WriteTar(const Files& files) {
  std::string tar;
  for (const auto& [path, content] : files) {
    if (path.size() > kNameMax) AppendEntry(kLongName, "././@LongLink", path + '\0', &tar);
    AppendEntry(kFile, path, content, &tar);
  }
  tar.append(2 * kBlock, '\0');
  return tar;
}

}  // namespace scoreway::archive
