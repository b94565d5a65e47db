// Trainers: the commands by which models are trained anew, as their owners stored them, so that a person or a scheduler
// can fire them.
//
//     table     partition   sort     value
//     trainer   "all"       model    the trainer, as JSON
//     trainer   "s/" model  "s"      how far it has come, as JSON; changed by compare-and-set
//
// Errors: kNotFound if the model has none; kInvalidArgument names what is wrong; the Store's own beside these.
// Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "data/codec/json_writer.h"
#include "registry/alias_table.h"
#include "registry/trainer_triggers.h"
#include "store/store.h"

namespace scoreway {

// The rows of the trainers.
inline Partition TrainersPartition() { return {"trainer", "all"}; }

struct Trainer {
  std::string model = {};
  std::vector<std::string> command = {};  // the program and its arguments; no shell reads them
  int64_t seconds_max = 3600;
  int64_t memory_bytes_max = 0;     // address space of each process; 0: no limit
  std::string alias = "candidate";  // points at what it made; empty: none
  TrainerTriggers triggers = {};
  int64_t changed_micros = 0;
  std::string who = {}, why = {};
};

// {"model","command":[...],"seconds_max","memory_bytes_max","alias","triggers":{...},"changed","who","why"}
void WriteJson(const Trainer& trainer, JsonWriter* json);

// The metrics that a trainer wrote, {"metrics": {"auc": 0.93}}; kInvalidArgument if the text is no such thing.
Result<std::map<std::string, double>> ReadTrainerMetrics(std::string_view json);

class Trainers {
 public:
  // Store and clock must outlive this.
  Trainers(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  Result<Trainer> Get(std::string_view model);
  Result<std::vector<Trainer>> List();
  // In place of the one before, if there was any; gives it as it is then.
  Result<Trainer> Set(Trainer trainer, const Change& change);
  Status Remove(std::string_view model);

  // As new if there is none.
  Result<TrainerState> GetState(std::string_view model);
  // Has a server that runs trainers fire it soon, after the training at hand if there is one. The state then.
  Result<TrainerState> Ask(std::string_view model, const Change& change);
  // Applies the change to the state as it is, again if another changed it meanwhile; gives what was written. The change
  // may refuse by an error.
  Result<TrainerState> UpdateState(std::string_view model, const std::function<Status(TrainerState*)>& change);

 private:
  Store& store_;
  const Clock& clock_;
};

}  // namespace scoreway
