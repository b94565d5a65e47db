// AvroMessages: values of messages that are Avro, in and out.
//
// Where the stream says their schema, a value is a bare one of it. Else it is framed as Confluent's serializers do it:
// a byte 0, the number of its schema in the registry, four bytes with the highest first, and the value.
// Source: Confluent Schema Registry documentation, "Wire format".
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/batch.h"
#include "service/schema_registry.h"
#include "streams/stream.h"

namespace scoreway {

class AvroMessages {
 public:
  // A null registry: there is none, and what needs one is kUnavailable.
  AvroMessages(const Stream& stream, std::shared_ptr<SchemaRegistry> registry);

  // Appends a value of the input as JSON on one line. kInvalidArgument: it is wrong; kUnavailable: its schema cannot be
  // had now.
  Status ReadInput(std::string_view value, std::string* json) const;
  // The same of the output.
  Status ReadOutput(std::string_view value, std::string* json) const { return ReadFramed(value, json); }
  // Answers are of these columns from now on. Asks the registry.
  Status SetOutputs(const Schema& schema, std::span<const size_t> columns);
  // A row of them, as a value of the output.
  std::string WriteOutput(const Batch& batch, std::span<const size_t> columns, size_t row) const;

 private:
  Status ReadFramed(std::string_view value, std::string* json) const;

  const std::string output_;
  const std::shared_ptr<SchemaRegistry> registry_;
  Result<AvroSchema> schema_;  // of the input, where the stream says it
  std::string frame_;          // of the output
};

}  // namespace scoreway
