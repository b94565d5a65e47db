#include <algorithm>
#include <limits>

#include "model/model.h"

namespace scoreway {
namespace {

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

constexpr ValueKind KindOf(Type type) { return IsText(type) ? ValueKind::kText : ValueKind::kNumber; }

}  // namespace

ValueId ModelBuilder::AddInput(std::string name) {
  const ValueId value = static_cast<ValueId>(values_.size());
  values_.push_back({ValueShape{ValueKind::kNumber, 1}, false});
  input_of_value_.push_back(static_cast<uint32_t>(inputs_.size()));
  input_values_.push_back(value);
  inputs_.push_back(InputField{.name = std::move(name), .categories = {}});
  return value;
}

Status ModelBuilder::UseInput(ValueId input, Type type) {
  SCOREWAY_CHECK(input < values_.size() && input_of_value_[input] != kNone);
  InputField& field = inputs_[input_of_value_[input]];
  if (!values_[input].decided) {
    values_[input] = {ValueShape{KindOf(type), 1}, true};
    field.type = type;
    field.used = true;
    return {};
  }
  if (field.type == type) return {};
  if (KindOf(field.type) != KindOf(type)) {
    return Status(Code::kInvalidArgument, "input '" + field.name + "' is used both as " +
                                              std::string(TypeName(field.type)) + " and as " +
                                              std::string(TypeName(type)));
  }
  field.type = Type::kFloat64;
  return {};
}

void ModelBuilder::SetMissingRule(ValueId input, MissingRule rule) { inputs_[input_of_value_[input]].missing = rule; }

void ModelBuilder::SetCategories(ValueId input, std::vector<std::string> categories) {
  inputs_[input_of_value_[input]].categories = std::move(categories);
}

const InputField& ModelBuilder::input(ValueId input) const { return inputs_[input_of_value_[input]]; }

Result<ValueId> ModelBuilder::Add(op::Params params, std::vector<ValueId> inputs, std::string origin) {
  std::vector<ValueShape> shapes;
  shapes.reserve(inputs.size());
  for (ValueId input : inputs) {
    SCOREWAY_CHECK(input < values_.size());
    if (!values_[input].decided) {
      return Error{Code::kInternal, "input '" + this->input(input).name + "' has no type yet", origin};
    }
    shapes.push_back(values_[input].shape);
  }
  Result<ValueShape> shape = InferShape(params, shapes);
  if (!shape.ok()) return AtPlace(origin, std::move(shape).error());

  const ValueId output = static_cast<ValueId>(values_.size());
  values_.push_back({*shape, true});
  input_of_value_.push_back(kNone);
  operators_.push_back(Operator{std::move(params), std::move(inputs), output, std::move(origin)});
  return output;
}

Status ModelBuilder::AddOutput(std::string name, Type type, ValueId value, uint32_t column) {
  SCOREWAY_CHECK(value < values_.size());
  const ValueShape shape = values_[value].shape;
  if (!values_[value].decided || shape.kind != KindOf(type) || column >= shape.width) {
    return Status(Code::kCorrupt,
                  "output '" + name + "' of type " + std::string(TypeName(type)) + " does not fit its value");
  }
  outputs_.push_back(OutputField{std::move(name), type, value, column});
  return {};
}

Result<Model> ModelBuilder::Build() && {
  if (outputs_.empty()) return Error{Code::kCorrupt, "the model has no outputs", {}};

  // What the outputs need, found backwards: operators only use values made before them.
  SCOREWAY_CHECK(!program_ || operators_.empty());
  std::vector<bool> needed(values_.size(), program_.has_value());
  if (!program_) {
    for (const OutputField& output : outputs_) needed[output.value] = true;
  }
  for (size_t i = operators_.size(); i-- > 0;) {
    if (!needed[operators_[i].output]) continue;
    for (ValueId input : operators_[i].inputs) needed[input] = true;
  }

  Model model;
  std::vector<ValueId> renumbered(values_.size(), kNone);
  for (size_t i = 0; i < inputs_.size(); ++i) {
    InputField& field = inputs_[i];
    const ValueId old = input_values_[i];
    field.used = values_[old].decided && needed[old];
    if (!field.used) field.missing = MissingRule::kModel;
    renumbered[old] = static_cast<ValueId>(model.values_.size());
    model.values_.push_back(ValueShape{KindOf(field.type), 1});
  }
  for (Operator& op : operators_) {
    if (!needed[op.output]) continue;
    for (ValueId& input : op.inputs) input = renumbered[input];
    renumbered[op.output] = static_cast<ValueId>(model.values_.size());
    model.values_.push_back(values_[op.output].shape);
    op.output = renumbered[op.output];
    model.operators_.push_back(std::move(op));
  }
  if (!program_) {
    for (OutputField& output : outputs_) output.value = renumbered[output.value];
  }

  std::vector<Field> input_fields, output_fields;
  for (const InputField& field : inputs_) input_fields.push_back(Field{field.name, field.type});
  for (const OutputField& field : outputs_) output_fields.push_back(Field{field.name, field.type});
  SCOREWAY_ASSIGN_OR_RETURN(model.input_schema_, Schema::Make(std::move(input_fields)));
  SCOREWAY_ASSIGN_OR_RETURN(model.output_schema_, Schema::Make(std::move(output_fields)));
  model.signature_ = Signature{std::move(inputs_), std::move(outputs_), inputs_named_};
  model.provenance_ = std::move(provenance_);
  model.program_ = std::move(program_);
  model.operators_.shrink_to_fit();
  return model;
}

}  // namespace scoreway
