#include "data/codec/arrow_buffers.h"

#include <lz4frame.h>
#include <zstd.h>

#include <utility>

#include "base/bytes.h"

namespace scoreway {
namespace {

Error Damaged(std::string what) { return Error{Code::kCorrupt, std::move(what), "the Arrow stream"}; }

bool UnpackLz4(std::string_view packed, std::string* out) {
  LZ4F_dctx* context = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) != 0) return false;
  size_t done = 0;
  bool is_ended = false;
  while (!is_ended && !packed.empty()) {
    size_t taken = packed.size(), made = out->size() - done;
    const size_t hint = LZ4F_decompress(context, out->data() + done, &made, packed.data(), &taken, nullptr);
    if (LZ4F_isError(hint) != 0 || (taken == 0 && made == 0)) break;
    packed.remove_prefix(taken);
    done += made;
    is_ended = hint == 0;
  }
  LZ4F_freeDecompressionContext(context);
  return is_ended && done == out->size();
}

}  // namespace

Result<arrow::FieldNode> ArrowBuffers::NextNode() {
  if (nodes_.size() < sizeof(arrow::FieldNode)) return Damaged("a batch has fewer columns than the schema");
  const auto node = LoadAt<arrow::FieldNode>(nodes_, 0);
  nodes_.remove_prefix(sizeof node);
  return node;
}

Status ArrowBuffers::Skip(size_t nodes, size_t buffers) {
  if (nodes_.size() / sizeof(arrow::FieldNode) < nodes || spans_.size() / sizeof(arrow::BufferSpan) < buffers) {
    return Damaged("a batch has fewer columns than the schema");
  }
  nodes_.remove_prefix(nodes * sizeof(arrow::FieldNode));
  spans_.remove_prefix(buffers * sizeof(arrow::BufferSpan));
  return {};
}

Result<std::string_view> ArrowBuffers::Next(uint64_t bytes_min) {
  if (spans_.size() < sizeof(arrow::BufferSpan)) return Damaged("a batch has fewer buffers than its columns need");
  const auto span = LoadAt<arrow::BufferSpan>(spans_, 0);
  spans_.remove_prefix(sizeof span);
  const uint64_t offset = static_cast<uint64_t>(span.offset), length = static_cast<uint64_t>(span.length);
  if (span.offset < 0 || span.length < 0 || offset > body_.size() || length > body_.size() - offset) {
    return Damaged("a buffer lies outside the body");
  }
  std::string_view buffer = body_.substr(offset, length);
  if (codec_ && !buffer.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(buffer, Unpack(buffer));
  }
  if (buffer.size() < bytes_min) return Damaged("a buffer is shorter than its column");
  return buffer;
}

// Before the packed bytes stands how many they unpack to; -1: they are not packed.
Result<std::string_view> ArrowBuffers::Unpack(std::string_view packed) {
  if (packed.size() < sizeof(int64_t)) return Damaged("a compressed buffer is cut short");
  const auto size = LoadAt<int64_t>(packed, 0);
  packed.remove_prefix(sizeof size);
  if (size == -1) return packed;
  if (size < 0) return Damaged("a compressed buffer has no length");
  if (static_cast<uint64_t>(size) > unpacked_bytes_left_) {
    return Error{Code::kResourceExhausted, "a compressed batch unpacks to more bytes than the limit",
                 "the Arrow stream"};
  }
  unpacked_bytes_left_ -= static_cast<uint64_t>(size);
  std::string& out = unpacked_.emplace_back(static_cast<size_t>(size), '\0');
  const bool is_whole = *codec_ == arrow::BodyCodec::kZstd
                            ? ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size()) == out.size()
                            : UnpackLz4(packed, &out);
  if (!is_whole) return Damaged("a compressed buffer is damaged");
  return std::string_view(out);
}

}  // namespace scoreway
