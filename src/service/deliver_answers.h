// DeliverAnswers: the answers of a firing, which lie in a file of ours, are put where they belong, all at once and
// once.
#pragma once

#include <string>

#include "base/result.h"
#include "batches/firing.h"
#include "batches/stored_batch.h"
#include "kafka/kafka_settings.h"

namespace scoreway {

struct FiringAnswers {
  const StoredBatch& batch;
  const Firing& firing;
  std::string file;  // Arrow IPC
};

// Into a table of a SQLite file (tables/sqlite_table.h), in place of those of the firing that are there.
Status PutAnswersIntoSqlite(const FiringAnswers& answers, const std::string& path, const std::string& table);

// To a topic, in one transaction of Kafka. Its id is the firing's, so that one which another process has left open is
// aborted; and it commits an offset of a group of that name, so that a process which comes after it finds that the
// answers are there. Brokers keep that offset for offsets.retention.minutes, a week where nobody has said otherwise.
// A message is a JSON object with the headers scoreway-batch, -firing, -row, -model and -version.
Status SendAnswers(const FiringAnswers& answers, const KafkaSettings& settings, const std::string& topic_url);

}  // namespace scoreway
