// EvidenceTrace: how the evidence of a challenge has grown over its labels, for people to look at: at most so many
// points, evenly spread; whenever they are full every other one is dropped. A value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/codec/json_writer.h"

namespace scoreway {

class EvidenceTrace {
 public:
  static constexpr size_t kPointsMax = 64;

  struct Point {
    uint64_t labels = 0;
    double lead = 0, low = 0, high = 0;  // the champion's mean loss less the challenger's, and its interval
    double better = 0, worse = 0;        // natural logarithms of the capitals of the tests
  };

  // Whether the evidence after so many labels is a point of it.
  bool Wants(uint64_t labels) const { return labels % step_ == 0; }
  void Add(const Point& point);
  const std::vector<Point>& points() const { return points_; }

  // {"step":4,"labels":[4,...],"lead":[...],"low":[...],"high":[...],"better":[...],"worse":[...]}
  void Write(JsonWriter* json) const;
  // kInvalidArgument if the text was not written so.
  static Result<EvidenceTrace> Parse(std::string_view json);

 private:
  uint64_t step_ = 1;
  std::vector<Point> points_;
};

}  // namespace scoreway
