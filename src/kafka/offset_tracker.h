// OffsetTracker: up to where all messages of each partition are done, when they are done in any order.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "kafka/kafka.h"

namespace scoreway {

class OffsetTracker {
 public:
  // A message was read; those of a partition in their order.
  void Read(int32_t partition, int64_t offset);
  // It is done. One that was not read, or before Forget, changes nothing.
  void Done(int32_t partition, int64_t offset);
  // Of each partition where it has moved since it was asked: the offset before which all is done.
  std::vector<KafkaOffset> TakeMoved();
  void Forget() { partitions_.clear(); }

 private:
  struct Partition {
    std::set<int64_t> open;  // read and not done
    int64_t next = 0;        // after the last one read
    int64_t told = -1;
  };
  std::map<int32_t, Partition> partitions_;
};

}  // namespace scoreway
