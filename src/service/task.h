// Task: work that waits for its turn in a WorkerPool, and the Lane that says whose it is.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace scoreway {

// Why work is not done, and when it may be worth asking again.
struct Refusal {
  enum class Reason { kModelBusy, kPoolFull };
  Reason reason = Reason::kPoolFull;
  std::chrono::seconds retry_after{1};
};

class Task {
 public:
  virtual ~Task() = default;
  // False: nobody waits for it any more. It may then be destroyed without having run. Any thread, as the destructor;
  // both are quick, as the pool is locked meanwhile.
  virtual bool IsWanted() const { return true; }
  // One of the two is called, once, unless the task is unwanted. Neither throws.
  virtual void Run() = 0;
  virtual void Refuse(const Refusal& refusal) = 0;
};

// Work of one lane is done in the order it came.
struct Lane {
  std::string_view model;    // empty: of no model
  std::string_view caller;   // the API key's name; empty where none is asked for
  unsigned running_max = 0;  // of the model at a time; 0: as many as there are threads
  size_t waiting_max = 0;    // of the model; 0: as many as the pool takes
};

}  // namespace scoreway
