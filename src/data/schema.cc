#include "data/schema.h"

#include <utility>

namespace scoreway {

Schema::Schema(std::vector<Field> fields) : fields_(std::move(fields)) {
  index_of_name_.reserve(fields_.size());
  for (size_t i = 0; i < fields_.size(); ++i) index_of_name_.emplace(fields_[i].name, i);
}

Result<std::shared_ptr<const Schema>> Schema::Make(std::vector<Field> fields) {
  std::shared_ptr<const Schema> schema(new Schema(std::move(fields)));
  for (size_t i = 0; i < schema->fields_.size(); ++i) {
    const std::string& name = schema->fields_[i].name;
    if (name.empty()) return Error{Code::kInvalidArgument, "a column has an empty name", "column " + std::to_string(i)};
    if (schema->index_of_name_.at(name) != i) {
      return Error{Code::kInvalidArgument, "two columns are named '" + name + "'", {}};
    }
  }
  return schema;
}

std::optional<size_t> Schema::Find(std::string_view name, size_t expected) const {
  if (expected < fields_.size() && fields_[expected].name == name) return expected;
  const auto it = index_of_name_.find(name);
  if (it == index_of_name_.end()) return std::nullopt;
  return it->second;
}

}  // namespace scoreway
