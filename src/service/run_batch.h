// RunBatch: scores a table of rows into a table of answers, on many threads, in bounded memory. Either is a file or a
// table of a database.
//
// A file and a table of PostgreSQL appear whole or not at all. A run that was cut off (batch_journal.h) goes on where
// it stopped, and a file is the same to the byte: the parts into which a file is cut depend on the file alone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/schema.h"
#include "score/scorer.h"
#include "service/batch_journal.h"
#include "service/feature_join.h"
#include "tables/table_reader.h"
#include "tables/table_sink.h"

namespace scoreway {

// How rows of the model are read: its inputs, and the keys of the feature views that it uses.
struct BatchRowsWanted {
  std::shared_ptr<const Schema> schema;
  std::vector<bool> may_be_absent;
  // A join for one thread; null: the model uses no view, and the schema is its input schema.
  std::function<std::unique_ptr<FeatureJoin>()> make_join;
};

struct BatchSettings {
  std::vector<std::string> keep;  // columns of the input that the output has too, before the answers
  // Rows that cannot be scored go to this CSV file, with their number and the reason; empty: the first one ends the
  // run.
  std::string errors;
  unsigned threads = 0;  // 0: one a core
  BatchJournal::Leftover leftover = BatchJournal::Leftover::kTakeUp;
  std::string model_digest;  // of the artifact, to tell a run of another model
};

struct BatchProgress {
  uint64_t rows = 0, bad_rows = 0;
  double fraction = 0;  // of the input; negative: not known
};

struct BatchSummary {
  uint64_t rows = 0;                         // read, in all runs
  uint64_t bad_rows = 0;                     // of them, set aside
  uint64_t rows_taken_up = 0;                // done by earlier runs
  std::vector<std::string> ignored_columns;  // of the input
};

struct BatchListener {
  // Before the first row: what earlier runs did, and which columns are ignored.
  std::function<void(const BatchSummary&)> on_start;
  // Now and then, from any thread, one at a time.
  std::function<void(const BatchProgress&)> on_progress;
};

// Where rows come from.
struct BatchSource {
  std::unique_ptr<TableReader> table;
  std::string place;     // of errors
  std::string identity;  // tells these rows from others
  // Of columns of these names the types, rather than what the first row says.
  std::vector<Field> types = {};
};

// Where answers go.
struct BatchTarget {
  std::string identity;  // tells it from others
  std::function<Result<std::unique_ptr<TableSink>>(const SinkColumns&)> open;
};

// The place of an error is that of the source or the target, and the line or row. CONFLICT if the progress of another
// batch lies beside the output, and may not be dropped; UNAVAILABLE while another process writes the output.
Result<BatchSummary> RunBatch(const Scorer& scorer, const BatchRowsWanted& wanted, BatchSource source,
                              const BatchTarget& target, const BatchSettings& settings, const BatchListener& listener);

}  // namespace scoreway
