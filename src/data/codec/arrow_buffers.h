// ArrowBuffers: the buffers of a record batch in the order in which columns take them, unpacked where the batch is
// compressed (https://arrow.apache.org/docs/format/Columnar.html, "Compression"). Private to the codecs.
#pragma once

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
  // Views of the batch's nodes, spans and body. All buffers together may unpack to so many bytes.
  ArrowBuffers(std::string_view nodes, std::string_view spans, std::string_view body,
               std::optional<arrow::BodyCodec> codec, uint64_t unpacked_bytes_max)
      : nodes_(nodes), spans_(spans), body_(body), codec_(codec), unpacked_bytes_left_(unpacked_bytes_max) {}

  Result<arrow::FieldNode> NextNode();
  // The next buffer, which must hold at least so many bytes. Valid as long as this object and the batch.
  Result<std::string_view> Next(uint64_t bytes_min);
  // Passes over nodes and buffers.
  Status Skip(size_t nodes, size_t buffers);

 private:
  Result<std::string_view> Unpack(std::string_view packed);

  std::string_view nodes_, spans_, body_;
  const std::optional<arrow::BodyCodec> codec_;
  uint64_t unpacked_bytes_left_;
  std::deque<std::string> unpacked_;
};

}  // namespace scoreway
