// For people: which classes of scikit-learn are supported, as docs/sklearn.md shows it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "importers/sklearn/lowering.h"

namespace scoreway::sklearn {

// A table in Markdown of every public estimator class of the newest scikit-learn that is known: what it can do here, by
// the table of classes, or why not.
std::string SupportTable();

// Classes that are not supported and have no reason, or have both.
std::vector<std::string_view> UnexplainedClasses();

}  // namespace scoreway::sklearn
