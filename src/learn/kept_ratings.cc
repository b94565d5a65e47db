#include "learn/kept_ratings.h"

#include <cmath>
#include <limits>
#include <utility>

namespace scoreway::learn {

bool IsRatedId(double id) { return id == std::floor(id) && std::fabs(id) <= std::numeric_limits<int32_t>::max(); }

void KeptRatings::Add(int64_t id, Rating rating) {
  by_id_[id].push_back(rating);
  ids_.push_back(id);
}

std::span<const Rating> KeptRatings::Of(int64_t id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::span<const Rating>() : found->second;
}

void KeptRatings::KeepNewest(size_t count) {
  std::unordered_map<int64_t, ptrdiff_t> gone;
  for (; ids_.size() > count; ids_.pop_front()) ++gone[ids_.front()];
  for (const auto& [id, oldest] : gone) {
    std::vector<Rating>& ratings = by_id_[id];
    ratings.erase(ratings.begin(), ratings.begin() + oldest);
    if (ratings.empty()) by_id_.erase(id);
  }
}

void KeptRatings::Save(const std::string& name, LearnerState* state) const {
  std::vector<double> ids(ids_.begin(), ids_.end()), others, values;
  std::unordered_map<int64_t, size_t> next;
  for (const int64_t id : ids_) {
    const Rating& rating = by_id_.at(id)[next[id]++];
    others.push_back(static_cast<double>(rating.other));
    values.push_back(rating.value);
  }
  state->Set(name + ".rating_ids", std::move(ids));
  state->Set(name + ".rating_others", std::move(others));
  state->Set(name + ".rating_values", std::move(values));
}

Result<KeptRatings> KeptRatings::Load(const std::string& name, const LearnerState& state) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> ids, state.Numbers(name + ".rating_ids"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> others, state.Numbers(name + ".rating_others", ids.size()));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> values, state.Numbers(name + ".rating_values", ids.size()));
  KeptRatings ratings;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!IsRatedId(ids[i]) || !IsRatedId(others[i])) {
      return Error{Code::kCorrupt, "ratings that are none", state.place};
    }
    ratings.Add(static_cast<int64_t>(ids[i]), {static_cast<int64_t>(others[i]), static_cast<float>(values[i])});
  }
  return ratings;
}

}  // namespace scoreway::learn
