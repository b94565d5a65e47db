// LoadedModel: a version in memory, ready to score. Held through a Handle, which keeps it alive: a request ends on the
// version it began with. Everything but the marked counters is immutable.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/codec/csv_reader.h"
#include "data/codec/json_request.h"
#include "model/model.h"
#include "record/prediction.h"
#include "score/scorer.h"
#include "service/model_stats.h"

namespace scoreway {

struct LoadedModel {
  std::string name;
  int64_t version = 0;
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Scorer> scorer;
  uint64_t load_number = 0;      // never the same for two loads in this process
  JsonReadOptions json_options;  // how rows of this model are read
  CsvReadOptions csv_options;
  std::shared_ptr<const PredictionTarget> target;  // as the prediction log knows it
  std::string model_text;                          // name as JSON text with its quotes
  std::string version_text;                        // in digits
  size_t bytes = 0;                                // of the model
  double load_seconds = 0;
  std::shared_ptr<ModelStats> stats;  // of the name, over all its versions

  // ---- counters ---------------------------------------------------------------------------------------------------
  // Of the steady clock, when it was used last; some 10 ms exact.
  mutable std::atomic<int64_t> last_used_ms{0};
  // What a byte of request body has cost lately, in nanoseconds: parse, score and write (request_cost.h). The first
  // guess is high enough to send large bodies to the pool until it is known.
  static constexpr float kFirstGuess = 30;
  mutable std::atomic<float> nanoseconds_per_byte{kFirstGuess};
};

using Handle = std::shared_ptr<const LoadedModel>;

}  // namespace scoreway
