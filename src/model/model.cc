#include "model/model.h"

#include <type_traits>

namespace scoreway {
namespace {

size_t HeapBytes(const InputField& field);
size_t HeapBytes(const OutputField& field);
size_t HeapBytes(const Operator& op);

size_t HeapBytes(const std::string& text) {
  return text.capacity() > std::string().capacity() ? text.capacity() + 1 : 0;
}
template <typename T>
size_t HeapBytes(const std::vector<T>& items) {
  size_t bytes = items.capacity() * sizeof(T);
  if constexpr (!std::is_trivially_copyable_v<T>) {
    for (const T& item : items) bytes += HeapBytes(item);
  }
  return bytes;
}
template <typename T>
  requires std::is_trivially_copyable_v<T>
size_t HeapBytes(const T&) {
  return 0;
}
size_t HeapBytes(const InputField& field) { return HeapBytes(field.name) + HeapBytes(field.categories); }
size_t HeapBytes(const OutputField& field) { return HeapBytes(field.name); }
size_t HeapBytes(const Operator& op) {
  size_t bytes = HeapBytes(op.inputs) + HeapBytes(op.origin);
  std::visit(
      [&bytes](const auto& params) {
        params.Fields(params, [&bytes](std::string_view, const auto& field) { bytes += HeapBytes(field); });
      },
      op.params);
  return bytes;
}
size_t HeapBytes(const Schema& schema) {
  size_t bytes = sizeof(Schema);
  // The name index holds one node a field: a view, an index, a hash and a link.
  bytes += schema.size() * (sizeof(std::string_view) + sizeof(size_t) + 2 * sizeof(void*));
  for (const Field& field : schema.fields()) bytes += sizeof(Field) + HeapBytes(field.name);
  return bytes;
}

}  // namespace

size_t Model::ByteSize() const {
  return sizeof(Model) + HeapBytes(signature_.inputs) + HeapBytes(signature_.outputs) + HeapBytes(values_) +
         HeapBytes(operators_) + HeapBytes(*input_schema_) + HeapBytes(*output_schema_) +
         HeapBytes(provenance_.format) + HeapBytes(provenance_.library) + HeapBytes(provenance_.library_version) +
         HeapBytes(provenance_.estimator) + (program_ ? program_->bytes->size() : 0);
}

std::string_view OperatorName(const op::Params& params) {
  return std::visit([](const auto& p) { return p.kName; }, params);
}

}  // namespace scoreway
