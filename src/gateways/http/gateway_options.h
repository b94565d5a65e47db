// GatewayOptions: what the routes can be told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "service/admission.h"

namespace scoreway::http {

struct GatewayOptions {
  uint64_t body_bytes_max = uint64_t{64} << 20;     // of requests
  uint64_t upload_bytes_max = uint64_t{512} << 20;  // of pushed models and checkpoints
  size_t upload_piece_bytes = size_t{4} << 20;      // that are handed on as they come
  // Models up to this size stay in memory while they come; larger ones go on to the store.
  uint64_t upload_memory_bytes_max = uint64_t{16} << 20;
  unsigned score_threads = 0;  // for expensive predictions; 0: one a core
  unsigned wait_threads = 16;  // for predictions that wait for features from a store that takes its time
  unsigned registry_threads = 2;
  unsigned push_threads = 2;
  unsigned job_threads = 16;      // that take jobs in; they wait for the disk together
  size_t score_queue_max = 4096;  // of all models together
  size_t wait_queue_max = 4096;
  size_t registry_queue_max = 1024;
  size_t push_queue_max = 64;
  size_t job_queue_max = 1024;
  bool only_health = false;  // of a process that takes no requests: health and metrics
  // A prediction that is likely to take longer goes to the pool, so that the requests behind it need not wait.
  int64_t inline_nanoseconds_max = 100'000;
  AdmissionOptions admission = {};
  std::string default_model = {};  // of /invocations: "NAME" or "NAME@ALIAS"; empty: none
  bool log_requests = false;       // every one; without it only those that failed by our fault
  std::string settings = {};       // as /debug shows them
  bool debug_is_open = false;      // /debug answers also where no keys are asked for
};

}  // namespace scoreway::http
