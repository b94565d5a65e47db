#include "record/prediction_chunk.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "base/write_number.h"

namespace scoreway {
namespace {

constexpr uint8_t kFormat = 1;
constexpr uint8_t kShadow = 1;
// Of a prediction: size, time, latency, row and flags.
constexpr size_t kFixedBytes = 4 + 8 + 4 + 4 + 1;

void WriteText(std::string_view text, ByteWriter* writer) {
  text = text.substr(0, UINT16_MAX);
  writer->Write(static_cast<uint16_t>(text.size()));
  writer->WriteBytes(text);
}

Status ReadText(ByteReader* reader, std::string_view* text) {
  uint16_t size = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&size));
  return reader->ReadView(size, text);
}

void PutText(std::string_view text, char** at) {
  text = text.substr(0, UINT16_MAX);
  WriteNumber(static_cast<uint16_t>(text.size()), at);
  *at = std::copy(text.begin(), text.end(), *at);
}

void WriteFields(const Schema& schema, ByteWriter* writer) {
  writer->Write(static_cast<uint16_t>(schema.size()));
  for (const Field& field : schema.fields()) {
    writer->Write(static_cast<uint8_t>(field.type));
    WriteText(field.name, writer);
  }
}

Status ReadFields(ByteReader* reader, std::vector<Field>* fields) {
  uint16_t count = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&count));
  for (uint16_t i = 0; i < count; ++i) {
    uint8_t type = 0;
    std::string_view name;
    SCOREWAY_RETURN_IF_ERROR(reader->Read(&type));
    SCOREWAY_RETURN_IF_ERROR(ReadText(reader, &name));
    if (type > static_cast<uint8_t>(kLastType)) {
      return Status(Code::kCorrupt, "unknown type " + std::to_string(type) + " of a logged column");
    }
    fields->push_back({std::string(name), static_cast<Type>(type)});
  }
  return {};
}

Status ParseHead(ByteReader* reader, PredictionHead* head) {
  uint32_t size = 0;
  uint8_t flags = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&size));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&head->time_micros));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&head->latency_micros));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&head->row));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&flags));
  head->is_shadow = (flags & kShadow) != 0;
  for (std::string_view* text : {&head->id, &head->key, &head->alias, &head->caller, &head->trace_id}) {
    SCOREWAY_RETURN_IF_ERROR(ReadText(reader, text));
  }
  return {};
}

Status CheckEnd(const ByteReader& reader) {
  return reader.at_end() ? Status() : Status(Code::kCorrupt, "bytes are left behind a logged prediction");
}

}  // namespace

std::string EncodeChunkHead(const PredictionTarget& target) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.Write(kFormat);
  writer.Write(target.version);
  WriteFields(*target.inputs, &writer);
  WriteFields(*target.outputs, &writer);
  return bytes;
}

void AppendPrediction(const PredictionHead& head, const Batch& inputs, const Batch& outputs, size_t row,
                      std::string* out) {
  const std::string_view texts[] = {head.id, head.key, head.alias, head.caller, head.trace_id};
  const size_t begin = out->size();
  size_t bytes = kFixedBytes;
  for (const std::string_view text : texts) bytes += sizeof(uint16_t) + std::min<size_t>(text.size(), UINT16_MAX);
  out->resize(begin + bytes);
  char* at = out->data() + begin + sizeof(uint32_t);
  WriteNumber(head.time_micros, &at);
  WriteNumber(head.latency_micros, &at);
  WriteNumber(head.row, &at);
  WriteNumber(head.is_shadow ? kShadow : uint8_t{0}, &at);
  for (const std::string_view text : texts) PutText(text, &at);
  AppendPackedRow(inputs, row, out);
  AppendPackedRow(outputs, row, out);
  const auto size = static_cast<uint32_t>(out->size() - begin - sizeof(uint32_t));
  std::memcpy(out->data() + begin, &size, sizeof size);
}

int64_t FirstPredictionTime(std::string_view predictions) { return LoadAt<int64_t>(predictions, sizeof(uint32_t)); }

Result<PredictionChunk> PredictionChunk::Parse(std::string bytes) {
  PredictionChunk chunk;
  chunk.bytes_ = std::move(bytes);
  SCOREWAY_RETURN_IF_ERROR(chunk.ParseBytes());
  return chunk;
}

Status PredictionChunk::ParseBytes() {
  ByteReader reader(bytes_);
  uint8_t format = 0;
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&format));
  if (format != kFormat) {
    return Status(Code::kCorrupt, "unknown format " + std::to_string(format) + " of logged predictions");
  }
  SCOREWAY_RETURN_IF_ERROR(reader.Read(&version_));
  SCOREWAY_RETURN_IF_ERROR(ReadFields(&reader, &inputs_));
  SCOREWAY_RETURN_IF_ERROR(ReadFields(&reader, &outputs_));
  while (!reader.at_end()) {
    offsets_.push_back(reader.offset());
    uint32_t size = 0;
    std::string_view prediction;
    SCOREWAY_RETURN_IF_ERROR(reader.Read(&size));
    SCOREWAY_RETURN_IF_ERROR(reader.ReadView(size, &prediction));
  }
  return {};
}

size_t PredictionChunk::BytesOf(size_t index) const {
  return sizeof(uint32_t) + LoadAt<uint32_t>(bytes_, offsets_[index]);
}

std::string_view PredictionChunk::BytesAt(size_t index) const {
  return std::string_view(bytes_).substr(offsets_[index], BytesOf(index));
}

Status PredictionChunk::Read(size_t index, LoggedPrediction* prediction) const {
  const std::string_view bytes = BytesAt(index);
  ByteReader reader(bytes);
  SCOREWAY_RETURN_IF_ERROR(ParseHead(&reader, &prediction->head));
  SCOREWAY_RETURN_IF_ERROR(prediction->inputs.Parse(&reader, bytes, inputs_));
  SCOREWAY_RETURN_IF_ERROR(prediction->outputs.Parse(&reader, bytes, outputs_));
  return CheckEnd(reader);
}

Status PredictionChunk::ReadHead(size_t index, PredictionHead* head) const {
  ByteReader reader(BytesAt(index));
  return ParseHead(&reader, head);
}

Status PredictionChunk::AppendCells(size_t index, Batch* inputs, Batch* outputs) const {
  ByteReader reader(BytesAt(index));
  PredictionHead head;
  SCOREWAY_RETURN_IF_ERROR(ParseHead(&reader, &head));
  SCOREWAY_RETURN_IF_ERROR(ReadPackedRow(&reader, inputs));
  SCOREWAY_RETURN_IF_ERROR(ReadPackedRow(&reader, outputs));
  return CheckEnd(reader);
}

}  // namespace scoreway
