// Memo: what a pickle stored under a number to use again. Numbers come in order in all that Python writes, so they
// index an array; any others go to a map, so that a huge number costs no more than a small one.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace scoreway::pickle {

class Node;

class Memo {
 public:
  void Put(uint64_t index, Node* node) {
    if (Get(index) == nullptr) ++count_;
    constexpr uint64_t kGapMax = 16;
    if (index >= dense_.size() + kGapMax) {
      sparse_[index] = node;
      return;
    }
    if (index >= dense_.size()) dense_.resize(index + 1, nullptr);
    dense_[index] = node;
  }
  // The next free number is the count of those taken.
  void Append(Node* node) { Put(count_, node); }

  // Null when nothing was put there. A dense place that is empty may have been put while it was out of order.
  Node* Get(uint64_t index) const {
    if (index < dense_.size() && dense_[index] != nullptr) return dense_[index];
    auto place = sparse_.find(index);
    return place == sparse_.end() ? nullptr : place->second;
  }
  size_t memory_bytes() const { return dense_.capacity() * sizeof(Node*) + sparse_.size() * 64; }

 private:
  std::vector<Node*> dense_;
  std::unordered_map<uint64_t, Node*> sparse_;
  uint64_t count_ = 0;
};

}  // namespace scoreway::pickle
