#include "gateways/http/packed_body.h"

#include <utility>

#include "importers/archive/inflate.h"

namespace scoreway::http {
namespace {

constexpr char kPlace[] = "header 'Content-Encoding'";

}  // namespace

std::optional<BodyPacking> PackingOf(const Request& request) {
  const auto encoding = request.Header("content-encoding");
  if (!encoding || EqualsIgnoringCase(*encoding, "identity")) return BodyPacking::kNone;
  if (EqualsIgnoringCase(*encoding, "gzip") || EqualsIgnoringCase(*encoding, "x-gzip")) return BodyPacking::kGzip;
  if (EqualsIgnoringCase(*encoding, "deflate")) return BodyPacking::kDeflate;
  return std::nullopt;
}

Result<std::string> Unpack(std::string_view packed, BodyPacking packing, uint64_t bytes_max) {
  using archive::Wrapping;
  Result<std::string> body =
      archive::Inflate(packed, packing == BodyPacking::kGzip ? Wrapping::kGzip : Wrapping::kZlib, bytes_max);
  if (!body.ok()) {
    const bool is_damaged = body.error().code == Code::kCorrupt;
    return Error{is_damaged ? Code::kInvalidArgument : body.error().code, "the body: " + body.error().message, kPlace};
  }
  body->reserve(body->size() + Request::kBodyPadding);
  return body;
}

}  // namespace scoreway::http
