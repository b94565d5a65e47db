// Casts: cells of one type to cells of another, as numpy and pandas do it.
#pragma once

#include "importers/sklearn2pmml/dtype.h"

namespace scoreway::sklearn2pmml {

Result<Table> CastTable(Context& context, const Object& user, const Table& in, const DType& dtype);

}  // namespace scoreway::sklearn2pmml
