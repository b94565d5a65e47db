// BatchPartScorer: the rows of a part, scored and encoded. One thread at a time; its memory is kept from part to part.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "score/scorer.h"
#include "service/batch_columns.h"
#include "service/batch_journal.h"
#include "service/feature_join.h"
#include "tables/table_reader.h"
#include "tables/table_writer.h"

namespace scoreway {

class BatchPartScorer {
 public:
  // All must outlive this. With `sets_aside` rows that are at fault become lines of errors, else the first one is the
  // error.
  BatchPartScorer(const Scorer& scorer, const BatchColumns& columns, const TableReader& table,
                  std::unique_ptr<PartEncoder> encoder, std::unique_ptr<FeatureJoin> join, bool sets_aside);

  // `rows_before` gives the number of rows before the part, as soon as it is known; nothing if it will not be, since
  // the run has failed. It is called only when a row is at fault.
  Result<BatchJournal::Part> Score(const TablePart& part, const std::function<std::optional<uint64_t>()>& rows_before);

  // The line before those of BatchJournal::Part::errors.
  static constexpr std::string_view kErrorsHead = "row,line,reason\n";

 private:
  // Thousands of rows at a time; any fault is an error.
  Status ScoreAll(const TablePart& part, BatchJournal::Part* done);
  // Row by row.
  Status ScoreEach(const TablePart& part, uint64_t rows_before, BatchJournal::Part* done);
  // What was read becomes inputs, and these answers, in written_.
  Status ScoreRead(uint64_t rows_before);

  const Scorer& scorer_;
  const BatchColumns& columns_;
  const TableReader& table_;
  const std::unique_ptr<FeatureJoin> join_;
  const bool sets_aside_;
  const ScratchPtr scratch_;
  const std::unique_ptr<PartEncoder> encoder_;
  Batch read_, inputs_, answers_, written_;
  std::optional<Batch> asked_;  // of the join
};

}  // namespace scoreway
