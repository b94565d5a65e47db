// The inverse of transformers, for targets that were transformed.
#pragma once

#include "importers/sklearn/lowering.h"

namespace scoreway::sklearn {

// What the transformer's inverse_transform makes of the value, column by column. UNSUPPORTED for one whose inverse is
// not known.
Result<ValueId> InvertTransformer(Context& context, const Object& transformer, ValueId value);

}  // namespace scoreway::sklearn
