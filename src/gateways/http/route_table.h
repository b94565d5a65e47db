// RouteTable: which handler a method and a path lead to.
//
// A pattern is literal segments and parameters, "/v1/models/{model}/versions/{version}:predict". A parameter takes one
// segment, percent-decoded; a word behind a colon belongs to the last segment, and without one in the pattern the
// segment may hold no colon.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateways/http/exchange.h"

namespace scoreway::http {

class Gateway;
struct Call;

// Where a handler runs.
enum class Place : uint8_t {
  kHere,      // on the thread that read the request: it never blocks
  kRegistry,  // on the pool for what reads or writes the registry
  kPush,      // on the pool for pushes
  kJobs,      // on the pool for jobs
};

enum class Body : uint8_t { kNone, kRequest, kUpload, kRows };  // kRows: those of a job

struct Route {
  Method method;
  std::string_view pattern;
  Body body;
  Place place;
  void (*handle)(Gateway& gateway, Call& call);
};

// The parameters of a match, in the order of the pattern. Views into the request's path or, where something was to be
// decoded, into itself.
class PathParameters {
 public:
  std::string_view operator[](size_t index) const { return values_[index]; }

 private:
  friend class RouteTable;
  static constexpr size_t kMax = 3;
  std::array<std::string_view, kMax> values_;
  std::array<std::string, kMax> decoded_;
};

class RouteTable {
 public:
  static constexpr int kNoRoute = -1;
  static constexpr int kOtherMethod = -2;

  explicit RouteTable(std::span<const Route> routes);

  // The index of the route; HEAD is led to GET.
  int Find(Method method, std::string_view path) const;
  const Route& route(int index) const { return routes_[static_cast<size_t>(index)]; }
  size_t size() const { return routes_.size(); }
  void Parameters(int index, std::string_view path, PathParameters* parameters) const;
  // "GET, HEAD, POST": the methods of the routes on this path.
  std::string AllowedMethods(std::string_view path) const;

 private:
  struct Pattern {
    std::vector<std::string_view> segments;  // literal, or "{...}": a parameter
    std::string_view verb;                   // behind the last segment's colon
  };
  bool Matches(const Pattern& pattern, std::span<const std::string_view> segments) const;

  std::span<const Route> routes_;
  std::vector<Pattern> patterns_;
};

}  // namespace scoreway::http
