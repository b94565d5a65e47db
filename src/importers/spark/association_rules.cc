#include "importers/spark/association_rules.h"

#include <algorithm>
#include <bit>
#include <map>

namespace scoreway::spark {
namespace {

// ---- hashes: MurmurHash3 over numbers ------------------------------------------------------------------------------

constexpr uint32_t kSequenceSeed = 83007;  // the hash of "Seq"

uint32_t Mix(uint32_t hash, uint32_t block) {
  hash ^= std::rotl(block * 0xcc9e2d51u, 15) * 0x1b873593u;
  return std::rotl(hash, 13) * 5 + 0xe6546b64u;
}

uint32_t Avalanche(uint32_t hash) {
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
  return hash ^ (hash >> 16);
}

uint32_t HashOf(const std::vector<uint32_t>& hashes, SequenceHash kind) {
  const size_t size = hashes.size();
  if (kind == SequenceHash::kScala213 && size > 1) {
    const uint32_t step = hashes[1] - hashes[0];
    bool is_range = true;
    for (size_t i = 2; i < size; ++i) is_range = is_range && step != 0 && hashes[i] - hashes[i - 1] == step;
    if (is_range) return Avalanche(Mix(Mix(Mix(kSequenceSeed, hashes[0]), step), hashes[size - 1]));
  }
  uint32_t hash = kSequenceSeed;
  for (const uint32_t item : hashes) hash = Mix(hash, item);
  return Avalanche(hash ^ static_cast<uint32_t>(size));
}

// ---- the order of a join -------------------------------------------------------------------------------------------

// Spark joins the candidates and the itemsets by a hash table that is read from front to back. This is that table, of
// numbers in place of keys: the order in which it holds them.
class JoinTable {
 public:
  void Add(uint32_t key, uint32_t hash) {
    Insert({key, Avalanche(Mix(0, hash) ^ 4)}, &slots_);
    if (++size_ <= slots_.size() / 10 * 7 + slots_.size() % 10 * 7 / 10) return;
    std::vector<Slot> wider(slots_.size() * 2);
    for (const Slot& slot : slots_) {
      if (slot.key != kFree) Insert(slot, &wider);
    }
    slots_ = std::move(wider);
  }

  std::vector<uint32_t> Keys() const {
    std::vector<uint32_t> keys;
    for (const Slot& slot : slots_) {
      if (slot.key != kFree) keys.push_back(slot.key);
    }
    return keys;
  }

 private:
  static constexpr uint32_t kFree = UINT32_MAX;
  struct Slot {
    uint32_t key = kFree, hash = 0;
  };

  static void Insert(const Slot& slot, std::vector<Slot>* slots) {
    size_t at = slot.hash & (slots->size() - 1);
    for (size_t step = 1; (*slots)[at].key != kFree; ++step) at = (at + step) & (slots->size() - 1);
    (*slots)[at] = slot;
  }

  std::vector<Slot> slots_ = std::vector<Slot>(64);
  size_t size_ = 0;
};

struct Antecedent {
  std::vector<std::pair<uint32_t, double>> consequents;  // with the count of both
  std::vector<double> counts;                            // of the itemset, where it is frequent
};

}  // namespace

std::vector<AssociationRule> FindAssociationRules(const std::vector<FrequentItemset>& itemsets,
                                                  std::span<const int32_t> item_hashes, SequenceHash sequence_hash,
                                                  double confidence_min) {
  std::map<std::vector<uint32_t>, uint32_t> number_of;
  std::vector<const std::vector<uint32_t>*> sets;
  std::vector<Antecedent> antecedents;
  JoinTable order;
  const auto find = [&](const std::vector<uint32_t>& items) -> Antecedent& {
    const auto [at, is_new] = number_of.try_emplace(items, static_cast<uint32_t>(antecedents.size()));
    if (is_new) {
      std::vector<uint32_t> hashes;
      for (const uint32_t item : items) hashes.push_back(static_cast<uint32_t>(item_hashes[item]));
      order.Add(at->second, HashOf(hashes, sequence_hash));
      sets.push_back(&at->first);
      antecedents.emplace_back();
    }
    return antecedents[at->second];
  };
  for (const FrequentItemset& set : itemsets) {
    for (size_t i = 0; set.items.size() > 1 && i < set.items.size(); ++i) {
      std::vector<uint32_t> rest = set.items;
      std::erase(rest, set.items[i]);
      if (!rest.empty()) find(rest).consequents.emplace_back(set.items[i], set.count);
    }
  }
  for (const FrequentItemset& set : itemsets) find(set.items).counts.push_back(set.count);

  std::vector<AssociationRule> rules;
  for (const uint32_t key : order.Keys()) {
    for (const auto& [consequent, together] : antecedents[key].consequents) {
      for (const double alone : antecedents[key].counts) {
        if (together / alone >= confidence_min) rules.push_back({*sets[key], consequent});
      }
    }
  }
  return rules;
}

}  // namespace scoreway::spark
