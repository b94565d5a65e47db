// Which column of each row comes first, and how the others follow.
#pragma once

#include <string>
#include <vector>

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

// A column of each rank: its index, and what it holds. Missing cells have no rank.
struct Ranking {
  std::vector<ValueId> indices;
  std::vector<ValueId> numbers;
};

// By rising numbers, or falling (descending), equals in column order; at most as many as there are columns.
Result<Ranking> RankColumns(Emit& emit, ValueId numbers, size_t count, bool descending);

// The greatest rank that an OutputField of the model asks for, at least 1.
Result<size_t> RanksWanted(ModelScope& scope);

// The column with the greatest number, of equals that with the greatest tie-breaker (the first column if those are
// equal too). Missing where a number is missing.
Result<ValueId> BestColumn(Emit& emit, ValueId numbers, ValueId tie_breakers);

// Texts by index, as a text that Output can give.
Result<Cell> TextOf(Emit& emit, const std::vector<std::string>& texts, ValueId index);

}  // namespace scoreway::pmml
