// Models made of other models: a part of one, or one with other parameters. Checked by ModelBuilder as any model is.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/model.h"

namespace scoreway::learn {

// The same inputs; as outputs the columns of these values, c0, c1 and on, as float64.
Result<Model> ModelOfValues(const Model& model, const std::vector<ValueId>& values);

// The values of the columns `names`, c0, c1 and on: those of `values`, which have these names, and of the others inputs
// that are added if they are not there. All must be finite numbers, or the run fails with the row.
Result<Model> ModelOfColumns(const Model& model, const std::vector<ValueId>& values,
                             const std::vector<std::string>& names);

// The same model, but operators (by index) with these parameters.
Result<Model> WithParams(const Model& model, const std::map<size_t, op::Params>& params);

}  // namespace scoreway::learn
