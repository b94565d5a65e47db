// CallCounts: of the calls of a door that has methods, how many ended in which way, and how long they took.
//
// Methods are added before the first call; after that any thread may count and read.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "service/latency_histogram.h"

namespace scoreway {

class CallCounts {
 public:
  // gRPC's status codes, 0 to 16 (https://grpc.github.io/grpc/core/md_doc_statuscodes.html).
  static constexpr size_t kCodes = 17;

  struct Method {
    explicit Method(std::string method) : name(std::move(method)) {}

    void Add(size_t code, int64_t nanoseconds) {
      by_code[code < kCodes ? code : 2].fetch_add(1, std::memory_order_relaxed);  // 2: unknown
      latency.Add(nanoseconds);
    }

    const std::string name;
    std::array<std::atomic<uint64_t>, kCodes> by_code{};
    LatencyHistogram latency;
  };

  // Stays where it is as long as this object.
  Method* AddMethod(std::string name) { return &methods_.emplace_back(std::move(name)); }
  const std::deque<Method>& methods() const { return methods_; }

 private:
  std::deque<Method> methods_;
};

}  // namespace scoreway
