// Schema: names and types of columns, in order. Immutable after Make, shared freely between threads.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "data/type.h"

namespace scoreway {

struct Field {
  std::string name;
  Type type = Type::kFloat64;

  bool operator==(const Field&) const = default;
};

class Schema {
 public:
  // INVALID_ARGUMENT if two fields share a name or a name is empty.
  static Result<std::shared_ptr<const Schema>> Make(std::vector<Field> fields);

  size_t size() const { return fields_.size(); }
  const std::vector<Field>& fields() const { return fields_; }
  const Field& field(size_t index) const { return fields_[index]; }

  // The index of the field of that name. `expected` is tried first: readers of rows, whose keys mostly come in schema
  // order, pass the index after the last hit and so mostly pay for one comparison.
  std::optional<size_t> Find(std::string_view name, size_t expected = 0) const;

  // Fields of numbers that follow one another: `<name>_0`, `<name>_1` and on, the items of a vector of that name.
  struct Run {
    size_t first = 0, size = 0;
  };
  // Nothing if there is no `<name>_0`.
  std::optional<Run> FindRun(std::string_view name) const;

 private:
  explicit Schema(std::vector<Field> fields);

  std::vector<Field> fields_;
  std::unordered_map<std::string_view, size_t> index_of_name_;  // views into fields_
};

}  // namespace scoreway
