#include "importers/spark/context.h"

#include <algorithm>
#include <utility>

namespace scoreway::spark {
namespace {

// The widest vector that may be an input.
constexpr size_t kInputWidthMax = 1 << 18;

}  // namespace

op::CountText TokenRecipe::Count() const {
  op::CountText count;
  count.token = pattern;
  count.whole = whole;
  count.stop_words = stop_words;
  count.least = count.most = tokens_a_term;
  return count;
}

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

Result<FrameColumn> Context::VectorInput(const Stage& user, const std::string& name, size_t width) {
  if (width == 0) {
    return Unsupported(
        user, "how wide the input vector '" + name + "' is, which a stage VectorSizeHint before this one would say");
  }
  if (width > kInputWidthMax) {
    return Error{Code::kResourceExhausted, "an input vector of " + std::to_string(width) + " numbers", user.folder()};
  }
  std::vector<ValueId> items;
  for (size_t i = 0; i < width; ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn item, Find(user, name + "_" + std::to_string(i), Type::kFloat64));
    if (item.kind != FrameColumn::Kind::kNumber) return Unsupported(user, "column '" + name + "' is no vector");
    items.push_back(item.value);
  }
  FrameColumn column;
  column.kind = FrameColumn::Kind::kVector;
  column.width = static_cast<uint32_t>(width);
  SCOREWAY_ASSIGN_OR_RETURN(column.value, Add(user, op::Concat{}, std::move(items)));
  columns_.emplace(name, column);
  return column;
}

Result<FrameColumn> Context::Vector(const Stage& user, const std::string& name, size_t width) {
  const auto found = columns_.find(name);
  if (found == columns_.end()) return VectorInput(user, name, width);
  if (found->second.kind == FrameColumn::Kind::kVector) {
    taken_.insert(name);
    return found->second;
  }
  return Unsupported(user, "column '" + name + "' is no vector");
}

Result<FrameColumn> Context::ListInput(const Stage& user, const std::string& name, bool numbers) {
  TokenRecipe recipe;
  recipe.pattern = op::ListItems::kItem;
  const ValueId input = builder_->AddInput(name);
  SCOREWAY_RETURN_IF_ERROR(builder_->UseInput(input, Type::kList));
  inputs_.insert(input);
  SCOREWAY_ASSIGN_OR_RETURN(recipe.text, Add(user, op::ListItems{numbers}, {input}));
  FrameColumn column;
  column.kind = FrameColumn::Kind::kTokens;
  column.value = input;
  column.tokens = std::make_shared<const TokenRecipe>(std::move(recipe));
  columns_.emplace(name, column);
  return column;
}

Result<FrameColumn> Context::Tokens(const Stage& user, const std::string& name, bool numbers) {
  const auto found = columns_.find(name);
  if (found == columns_.end()) return ListInput(user, name, numbers);
  if (found->second.kind == FrameColumn::Kind::kTokens) {
    taken_.insert(name);
    return found->second;
  }
  return Unsupported(user, "column '" + name + "' is no list of tokens");
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

void Context::SetTokens(const std::string& name, TokenRecipe recipe) {
  FrameColumn column;
  column.kind = FrameColumn::Kind::kTokens;
  column.value = recipe.text;
  column.tokens = std::make_shared<const TokenRecipe>(std::move(recipe));
  Set(name, std::move(column));
}

Context::Aside::Aside(Context* context)
    : context_(context),
      made_(context->made_),
      columns_(context->columns_),
      answers_(context->answers_),
      label_answers_(context->label_answers_) {}

Context::Aside::~Aside() {
  // Columns that were there come back; those that nobody had made stay only if they are inputs.
  for (auto it = context_->columns_.begin(); it != context_->columns_.end();) {
    const auto before = columns_.find(it->first);
    const bool made = std::find(context_->made_.begin(), context_->made_.end(), it->first) != context_->made_.end();
    if (before != columns_.end()) {
      (it++)->second = before->second;
    } else if (made) {
      it = context_->columns_.erase(it);
    } else {
      ++it;
    }
  }
  context_->made_ = std::move(made_);
  context_->answers_ = std::move(answers_);
  context_->label_answers_ = std::move(label_answers_);
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
