// Retrain: a model's trainer is run on new data, and what it makes becomes the next version, a candidate. The contract
// between Scoreway and the command is docs/learning.md, "Training anew".
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/trainers.h"
#include "service/push.h"
#include "service/service.h"

namespace scoreway {

struct RetrainRequest {
  Trainer trainer;
  int64_t parent = 0;  // the version that the new one is made from
  std::string data;    // a Parquet file of labelled rows
  std::string label;   // its column of labels
  std::string source;  // what the data is of, for people
  std::string folder;  // an empty one to work in, which the caller removes
  std::string who, why;
  std::function<bool()> is_stopping = nullptr;  // CommandToRun
};

// Errors are those of RunCommand and PushModel; INVALID_ARGUMENT, too, if the command leaves no model. Nothing is
// pushed then.
Result<PushModelAnswer> Retrain(const Service& service, const RetrainRequest& request,
                                const std::function<void(std::string_view)>& on_output);

// Data, label and source of the request are the labelled predictions of the log that are no older than `since`, an age
// or a time, or "" for all; written into its folder. INVALID_ARGUMENT: there are none.
Status TakeLabelledLog(const Service& service, const Model& model, const std::string& since, RetrainRequest* request);

// Logged predictions of the model that have a label, as the Parquet file `path` with the inputs and a column `label`;
// gives the number of rows.
Result<uint64_t> WriteLabelledLog(const Service& service, const std::string& name, const Model& model,
                                  const TimeRange& range, const std::string& path);

}  // namespace scoreway
