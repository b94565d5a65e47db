#include "data/parquet/unpack.h"

#include <lz4.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <climits>

namespace scoreway::parquet {
namespace {

bool UnpackGzip(std::string_view bytes, std::string* out) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 32) != Z_OK) return false;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out->data());
  stream.avail_out = static_cast<uInt>(out->size());
  const int status = inflate(&stream, Z_FINISH);
  const bool whole = status == Z_STREAM_END && stream.avail_out == 0;
  inflateEnd(&stream);
  return whole;
}

bool UnpackInto(Codec codec, std::string_view bytes, std::string* out) {
  switch (codec) {
    case Codec::kSnappy: {
      size_t size = 0;
      return snappy::GetUncompressedLength(bytes.data(), bytes.size(), &size) && size == out->size() &&
             snappy::RawUncompress(bytes.data(), bytes.size(), out->data());
    }
    case Codec::kGzip: return UnpackGzip(bytes, out);
    case Codec::kZstd: return ZSTD_decompress(out->data(), out->size(), bytes.data(), bytes.size()) == out->size();
    case Codec::kLz4Raw:
      return bytes.size() <= INT_MAX && out->size() <= INT_MAX &&
             LZ4_decompress_safe(bytes.data(), out->data(), static_cast<int>(bytes.size()),
                                 static_cast<int>(out->size())) == static_cast<int>(out->size());
    default: return false;
  }
}

}  // namespace

Status Unpack(Codec codec, std::string_view bytes, size_t size, std::string* out) {
  if (codec == Codec::kLzo || codec == Codec::kBrotli || codec == Codec::kLz4 || codec > Codec::kLz4Raw) {
    return Error{Code::kUnsupported,
                 "pages compressed by codec " + std::to_string(static_cast<int>(codec)) +
                     " are not read; snappy, gzip, zstd, lz4_raw and none are",
                 "the Parquet file"};
  }
  if (codec == Codec::kNone) {
    if (bytes.size() == size) {
      out->assign(bytes);
      return {};
    }
  } else {
    out->resize(size);
    if (UnpackInto(codec, bytes, out)) return {};
  }
  return Error{Code::kCorrupt, "a compressed page is damaged", "the Parquet file"};
}

void AppendSnappy(std::string_view bytes, std::string* out) {
  const size_t begin = out->size();
  out->resize(begin + snappy::MaxCompressedLength(bytes.size()));
  size_t size = 0;
  snappy::RawCompress(bytes.data(), bytes.size(), out->data() + begin, &size);
  out->resize(begin + size);
}

}  // namespace scoreway::parquet
