// RequestParser: fills a Request from the bytes of a connection. Beast's parser knows the grammar; this keeps the
// result in the Request's own memory instead of a container of nodes, so that a request in the steady state allocates
// nothing. Included by connection.cc only, as Beast is slow to compile.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gateways/http/request.h"

namespace scoreway::http {

class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  using error_code = boost::beast::error_code;

  // What the parser tells its connection.
  class Listener {
   public:
    virtual ~Listener() = default;
    // The head is read. Returns the bytes of body allowed; negative: refused, parsing stops.
    virtual int64_t OnHead() = 0;
  };

  RequestParser(Request* request, uint32_t header_bytes_max, Listener* listener)
      : request_(request), listener_(listener) {
    header_limit(header_bytes_max);
    body_limit(boost::none);  // the route decides, in OnHead
    eager(true);
  }

  // The listener refused the head.
  bool refused() const { return refused_; }
  // The body outgrew its limit.
  bool too_large() const { return too_large_; }
  bool head_done() const { return head_done_; }
  bool expects_continue() const { return expects_continue_; }
  bool http10() const { return http10_; }
  // Of the body, so far.
  uint64_t body_bytes() const { return body_bytes_; }
  // Of the head; nothing if chunked.
  std::optional<uint64_t> declared_size() const { return declared_size_; }

 private:
  using string_view = boost::beast::string_view;
  using verb = boost::beast::http::verb;
  using field = boost::beast::http::field;

  static std::string_view Std(string_view text) { return {text.data(), text.size()}; }
  static Method FromVerb(verb method);

  void on_request_impl(verb method, string_view, string_view target, int version, error_code&) override {
    request_->SetTarget(FromVerb(method), Std(target));
    http10_ = version == 10;
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(field name, string_view name_text, string_view value, error_code& ec) override;
  void on_header_impl(error_code& ec) override;
  void on_body_init_impl(const boost::optional<uint64_t>&, error_code&) override {}
  uint64_t on_body_impl(string_view body, error_code& ec) override { return Append(body, ec); }
  void on_chunk_header_impl(uint64_t, string_view, error_code&) override {}
  uint64_t on_chunk_body_impl(uint64_t, string_view body, error_code& ec) override { return Append(body, ec); }
  void on_finish_impl(error_code&) override {}

  uint64_t Append(string_view body, error_code& ec);
  // Ends parsing; the flags say why.
  static void Stop(error_code& ec) { ec = boost::beast::http::error::body_limit; }

  Request* request_;
  Listener* listener_;
  int64_t body_bytes_max_ = 0;
  uint64_t body_bytes_ = 0;
  std::optional<uint64_t> declared_size_;
  unsigned host_count_ = 0;
  bool refused_ = false, too_large_ = false, head_done_ = false, expects_continue_ = false, http10_ = false;
};

}  // namespace scoreway::http
