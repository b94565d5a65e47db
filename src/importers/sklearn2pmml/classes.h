// The classes of sklearn2pmml, sklearn_pandas and their companions that can be lowered.
#pragma once

#include "importers/sklearn/lowering.h"

namespace scoreway::sklearn2pmml {

sklearn::ClassTable Sklearn2pmmlClasses();

}  // namespace scoreway::sklearn2pmml
