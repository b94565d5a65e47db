#include "service/batch_part.h"

#include <utility>

#include "data/codec/csv_writer.h"

namespace scoreway {
namespace {

constexpr size_t kRowsAtOnce = 2048;

const std::shared_ptr<const Schema>& ErrorSchema() {
  static const std::shared_ptr<const Schema> kSchema = [] {
    auto schema = Schema::Make({{"row", Type::kInt64}, {"line", Type::kInt64}, {"reason", Type::kString}});
    return std::move(schema).value();
  }();
  return kSchema;
}

}  // namespace

BatchPartScorer::BatchPartScorer(const Scorer& scorer, const BatchColumns& columns, const TableReader& table,
                                 std::unique_ptr<PartEncoder> encoder, std::unique_ptr<FeatureJoin> join,
                                 bool sets_aside)
    : scorer_(scorer),
      columns_(columns),
      table_(table),
      join_(std::move(join)),
      sets_aside_(sets_aside),
      scratch_(scorer.MakeScratch()),
      encoder_(std::move(encoder)),
      read_(columns.read),
      inputs_(scorer.input_schema()),
      answers_(scorer.output_schema()),
      written_(columns.written) {
  if (join_) asked_.emplace(join_->plan().row_schema);
}

Result<BatchJournal::Part> BatchPartScorer::Score(const TablePart& part,
                                                  const std::function<std::optional<uint64_t>()>& rows_before) {
  BatchJournal::Part done;
  done.end = part.end;
  Status all = ScoreAll(part, &done);
  if (!all.ok()) {
    SCOREWAY_RETURN_IF_ERROR(encoder_->Finish());  // drops what was encoded
    const std::optional<uint64_t> before = rows_before();
    if (!before) return std::move(all).error();
    done.rows = 0;
    SCOREWAY_RETURN_IF_ERROR(ScoreEach(part, *before, &done));
  }
  SCOREWAY_ASSIGN_OR_RETURN(done.answers, encoder_->Finish());
  return done;
}

Status BatchPartScorer::ScoreAll(const TablePart& part, BatchJournal::Part* done) {
  const std::unique_ptr<RowStream> rows = table_.Rows(part);
  while (true) {
    read_.Clear();
    SCOREWAY_ASSIGN_OR_RETURN(const bool any, rows->Next(&read_, kRowsAtOnce));
    if (!any) return {};
    const size_t count = read_.rows();
    SCOREWAY_RETURN_IF_ERROR(ScoreRead(0));
    SCOREWAY_RETURN_IF_ERROR(encoder_->Append(written_));
    done->rows += count;
  }
}

Status BatchPartScorer::ScoreEach(const TablePart& part, uint64_t rows_before, BatchJournal::Part* done) {
  const std::unique_ptr<RowStream> rows = table_.Rows(part);
  Batch answered(columns_.written);
  Batch faults(ErrorSchema());
  while (true) {
    read_.Clear();
    const Result<bool> any = rows->Next(&read_, 1);
    if (any.ok() && !*any) break;
    Status scored = any.ok() ? ScoreRead(rows_before + done->rows) : any.status();
    ++done->rows;
    if (!scored.ok()) {
      const bool is_row_fault = scored.code() == Code::kInvalidArgument && (any.ok() || rows->can_go_on());
      if (!sets_aside_ || !is_row_fault) return scored;
      ++done->bad_rows;
      faults.column(0).AppendInt64(static_cast<int64_t>(rows_before + done->rows));
      if (rows->line() > 0) {
        faults.column(1).AppendInt64(static_cast<int64_t>(rows->line()));
      } else {
        faults.column(1).AppendNull();
      }
      faults.column(2).AppendString(scored.ToString());
      continue;
    }
    for (size_t i = 0; i < written_.column_count(); ++i) {
      answered.column(i).AppendCells(written_.column(i), 0, 1);
    }
    if (answered.rows() == kRowsAtOnce) {
      SCOREWAY_RETURN_IF_ERROR(encoder_->Append(answered));
      answered.Clear();
    }
  }
  SCOREWAY_RETURN_IF_ERROR(encoder_->Append(answered));
  AppendCsvRows(faults, {}, &done->errors);
  return {};
}

Status BatchPartScorer::ScoreRead(uint64_t rows_before) {
  const size_t rows = read_.rows();
  for (size_t i = 0; i < columns_.kept.size(); ++i) {
    written_.column(i).Clear();
    written_.column(i).AppendCells(read_.column(columns_.kept[i]), 0, rows);
  }
  Batch& wanted = join_ ? *asked_ : inputs_;
  for (size_t i = 0; i < columns_.wanted; ++i) std::swap(wanted.column(i), read_.column(i));
  if (join_) SCOREWAY_RETURN_IF_ERROR(join_->Complete(&wanted, &inputs_, rows_before));
  SCOREWAY_RETURN_IF_ERROR(scorer_.Run(inputs_, *scratch_, &answers_, rows_before));
  for (size_t i = 0; i < answers_.column_count(); ++i) {
    std::swap(written_.column(columns_.kept.size() + i), answers_.column(i));
  }
  return {};
}

}  // namespace scoreway
