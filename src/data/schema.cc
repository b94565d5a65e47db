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

std::optional<Schema::Run> Schema::FindRun(std::string_view name) const {
  const std::string prefix = std::string(name) + "_";
  const std::optional<size_t> first = Find(prefix + "0");
  if (!first) return std::nullopt;
  Run run{*first, 0};
  for (size_t i = *first; i < fields_.size(); ++i, ++run.size) {
    const std::string_view field = fields_[i].name;
    if (!field.starts_with(prefix) || field.substr(prefix.size()) != std::to_string(run.size)) break;
    if (IsText(fields_[i].type)) break;
  }
  if (run.size == 0) return std::nullopt;
  return run;
}

}  // namespace scoreway
