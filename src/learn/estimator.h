// Estimator: what learns from rows of numbers, whatever the model does before it. Learners (learner.h) put rows through
// the model's other steps and give them to it; what it has learned goes into the parameters of the model's operators.
// Not thread-safe.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "learn/learner_state.h"
#include "model/operators.h"

namespace scoreway::learn {

// What an example is labelled with: nothing, a number, or the code of a class (its place among the classes).
enum class TargetKind { kNone, kNumber, kClass };

struct Examples {
  size_t width = 0;                 // numbers of a row
  std::span<const double> cells;    // row after row; NaN where missing
  std::span<const double> targets;  // one a row, or none with TargetKind::kNone
  size_t count() const { return width == 0 ? 0 : cells.size() / width; }
  std::span<const double> row(size_t index) const { return cells.subspan(index * width, width); }
};

// Operators of a model at one place, to be overwritten.
class PlacedOperators {
 public:
  // By the index of the operator in the model.
  std::map<size_t, op::Params> params;

  // Those of one kind, in the model's order.
  template <typename T>
  std::vector<T*> All() {
    std::vector<T*> found;
    for (auto& [index, one] : params) {
      if (T* operation = std::get_if<T>(&one)) found.push_back(operation);
    }
    return found;
  }
};

class Estimator {
 public:
  virtual ~Estimator() = default;

  virtual TargetKind target_kind() const = 0;
  // Whether the model's first output is a class, or the number of a cluster, so that two answers are alike or not.
  virtual bool answers_classes() const { return target_kind() == TargetKind::kClass; }
  // Learns from one batch, as the library's partial_fit of the same rows does. INVALID_ARGUMENT says what of the rows
  // cannot be learned from; the estimator is then spent.
  virtual Status Learn(const Examples& examples) = 0;
  // Everything Make needs, into `state`, whose names that do not change are there already.
  virtual void Save(LearnerState* state) const = 0;
  // CORRUPT when the operators are not those that an importer makes of this estimator.
  virtual Status Write(PlacedOperators* operators) const = 0;
};

using EstimatorPtr = std::unique_ptr<Estimator>;

}  // namespace scoreway::learn
