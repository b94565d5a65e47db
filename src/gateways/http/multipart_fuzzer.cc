// A body of a form, in pieces as the first byte says, is taken apart or refused; the pieces make no difference.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "gateways/http/multipart.h"

namespace {

class Collector final : public scoreway::http::MultipartReader::Listener {
 public:
  scoreway::Status OnPart(std::string_view name) override {
    seen += "\n" + std::string(name) + "\n";
    return {};
  }
  scoreway::Status OnData(std::string_view bytes) override {
    seen += bytes;
    return {};
  }
  std::string seen;
};

bool Read(std::string_view body, size_t piece, std::string* seen) {
  Collector collector;
  scoreway::http::MultipartReader reader("XX", &collector);
  bool ok = true;
  for (size_t at = 0; ok && at < body.size(); at += piece) ok = reader.Feed(body.substr(at, piece)).ok();
  ok = ok && reader.End().ok();
  *seen = collector.seen;
  return ok;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string whole, pieces;
  const bool whole_ok = Read(body, body.size() + 1, &whole);
  const bool pieces_ok = Read(body, size_t{1} + data[0], &pieces);
  if (whole_ok && (!pieces_ok || whole != pieces)) std::abort();
  return 0;
}
