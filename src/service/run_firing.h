// RunFiring: one try of a firing that this process has claimed: its rows are scored, the answers delivered, the rows
// removed.
//
// It may be broken off anywhere, and begun again by any other process: a file of answers appears whole under its name,
// and whole again in its own place; rows of a table of SQLite come in one transaction, in place of those of a try
// before it, and messages in one of Kafka, which a try that comes later finds; rows of a database stand under their
// keys.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "batches/batch_store.h"
#include "jobs/retry_policy.h"
#include "kafka/kafka_settings.h"
#include "service/service.h"

namespace scoreway {

struct FiringOptions {
  std::string folder = {};  // in which answers are delivered; empty: this process fires batches, others score them
  std::vector<std::string> databases = {};  // into which answers may be put (databases/database_grant.h)
  KafkaSettings kafka = {};                 // of every cluster: encryption, passwords
  std::string instance = {};                // this process
  std::chrono::milliseconds lease{30'000};
  RetryPolicy retry = {.attempts_max = 20};
};

// Claims the firing; kConflict if another has it, it is over, or its time has not come.
Result<StoredFiring> ClaimFiring(const Service& service, const FiringOptions& options, const std::string& batch,
                                 const Firing& firing);

// What goes wrong is left with the firing, for another try or a person. kConflict: the claim was lost meanwhile; else
// the errors of the store. The service needs serving and batches.
Status RunFiring(const Service& service, const FiringOptions& options, const StoredBatch& batch, StoredFiring claimed);

}  // namespace scoreway
