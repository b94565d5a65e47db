// BatchJournal: how far a batch prediction has come: its answers so far, and the parts of them, on disk. A run that was
// cut off goes on behind the last part that the journal knows.
//
// The sink has the answers so far, and the lines: one that says what the batch is, then one a part,
//   END_OFFSET END_LINES END_ROWS ROWS BAD_ROWS PART_OFFSET OUTPUT_BYTES ERROR_BYTES KEY TRAIL
// with decimal numbers (TablePosition of the part's end; rows read, and of them set aside; where the part lies in the
// output; lengths of output and errors after it), the position's key in hex digits behind a '-', and what the writer's
// foot needs (table_writer.h). The rows set aside, if they are wanted, grow as ERRORS.partial.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "tables/growing_file.h"
#include "tables/table_reader.h"
#include "tables/table_sink.h"

namespace scoreway {

class BatchJournal {
 public:
  // A part that is done.
  struct Part {
    TablePosition end;
    uint64_t rows = 0, bad_rows = 0;
    EncodedPart answers;
    std::string errors;
  };

  // What becomes of that which another run left: kTakeUp goes on with it, and is CONFLICT where it is of another batch;
  // kTakeUpOwn drops that of another batch; kDrop drops any.
  enum class Leftover : uint8_t { kTakeUp, kTakeUpOwn, kDrop };

  // `identity` is a line that tells this batch from others. Errors is a path, or empty, and its head what stands before
  // the rows there.
  static Result<std::unique_ptr<BatchJournal>> Open(std::unique_ptr<TableSink> sink, const std::string& errors,
                                                    std::string_view errors_head, const std::string& identity,
                                                    Leftover leftover);

  // Of all parts so far, those of earlier runs too.
  uint64_t rows() const { return rows_; }
  uint64_t bad_rows() const { return bad_rows_; }
  bool has_parts() const { return !parts_.empty(); }
  const TablePosition& end() const { return end_; }  // of the last part; call only if there is one
  std::unique_ptr<PartEncoder> NewEncoder() { return sink_->NewEncoder(); }

  // Parts come in order. They are kept a fifth of a second later, or with the next Sync.
  Status Add(Part part);
  Status Sync();
  // Output and errors appear.
  Status Finish();
  // Removes what was done, for a run that would fail again where it has failed.
  void Discard();

 private:
  // False: what the lines tell of is not there any more.
  Result<bool> TakeUp(const std::vector<std::string>& lines);

  std::unique_ptr<TableSink> sink_;
  std::unique_ptr<GrowingFile> errors_;
  TablePosition end_;
  uint64_t rows_ = 0, bad_rows_ = 0;
  std::vector<PlacedPart> parts_;
  std::string unsynced_;  // lines of the journal
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

}  // namespace scoreway
