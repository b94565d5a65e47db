// The feature map of XGBoost: a text file with a line a feature, "<index> <name> <type>", that names the features of
// models which were saved without names. A feature "<column>=<value>" of type i tells whether a column of texts holds
// that value: whoever has the map can be given the columns themselves.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/model.h"

namespace scoreway::boosters {

struct MappedFeature {
  std::string column;
  bool is_indicator = false;
  std::string value;  // of an indicator
};

// In the order of their indices. INVALID_ARGUMENT if the text is no feature map.
Result<std::vector<MappedFeature>> ParseFeatureMap(std::string_view text);

// Adds the columns as inputs; all features as one Value. The indicators of a missing cell are missing. So are those of
// other values than the cell's if `off_is_missing` (a flag a feature) says so of one of the column; else they are 0.
Result<ValueId> AddMappedInputs(ModelBuilder& builder, std::span<const MappedFeature> features,
                                const std::vector<bool>& off_is_missing);

}  // namespace scoreway::boosters
