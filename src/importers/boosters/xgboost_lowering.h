// From a model of XGBoost to operators.
#pragma once

#include <optional>
#include <string>

#include "importers/boosters/xgboost_objective.h"

namespace scoreway::boosters {

// CORRUPT where the parts of the model do not fit each other.
Status CheckXgboost(const XgboostModel& model);

// How many trees the first rounds of boosting have.
size_t TreesOfRounds(const XgboostModel& model, size_t rounds);

// The same up to the round that was best when training stopped early; nothing if the model does not say that it did.
std::optional<size_t> TreesOfBestRound(const XgboostModel& model);

// The margins, a column an output, of the features in `matrix`, in which NaN is missing; of the first trees alone if
// there is a limit. The model is spent.
Result<ValueId> AddXgboostMargin(ModelBuilder& builder, XgboostModel model, const XgboostObjective& objective,
                                 std::optional<size_t> tree_limit, ValueId matrix, const std::string& origin);

}  // namespace scoreway::boosters
