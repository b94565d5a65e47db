#include "learn/model_edit.h"

namespace scoreway::learn {
namespace {

// Inputs and operators of a model once more; values keep their numbers.
Result<ModelBuilder> Rebuild(const Model& model, const std::map<size_t, op::Params>& params) {
  ModelBuilder builder(model.provenance());
  builder.set_inputs_named(model.signature().inputs_named);
  for (const InputField& field : model.signature().inputs) {
    const ValueId input = builder.AddInput(field.name);
    SCOREWAY_RETURN_IF_ERROR(builder.UseInput(input, field.type));
    builder.SetMissingRule(input, field.missing);
    builder.SetCategories(input, field.categories);
  }
  for (size_t i = 0; i < model.operators().size(); ++i) {
    const Operator& operation = model.operators()[i];
    const auto changed = params.find(i);
    const op::Params& own = changed == params.end() ? operation.params : changed->second;
    SCOREWAY_RETURN_IF_ERROR(builder.Add(own, operation.inputs, operation.origin).status());
  }
  return builder;
}

}  // namespace

Result<Model> ModelOfValues(const Model& model, const std::vector<ValueId>& values) {
  SCOREWAY_ASSIGN_OR_RETURN(ModelBuilder builder, Rebuild(model, {}));
  size_t count = 0;
  for (const ValueId value : values) {
    for (uint32_t column = 0; column < model.values()[value].width; ++column) {
      SCOREWAY_RETURN_IF_ERROR(builder.AddOutput("c" + std::to_string(count++), Type::kFloat64, value, column));
    }
  }
  return std::move(builder).Build();
}

Result<Model> ModelOfColumns(const Model& model, const std::vector<ValueId>& values,
                             const std::vector<std::string>& names) {
  SCOREWAY_ASSIGN_OR_RETURN(ModelBuilder builder, Rebuild(model, {}));
  std::vector<ValueId> columns = values;
  while (columns.size() < names.size()) {
    columns.push_back(builder.AddInput(names[columns.size()]));
    SCOREWAY_RETURN_IF_ERROR(builder.UseInput(columns.back(), Type::kFloat64));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, builder.Add(op::Concat{}, columns, "columns"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId checked,
                            builder.Add(op::RequireFinite{false, false, names}, {all}, "columns"));
  for (uint32_t column = 0; column < names.size(); ++column) {
    SCOREWAY_RETURN_IF_ERROR(builder.AddOutput("c" + std::to_string(column), Type::kFloat64, checked, column));
  }
  return std::move(builder).Build();
}

Result<Model> WithParams(const Model& model, const std::map<size_t, op::Params>& params) {
  SCOREWAY_ASSIGN_OR_RETURN(ModelBuilder builder, Rebuild(model, params));
  for (const OutputField& output : model.signature().outputs) {
    SCOREWAY_RETURN_IF_ERROR(builder.AddOutput(output.name, output.type, output.value, output.column));
  }
  return std::move(builder).Build();
}

}  // namespace scoreway::learn
