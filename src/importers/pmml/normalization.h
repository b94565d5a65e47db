// Normalizations: inverse links and what turns scores into probabilities, in float64 or as JPMML computes in float32.
#pragma once

#include <string_view>

#include "importers/pmml/context.h"

namespace scoreway::pmml {

// e^x, cell by cell. In float32 JPMML takes 2.7182817 to the power of x.
Result<ValueId> Exponential(Emit& emit, ValueId x, op::Precision precision);

// The inverse of a link named as a normalizationMethod ("none", "logit", "exp", "probit", "cloglog", "loglog",
// "cauchit"; "softmax" of a single score is "logit"), cell by cell.
Result<ValueId> InverseLink(Emit& emit, std::string_view method, ValueId x, op::Precision precision);

// Over the columns of each row; missing where one of them is.
Result<ValueId> Softmax(Emit& emit, ValueId scores, op::Precision precision);
Result<ValueId> NormalizeSum(Emit& emit, ValueId scores, op::Precision precision);

// A constant, or a value, as a number of that precision.
inline double RoundTo(double x, op::Precision precision) {
  return precision == op::Precision::kFloat32 ? static_cast<double>(static_cast<float>(x)) : x;
}
Result<ValueId> RoundTo(Emit& emit, ValueId x, op::Precision precision);

}  // namespace scoreway::pmml
