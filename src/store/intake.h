// Intake: models that others have written into the database with its own tools, waiting to become versions.
//
// A Store may have one (Store::intake). What is written there is foreign: the caller limits and checks it. Errors are
// those of the Store. Thread-safe; should two processes take the same model in, both do the same.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

struct IntakeModel {
  std::string id;  // the writer's own
  std::string name;
  std::string metadata_json;
  int64_t chunk_count = 0;
  std::string sha256;
};

class Intake {
 public:
  virtual ~Intake() = default;

  // Those that wait.
  virtual Result<std::vector<IntakeModel>> Waiting() = 0;
  // The bytes, chunk by chunk, as they were written. kCorrupt if a chunk is missing.
  virtual Status Read(const IntakeModel& model, const std::function<Status(std::string_view chunk)>& sink) = 0;
  // It waits no longer: it became this version, or, with 0, was refused for the reason. Its chunks go.
  virtual Status Finish(const IntakeModel& model, int64_t version, const std::string& reason) = 0;
};

}  // namespace scoreway
