// SearchExpression: a condition on versions, as people type it.
//
//     metrics.auc > 0.9 and tags.team = 'risk' and name like 'wine%'
//
//     or       and       not       ( )          in the usual order, any case of letters
//     field  =  !=  <  <=  >  >=  value         value: a number, or a text in '...' or "..."; a quote in it is doubled
//     field  like  text                         % stands for any run of characters, _ for one
//     name  version  created  state  format  library  library_version  engine  producer  description  training_data
//     artifact  parent  bytes  metrics.KEY  parameters.KEY  tags.KEY
//
// A KEY may have dots; with other characters than letters, digits, '_', '-' and '.' it stands in `...` or "...".
// A field beside a number is read as a number, a field beside a text as a text; `created` takes times such as
// '2026-03-01' or '2026-03-01T12:00:00Z'. A version that lacks the field, or has no number there, fails the comparison,
// whichever it is; `not` turns that round like any other answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "registry/search_comparison.h"
#include "registry/version_info.h"

namespace scoreway {

class SearchExpression {
 public:
  // kInvalidArgument tells what was expected and at which column (from 1) of the expression. An expression of blanks
  // only holds for every version.
  static Result<SearchExpression> Parse(std::string_view expression);

  // Thread-safe.
  bool Matches(const VersionInfo& version) const;

 private:
  friend class SearchParser;

  struct Node {
    enum class Kind : uint8_t { kAnd, kOr, kNot, kComparison };
    Kind kind = Kind::kComparison;
    size_t left = 0;   // a node; of kComparison the index of the comparison
    size_t right = 0;  // kAnd, kOr
  };

  bool HoldsAt(size_t node, const VersionInfo& version) const;

  std::vector<Node> nodes_;  // the root is the last; empty: all versions
  std::vector<SearchComparison> comparisons_;
};

}  // namespace scoreway
