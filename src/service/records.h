// Records: what the use cases of the prediction log and of labels work with, made once for a process.
#pragma once

#include <memory>

#include "base/clock.h"
#include "record/label_store.h"
#include "record/prediction_log.h"
#include "record/prediction_reader.h"
#include "record/record_rows.h"
#include "store/store.h"

namespace scoreway {

struct RecordsOptions {
  bool log_predictions = false;
  double sample = 1;       // of the requests, which part is logged
  int64_t ttl_micros = 0;  // of predictions and labels; 0: they stay
  PredictionLogOptions log = {};
};

struct Records {
  // The store must outlive this.
  Records(Store& store, const Clock& time, const RecordsOptions& options)
      : clock(time),
        sample(options.sample),
        rows(store),
        labels(store, time, options.ttl_micros),
        reader(rows, labels),
        log(options.log_predictions ? std::make_unique<PredictionLog>(rows, options.log) : nullptr) {}

  const Clock& clock;
  const double sample;
  RecordRows rows;
  LabelStore labels;
  PredictionReader reader;
  const std::unique_ptr<PredictionLog> log;  // null: predictions are not logged
};

}  // namespace scoreway
