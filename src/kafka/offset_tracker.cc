#include "kafka/offset_tracker.h"

namespace scoreway {

void OffsetTracker::Read(int32_t partition, int64_t offset) {
  Partition& known = partitions_[partition];
  if (known.told < 0) known.told = offset;
  known.open.insert(offset);
  known.next = offset + 1;
}

void OffsetTracker::Done(int32_t partition, int64_t offset) {
  const auto known = partitions_.find(partition);
  if (known != partitions_.end()) known->second.open.erase(offset);
}

std::vector<KafkaOffset> OffsetTracker::TakeMoved() {
  std::vector<KafkaOffset> moved;
  for (auto& [partition, known] : partitions_) {
    const int64_t done = known.open.empty() ? known.next : *known.open.begin();
    if (done == known.told) continue;
    known.told = done;
    moved.push_back({partition, done});
  }
  return moved;
}

}  // namespace scoreway
