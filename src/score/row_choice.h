// RowChoice: an op::Where with the conditions and further Wheres within it, walked for one row. Each step is one test,
// whose answer says which test comes next, so that "and" and "or" ask no more than decides, and of a list of cases only
// those up to the one that holds are looked at. The answers are those of the operators.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/model.h"

namespace scoreway {

class RowChoice {
 public:
  // What it is made from, by ValueId: the column of each, the Value that it is the same as, and the operator that gives
  // it if that lies within the choice, else null.
  struct Place {
    std::span<const uint64_t> columns;
    std::span<const ValueId> same_as;
    std::span<const Operator* const> within;
  };

  // Whether the operator can be the choice.
  static bool MayChoose(const Operator& op, std::span<const ValueShape> values);
  // Whether it can lie within one that needs it as a truth, as a number, or as both.
  static bool MayBeWithin(const Operator& op, std::span<const ValueShape> values, bool as_truth, bool as_number);
  // Whether it tests numbers, which are then there: within a choice it may be done several times.
  static bool IsTest(const Operator& op);

  RowChoice(const Operator& choice, const Place& place);

  // The number that is chosen. `numbers` by column.
  double Run(const double* numbers) const;

 private:
  struct Step {
    enum class Test : uint8_t { kLess, kLessEqual, kEqual, kUnequal, kTrue, kFalse, kMissing, kPresent, kGive } test;
    uint32_t a = 0, b = 0;     // columns
    uint32_t yes = 0, no = 0;  // steps
  };
  class Maker;

  std::vector<Step> steps_;  // each comes after those it leads to; the last is the first to be done
};

}  // namespace scoreway
