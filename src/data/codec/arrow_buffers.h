// ArrowBuffers: the buffers of a record batch in the order in which columns take them, unpacked where the batch is
// compressed (https://arrow.apache.org/docs/format/Columnar.html, "Compression"). Private to the codecs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/codec/arrow_format.h"

namespace scoreway {

class ArrowBuffers {
 public:
  // Views of the batch's nodes, spans and body. All buffers together may unpack to so many bytes, and to no more than a
  // body of this size can hold, so that a few bytes that claim gigabytes are refused before room is made for them.
  ArrowBuffers(std::string_view nodes, std::string_view spans, std::string_view body,
               std::optional<arrow::BodyCodec> codec, uint64_t unpacked_bytes_max)
      : nodes_(nodes),
        spans_(spans),
        body_(body),
        codec_(codec),
        unpacked_bytes_left_(std::min<uint64_t>(unpacked_bytes_max, body.size() * kUnpackedPerByteMax)) {}

  Result<arrow::FieldNode> NextNode();
  // The next buffer, which must hold at least so many bytes. Valid as long as this object and the batch.
  Result<std::string_view> Next(uint64_t bytes_min);
  // Passes over nodes and buffers.
  Status Skip(size_t nodes, size_t buffers);

 private:
  // A block of Zstandard takes four bytes at least and gives 128 KiB at most (RFC 8878, 3.1.1.2); LZ4 packs less.
  static constexpr uint64_t kUnpackedPerByteMax = 32768;

  Result<std::string_view> Unpack(std::string_view packed);

  std::string_view nodes_, spans_, body_;
  const std::optional<arrow::BodyCodec> codec_;
  uint64_t unpacked_bytes_left_;
  std::deque<std::string> unpacked_;
};

}  // namespace scoreway
