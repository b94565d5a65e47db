// PlanLayout: where the Values of a Plan live in its working memory. Pure: decides columns, touches no memory.
//
// Columns are counted, not bytes, as the rows of a tile are not known yet. Numbers and texts have a space each. Values
// that are parts of one another share their columns, so that Concat, RequireFinite and Select of a range mostly have
// nothing to copy; columns of values that nothing needs any more are used again.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "model/model.h"

namespace scoreway {

struct PlanLayout {
  static constexpr uint64_t kNowhere = std::numeric_limits<uint64_t>::max();

  std::vector<uint64_t> first_column;  // by ValueId, within the space of its kind; kNowhere if not needed
  uint64_t number_columns = 0;
  uint64_t text_columns = 0;
};

// For the operators, in order, that the Plan runs; the input Values it loads before and the Values it gives. Of
// same_as, by ValueId: Values whose cells are those of another, which then is where they are. Of late_reads: Values
// that the operator of that index looks at, too.
PlanLayout LayOut(std::span<const ValueShape> values, std::span<const Operator* const> operators,
                  std::span<const ValueId> inputs, std::span<const ValueId> outputs, std::span<const ValueId> same_as,
                  std::span<const std::pair<ValueId, size_t>> late_reads);

}  // namespace scoreway
