#include "record/prediction_table.h"

#include <algorithm>
#include <utility>

#include "base/utc_time.h"
#include "data/codec/json_members.h"

namespace scoreway {
namespace {

constexpr char kInputPrefix[] = "input.";
constexpr char kOutputPrefix[] = "output.";

// The columns that every table has, in the order of AddHead; the label's stand behind them.
const std::vector<Field>& HeadFields() {
  static const std::vector<Field> fields = {{"time", Type::kString},   {"prediction_id", Type::kString},
                                            {"row", Type::kInt64},     {"key", Type::kString},
                                            {"version", Type::kInt64}, {"alias", Type::kString},
                                            {"caller", Type::kString}, {"trace_id", Type::kString},
                                            {"shadow", Type::kBool},   {"latency_ms", Type::kFloat64}};
  return fields;
}

size_t LabelColumn() { return HeadFields().size(); }

void AppendOptionalText(std::string_view text, Column* column) {
  text.empty() ? column->AppendNull() : column->AppendString(text);
}

simdjson::dom::element ParseValue(simdjson::dom::parser* parser, const Label& label) {
  simdjson::dom::element value;
  // Checked when it was stored.
  if (parser->parse(label.value.data(), label.value.size()).get(value)) value = {};
  return value;
}

Type TypeOf(const simdjson::dom::element& value) {
  if (value.is_array()) return Type::kList;
  if (value.is_bool()) return Type::kBool;
  return value.is_number() ? Type::kFloat64 : Type::kString;
}

}  // namespace

PredictionTable::PredictionTable(bool with_labels) : with_labels_(with_labels) {
  for (const Field& field : HeadFields()) AddColumn(field.name, field.type);
  if (!with_labels) return;
  AddColumn("label", Type::kString);
  AddColumn("label_time", Type::kString);
}

// With nulls for the rows that are there already.
Column& PredictionTable::AddColumn(std::string name, Type type) {
  index_of_name_.emplace(name, columns_.size());
  fields_.push_back({std::move(name), type});
  Column& column = columns_.emplace_back(type);
  for (size_t row = 0; row < rows_; ++row) column.AppendNull();
  return column;
}

bool PredictionTable::Fits(const std::string& prefix, const std::vector<Field>& fields) const {
  return std::ranges::all_of(fields, [&](const Field& field) {
    const auto found = index_of_name_.find(prefix + field.name);
    return found == index_of_name_.end() || fields_[found->second].type == field.type;
  });
}

std::vector<size_t> PredictionTable::Place(const std::string& prefix, const std::vector<Field>& fields) {
  std::vector<size_t> columns;
  for (const Field& field : fields) {
    const std::string name = prefix + field.name;
    const auto found = index_of_name_.find(name);
    columns.push_back(found == index_of_name_.end() ? columns_.size() : found->second);
    if (found == index_of_name_.end()) AddColumn(name, field.type);
  }
  return columns;
}

bool PredictionTable::Begin(const PredictionChunk& chunk) {
  if (!Fits(kInputPrefix, chunk.inputs()) || !Fits(kOutputPrefix, chunk.outputs())) return false;
  inputs_ = Place(kInputPrefix, chunk.inputs());
  outputs_ = Place(kOutputPrefix, chunk.outputs());
  return true;
}

bool PredictionTable::Add(const PredictionChunk& chunk, const LoggedPrediction& prediction, const Label* label) {
  if (label != nullptr) {
    simdjson::dom::parser parser;
    const Type type = TypeOf(ParseValue(&parser, *label));
    Field& field = fields_[LabelColumn()];
    if (has_label_ && field.type != type) return false;
    if (!has_label_) {
      has_label_ = true;
      field.type = type;
      columns_[LabelColumn()] = Column(type);
      for (size_t row = 0; row < rows_; ++row) columns_[LabelColumn()].AppendNull();
    }
  }
  AddHead(chunk, prediction.head);
  if (with_labels_) AddLabel(label);
  for (size_t i = 0; i < inputs_.size(); ++i) prediction.inputs.AppendTo(i, &columns_[inputs_[i]]);
  for (size_t i = 0; i < outputs_.size(); ++i) prediction.outputs.AppendTo(i, &columns_[outputs_[i]]);
  ++rows_;
  // What other versions have and this one lacks.
  for (Column& column : columns_) {
    if (column.size() < rows_) column.AppendNull();
  }
  return true;
}

void PredictionTable::AddHead(const PredictionChunk& chunk, const PredictionHead& head) {
  Column* column = columns_.data();
  column++->AppendString(FormatUtc(head.time_micros));
  column++->AppendString(head.id);
  column++->AppendInt64(head.row);
  AppendOptionalText(head.key, column++);
  column++->AppendInt64(chunk.version());
  AppendOptionalText(head.alias, column++);
  AppendOptionalText(head.caller, column++);
  AppendOptionalText(head.trace_id, column++);
  column++->AppendBool(head.is_shadow);
  column->AppendFloat64(static_cast<double>(head.latency_micros) / 1e3);
}

void PredictionTable::AddLabel(const Label* label) {
  if (label == nullptr) return;  // null, as what else is lacking
  Column& column = columns_[LabelColumn()];
  simdjson::dom::parser parser;
  const simdjson::dom::element value = ParseValue(&parser, *label);
  double number = 0;
  bool truth = false;
  std::string_view text;
  if (!value.get(number)) {
    column.AppendFloat64(number);
  } else if (!value.get(truth)) {
    column.AppendBool(truth);
  } else if (!value.get(text)) {
    column.AppendString(text);
  } else {
    column.AppendString(label->value);
  }
  columns_[LabelColumn() + 1].AppendString(FormatUtc(label->time_micros));
}

Batch PredictionTable::Finish() && {
  // The names are distinct: heads have no dot, and those of inputs and outputs are by their prefixes.
  Batch batch(*Schema::Make(std::move(fields_)));
  for (size_t i = 0; i < columns_.size(); ++i) batch.column(i) = std::move(columns_[i]);
  return batch;
}

}  // namespace scoreway
