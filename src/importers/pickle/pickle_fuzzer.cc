// Whatever the bytes, reading ends in a tree or an error; a tree can be walked to its last leaf, every accessor answers
// or refuses, and the verdict on its globals does not depend on how it is asked.
#include <cstdint>

#include "base/check.h"
#include "importers/pickle/joblib.h"
#include "importers/pickle/refuse.h"
#include "importers/pickle/walk.h"

namespace scoreway::pickle {
namespace {

size_t touched = 0;

template <typename T>
void Touch(const Result<std::vector<T>>& values, size_t size_wanted) {
  if (!values.ok()) return;
  SCOREWAY_CHECK(values->size() == size_wanted);
  touched += values->size();
}

void TouchArray(const Array& array) {
  constexpr int64_t kElementsMax = 10000;
  if (array.size() > kElementsMax) return;
  auto size = static_cast<size_t>(array.size());
  Touch(array.ToDoubles(), size);
  Touch(array.ToInts(), size);
  Touch(array.ToStrings(), size);
  Touch(array.ToNodes(), size);
  if (Result<std::string> bytes = array.ToRowMajorBytes(); bytes.ok()) touched += bytes->size();
  touched += array.dtype().ToString().size();
  for (const DType::Field& field : array.dtype().fields) {
    Result<Array> column = array.Field(field.name);
    if (column.ok() && column->size() <= kElementsMax) TouchArray(*column);
  }
}

void TouchNode(const Node& node) {
  constexpr size_t kItemsMax = 10000;
  touched += node.Describe().size();
  if (Result<std::string_view> text = node.AsString(); text.ok()) touched += text->size();
  if (Result<double> number = node.AsDouble(); number.ok()) touched += *number > 0;
  if (const Node* value = node.AttributeOrNull("coef_")) touched += value->id();
  if (node.is_array()) TouchArray(**node.AsArray());
  if (node.is_sequence() && ChildCount(node) <= kItemsMax) {
    Touch(node.ToDoubles(), ChildCount(node));
    Touch(node.ToStrings(), ChildCount(node));
  }
}

void Run(std::string_view bytes) {
  Limits limits;
  limits.memory_bytes = size_t{32} << 20;
  limits.ratio_free_bytes = size_t{1} << 20;
  Result<Document> document = ParseSaved(bytes, limits);
  if (!document.ok()) {
    SCOREWAY_CHECK(!document.error().message.empty());
    return;
  }
  SCOREWAY_CHECK(document->depth() <= limits.depth);
  VisitAll(*document, TouchNode);
  if (RefuseForbiddenGlobals(*document).ok()) SCOREWAY_CHECK(RefuseForbiddenNames(document->globals()).ok());
}

}  // namespace
}  // namespace scoreway::pickle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  scoreway::pickle::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
