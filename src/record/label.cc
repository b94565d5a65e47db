#include "record/label.h"

#include "base/bytes.h"
#include "base/utf8.h"
#include "data/codec/json_members.h"

namespace scoreway {
namespace {

constexpr uint8_t kFormat = 1;

void WriteText(std::string_view text, ByteWriter* writer) {
  writer->Write(static_cast<uint32_t>(text.size()));
  writer->WriteBytes(text);
}

Status ReadText(ByteReader* reader, std::string* text) {
  uint32_t size = 0;
  std::string_view view;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&size));
  SCOREWAY_RETURN_IF_ERROR(reader->ReadView(size, &view));
  text->assign(view);
  return {};
}

bool IsScalar(const simdjson::dom::element& value) { return value.is_number() || value.is_string() || value.is_bool(); }

bool IsLabelValue(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::element value;
  if (parser.parse(json.data(), json.size()).get(value)) return false;
  simdjson::dom::array items;
  if (value.get(items)) return IsScalar(value);
  for (const simdjson::dom::element item : items) {
    if (!IsScalar(item)) return false;
  }
  return true;
}

}  // namespace

std::string PredictionSubject(std::string_view prediction_id, uint32_t row) {
  return std::string("i/").append(prediction_id).append("/").append(std::to_string(row));
}

std::string KeySubject(std::string_view key) { return std::string("k/").append(key); }

std::string SubjectOf(const Label& label) {
  return label.key.empty() ? PredictionSubject(label.prediction_id, label.row) : KeySubject(label.key);
}

Status CheckLabel(const Label& label) {
  if (label.prediction_id.empty() == label.key.empty()) {
    return Status(Code::kInvalidArgument, "a label names either a prediction_id or a key");
  }
  for (const std::string& text : {label.prediction_id, label.key}) {
    if (text.size() > kSubjectBytesMax || !IsUtf8(text)) {
      return Status(Code::kInvalidArgument,
                    "a prediction_id or key has at most " + std::to_string(kSubjectBytesMax) + " bytes of UTF-8");
    }
  }
  if (label.row == 0) return Status(Code::kInvalidArgument, "rows of a prediction count from 1");
  if (label.time_micros < 0) return Status(Code::kInvalidArgument, "the time lies before 1970");
  if (label.value.size() > kLabelBytesMax) {
    return Status(Code::kInvalidArgument, "the label has more than " + std::to_string(kLabelBytesMax) + " bytes");
  }
  if (!IsLabelValue(label.value)) {
    return Status(Code::kInvalidArgument, "a label is a number, a text, true, false, or a list of these");
  }
  return {};
}

void AppendLabel(const Label& label, std::string* out) {
  ByteWriter writer(out);
  writer.Write(kFormat);
  writer.Write(label.row);
  writer.Write(label.time_micros);
  writer.Write(label.arrival_micros);
  for (const std::string* text : {&label.prediction_id, &label.key, &label.value, &label.who}) {
    WriteText(*text, &writer);
  }
}

Result<std::vector<Label>> ParseLabels(std::string_view bytes) {
  std::vector<Label> labels;
  ByteReader reader(bytes);
  while (!reader.at_end()) {
    uint8_t format = 0;
    Label label;
    SCOREWAY_RETURN_IF_ERROR(reader.Read(&format));
    if (format != kFormat) {
      return Status(Code::kCorrupt, "unknown format " + std::to_string(format) + " of a stored label");
    }
    SCOREWAY_RETURN_IF_ERROR(reader.Read(&label.row));
    SCOREWAY_RETURN_IF_ERROR(reader.Read(&label.time_micros));
    SCOREWAY_RETURN_IF_ERROR(reader.Read(&label.arrival_micros));
    for (std::string* text : {&label.prediction_id, &label.key, &label.value, &label.who}) {
      SCOREWAY_RETURN_IF_ERROR(ReadText(&reader, text));
    }
    labels.push_back(std::move(label));
  }
  return labels;
}

}  // namespace scoreway
