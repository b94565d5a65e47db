// SchemaRegistry: where the schemas of a cluster's messages are kept under numbers, as Confluent's Schema Registry and
// those that speak its protocol do. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "data/avro/avro_schema.h"

namespace scoreway {

class SchemaRegistry {
 public:
  virtual ~SchemaRegistry() = default;

  // kInvalidArgument: there is none of this number, or none that can be read; kUnavailable: the registry does not
  // answer.
  virtual Result<std::shared_ptr<const AvroSchema>> Find(int32_t id) = 0;
  // The number of the schema, which becomes the newest one of the subject where it is not one of it yet. kConflict: it
  // does not go with those before it, as the registry sees it; kUnavailable as above.
  virtual Result<int32_t> Register(const std::string& subject, const std::string& schema) = 0;
};

}  // namespace scoreway
