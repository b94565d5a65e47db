// The importer of PMML documents, versions 3.0 to 4.4.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/model.h"

namespace scoreway::pmml {

// Whether the bytes begin as an XML document whose root may be PMML.
bool LooksLikePmml(std::string_view bytes);

// The first scorable model element of the document. Errors as ImportModel's (importers/importer.h).
Result<Model> ImportPmml(std::string_view bytes);

}  // namespace scoreway::pmml
