#include "importers/archive/inflate.h"

#include <zlib.h>

#include <algorithm>

namespace scoreway::archive {
namespace {

// The largest window, and what zlib adds for the wrapping.
int WindowBits(Wrapping wrapping) {
  switch (wrapping) {
    case Wrapping::kRaw: return -15;
    case Wrapping::kZlib: return 15;
    case Wrapping::kGzip: return 15 + 16;
  }
  return 15;
}

}  // namespace

Result<std::string> Inflate(std::string_view bytes, Wrapping wrapping, uint64_t bytes_max) {
  z_stream stream{};
  if (inflateInit2(&stream, WindowBits(wrapping)) != Z_OK) {
    return Error{Code::kResourceExhausted, "no memory to unpack", {}};
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  std::string out;
  char piece[64 << 10];
  int status = Z_OK;
  size_t fed = 0;
  while (status == Z_OK && out.size() <= bytes_max) {
    if (stream.avail_in == 0) {
      const size_t part = std::min<size_t>(bytes.size() - fed, 1 << 30);
      stream.avail_in = static_cast<uInt>(part);
      fed += part;
    }
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof piece;
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(piece, sizeof piece - stream.avail_out);
  }
  inflateEnd(&stream);
  if (out.size() > bytes_max) {
    return Error{
        Code::kResourceExhausted, "unpacks to more than the limit of " + std::to_string(bytes_max) + " bytes", {}};
  }
  if (status != Z_STREAM_END) return Error{Code::kCorrupt, "the compressed bytes are damaged", {}};
  return out;
}

std::string InflateBeginning(std::string_view gzip, size_t bytes_max) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return {};
  std::string out(bytes_max, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(std::min<size_t>(gzip.size(), 1 << 30));
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  (void)inflate(&stream, Z_SYNC_FLUSH);
  out.resize(out.size() - stream.avail_out);
  inflateEnd(&stream);
  return out;
}

}  // namespace scoreway::archive
