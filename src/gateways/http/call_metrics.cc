#include <array>
#include <string_view>

#include "gateways/http/metrics.h"
#include "gateways/http/metrics_text.h"
#include "service/call_counts.h"

namespace scoreway::http {
namespace {

constexpr std::array<std::string_view, CallCounts::kCodes> kCodeNames = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

}  // namespace

void AppendCallMetrics(const CallCounts& calls, std::string* out) {
  MetricsText text(out);
  text.Describe("scoreway_grpc_calls_total", "counter", "Calls over gRPC that have ended, by method and status.");
  for (const CallCounts::Method& method : calls.methods()) {
    for (size_t code = 0; code < CallCounts::kCodes; ++code) {
      const uint64_t count = method.by_code[code].load(std::memory_order_relaxed);
      if (count > 0) text.Value({{"method", method.name}, {"code", kCodeNames[code]}}, count);
    }
  }
  text.Describe("scoreway_grpc_call_seconds", "histogram", "From a call's arrival to its answer over gRPC, by method.");
  for (const CallCounts::Method& method : calls.methods()) {
    LatencyHistogram::Counts counts;
    method.latency.AddTo(&counts);
    if (counts.count > 0) text.Histogram({{"method", method.name}}, counts);
  }
}

}  // namespace scoreway::http
