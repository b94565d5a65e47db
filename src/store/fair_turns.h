// FairTurns: whose turn it is: start-time fair queueing by tenant, within each priority.
//
// An entry's turn is the later of the present one and its tenant's, which then moves on by the entry's cost. So one who
// puts much waits for itself, not the others for it. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace scoreway {

class FairTurns {
 public:
  // The turn of an entry that is put now. Those without a tenant take the present one.
  int64_t Next(int64_t priority, const std::string& tenant, int64_t cost);
  // One of that turn was handed out.
  void Reach(int64_t priority, int64_t turn);
  int64_t present(int64_t priority) const;

 private:
  struct Turns {
    int64_t present = 0;
    std::map<std::string, int64_t> next;  // by tenant, where it is later than the present one
  };
  std::map<int64_t, Turns> of_priority_;
};

}  // namespace scoreway
