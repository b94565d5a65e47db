// The importer of objects that scikit-learn, or a library with wrappers around it, saved as a pickle.
#pragma once

#include "base/result.h"
#include "importers/pickle/object.h"
#include "importers/sklearn/lowering.h"
#include "model/model.h"

namespace scoreway::sklearn {

// Lowers the root object by the tables. Every name in the document must have been judged before
// (pickle::RefuseForbiddenGlobals). UNSUPPORTED lists all reasons that were found, one a line, and what to do; CORRUPT
// and RESOURCE_EXHAUSTED name the place in the object tree. `format` goes into the provenance.
Result<Model> ImportObject(const pickle::Document& document, std::vector<ClassTable> tables, std::string_view format);

// The inputs of a fitted object as far as it knows them: by name, else by number, else open to any name.
Table FindInputs(Context& context, const Object& object);

// "Pipeline(ColumnTransformer, RandomForestClassifier)".
std::string DescribeEstimator(const Object& object);

}  // namespace scoreway::sklearn
