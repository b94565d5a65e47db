#include "importers/sklearn/lowering.h"

#include <algorithm>
#include <charconv>

namespace scoreway::sklearn {
namespace {

// Real pipelines nest some ten deep; the bounds only stop an artifact that is built to explode.
constexpr int kDepthMax = 64;
constexpr size_t kLoweringsMax = 200'000;
constexpr size_t kBytesFree = size_t{256} << 20;
constexpr size_t kBytesPerArtifactByte = 40;

// Where fitted estimators keep the estimators inside them.
constexpr std::string_view kNestedAttributes[] = {
    "steps",           "transformers_",    "transformer_list", "estimators_",  "estimator_",  "best_estimator_",
    "base_estimator_", "final_estimator_", "regressor_",       "transformer_", "classifier_", "calibrated_classifiers_",
    "features",        "built_features",   "estimator",        "pipelines",    "transformer",
};

Version ParseVersion(std::string_view text) {
  Version version;
  const char* end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.major);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return {};
  if (std::from_chars(major.ptr + 1, end, version.minor).ec != std::errc()) return {};
  return version;
}

std::string Line(const Object& at, const std::string& reason) {
  const std::string place = at.path().empty() ? "the saved object" : at.path();
  const std::string name = at.class_name();
  if (name.empty()) return "unsupported: " + reason + " at " + place;
  return "unsupported: " + name + " at " + place + " (" + reason + ")";
}

}  // namespace

Table Table::Select(std::span<const size_t> positions) const {
  Table out;
  out.columns.reserve(positions.size());
  for (size_t position : positions) out.columns.push_back(columns[position]);
  return out;
}

Context::Context(ModelBuilder* builder, std::vector<ClassTable> tables, size_t artifact_bytes)
    : builder_(builder),
      tables_(std::move(tables)),
      bytes_left_(kBytesFree + kBytesPerArtifactByte * artifact_bytes),
      lowerings_left_(kLoweringsMax) {}

// ---- inputs ----

Table Context::NamedInputs(std::span<const std::string> names) {
  Table table;
  for (const std::string& name : names) table.columns.push_back(InputColumn(name));
  return table;
}

Table Context::PositionalInputs(size_t count) {
  builder_->set_inputs_named(false);
  by_position_ = true;
  Table table;
  for (size_t i = 0; i < count; ++i) table.columns.push_back(InputColumn("x" + std::to_string(i)));
  return table;
}

TableColumn Context::InputColumn(const std::string& name) {
  auto found = input_of_name_.find(name);
  if (found == input_of_name_.end()) {
    const ValueId value = builder_->AddInput(name);
    inputs_.push_back(value);
    input_set_.insert(value);
    found = input_of_name_.emplace(name, value).first;
  }
  return TableColumn{found->second, 0, name, {found->second}};
}

Result<TableColumn> Context::FindColumn(const Object& user, const Table& in, const std::string& name) {
  for (const TableColumn& column : in.columns) {
    if (column.name == name && input_set_.contains(column.value)) return column;
  }
  if (in.by_name) return InputColumn(name);
  return Unsupported(user, "selects a column '" + name + "' that is no input");
}

bool Context::IsOpen(const TableColumn& column) const {
  return input_set_.contains(column.value) && !builder_->input(column.value).used;
}

bool Context::IsText(const TableColumn& column) const {
  return !IsOpen(column) && builder_->shape(column.value).kind == ValueKind::kText;
}

void Context::DecideUnused(ValueId input) {
  // Always succeeds: an input that is open takes any type.
  if (!builder_->input(input).used) (void)builder_->UseInput(input, by_position_ ? Type::kFloat64 : Type::kString);
}

void Context::RejectMissing(const TableColumn& column) {
  rejecting_.insert(column.missing_from.begin(), column.missing_from.end());
}

void Context::NoteCategories(const TableColumn& column, const Labels& categories) {
  const auto input = input_of_name_.find(column.name);
  if (input == input_of_name_.end()) return;
  std::vector<std::string> texts;
  for (size_t i = 0; i < categories.size(); ++i) {
    if (categories.missing_at != i) texts.push_back(categories.TextAt(i));
  }
  builder_->SetCategories(input->second, std::move(texts));
}

// ---- lowering of nested objects ----

void Context::Remember(const Object& keeper, const std::string& name, const TableColumn& column) {
  remembered_[{&keeper.node(), name}] = column;
}

const TableColumn* Context::Recall(const Object& keeper, const std::string& name) const {
  const auto found = remembered_.find({&keeper.node(), name});
  return found == remembered_.end() ? nullptr : &found->second;
}

const ClassLowering* Context::Find(const Object& object) const {
  if (!object.is_instance()) return nullptr;
  const std::string name = object.public_name();
  for (const ClassTable& table : tables_) {
    for (const ClassLowering& entry : table) {
      if (entry.name == name) return &entry;
    }
  }
  return nullptr;
}

bool Context::CanTransform(const Object& object) const {
  const ClassLowering* entry = Find(object);
  return entry != nullptr && entry->transform != nullptr;
}

bool Context::CanPredict(const Object& object) const {
  const ClassLowering* entry = Find(object);
  return entry != nullptr && entry->predict != nullptr;
}

void Context::NoteVersion(const Object& object) {
  Result<std::string> text = object.TextOr("_sklearn_version", "");
  if (!text.ok() || text->empty()) return;
  version_ = ParseVersion(*text);
  if (version_text_.empty()) version_text_ = *text;
}

Status Context::Enter(const Object& object) {
  if (depth_ >= kDepthMax) {
    return Status(Code::kResourceExhausted, "estimators nest deeper than " + std::to_string(kDepthMax), object.path());
  }
  if (lowerings_left_ == 0) {
    return Status(Code::kResourceExhausted, "more than " + std::to_string(kLoweringsMax) + " estimators",
                  object.path());
  }
  --lowerings_left_;
  NoteVersion(object);
  return {};
}

Result<Table> Context::Transform(const Object& object, const Table& in) {
  const ClassLowering* entry = Find(object);
  if (entry == nullptr) return Unsupported(object, "this class is not known");
  if (entry->transform == nullptr) return Unsupported(object, "this class does not transform");
  SCOREWAY_RETURN_IF_ERROR(Enter(object));
  ++depth_;
  Result<Table> out = entry->transform(*this, object, in);
  --depth_;
  return out;
}

Result<Prediction> Context::Predict(const Object& object, const Table& in) {
  const ClassLowering* entry = Find(object);
  if (entry == nullptr) return Unsupported(object, "this class is not known");
  if (entry->predict == nullptr) return Unsupported(object, "this class does not predict");
  SCOREWAY_RETURN_IF_ERROR(Enter(object));
  ++depth_;
  Result<Prediction> out = entry->predict(*this, object, in);
  --depth_;
  return out;
}

// ---- what cannot be expressed ----

Error Context::Unsupported(const Object& at, std::string reason) {
  Error error{Code::kUnsupported, Line(at, reason), {}};
  NoteAndGoOn(error);
  return error;
}

bool Context::NoteAndGoOn(const Error& error) {
  if (error.code != Code::kUnsupported) return false;
  std::string line = error.message.starts_with("unsupported:") ? error.message : "unsupported: " + error.ToString();
  if (std::find(reasons_.begin(), reasons_.end(), line) == reasons_.end()) reasons_.push_back(std::move(line));
  return true;
}

void Context::Survey(const Object& object) {
  std::set<const pickle::Node*> seen;
  SurveyInto(object, 0, &seen);
}

void Context::SurveyInto(const Object& object, int depth, std::set<const pickle::Node*>* seen) {
  if (!object.exists() || depth > kDepthMax || seen->size() > kLoweringsMax) return;
  if (object.is_sequence() || object.is_array()) {
    if (!seen->insert(&object.node()).second) return;
    Result<std::vector<Object>> items = object.Items();
    if (!items.ok()) return;
    for (const Object& item : *items) SurveyInto(item, depth + 1, seen);
    return;
  }
  if (!object.is_instance() || !seen->insert(&object.node()).second) return;
  const ClassLowering* entry = Find(object);
  if (entry == nullptr) {
    (void)Unsupported(object, "this class is not known");
    return;
  }
  if (entry->check != nullptr) (void)entry->check(*this, object);
  for (std::string_view name : kNestedAttributes) SurveyInto(object.Get(name), depth + 1, seen);
}

// ---- values ----

Result<ValueId> Context::Add(op::Params params, std::vector<ValueId> inputs, const Object& origin) {
  return builder_->Add(std::move(params), std::move(inputs), origin.path());
}

Status Context::DecideInput(const Object& user, const TableColumn& column, Type type) {
  if (!input_set_.contains(column.value)) return {};
  Status status = builder_->UseInput(column.value, type);
  if (status.ok()) return status;
  return Unsupported(user, status.error().message);
}

Result<ValueId> Context::Numbers(const Object& user, const Table& in, Type type) {
  for (const TableColumn& column : in.columns) SCOREWAY_RETURN_IF_ERROR(DecideInput(user, column, type));
  return DecidedNumbers(user, in);
}

Result<ValueId> Context::DecidedNumbers(const Object& user, const Table& in) {
  for (const TableColumn& column : in.columns) {
    if (IsOpen(column)) SCOREWAY_RETURN_IF_ERROR(DecideInput(user, column, Type::kFloat64));
    if (IsText(column)) return Unsupported(user, "a column of text ('" + column.name + "') where numbers belong");
  }
  return Assemble(user, in);
}

Result<ValueId> Context::FiniteNumbers(const Object& user, Table* in, FiniteRule rule) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, Numbers(user, *in));
  if (!rule.allow_nan) {
    for (TableColumn& column : in->columns) {
      RejectMissing(column);
      column.missing_from.clear();
    }
  }
  const std::pair<ValueId, int> key{value, (rule.allow_nan ? 1 : 0) + (rule.as_float32 ? 2 : 0)};
  if (auto found = checked_.find(key); found != checked_.end()) return found->second;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId checked,
                            Add(op::RequireFinite{rule.allow_nan, rule.as_float32, ColumnNames(*in)}, {value}, user));
  checked_.emplace(key, checked);
  return checked;
}

Result<ValueId> Context::Texts(const Object& user, const Table& in) {
  for (const TableColumn& column : in.columns) {
    SCOREWAY_RETURN_IF_ERROR(DecideInput(user, column, Type::kString));
    if (!IsText(column)) return Unsupported(user, "a column of numbers ('" + column.name + "') where text belongs");
  }
  return Assemble(user, in);
}

// One Value of exactly these columns. Values that are used whole are joined as they are; of wide values that are used
// in part only the wanted columns are taken.
Result<ValueId> Context::Assemble(const Object& user, const Table& in) {
  if (in.columns.empty()) {
    return Unsupported(user, in.by_name ? std::string(kInputsUnsaid) : "no columns are left at this point");
  }
  ColumnKey key;
  key.reserve(in.width());
  for (const TableColumn& column : in.columns) key.emplace_back(column.value, column.column);
  if (auto found = assembled_.find(key); found != assembled_.end()) return found->second;

  // Runs of columns of one Value, in order.
  std::vector<ValueId> parts;
  for (size_t begin = 0; begin < key.size();) {
    size_t end = begin + 1;
    while (end < key.size() && key[end].first == key[begin].first) ++end;
    const ValueId value = key[begin].first;
    bool whole = end - begin == width(value);
    std::vector<uint32_t> columns;
    for (size_t i = begin; i < end; ++i) {
      columns.push_back(key[i].second);
      whole = whole && key[i].second == i - begin;
    }
    if (whole) {
      parts.push_back(value);
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId part, SelectColumns(value, std::move(columns), user));
      parts.push_back(part);
    }
    begin = end;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, Concat(std::move(parts), user));
  assembled_.emplace(std::move(key), value);
  return value;
}

Result<ValueId> Context::SelectColumns(ValueId value, std::vector<uint32_t> columns, const Object& origin) {
  return Add(op::Select{std::move(columns)}, {value}, origin);
}

Result<ValueId> Context::Concat(std::vector<ValueId> values, const Object& origin) {
  if (values.size() == 1) return values[0];
  return Add(op::Concat{}, std::move(values), origin);
}

Result<Table> Context::Scaled(const Object& origin, const Table& in, double factor) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, Numbers(origin, in));
  op::Affine affine{.form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}};
  affine.factor.assign(in.width(), factor);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, Add(std::move(affine), {numbers}, origin));
  return TableOf(out, in);
}

Table Context::TableOf(ValueId value) const {
  Table table;
  for (uint32_t column = 0; column < width(value); ++column)
    table.columns.push_back(TableColumn{value, column, {}, {}});
  return table;
}

Table Context::TableOf(ValueId value, const Table& like) const {
  Table table;
  for (uint32_t column = 0; column < like.width(); ++column) {
    table.columns.push_back(TableColumn{value, column, like.columns[column].name, like.columns[column].missing_from});
  }
  return table;
}

Status Context::WantWidth(const Object& user, const Table& in, size_t width) const {
  if (in.width() == width) return {};
  return user.Corrupt("takes " + std::to_string(width) + " columns, but " + std::to_string(in.width()) + " come in");
}

std::vector<std::string> Context::ColumnNames(const Table& in) const {
  std::vector<std::string> names;
  for (const TableColumn& column : in.columns) {
    if (column.name.empty()) return {};
    names.push_back(column.name);
  }
  return names;
}

Status Context::Charge(size_t bytes, const Object& at) {
  if (bytes > bytes_left_) {
    return Status(Code::kResourceExhausted, "the model is far larger than its artifact", at.path());
  }
  bytes_left_ -= bytes;
  return {};
}

}  // namespace scoreway::sklearn
