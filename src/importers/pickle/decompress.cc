#include "importers/pickle/decompress.h"

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <optional>
#include <string>

namespace scoreway::pickle {
namespace {

// What one turn of a decoder did. It stands still when it neither took nor gave anything.
struct Turn {
  size_t taken = 0;
  size_t given = 0;
  bool at_end = false;  // of one stream; more may follow
  bool failed = false;
};

// The largest piece given to decoders that count in 32 bits.
constexpr size_t kPieceMax = size_t{1} << 30;

class ZlibDecoder {
 public:
  // 15 window bits; plus 32: a zlib or a gzip header.
  ZlibDecoder() { ready_ = inflateInit2(&stream_, 15 + 32) == Z_OK; }
  ~ZlibDecoder() { inflateEnd(&stream_); }
  bool ready() const { return ready_; }
  Turn Run(std::string_view in, GrownBytes::Room out) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(std::min(in.size(), kPieceMax));
    stream_.next_out = reinterpret_cast<Bytef*>(out.data);
    stream_.avail_out = static_cast<uInt>(std::min(out.size, kPieceMax));
    const size_t had_in = stream_.avail_in;
    const size_t had_out = stream_.avail_out;
    int answer = inflate(&stream_, Z_NO_FLUSH);
    return {had_in - stream_.avail_in, had_out - stream_.avail_out, answer == Z_STREAM_END,
            answer != Z_OK && answer != Z_STREAM_END && answer != Z_BUF_ERROR};
  }

 private:
  z_stream stream_ = {};
  bool ready_ = false;
};

class Bzip2Decoder {
 public:
  Bzip2Decoder() { ready_ = BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK; }
  ~Bzip2Decoder() { BZ2_bzDecompressEnd(&stream_); }
  bool ready() const { return ready_; }
  Turn Run(std::string_view in, GrownBytes::Room out) {
    stream_.next_in = const_cast<char*>(in.data());
    stream_.avail_in = static_cast<unsigned>(std::min(in.size(), kPieceMax));
    stream_.next_out = out.data;
    stream_.avail_out = static_cast<unsigned>(std::min(out.size, kPieceMax));
    const size_t had_in = stream_.avail_in;
    const size_t had_out = stream_.avail_out;
    int answer = BZ2_bzDecompress(&stream_);
    return {had_in - stream_.avail_in, had_out - stream_.avail_out, answer == BZ_STREAM_END,
            answer != BZ_OK && answer != BZ_STREAM_END};
  }

 private:
  bz_stream stream_ = {};
  bool ready_ = false;
};

// xz and the older lzma.
class LzmaDecoder {
 public:
  LzmaDecoder() {
    constexpr uint64_t kDictionaryMemoryMax = uint64_t{128} << 20;
    ready_ = lzma_auto_decoder(&stream_, kDictionaryMemoryMax, 0) == LZMA_OK;
  }
  ~LzmaDecoder() { lzma_end(&stream_); }
  bool ready() const { return ready_; }
  Turn Run(std::string_view in, GrownBytes::Room out) {
    stream_.next_in = reinterpret_cast<const uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<uint8_t*>(out.data);
    stream_.avail_out = out.size;
    lzma_ret answer = lzma_code(&stream_, in.empty() ? LZMA_FINISH : LZMA_RUN);
    return {in.size() - stream_.avail_in, out.size - stream_.avail_out, answer == LZMA_STREAM_END,
            answer != LZMA_OK && answer != LZMA_STREAM_END && answer != LZMA_BUF_ERROR};
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ready_ = false;
};

class Lz4Decoder {
 public:
  Lz4Decoder() { ready_ = !LZ4F_isError(LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)); }
  ~Lz4Decoder() { LZ4F_freeDecompressionContext(context_); }
  bool ready() const { return ready_; }
  Turn Run(std::string_view in, GrownBytes::Room out) {
    size_t taken = in.size();
    size_t given = out.size;
    size_t answer = LZ4F_decompress(context_, out.data, &given, in.data(), &taken, nullptr);
    return {taken, given, answer == 0, LZ4F_isError(answer) != 0};
  }

 private:
  LZ4F_dctx* context_ = nullptr;
  bool ready_ = false;
};

Error TooLarge(const std::string& why) {
  return Error{Code::kResourceExhausted, "decompressed size exceeds the limit: " + why, ""};
}

template <typename Decoder>
Result<GrownBytes> Run(std::string_view bytes, Compression stream_kind, const Limits& limits) {
  GrownBytes out;
  std::string_view rest = bytes;
  while (true) {
    Decoder decoder;
    if (!decoder.ready()) return Error{Code::kResourceExhausted, "no memory to decompress", ""};
    bool at_end = false;
    while (!at_end) {
      GrownBytes::Room room = out.MakeRoom(limits.memory_bytes);
      if (room.size == 0) return TooLarge(std::to_string(limits.memory_bytes) + " bytes");
      Turn turn = decoder.Run(rest, room);
      if (turn.failed) {
        return Error{Code::kCorrupt, "compressed data is damaged",
                     "offset " + std::to_string(bytes.size() - rest.size())};
      }
      out.Commit(turn.given);
      rest.remove_prefix(turn.taken);
      at_end = turn.at_end;
      if (!at_end && turn.taken == 0 && turn.given == 0) return Error{Code::kCorrupt, "compressed data ends early", ""};
      if (out.size() > limits.ratio_free_bytes && out.size() / limits.compression_ratio > bytes.size()) {
        return TooLarge("more than " + std::to_string(limits.compression_ratio) + " times the compressed size");
      }
    }
    // What follows a stream counts only if it is another one; tools pad files with zeros.
    if (rest.empty() || DetectCompression(rest) != stream_kind) return out;
  }
}

}  // namespace

GrownBytes::Room GrownBytes::MakeRoom(size_t size_max) {
  constexpr size_t kFirst = size_t{1} << 16;
  if (size_ == capacity_) {
    size_t wanted = std::min(std::max(kFirst, capacity_ * 2), size_max);
    if (wanted <= capacity_) return {};
    // realloc moves large pieces by their page table, not by copying.
    auto* grown = static_cast<char*>(std::realloc(data_.get(), wanted));
    if (grown == nullptr) return {};
    static_cast<void>(data_.release());
    data_.reset(grown);
    capacity_ = wanted;
  }
  return {data_.get() + size_, capacity_ - size_};
}

Compression DetectCompression(std::string_view bytes) {
  if (bytes.size() < 4) return Compression::kNone;
  auto byte = [&bytes](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  // A zlib header is a multiple of 31 as a big-endian number; 0x78 is no pickle opcode.
  if (byte(0) == 0x78 && (byte(0) * 256 + byte(1)) % 31 == 0) return Compression::kZlib;
  if (byte(0) == 0x1f && byte(1) == 0x8b) return Compression::kGzip;
  if (bytes.starts_with("BZh")) return Compression::kBzip2;
  if (bytes.starts_with(std::string_view("\xfd"
                                         "7zXZ\0",
                                         6))) {
    return Compression::kXz;
  }
  // "]" is an opcode too, but no pickle has a zero byte after it.
  if (byte(0) == 0x5d && byte(1) == 0 && byte(2) == 0) return Compression::kLzma;
  if (bytes.starts_with("\x04\x22\x4d\x18")) return Compression::kLz4;
  return Compression::kNone;
}

Result<GrownBytes> Decompress(std::string_view bytes, Compression compression, const Limits& limits) {
  switch (compression) {
    case Compression::kZlib:
    case Compression::kGzip: return Run<ZlibDecoder>(bytes, compression, limits);
    case Compression::kBzip2: return Run<Bzip2Decoder>(bytes, compression, limits);
    case Compression::kXz:
    case Compression::kLzma: return Run<LzmaDecoder>(bytes, compression, limits);
    case Compression::kLz4: return Run<Lz4Decoder>(bytes, compression, limits);
    case Compression::kNone: break;
  }
  return Error{Code::kInternal, "no compression to undo", ""};
}

}  // namespace scoreway::pickle
