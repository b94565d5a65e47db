#include "service/trace_context.h"

#include <algorithm>
#include <random>

namespace scoreway {
namespace {

constexpr size_t kTraceDigits = 32;
constexpr size_t kSpanDigits = 16;
constexpr size_t kHeaderBytes = 2 + 1 + kTraceDigits + 1 + kSpanDigits + 1 + 2;

bool IsHex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsZero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

int HexValue(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// Never all zeros, which means none.
std::string RandomDigits(size_t count) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::string digits;
  while (digits.size() < count) {
    uint64_t bits = random();
    for (int i = 0; i < 16 && digits.size() < count; ++i, bits >>= 4) digits += "0123456789abcdef"[bits & 15];
  }
  return IsZero(digits) ? RandomDigits(count) : digits;
}

}  // namespace

std::string TraceContext::ToHeader() const { return "00-" + trace_id + "-" + span_id + (is_sampled ? "-01" : "-00"); }

std::optional<TraceContext> ReadTraceparent(std::string_view header) {
  if (header.size() < kHeaderBytes) return std::nullopt;
  const std::string_view version = header.substr(0, 2);
  const std::string_view trace = header.substr(3, kTraceDigits);
  const std::string_view parent = header.substr(4 + kTraceDigits, kSpanDigits);
  const std::string_view flags = header.substr(5 + kTraceDigits + kSpanDigits, 2);
  const bool has_dashes =
      header[2] == '-' && header[3 + kTraceDigits] == '-' && header[4 + kTraceDigits + kSpanDigits] == '-';
  const bool ends_well = header.size() == kHeaderBytes || (version != "00" && header[kHeaderBytes] == '-');
  if (!has_dashes || !ends_well || version == "ff" || IsZero(trace) || IsZero(parent)) return std::nullopt;
  for (const std::string_view part : {version, trace, parent, flags}) {
    if (!IsHex(part)) return std::nullopt;
  }
  TraceContext context;
  context.trace_id = trace;
  context.parent_id = parent;
  context.span_id = RandomDigits(kSpanDigits);
  context.is_sampled = (HexValue(flags[1]) & 1) != 0;
  return context;
}

TraceContext NewTrace(bool is_sampled) {
  TraceContext context;
  context.trace_id = RandomDigits(kTraceDigits);
  context.span_id = RandomDigits(kSpanDigits);
  context.is_sampled = is_sampled;
  return context;
}

}  // namespace scoreway
