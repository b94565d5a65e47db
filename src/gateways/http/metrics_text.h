// MetricsText: the Prometheus text format, version 0.0.4.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "service/latency_histogram.h"

namespace scoreway::http {

class MetricsText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  explicit MetricsText(std::string* out) : out_(out) {}

  // Begins a metric; the values that follow are its. `name` must stay.
  void Describe(std::string_view name, std::string_view type, std::string_view help);
  void Value(const Labels& labels, uint64_t value);
  void Value(const Labels& labels, double value);
  void Histogram(const Labels& labels, const LatencyHistogram::Counts& counts);

 private:
  // The metric's name, a suffix, and its labels with one more, if it has a value.
  void Name(std::string_view suffix, const Labels& labels, std::string_view extra_value);
  void Number(double value);

  std::string* out_;
  std::string_view name_;
};

}  // namespace scoreway::http
