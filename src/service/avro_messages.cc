#include "service/avro_messages.h"

#include <utility>

#include "data/avro/avro_reader.h"
#include "data/avro/avro_writer.h"

namespace scoreway {
namespace {

constexpr char kMagic = 0;
constexpr size_t kFrameBytes = 5;

Status NoRegistry() {
  return Status(Code::kUnavailable, "the server was started without a schema registry (--schema-registry)");
}

}  // namespace

AvroMessages::AvroMessages(const Stream& stream, std::shared_ptr<SchemaRegistry> registry)
    : output_(stream.output), registry_(std::move(registry)), schema_(AvroSchema()) {
  if (!stream.schema.empty()) schema_ = AvroSchema::Parse(stream.schema);
}

Status AvroMessages::ReadInput(std::string_view value, std::string* json) const {
  if (!schema_.ok()) return schema_.status();
  return schema_->nodes().empty() ? ReadFramed(value, json) : AppendAvroAsJson(*schema_, value, json);
}

Status AvroMessages::ReadFramed(std::string_view value, std::string* json) const {
  if (value.size() < kFrameBytes || value[0] != kMagic) {
    return Status(Code::kInvalidArgument, "the value does not begin with a byte 0 and the number of its schema");
  }
  if (registry_ == nullptr) return NoRegistry();
  uint32_t id = 0;
  for (size_t i = 1; i < kFrameBytes; ++i) id = id << 8 | static_cast<uint8_t>(value[i]);
  SCOREWAY_ASSIGN_OR_RETURN(const auto schema, registry_->Find(static_cast<int32_t>(id)));
  return AppendAvroAsJson(*schema, value.substr(kFrameBytes), json);
}

Status AvroMessages::SetOutputs(const Schema& schema, std::span<const size_t> columns) {
  if (registry_ == nullptr) return NoRegistry();
  // As Confluent's serializers name it by default.
  SCOREWAY_ASSIGN_OR_RETURN(const int32_t id,
                            registry_->Register(output_ + "-value", AvroSchemaOf(schema, columns, output_)));
  frame_.assign(1, kMagic);
  for (const int shift : {24, 16, 8, 0}) frame_.push_back(static_cast<char>(static_cast<uint32_t>(id) >> shift));
  return {};
}

std::string AvroMessages::WriteOutput(const Batch& batch, std::span<const size_t> columns, size_t row) const {
  std::string value = frame_;
  AppendAvroRow(batch, columns, row, &value);
  return value;
}

}  // namespace scoreway
