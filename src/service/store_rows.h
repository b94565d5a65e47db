// StoreRows: rows for a stored batch. They are read as those of its model at once, so that whoever sends a wrong one is
// told; they are scored when the batch fires.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_bytes.h"
#include "base/result.h"
#include "batches/batch_store.h"
#include "data/codec/row_form.h"
#include "kafka/kafka.h"
#include "score/scorer.h"
#include "service/run_batch.h"
#include "service/service.h"
#include "tables/table_format.h"

namespace scoreway {

struct StoreRowsAnswer {
  StoredRows stored;
  std::vector<std::string> ignored_columns;  // of the rows
};

// The rows of a request, all or none. kInvalidArgument names row and column; else as BatchStore::Append. The service
// needs serving and batches.
Result<StoreRowsAnswer> StoreRows(const Service& service, const std::string& batch, RowForm form, std::string_view text,
                                  std::string_view key);

// Those of a file, in pieces: after a fault of a row none is stored, after one of the store some may be. The scorer is
// that of the batch's model.
Result<StoreRowsAnswer> StoreFileOfRows(BatchStore& store, const StoredBatch& batch, const BatchRowsWanted& wanted,
                                        const Scorer& scorer, const std::shared_ptr<const FileBytes>& file,
                                        TableFormat format, char delimiter);

// A message of a topic as a row of a batch.
struct MessageRow {
  std::string line;  // with its end; where there is no fault
  Status fault;      // of the message
};

// Each a JSON object, or an array of values by position; what the batch does not know of is passed over. An error is
// none of a message: the model cannot be had.
Result<std::vector<MessageRow>> ReadMessages(const Service& service, const StoredBatch& batch,
                                             std::span<const KafkaMessage> messages);

}  // namespace scoreway
