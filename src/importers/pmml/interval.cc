#include "importers/pmml/interval.h"

#include <cmath>

namespace scoreway::pmml {

Result<Interval> ReadInterval(const Context& context, const Element& interval) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view closure, context.Want(interval, "closure"));
  bool open_left = false, open_right = false;
  if (closure == "openOpen") {
    open_left = open_right = true;
  } else if (closure == "openClosed") {
    open_left = true;
  } else if (closure == "closedOpen") {
    open_right = true;
  } else if (closure != "closedClosed") {
    return Context::Corrupt(interval, "closure '" + std::string(closure) + "' is not known");
  }
  Interval range;
  SCOREWAY_ASSIGN_OR_RETURN(range.low, context.NumberOr(interval, "leftMargin", -op::kInfinity));
  SCOREWAY_ASSIGN_OR_RETURN(range.high, context.NumberOr(interval, "rightMargin", op::kInfinity));
  if (!(range.low <= range.high)) return Context::Corrupt(interval, "its left margin is right of its right one");
  if (open_left && interval.Attribute("leftMargin")) range.low = std::nextafter(range.low, op::kInfinity);
  if (open_right && interval.Attribute("rightMargin")) range.high = std::nextafter(range.high, -op::kInfinity);
  return range;
}

}  // namespace scoreway::pmml
