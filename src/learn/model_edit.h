// Models made of other models: a part of one, or one with other parameters. Checked by ModelBuilder as any model is.
#pragma once

#include <map>

#include "model/model.h"

namespace scoreway::learn {

// The same inputs; as outputs the columns of one value, c0, c1 and on, as float64.
Result<Model> ModelOfValue(const Model& model, ValueId value);

// The same model, but operators (by index) with these parameters.
Result<Model> WithParams(const Model& model, const std::map<size_t, op::Params>& params);

}  // namespace scoreway::learn
