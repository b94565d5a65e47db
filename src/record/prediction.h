// Prediction: one row as it was asked and answered: what the prediction log keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "data/packed_row.h"
#include "data/schema.h"

namespace scoreway {

// What predictions are predictions of: a version and its columns.
struct PredictionTarget {
  std::string model;
  int64_t version = 0;
  std::shared_ptr<const Schema> inputs, outputs;
};

// What is known of a prediction beside its cells. Views: their bytes must outlive it.
struct PredictionHead {
  int64_t time_micros = 0;
  uint32_t latency_micros = 0;  // of looking up and scoring the request that the row was part of
  uint32_t row = 1;             // within the request, from 1; the id is the request's
  bool is_shadow = false;       // scored beside the answer that was given
  std::string_view id = {};
  std::string_view key = {};     // the caller's own name for the row; empty: none was given
  std::string_view alias = {};   // by which the version was found; empty: none was set or asked for
  std::string_view caller = {};  // the name of the API key; empty: none was asked for
  std::string_view trace_id = {};
};

// A prediction as it is read. Valid as long as the chunk it lies in.
struct LoggedPrediction {
  PredictionHead head;
  PackedRow inputs, outputs;
};

}  // namespace scoreway
