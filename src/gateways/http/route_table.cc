#include "gateways/http/route_table.h"

namespace scoreway::http {
namespace {

constexpr size_t kSegmentsMax = 8;

struct Segments {
  std::array<std::string_view, kSegmentsMax> items;
  size_t count = 0;
  std::span<const std::string_view> all() const { return {items.data(), count}; }
};

bool IsParameter(std::string_view segment) { return segment.starts_with('{'); }

// False if there are more than any route has.
bool Split(std::string_view path, Segments* segments) {
  if (path.empty() || path[0] != '/') return false;
  path.remove_prefix(1);
  if (path.empty()) return true;
  for (;;) {
    if (segments->count == kSegmentsMax) return false;
    const size_t slash = path.find('/');
    segments->items[segments->count++] = path.substr(0, slash);
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

RouteTable::RouteTable(std::span<const Route> routes) : routes_(routes) {
  for (const Route& route : routes) {
    Pattern pattern;
    Segments segments;
    Split(route.pattern, &segments);
    for (std::string_view segment : segments.all()) {
      if (IsParameter(segment) && segment.find("}:") != std::string_view::npos) {
        pattern.verb = segment.substr(segment.find("}:") + 2);
      }
      pattern.segments.push_back(segment);
    }
    patterns_.push_back(std::move(pattern));
  }
}

bool RouteTable::Matches(const Pattern& pattern, std::span<const std::string_view> segments) const {
  if (pattern.segments.size() != segments.size()) return false;
  for (size_t i = 0; i < segments.size(); ++i) {
    if (!IsParameter(pattern.segments[i])) {
      if (pattern.segments[i] != segments[i]) return false;
      continue;
    }
    std::string_view value = segments[i];
    if (i + 1 == segments.size() && !pattern.verb.empty()) {
      if (!value.ends_with(pattern.verb)) return false;
      value.remove_suffix(pattern.verb.size());
      if (!value.ends_with(':')) return false;
      value.remove_suffix(1);
    }
    if (value.empty() || value.find(':') != std::string_view::npos) return false;
  }
  return true;
}

int RouteTable::Find(Method method, std::string_view path) const {
  Segments segments;
  if (!Split(path, &segments)) return kNoRoute;
  if (method == Method::kHead) method = Method::kGet;
  int found = kNoRoute;
  for (size_t i = 0; i < patterns_.size(); ++i) {
    if (!Matches(patterns_[i], segments.all())) continue;
    if (routes_[i].method == method) return static_cast<int>(i);
    found = kOtherMethod;
  }
  return found;
}

void RouteTable::Parameters(int index, std::string_view path, PathParameters* parameters) const {
  const Pattern& pattern = patterns_[static_cast<size_t>(index)];
  Segments segments;
  Split(path, &segments);
  size_t count = 0;
  for (size_t i = 0; i < segments.count; ++i) {
    if (!IsParameter(pattern.segments[i])) continue;
    std::string_view value = segments.items[i];
    if (i + 1 == segments.count && !pattern.verb.empty()) value.remove_suffix(pattern.verb.size() + 1);
    if (value.find('%') != std::string_view::npos) {
      parameters->decoded_[count] = PercentDecode(value, false);
      value = parameters->decoded_[count];
    }
    parameters->values_[count++] = value;
  }
}

std::string RouteTable::AllowedMethods(std::string_view path) const {
  std::string allowed;
  Segments segments;
  if (!Split(path, &segments)) return allowed;
  for (size_t i = 0; i < patterns_.size(); ++i) {
    if (!Matches(patterns_[i], segments.all())) continue;
    if (!allowed.empty()) allowed += ", ";
    allowed += MethodName(routes_[i].method);
    if (routes_[i].method == Method::kGet) allowed += ", HEAD";
  }
  return allowed;
}

}  // namespace scoreway::http
