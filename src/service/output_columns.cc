#include "service/output_columns.h"

#include "data/codec/column_names.h"

namespace scoreway {

Status FindOutputs(const Schema& outputs, std::span<const std::string> names, std::vector<size_t>* columns) {
  columns->clear();
  for (const std::string& name : names) {
    if (const auto index = outputs.Find(name, columns->size())) {
      columns->push_back(*index);
      continue;
    }
    std::vector<std::string_view> known;
    for (const Field& field : outputs.fields()) known.push_back(field.name);
    return Status(Code::kInvalidArgument,
                  "the model has no output " + Quoted(name) + DidYouMean(name, known) + "; it has " + QuotedList(known),
                  "outputs");
  }
  return {};
}

}  // namespace scoreway
