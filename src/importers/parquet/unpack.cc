#include "importers/parquet/unpack.h"

#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

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
    default: return false;
  }
}

}  // namespace

Result<std::string> Unpack(Codec codec, std::string_view bytes, size_t size) {
  if (codec != Codec::kNone && codec != Codec::kSnappy && codec != Codec::kGzip && codec != Codec::kZstd) {
    return Error{Code::kUnsupported,
                 "pages compressed by codec " + std::to_string(static_cast<int>(codec)) +
                     " are not read; snappy, gzip, zstd and none are",
                 "the Parquet file"};
  }
  if (codec == Codec::kNone) {
    if (bytes.size() == size) return std::string(bytes);
  } else {
    std::string out(size, '\0');
    if (UnpackInto(codec, bytes, &out)) return out;
  }
  return Error{Code::kCorrupt, "a compressed page is damaged", "the Parquet file"};
}

}  // namespace scoreway::parquet
