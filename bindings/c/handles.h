// What stands behind the handles of scoreway.h.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "bindings/c/scoreway.h"
#include "data/batch.h"
#include "score/plan.h"

struct sw_model {
  explicit sw_model(std::shared_ptr<const scoreway::Plan> made);

  const scoreway::Model& model() const { return plan->model(); }

  std::shared_ptr<const scoreway::Plan> plan;
  std::shared_ptr<const std::vector<bool>> may_be_absent;  // by input
};

struct sw_session {
  explicit sw_session(const sw_model& model);

  const std::shared_ptr<const scoreway::Plan> plan;
  const std::shared_ptr<const std::vector<bool>> may_be_absent;
  scoreway::ScratchPtr scratch;
  scoreway::Batch row;          // a column that was set holds one cell
  std::vector<uint8_t> is_set;  // by input
  scoreway::Batch answer;       // of the row
};
