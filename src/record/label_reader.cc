#include "record/label_reader.h"

#include <algorithm>

#include "base/utc_time.h"
#include "data/codec/json_members.h"

namespace scoreway {
namespace {

constexpr size_t kReadBytes = 64 * 1024;
constexpr size_t kLineBytesMax = 2 * kLabelBytesMax;

std::shared_ptr<const Schema> CsvSchema() {
  return *Schema::Make({{"label", Type::kString},
                        {"prediction_id", Type::kString},
                        {"row", Type::kInt64},
                        {"key", Type::kString},
                        {"time", Type::kString}});
}

Status SetTime(std::string_view text, Label* label) {
  const auto micros = ParseUtc(text);
  if (!micros) return Status(Code::kInvalidArgument, "not a time such as 2026-03-01T12:00:00Z", "member 'time'");
  label->time_micros = *micros;
  return {};
}

Status SetRow(int64_t row, Label* label) {
  if (row < 1 || row > UINT32_MAX) {
    return Status(Code::kInvalidArgument, "rows of a prediction count from 1", "member 'row'");
  }
  label->row = static_cast<uint32_t>(row);
  return {};
}

Status NotA(std::string_view what, std::string_view member) {
  return Status(Code::kInvalidArgument, "not " + std::string(what), "member '" + std::string(member) + "'");
}

Status ReadMember(std::string_view name, const simdjson::dom::element& value, Label* label) {
  std::string_view text;
  int64_t number = 0;
  if (name == "label") {
    label->value = simdjson::minify(value);
  } else if (name == "prediction_id" || name == "key") {
    if (value.get(text)) return NotA("a text", name);
    (name == "key" ? label->key : label->prediction_id) = text;
  } else if (name == "row") {
    if (value.get(number)) return NotA("a whole number", name);
    return SetRow(number, label);
  } else if (name == "time") {
    if (value.get(text)) return NotA("a text", name);
    return SetTime(text, label);
  } else {
    return NotA("known; known are prediction_id, row, key, label and time", name);
  }
  return {};
}

Result<Label> LabelOf(const simdjson::dom::element& element, std::string_view key = {}) {
  simdjson::dom::object object;
  if (element.get(object)) return Error{Code::kInvalidArgument, "a label is a JSON object", {}};
  Label label;
  for (const auto& [name, value] : object) {
    if (!value.is_null()) SCOREWAY_RETURN_IF_ERROR(ReadMember(name, value, &label));
  }
  if (label.prediction_id.empty() && label.key.empty()) label.key = key;
  SCOREWAY_RETURN_IF_ERROR(CheckLabel(label));
  return label;
}

// A number, true or false as such, any other text as a text.
std::string ValueOfText(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element value;
  const bool is_json = !parser.parse(text.data(), text.size()).get(value);
  if (is_json && (value.is_number() || value.is_bool())) return simdjson::minify(value);
  std::string json;
  AppendJsonString(text, &json);
  return json;
}

Result<Label> LabelOf(const Batch& rows, size_t row) {
  const auto text = [&](size_t column) {
    return rows.column(column).valid(row) ? rows.column(column).string_at(row) : std::string_view();
  };
  Label label;
  if (rows.column(0).valid(row)) label.value = ValueOfText(text(0));
  label.prediction_id = text(1);
  if (rows.column(2).valid(row)) SCOREWAY_RETURN_IF_ERROR(SetRow(rows.column(2).int64s()[row], &label));
  label.key = text(3);
  if (!text(4).empty()) SCOREWAY_RETURN_IF_ERROR(SetTime(text(4), &label));
  SCOREWAY_RETURN_IF_ERROR(CheckLabel(label));
  return label;
}

}  // namespace

LabelReader::LabelReader(ByteSource* source, LabelForm form) : source_(source), form_(form) {
  if (form == LabelForm::kJsonLines) return;
  CsvReadOptions options;
  options.may_be_absent = {false, true, true, true, true};
  csv_ = std::make_unique<CsvReader>(source, CsvSchema(), std::move(options));
  rows_ = std::make_unique<Batch>(CsvSchema());
}

Result<bool> LabelReader::Next(std::vector<Label>* labels, size_t count_max) {
  return form_ == LabelForm::kCsv ? NextOfCsv(labels, count_max) : NextOfLines(labels, count_max);
}

Result<bool> LabelReader::NextOfCsv(std::vector<Label>* labels, size_t count_max) {
  if (line_ == 0) {
    SCOREWAY_RETURN_IF_ERROR(csv_->Open());
    if (!csv_->ignored_columns().empty()) {
      return Error{Code::kInvalidArgument, "unknown; known are prediction_id, row, key, label and time",
                   "column '" + csv_->ignored_columns().front() + "'"};
    }
    line_ = 1;
  }
  rows_->Clear();
  SCOREWAY_ASSIGN_OR_RETURN(const bool any, csv_->Next(rows_.get(), count_max));
  for (size_t row = 0; row < rows_->rows(); ++row) {
    Result<Label> label = LabelOf(*rows_, row);
    if (!label.ok()) return AtPlace("label " + std::to_string(line_), std::move(label).error());
    ++line_;
    labels->push_back(std::move(*label));
  }
  return any;
}

Result<bool> LabelReader::NextLine(std::string* line) {
  while (true) {
    const size_t end = buffer_.find('\n', buffer_begin_);
    if (end != std::string::npos || (at_end_ && buffer_begin_ < buffer_.size())) {
      const size_t line_end = std::min(end, buffer_.size());
      line->assign(buffer_, buffer_begin_, line_end - buffer_begin_);
      buffer_begin_ = std::min(line_end + 1, buffer_.size());
      ++line_;
      return true;
    }
    if (at_end_) return false;
    buffer_.erase(0, buffer_begin_);
    buffer_begin_ = 0;
    if (buffer_.size() > kLineBytesMax) {
      return Error{Code::kInvalidArgument, "the line is longer than a label can be",
                   "line " + std::to_string(line_ + 1)};
    }
    const size_t had = buffer_.size();
    buffer_.resize(had + kReadBytes);
    SCOREWAY_ASSIGN_OR_RETURN(const size_t read, source_->Read(buffer_.data() + had, kReadBytes));
    buffer_.resize(had + read);
    at_end_ = read == 0;
  }
}

Result<bool> LabelReader::NextOfLines(std::vector<Label>* labels, size_t count_max) {
  simdjson::dom::parser parser;
  std::string line;
  bool any = false;
  for (size_t count = 0; count < count_max;) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, NextLine(&line));
    if (!more) break;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    simdjson::dom::element element;
    const bool is_json = !parser.parse(line).get(element);
    Result<Label> label = is_json ? LabelOf(element) : Error{Code::kInvalidArgument, "not JSON", {}};
    if (!label.ok()) return AtPlace("line " + std::to_string(line_), std::move(label).error());
    labels->push_back(std::move(*label));
    any = true;
    ++count;
  }
  return any;
}

Result<std::vector<Label>> ReadLabelsJson(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(json.data(), json.size()).get(object)) {
    return Error{Code::kInvalidArgument, "the body is not a JSON object", "body"};
  }
  std::vector<Label> labels;
  bool has_labels = false;
  for (const auto& [name, value] : object) {
    simdjson::dom::array array;
    if (name != "labels" || value.get(array)) return NotA("a list of labels, or not known", name).error();
    has_labels = true;
    for (const simdjson::dom::element element : array) {
      Result<Label> label = LabelOf(element);
      if (!label.ok()) return AtPlace("label " + std::to_string(labels.size() + 1), std::move(label).error());
      labels.push_back(std::move(*label));
    }
  }
  if (!has_labels) return Error{Code::kInvalidArgument, "the member 'labels' is missing", "body"};
  return labels;
}

Result<Label> ReadLabelJson(std::string_view json, std::string_view key) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  if (parser.parse(json.data(), json.size()).get(element)) {
    return Error{Code::kInvalidArgument, "the value is not JSON", {}};
  }
  return LabelOf(element, key);
}

void WriteJson(const Label& label, JsonWriter* json) {
  json->BeginObject();
  if (label.key.empty()) {
    json->StringField("prediction_id", label.prediction_id);
    json->UintField("row", label.row);
  } else {
    json->StringField("key", label.key);
  }
  json->RawField("label", label.value);
  json->StringField("time", FormatUtc(label.time_micros));
  json->StringField("arrived", FormatUtc(label.arrival_micros));
  json->StringField("who", label.who);
  json->EndObject();
}

}  // namespace scoreway
