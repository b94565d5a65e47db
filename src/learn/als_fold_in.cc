// ALSModel of Spark: users and items that it does not know get rows of factors of their own from their ratings, by the
// half of an iteration in which Spark solves one side while the other stands still. Ratings of the ids that are solved
// here are kept, the newest of them, so that the next ones are solved with all of these.

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <unordered_map>

#include "learn/estimators.h"
#include "learn/kept_ratings.h"
#include "learn/normal_equations.h"

namespace scoreway::learn {
namespace {

// Equations have the square of it in numbers.
constexpr int kRankMax = 2000;
// Of users, and of items; 24 bytes each in a checkpoint.
constexpr double kRatingsMax = 1'000'000;

// The users, or the items.
struct Side {
  std::vector<double> ids;     // with a row
  std::vector<float> factors;  // rank numbers each
  size_t trained = 0;          // of the ids: those that Spark trained, which come first
  std::unordered_map<int64_t, size_t> places;
  KeptRatings ratings;  // of ids that are solved here, also where that cannot be done yet

  const float* Find(int64_t id, size_t rank) const {
    const auto found = places.find(id);
    return found == places.end() ? nullptr : factors.data() + found->second * rank;
  }
  bool IsTrained(int64_t id) const {
    const auto found = places.find(id);
    return found != places.end() && found->second < trained;
  }
};

class AlsFoldIn final : public Estimator {
 public:
  TargetKind target_kind() const override { return TargetKind::kNumber; }

  Status Learn(const Examples& examples) override {
    SCOREWAY_RETURN_IF_ERROR(CheckIds(examples));
    std::set<int64_t> new_users, new_items;
    for (size_t i = 0; i < examples.count(); ++i) {
      const auto user = static_cast<int64_t>(examples.row(i)[0]), item = static_cast<int64_t>(examples.row(i)[1]);
      const auto value = static_cast<float>(examples.targets[i]);
      if (renews_users_ || !users_.IsTrained(user)) {
        users_.ratings.Add(user, {item, value});
        new_users.insert(user);
      }
      if (!items_.IsTrained(item)) {
        items_.ratings.Add(item, {user, value});
        new_items.insert(item);
      }
    }
    SCOREWAY_RETURN_IF_ERROR(SolveAll(new_users, items_, "user", &users_));
    SCOREWAY_RETURN_IF_ERROR(SolveAll(new_items, users_, "item", &items_));
    // Who rated new items alone can be solved now that these have rows.
    std::erase_if(new_users, [this](int64_t user) { return users_.places.contains(user); });
    SCOREWAY_RETURN_IF_ERROR(SolveAll(new_users, items_, "user", &users_));
    if (ratings_max_ > 0) {
      users_.ratings.KeepNewest(ratings_max_);
      items_.ratings.KeepNewest(ratings_max_);
    }
    return {};
  }

  // Ids and factors are in the operators.
  void Save(LearnerState* state) const override {
    for (const auto& [side, name] : {std::pair(&users_, "user"), std::pair(&items_, "item")}) {
      state->Set(std::string(name) + ".trained", static_cast<double>(side->trained));
      side->ratings.Save(name, state);
    }
  }

  Status Write(PlacedOperators* operators) const override {
    const auto codes = operators->All<op::EncodeNumber>();
    const auto columns = operators->All<op::DecodeNumber>();
    const auto products = operators->All<op::GreatestProducts>();
    const size_t sides = products.empty() ? 2 : 1;
    if (codes.size() != sides || columns.size() != sides * rank_ || products.size() > 1) {
      return Status(Code::kCorrupt, "the factors of users and items were expected");
    }
    WriteSide(users_, 0, codes, columns);
    if (sides == 2) {
      WriteSide(items_, 1, codes, columns);
    } else {
      products[0]->ids = items_.ids;
      products[0]->points.assign(items_.factors.begin(), items_.factors.end());
    }
    return {};
  }

 private:
  friend Result<EstimatorPtr> scoreway::learn::MakeAlsFoldIn(const LearnerState&, size_t);

  static Status CheckIds(const Examples& examples) {
    for (size_t i = 0; i < examples.count(); ++i) {
      for (const double id : examples.row(i)) {
        if (IsRatedId(id)) continue;
        return Status(Code::kInvalidArgument,
                      "the id " + std::to_string(id) + " is no whole number of 32 bits, as ids of Spark's ALS are");
      }
      if (std::fabs(examples.targets[i]) > std::numeric_limits<float>::max()) {
        return Status(Code::kInvalidArgument,
                      "a rating is beyond the numbers of float32, as ratings of Spark's ALS are");
      }
    }
    return {};
  }

  std::span<const float> RowOf(const float* row) const { return {row, rank_}; }

  // Of implicit ratings all rows of the other side count, as not rated.
  NormalEquations Begin(const Side& others) const {
    NormalEquations equations(rank_);
    if (!implicit_) return equations;
    for (size_t i = 0; i < others.ids.size(); ++i) equations.Add(RowOf(others.factors.data() + i * rank_), 0);
    return equations;
  }

  Status SolveAll(const std::set<int64_t>& ids, const Side& others, const char* what, Side* side) const {
    if (ids.empty()) return {};
    const NormalEquations begin = Begin(others);
    for (const int64_t id : ids) {
      NormalEquations equations = begin;
      double known = 0, counted = 0;
      for (const Rating& rating : side->ratings.Of(id)) {
        const float* const other = others.Find(rating.other, rank_);
        if (other == nullptr) continue;
        known += 1;
        if (!implicit_) {
          equations.Add(RowOf(other), rating.value);
          counted += 1;
          continue;
        }
        // How sure it is grows with the rating, also with one below 0, which says that it is not liked.
        const double surer = alpha_ * std::fabs(rating.value);
        const bool liked = rating.value > 0;
        equations.Add(RowOf(other), liked ? 1 + surer : 0, surer);
        counted += liked ? 1 : 0;
      }
      if (known == 0) continue;
      std::vector<double> row(rank_);
      const double lambda = reg_ * counted;
      // Of no rating that counts nothing is known but that nothing is liked.
      const bool solved = implicit_ && counted == 0 ? true
                          : nonnegative_            ? equations.SolveNonnegative(lambda, &row)
                                                    : equations.Solve(lambda, &row);
      SCOREWAY_RETURN_IF_ERROR(Put(id, solved, row, what, side));
    }
    return {};
  }

  Status Put(int64_t id, bool solved, const std::vector<double>& row, const char* what, Side* side) const {
    std::vector<float> factors(row.begin(), row.end());
    for (const float factor : factors) solved = solved && std::isfinite(factor);
    if (!solved) {
      return Status(Code::kInvalidArgument, "the ratings of " + std::string(what) + " " + std::to_string(id) +
                                                " do not determine its factors; a greater reg does");
    }
    const auto [place, is_new] = side->places.try_emplace(id, side->ids.size());
    if (is_new) {
      side->ids.push_back(static_cast<double>(id));
      side->factors.insert(side->factors.end(), factors.begin(), factors.end());
    } else {
      std::copy(factors.begin(), factors.end(), side->factors.begin() + static_cast<ptrdiff_t>(place->second * rank_));
    }
    return {};
  }

  void WriteSide(const Side& side, size_t index, const std::vector<op::EncodeNumber*>& codes,
                 const std::vector<op::DecodeNumber*>& columns) const {
    codes[index]->categories = {side.ids};
    for (size_t k = 0; k < rank_; ++k) {
      std::vector<double>& numbers = columns[index * rank_ + k]->table;
      numbers.resize(side.ids.size());
      for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = side.factors[i * rank_ + k];
    }
  }

  Status ReadSide(const LearnerState& state, const std::string& name, Side* side) const {
    SCOREWAY_ASSIGN_OR_RETURN(side->ids, state.Numbers(name + ".ids"));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> factors,
                              state.Numbers(name + ".factors", side->ids.size() * rank_));
    side->factors.assign(factors.begin(), factors.end());
    for (size_t i = 0; i < side->ids.size(); ++i) {
      if (!IsRatedId(side->ids[i])) return Status(Code::kCorrupt, "an id that is none", state.place);
      side->places.try_emplace(static_cast<int64_t>(side->ids[i]), i);
    }
    side->trained = side->ids.size();
    if (!state.Has(name + ".trained")) return {};
    side->trained =
        static_cast<size_t>(state.NumberWithin(name + ".trained", 0, static_cast<double>(side->ids.size()), 0));
    SCOREWAY_ASSIGN_OR_RETURN(side->ratings, KeptRatings::Load(name, state));
    return {};
  }

  size_t rank_ = 0;
  double reg_ = 0.1, alpha_ = 1;
  bool implicit_ = false, nonnegative_ = false, renews_users_ = false;
  size_t ratings_max_ = 0;  // that are kept of users, and as many of items; 0: all
  Side users_, items_;
};

}  // namespace

Result<EstimatorPtr> MakeAlsFoldIn(const LearnerState& state, size_t width) {
  if (width != 2) return Error{Code::kCorrupt, "a user and an item were expected", state.place};
  auto als = std::make_unique<AlsFoldIn>();
  SCOREWAY_ASSIGN_OR_RETURN(const double rank, state.Number("rank"));
  if (!(rank >= 1)) return Error{Code::kCorrupt, "no rank", state.place};
  if (rank > kRankMax) return Unsupported(state, "a rank of more than " + std::to_string(kRankMax));
  als->rank_ = static_cast<size_t>(rank);
  als->reg_ = state.NumberOr("reg", 0.1);
  als->alpha_ = state.NumberOr("alpha", 1);
  als->implicit_ = state.NumberOr("implicit", 0) != 0;
  als->nonnegative_ = state.NumberOr("nonnegative", 0) != 0;
  als->renews_users_ = state.NumberOr("renew_users", 0) != 0;
  als->ratings_max_ = static_cast<size_t>(state.NumberWithin("ratings_max", 0, 1e15, kRatingsMax));
  SCOREWAY_RETURN_IF_ERROR(als->ReadSide(state, "user", &als->users_));
  SCOREWAY_RETURN_IF_ERROR(als->ReadSide(state, "item", &als->items_));
  return EstimatorPtr(std::move(als));
}

}  // namespace scoreway::learn
