// Inverse link functions: from a linear score to what a model says.
#pragma once

#include <string_view>

#include "importers/pmml/context.h"

namespace scoreway::pmml {

// What a link function of a generalized linear model takes besides the score; only some have one.
struct LinkParameters {
  double distribution = 0;  // negbin
  double link = 0;          // power, oddspower
};

// The inverse of linkFunction or cumulativeLink; CORRUPT for a name that is not known.
Result<ValueId> InverseLinkFunction(Emit& emit, std::string_view link, const LinkParameters& parameters, ValueId x,
                                    op::Precision precision);

}  // namespace scoreway::pmml
