// FeatureWrites: writes of rows of feature views, gathered for one Apply. For the sources of this folder.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/store.h"

namespace scoreway {

// Of an encoded row.
inline constexpr size_t kFeatureRowBytesMax = size_t{1} << 20;

// The batches of an Apply: the writes of each partition together, so many as a batch may have.
class FeatureWrites {
 public:
  // Of one Apply; more would hold up others' writes.
  static constexpr size_t kRowsMax = 4096;
  static constexpr size_t kBytesMax = size_t{4} << 20;

  void Add(Partition partition, Write write) {
    bytes_ += write.value.size();
    ++count_;
    size_t& index = batch_of_[partition.key];
    if (index == 0 || batches_[index - 1].writes.size() == kBatchWritesMax) {
      batches_.push_back({std::move(partition), {}, true});
      index = batches_.size();
    }
    batches_[index - 1].writes.push_back(std::move(write));
  }
  bool is_full() const { return count_ >= kRowsMax || bytes_ >= kBytesMax; }
  Status Apply(Store& store) {
    if (batches_.empty()) return {};
    Status status = store.Apply(batches_, nullptr);
    batches_.clear();
    batch_of_.clear();
    bytes_ = count_ = 0;
    return status;
  }

 private:
  std::vector<WriteBatch> batches_;
  std::unordered_map<std::string, size_t> batch_of_;  // the last one of the partition, counted from 1
  size_t bytes_ = 0;
  size_t count_ = 0;
};
static_assert(kFeatureRowBytesMax <= kValueBytesMax &&
              FeatureWrites::kBytesMax + kFeatureRowBytesMax <= kBatchBytesMax);

}  // namespace scoreway
