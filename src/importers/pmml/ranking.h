// Which column of each row comes first, and how the others follow.
#pragma once

#include <string>
#include <vector>

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

// Columns in rank order: their indices and what they hold, `count` columns each. Missing cells have no rank.
struct Ranking {
  uint32_t count = 0;
  ValueId both = 0;  // the indices, then the cells

  Result<ValueId> Index(Emit& emit, uint32_t rank) const { return emit.Select(both, rank); }
  Result<ValueId> Number(Emit& emit, uint32_t rank) const { return emit.Select(both, count + rank); }
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
