// Whatever the bytes, importing ends in a model or an error; a model can be planned and answers a row, or says why not.
#include <cstdint>

#include "importers/importer.h"
#include "score/plan.h"

namespace scoreway {
namespace {

// One row of zeros and empty texts, and one of missing cells.
void AppendRows(const Schema& schema, Batch* batch) {
  for (size_t i = 0; i < schema.size(); ++i) {
    Column& column = batch->column(i);
    if (IsText(column.type())) {
      column.AppendString("");
    } else {
      column.AppendNumber(0);
    }
    column.AppendNull();
  }
}

void Score(std::shared_ptr<const Model> model) {
  Result<std::shared_ptr<const Plan>> plan = Plan::Make(std::move(model));
  if (!plan.ok()) return;
  Batch input((*plan)->input_schema());
  Batch output((*plan)->output_schema());
  AppendRows(*(*plan)->input_schema(), &input);
  const ScratchPtr scratch = (*plan)->MakeScratch();
  (void)(*plan)->Run(input, *scratch, &output);
}

}  // namespace
}  // namespace scoreway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto bytes = std::make_shared<const std::string>(reinterpret_cast<const char*>(data), size);
  auto model = scoreway::ImportModel(std::move(bytes), {.unpacked_bytes_max = uint64_t{16} << 20});
  if (model.ok()) scoreway::Score(std::move(model).value());
  return 0;
}
