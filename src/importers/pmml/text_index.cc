// The expression TextIndex.

#include "importers/pmml/expression.h"

namespace scoreway::pmml {

Result<Cell> LowerTextIndex(ModelScope& scope, const Element& index, const Parameters*) {
  return scope.context().Unsupported(index, "TextIndex");
}

}  // namespace scoreway::pmml
