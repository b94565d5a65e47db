// TraceContext: the W3C trace context of a request: which trace it is part of, and whose span called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scoreway {

struct TraceContext {
  std::string trace_id;   // 32 lower-case hex digits
  std::string parent_id;  // 16, of the caller's span; empty: the trace begins here
  std::string span_id;    // 16, of ours
  bool is_sampled = false;

  // "00-TRACE-SPAN-01": the header traceparent for whom we call or answer.
  std::string ToHeader() const;
};

// What a traceparent header says, with a span of our own; nothing if it is none (a version that is not known is read as
// far as 00 goes, as the standard asks).
std::optional<TraceContext> ReadTraceparent(std::string_view header);

// A trace that begins here.
TraceContext NewTrace(bool is_sampled);

}  // namespace scoreway
