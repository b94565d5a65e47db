// TrainingTable: the TrainingInstances of a model, column by column.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

class TrainingTable {
 public:
  // Of the model's TrainingInstances with an InlineTable.
  static Result<TrainingTable> Read(ModelScope& scope);

  size_t size() const { return rows_.size(); }
  bool HasField(std::string_view field) const { return cells_.contains(field); }
  // What the field holds in each instance, as the document writes it; CORRUPT if an instance lacks it. The texts point
  // into the document.
  Result<std::vector<std::string_view>> Texts(std::string_view field) const;
  // The same as numbers of the type.
  Result<std::vector<double>> Numbers(std::string_view field, DataType type) const;

 private:
  Element element_;
  std::vector<Element> rows_;
  std::map<std::string_view, std::vector<Element>, std::less<>> cells_;  // by field; empty where a row lacks it
};

}  // namespace scoreway::pmml
