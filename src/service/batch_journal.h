// BatchJournal: how far a batch prediction has come: its answers so far, and the parts of them, on disk. A run that was
// cut off goes on behind the last part that the journal knows.
//
// On disk, beside the output OUT: OUT.partial (the answers so far), ERRORS.partial (the rows set aside, if they are
// wanted) and OUT.progress: a line that says what the batch is, then a line a part,
//   END_OFFSET END_LINES END_ROWS ROWS BAD_ROWS PART_OFFSET OUTPUT_BYTES ERROR_BYTES TRAIL
// with decimal numbers (TablePosition of the part's end; rows read, and of them set aside; where the part lies in the
// output; lengths of the two files after it) and what the writer's foot needs (table_writer.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "tables/growing_file.h"
#include "tables/journal_file.h"
#include "tables/table_reader.h"
#include "tables/table_writer.h"

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

  // `identity` is a line that tells this batch from others. With `restart` what another run left is dropped; else it is
  // taken up if it is of this batch, and CONFLICT if it is of another. Errors is a path, or empty.
  static Result<std::unique_ptr<BatchJournal>> Open(const std::string& output, const std::string& errors,
                                                    const std::string& identity, bool restart);

  // Of all parts so far, those of earlier runs too.
  uint64_t rows() const { return rows_; }
  uint64_t bad_rows() const { return bad_rows_; }
  bool has_parts() const { return !parts_.empty(); }
  const TablePosition& end() const { return end_; }  // of the last part; call only if there is one

  // What comes before the first part: nothing is there yet.
  Status Begin(std::string_view head, std::string_view errors_head);
  // Parts come in order. They are on disk a fifth of a second later, or with the next Sync.
  Status Add(Part part);
  Status Sync();
  // Both files appear under their names, with the writer's foot.
  Status Finish(const TableWriter& writer);
  // Removes what was done, for a run that would fail again where it has failed.
  void Discard();

 private:
  Status TakeUp(const std::vector<std::string>& lines);

  std::unique_ptr<JournalFile> journal_;
  std::unique_ptr<GrowingFile> output_, errors_;
  TablePosition end_;
  uint64_t rows_ = 0, bad_rows_ = 0;
  std::vector<PlacedPart> parts_;
  std::string unsynced_;  // lines of the journal
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

}  // namespace scoreway
