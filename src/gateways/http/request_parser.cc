#include "gateways/http/request_parser.h"

#include <algorithm>

namespace scoreway::http {
namespace {

// A declared length is believed up to here; beyond it memory grows with what really arrives.
constexpr uint64_t kReservedBytesMax = uint64_t{1} << 20;

}  // namespace

Method RequestParser::FromVerb(verb method) {
  switch (method) {
    case verb::get: return Method::kGet;
    case verb::head: return Method::kHead;
    case verb::post: return Method::kPost;
    case verb::put: return Method::kPut;
    case verb::delete_: return Method::kDelete;
    case verb::options: return Method::kOptions;
    default: return Method::kOther;
  }
}

void RequestParser::on_field_impl(field name, string_view name_text, string_view value, error_code& ec) {
  if (head_done_) return;  // a trailer behind a chunked body; nobody asked for one
  if (name == field::host) ++host_count_;
  if (name == field::expect && EqualsIgnoringCase(Std(value), "100-continue")) expects_continue_ = true;
  // Two Transfer-Encodings or one that does not end in chunked leave the body's end to guessing.
  if (name == field::transfer_encoding && !EqualsIgnoringCase(Std(value), "chunked")) {
    ec = boost::beast::http::error::bad_transfer_encoding;
    return;
  }
  request_->AddHeader(Std(name_text), Std(value));
}

void RequestParser::on_header_impl(error_code& ec) {
  if (host_count_ > 1 || (host_count_ == 0 && !http10_)) {
    ec = boost::beast::http::error::bad_field;
    return;
  }
  head_done_ = true;
  if (!chunked()) declared_size_ = content_length().value_or(0);
  body_bytes_max_ = listener_->OnHead();
  if (body_bytes_max_ < 0) {
    refused_ = true;
    return Stop(ec);
  }
  if (declared_size_ && *declared_size_ > static_cast<uint64_t>(body_bytes_max_)) {
    too_large_ = true;
    return Stop(ec);
  }
  if (declared_size_.value_or(0) > 0) {
    request_->mutable_body()->reserve(std::min(*declared_size_, kReservedBytesMax) + Request::kBodyPadding);
  }
}

uint64_t RequestParser::Append(string_view body, error_code& ec) {
  if (body_bytes_ + body.size() > static_cast<uint64_t>(body_bytes_max_)) {
    too_large_ = true;
    Stop(ec);
    return 0;
  }
  body_bytes_ += body.size();
  request_->mutable_body()->append(body.data(), body.size());
  return body.size();
}

}  // namespace scoreway::http
