#include "importers/spark/context.h"

#include <algorithm>
#include <utility>

namespace scoreway::spark {

Error Context::Unsupported(const Stage& stage, std::string reason) {
  std::string text = stage.class_name() + " at " + (stage.folder().empty() ? stage.uid() : stage.folder());
  if (!reason.empty()) text += " (" + reason + ")";
  reasons_.push_back(text);
  return Error{Code::kUnsupported, std::move(text), {}};
}

Result<FrameColumn> Context::Find(const Stage& user, const std::string& name, Type type) {
  if (const auto found = columns_.find(name); found != columns_.end()) {
    taken_.insert(name);
    return found->second;
  }
  if (text_inputs_.contains(name)) type = Type::kString;
  FrameColumn column;
  column.value = builder_->AddInput(name);
  column.kind = type == Type::kString ? FrameColumn::Kind::kText : FrameColumn::Kind::kNumber;
  if (Status used = builder_->UseInput(column.value, type); !used.ok()) {
    return AtPlace(user.folder(), std::move(used).error());
  }
  inputs_.insert(column.value);
  columns_.emplace(name, column);
  return column;
}

Result<FrameColumn> Context::Number(const Stage& user, const std::string& name) {
  SCOREWAY_ASSIGN_OR_RETURN(FrameColumn column, Find(user, name, Type::kFloat64));
  if (column.kind == FrameColumn::Kind::kText && inputs_.contains(column.value)) {
    SCOREWAY_ASSIGN_OR_RETURN(column.value,
                              Add(user, op::TextUnary{.function = op::TextFunction::kToNumber}, {column.value}));
    column.kind = FrameColumn::Kind::kNumber;
  }
  if (column.kind == FrameColumn::Kind::kNumber) return column;
  return Unsupported(user, "column '" + name + "' is no number");
}

Result<FrameColumn> Context::Text(const Stage& user, const std::string& name) {
  SCOREWAY_ASSIGN_OR_RETURN(FrameColumn column, Find(user, name, Type::kString));
  if (column.kind == FrameColumn::Kind::kText) return column;
  if (column.kind == FrameColumn::Kind::kNumber) {
    if (inputs_.contains(column.value)) late_texts_.insert(name);
    // Spark casts a double to text as Java does; whole numbers of a stage are doubles there, too.
    SCOREWAY_ASSIGN_OR_RETURN(column.value, Add(user, op::NumberToText{}, {column.value}));
    column.kind = FrameColumn::Kind::kText;
    return column;
  }
  return Unsupported(user, "column '" + name + "' is no text");
}

Result<FrameColumn> Context::Vector(const Stage& user, const std::string& name) {
  const auto found = columns_.find(name);
  if (found != columns_.end() && found->second.kind == FrameColumn::Kind::kVector) {
    taken_.insert(name);
    return found->second;
  }
  return Unsupported(user, "column '" + name + "' is no vector that the pipeline makes");
}

Result<FrameColumn> Context::Tokens(const Stage& user, const std::string& name) {
  const auto found = columns_.find(name);
  if (found != columns_.end() && found->second.kind == FrameColumn::Kind::kTokens) {
    taken_.insert(name);
    return found->second;
  }
  return Unsupported(user, "column '" + name + "' is no list of tokens that the pipeline makes");
}

Result<FrameColumn> Context::Any(const Stage& user, const std::string& name) {
  const auto found = columns_.find(name);
  if (found != columns_.end() && found->second.kind == FrameColumn::Kind::kVector) return Vector(user, name);
  return Number(user, name);
}

void Context::AllowMissing(const FrameColumn& column) {
  if (inputs_.contains(column.value)) builder_->SetMissingRule(column.value, MissingRule::kModel);
}

void Context::SetCategories(const FrameColumn& column, const std::vector<std::string>& categories) {
  if (inputs_.contains(column.value)) builder_->SetCategories(column.value, categories);
}

void Context::Set(const std::string& name, FrameColumn column) {
  columns_.insert_or_assign(name, std::move(column));
  std::erase(made_, name);
  made_.push_back(name);
  taken_.erase(name);
}

void Context::SetNumber(const std::string& name, ValueId value, Type type) {
  FrameColumn column;
  column.value = value;
  column.type = type;
  Set(name, std::move(column));
}

void Context::SetVector(const std::string& name, ValueId value) {
  FrameColumn column;
  column.kind = FrameColumn::Kind::kVector;
  column.value = value;
  column.width = width(value);
  Set(name, std::move(column));
}

Result<ValueId> Context::Add(const Stage& stage, op::Params params, std::vector<ValueId> inputs) {
  return builder_->Add(std::move(params), std::move(inputs), stage.folder().empty() ? stage.uid() : stage.folder());
}

Result<ValueId> Context::Select(const Stage& stage, ValueId value, std::vector<uint32_t> columns) {
  return Add(stage, op::Select{std::move(columns)}, {value});
}

std::vector<std::string> Context::AnswerColumns() const {
  std::vector<std::string> names;
  bool answered = answers_.empty();
  for (const std::string& name : made_) {
    const bool is_answer = answers_.contains(name);
    answered = answered || is_answer;
    if (is_answer || (answered && !taken_.contains(name))) names.push_back(name);
  }
  return names;
}

}  // namespace scoreway::spark
