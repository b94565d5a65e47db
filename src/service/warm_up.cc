#include "service/warm_up.h"

namespace scoreway {
namespace {

void AppendTypical(const InputField* input, Column* column) {
  if (!IsText(column->type())) return column->AppendNumber(1);
  if (column->type() == Type::kList) return column->AppendString("[]");
  column->AppendString(input != nullptr && !input->categories.empty() ? input->categories.front() : "");
}

}  // namespace

void WarmUp(const LoadedModel& model) {
  Batch row(model.scorer->input_schema());
  const std::vector<InputField>& inputs = model.model->signature().inputs;
  for (size_t i = 0; i < row.column_count(); ++i) {
    AppendTypical(i < inputs.size() ? &inputs[i] : nullptr, &row.column(i));
  }
  Batch outputs(model.scorer->output_schema());
  const ScratchPtr scratch = model.scorer->MakeScratch();
  (void)model.scorer->Run(row, *scratch, &outputs);
}

}  // namespace scoreway
