#include "store/cassandra/conditional_batch.h"

#include <algorithm>
#include <map>
#include <thread>

#include "store/cassandra/random_marker.h"
#include "store/cassandra/row_cells.h"
#include "store/cassandra/table_layout.h"
#include "store/store_rules.h"

namespace scoreway::cassandra {
namespace {

// Each further try follows from a row whose hour of death the try before did not know.
constexpr int kTriesMax = 16;
constexpr uint16_t kSerial = 8;
constexpr std::chrono::milliseconds kLookAgainAfter{100};

class ConditionalBatch {
 public:
  ConditionalBatch(CqlSession& session, const Clock& clock, const WriteBatch& batch, const TableLayout& layout)
      : session_(session), clock_(clock), batch_(batch), layout_(layout) {}

  Status Apply();

 private:
  using StoredRows = std::map<std::string_view, RowCells>;  // by sort key

  Status CheckOnly();
  CqlRequest MakeRequest(int64_t marker) const;
  CqlCall MakeCall(size_t index, int64_t marker, int64_t now_micros) const;
  static StoredRows ReadRows(const CqlRows& rows);
  // Whether all conditions hold on these rows; guesses_ become what they are.
  Status Judge(const StoredRows& rows);
  Status Settle(int64_t marker, Status uncertain) const;

  CqlSession& session_;
  const Clock& clock_;
  const WriteBatch& batch_;
  const TableLayout& layout_;
  const SteadyClock::time_point deadline_ = session_.Deadline();
  std::vector<RowCondition> guesses_;
};

CqlCall ConditionalBatch::MakeCall(size_t index, int64_t marker, int64_t now_micros) const {
  const Write& write = batch_.writes[index];
  switch (write.kind) {
    case Write::Kind::kPut: {
      return layout_.Put(write.sort, write.value, LifeFrom(now_micros, write.ttl_micros), guesses_[index]);
    }
    case Write::Kind::kDelete: return layout_.Delete(write.sort, guesses_[index]);
    case Write::Kind::kCheck: break;
  }
  return layout_.Check(write.sort, marker, guesses_[index]);
}

CqlRequest ConditionalBatch::MakeRequest(int64_t marker) const {
  const int64_t now = clock_.NowMicros();
  CqlRequest request;
  request.is_batch = true;
  request.calls.reserve(batch_.writes.size() + 1);
  request.calls.push_back(layout_.SetMarker(marker));
  for (size_t index = 0; index < batch_.writes.size(); ++index) {
    const Write& write = batch_.writes[index];
    if (write.kind == Write::Kind::kCheck && write.condition == Write::If::kAlways) continue;
    request.calls.push_back(MakeCall(index, marker, now));
  }
  return request;
}

ConditionalBatch::StoredRows ConditionalBatch::ReadRows(const CqlRows& rows) {
  StoredRows stored;
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto sort = rows.Cell(row, "sort");
    if (sort) stored[*sort] = ReadCells(rows, row);
  }
  return stored;
}

Status ConditionalBatch::Judge(const StoredRows& rows) {
  const int64_t now = clock_.NowMicros();
  for (size_t index = 0; index < batch_.writes.size(); ++index) {
    const Write& write = batch_.writes[index];
    if (write.condition == Write::If::kAlways) continue;
    const auto found = rows.find(write.sort);
    const RowCells cells = found == rows.end() ? RowCells() : found->second;
    const bool is_alive = cells.IsAlive(now);
    const bool holds = write.condition == Write::If::kAbsent ? !is_alive : is_alive && cells.value == write.expected;
    if (!holds) return WriteConflict(batch_.partition, write);
    RowCondition& guess = guesses_[index];
    guess.expires_micros = cells.expires_micros;
    if (write.condition == Write::If::kAbsent) {
      guess.kind = cells.is_stored ? RowCondition::Kind::kExpires : RowCondition::Kind::kAbsent;
    } else {
      guess.kind = RowCondition::Kind::kEquals;
    }
  }
  return {};
}

// Nothing is to be written, so nothing may be: a look that is ordered with all conditional batches.
Status ConditionalBatch::CheckOnly() {
  std::vector<std::string_view> sorts;
  for (const Write& write : batch_.writes) sorts.push_back(write.sort);
  CqlRequest request;
  request.calls.push_back(layout_.GetEach(sorts));
  request.is_repeatable = true;
  request.consistency = kSerial;
  SCOREWAY_ASSIGN_OR_RETURN(const CqlRows rows, session_.Run(request, deadline_));
  return Judge(ReadRows(rows));
}

// Whether a batch happened of which no answer came. The look at the marker first ends what was begun; if another batch
// has come after ours, the marker no longer tells.
Status ConditionalBatch::Settle(int64_t marker, Status uncertain) const {
  while (SteadyClock::now() < deadline_) {
    CqlRequest request;
    request.calls.push_back(layout_.GetMarker());
    request.is_repeatable = true;
    request.consistency = kSerial;
    const auto rows = session_.Send(request, deadline_).Wait();
    if (rows.ok()) {
      const bool is_ours = rows->size() > 0 && DecodeBigint(rows->Cell(0, "marker").value_or("")) == marker;
      return is_ours ? Status() : std::move(uncertain);
    }
    std::this_thread::sleep_for(kLookAgainAfter);
  }
  return uncertain;
}

Status ConditionalBatch::Apply() {
  for (const Write& write : batch_.writes) {
    RowCondition guess;
    if (write.condition == Write::If::kAbsent) guess.kind = RowCondition::Kind::kAbsent;
    // A row that is to have an hour of death most likely has one already.
    if (write.condition == Write::If::kEquals) {
      guess = write.ttl_micros > 0 ? RowCondition{RowCondition::Kind::kEqualsUntil, write.expected, clock_.NowMicros()}
                                   : RowCondition{RowCondition::Kind::kEquals, write.expected, 0};
    }
    guesses_.push_back(guess);
  }
  const auto is_check = [](const Write& write) { return write.kind == Write::Kind::kCheck; };
  if (std::ranges::all_of(batch_.writes, is_check)) return CheckOnly();
  for (int tries = 0; tries < kTriesMax; ++tries) {
    const int64_t marker = RandomMarker();
    auto answer = session_.Run(MakeRequest(marker), deadline_);
    if (answer.code() == Code::kDeadlineExceeded || answer.code() == Code::kInternal) {
      return Settle(marker, answer.status());
    }
    if (!answer.ok()) return std::move(answer).error();
    if (answer->is_applied()) return {};
    SCOREWAY_RETURN_IF_ERROR(Judge(ReadRows(*answer)));
  }
  return Status(Code::kUnavailable, "too many writers change the same rows at once", batch_.partition.ToString());
}

}  // namespace

RowLife LifeFrom(int64_t now_micros, int64_t ttl_micros) {
  constexpr int64_t kMicros = 1'000'000;
  constexpr int64_t kClocksApartSeconds = 600;
  constexpr int64_t kTtlSecondsMax = 5 * 365 * 86'400;  // beyond it Cassandra's dates may overflow
  const int64_t expires = ExpiryMicros(now_micros, ttl_micros);
  if (expires == kNeverMicros) return {};
  const int64_t ttl_seconds = ttl_micros / kMicros + kClocksApartSeconds;
  return {expires, ttl_seconds > kTtlSecondsMax ? 0 : static_cast<int32_t>(ttl_seconds)};
}

Status ApplyConditionally(CqlSession& session, const Clock& clock, const WriteBatch& batch) {
  SCOREWAY_ASSIGN_OR_RETURN(const TableLayout layout, TableLayout::Of(batch.partition));
  return ConditionalBatch(session, clock, batch, layout).Apply();
}

}  // namespace scoreway::cassandra
