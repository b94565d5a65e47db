// KeptRatings: the ratings of the users, or of the items, that are solved here, in the order in which they came; of
// more than a bound the oldest go. A value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "learn/learner_state.h"

namespace scoreway::learn {

struct Rating {
  int64_t other = 0;  // of a user the item, of an item the user
  float value = 0;
};

class KeptRatings {
 public:
  void Add(int64_t id, Rating rating);
  // The oldest first; until the next call of another function.
  std::span<const Rating> Of(int64_t id) const;
  void KeepNewest(size_t count);

  // As numbers of the state whose names begin with `name`. CORRUPT where they are none.
  void Save(const std::string& name, LearnerState* state) const;
  static Result<KeptRatings> Load(const std::string& name, const LearnerState& state);

 private:
  std::unordered_map<int64_t, std::vector<Rating>> by_id_;
  std::deque<int64_t> ids_;  // of each rating, in the order in which they came
};

// Ids of Spark's ALS are whole numbers of 32 bits.
bool IsRatedId(double id);

}  // namespace scoreway::learn
