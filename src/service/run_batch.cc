#include "service/run_batch.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "base/sha256.h"
#include "service/batch_columns.h"
#include "service/batch_journal.h"
#include "service/batch_part.h"

namespace scoreway {
namespace {

// Threads take parts in order, score them at once, and put them down in order.
class PartLine {
 public:
  // `place` is where errors of rows are: the input.
  PartLine(const std::string& place, TableReader* table, const TablePosition& begin, BatchJournal* journal,
           size_t parts_ahead, const std::function<void(const BatchProgress&)>& on_progress)
      : place_(place),
        table_(table),
        next_begin_(begin),
        journal_(journal),
        parts_ahead_(parts_ahead),
        on_progress_(on_progress),
        rows_counted_(journal->rows()) {}

  // What each thread does, with a scorer of its own.
  void Work(BatchPartScorer& scorer) {
    TablePart part;
    uint64_t number = 0;
    while (Take(&part, &number)) PutDown(number, ScorePart(scorer, part, number));
  }

  // After all threads have ended: the fault of the first part that had one.
  Status status() && { return std::move(failure_); }

 private:
  Result<BatchJournal::Part> ScorePart(BatchPartScorer& scorer, const TablePart& part, uint64_t number) {
    try {
      return scorer.Score(part, [&] { return RowsBefore(number); });
    } catch (const std::bad_alloc&) {
      return Error{Code::kResourceExhausted, "out of memory", {}};
    }
  }

  // The next part and its number; false when there is none, or the run has failed.
  bool Take(TablePart* part, uint64_t* number) {
    const std::lock_guard cutting(cutting_);
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return Failed() || cut_ < put_down_ + parts_ahead_; });
      if (Failed() || ended_) return false;
      *number = cut_;
    }
    const Result<bool> any = table_->Cut(next_begin_, part);
    const std::lock_guard lock(mutex_);
    if (!any.ok()) {
      Fail(*number, AtPlace(place_, any.error()));
      return false;
    }
    ended_ = !*any;
    if (ended_) return false;
    next_begin_ = part->end;
    ++cut_;
    return true;
  }

  // Waits until all parts before this one are counted.
  std::optional<uint64_t> RowsBefore(uint64_t number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return counted_ == number || failed_part_ < number; });
    if (counted_ != number) return std::nullopt;
    return rows_counted_;
  }

  void PutDown(uint64_t number, Result<BatchJournal::Part> done) {
    const std::lock_guard lock(mutex_);
    if (!done.ok()) return Fail(number, AtPlace(place_, std::move(done).error()));
    done_.emplace(number, std::move(done).value());
    for (auto at = done_.find(counted_); at != done_.end(); at = done_.find(counted_)) {
      rows_counted_ += at->second.rows;
      ++counted_;
    }
    for (auto at = done_.find(put_down_); at != done_.end(); at = done_.find(put_down_)) {
      const TablePosition end = at->second.end;
      if (Status added = journal_->Add(std::move(at->second)); !added.ok()) return Fail(0, std::move(added).error());
      done_.erase(at);
      ++put_down_;
      on_progress_({journal_->rows(), journal_->bad_rows(), table_->FractionBefore(end)});
    }
    changed_.notify_all();
  }

  bool Failed() const { return failed_part_ != UINT64_MAX; }
  void Fail(uint64_t number, Error error) {
    if (number < failed_part_ || !Failed()) {
      failed_part_ = number;
      failure_ = std::move(error);
    }
    changed_.notify_all();
  }

  const std::string& place_;
  TableReader* const table_;
  std::mutex cutting_;
  TablePosition next_begin_;  // guarded by cutting_
  std::mutex mutex_;          // guards the rest
  std::condition_variable changed_;
  BatchJournal* const journal_;
  const uint64_t parts_ahead_;
  const std::function<void(const BatchProgress&)>& on_progress_;
  bool ended_ = false;
  uint64_t cut_ = 0;                             // parts, in this run
  uint64_t counted_ = 0;                         // parts scored, without a gap
  uint64_t rows_counted_;                        // before the next of them
  uint64_t put_down_ = 0;                        // parts
  std::map<uint64_t, BatchJournal::Part> done_;  // by number, not put down yet
  uint64_t failed_part_ = UINT64_MAX;
  Status failure_;
};

// What a run must have in common with the one that it takes up.
std::string IdentityOf(const BatchSource& source, const BatchTarget& target, const BatchSettings& settings,
                       const BatchColumns& columns) {
  std::string text = settings.model_digest + "\n" + source.identity + " " +
                     std::to_string(source.table->first().offset) + "\n" + target.identity + "\n" + settings.errors +
                     "\n";
  for (const Field& field : columns.written->fields()) {
    text += field.name + " " + std::string(TypeName(field.type)) + "\n";
  }
  return "scoreway batch 2 " + Sha256::Hex(text);
}

// What the sink is to hold.
SinkColumns SinkColumnsOf(const TableReader& table, const std::vector<TableColumn>& table_columns,
                          const BatchColumns& columns, const std::vector<std::string>& keep) {
  SinkColumns sink{
      .schema = columns.written, .input_key = table.key(), .stored_types = std::string(table.stored_types())};
  for (const std::string& name : keep) {
    sink.kept.push_back(*std::ranges::find(table_columns, name, &TableColumn::name));
  }
  return sink;
}

// The same input fails again at the same place.
bool IsFaultOfInput(Code code) {
  return code == Code::kInvalidArgument || code == Code::kCorrupt || code == Code::kUnsupported;
}

}  // namespace

Result<BatchSummary> RunBatch(const Scorer& scorer, const BatchRowsWanted& wanted, BatchSource source,
                              const BatchTarget& target, const BatchSettings& settings, const BatchListener& listener) {
  const auto at_input = [&](Error error) { return AtPlace(source.place, std::move(error)); };
  TableReader& table = *source.table;
  std::vector<TableColumn> table_columns = table.columns();
  for (TableColumn& column : table_columns) {
    const auto stated = std::ranges::find(source.types, column.name, &Field::name);
    if (stated != source.types.end()) column.type = stated->type;
  }
  auto bound = BindBatchColumns(table_columns, *wanted.schema, wanted.may_be_absent,
                                scorer.model().signature().inputs_named, *scorer.output_schema(), settings.keep);
  if (!bound.ok()) return at_input(std::move(bound).error());
  const BatchColumns& columns = *bound;
  if (Status status = table.Bind(columns.read, columns.may_be_absent); !status.ok()) {
    return at_input(std::move(status).error());
  }
  SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<TableSink> sink,
                            target.open(SinkColumnsOf(table, table_columns, columns, settings.keep)));
  SCOREWAY_ASSIGN_OR_RETURN(
      const std::unique_ptr<BatchJournal> journal,
      BatchJournal::Open(std::move(sink), settings.errors, BatchPartScorer::kErrorsHead,
                         IdentityOf(source, target, settings, columns),
                         table.is_resumable() ? settings.leftover : BatchJournal::Leftover::kDrop));
  BatchSummary summary;
  summary.rows_taken_up = journal->rows();
  summary.ignored_columns = columns.ignored;
  listener.on_start(summary);

  const unsigned threads = settings.threads > 0 ? settings.threads : std::max(1U, std::thread::hardware_concurrency());
  PartLine line(source.place, &table, journal->has_parts() ? journal->end() : table.first(), journal.get(), threads + 2,
                listener.on_progress);
  const auto work = [&] {
    BatchPartScorer part_scorer(scorer, columns, table, journal->NewEncoder(),
                                wanted.make_join ? wanted.make_join() : nullptr, !settings.errors.empty());
    line.Work(part_scorer);
  };
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 1; i < threads; ++i) workers.emplace_back(work);
    work();
  }
  Status status = std::move(line).status();
  if (IsFaultOfInput(status.code())) {
    journal->Discard();
    return status;
  }
  // What is done stays done, for the run after this one.
  Status synced = journal->Sync();
  if (!status.ok()) return status;
  SCOREWAY_RETURN_IF_ERROR(std::move(synced));
  if (Status finished = journal->Finish(); !finished.ok()) {
    if (IsFaultOfInput(finished.code())) journal->Discard();
    return finished;
  }
  summary.rows = journal->rows();
  summary.bad_rows = journal->bad_rows();
  return summary;
}

}  // namespace scoreway
