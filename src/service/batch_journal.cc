#include "service/batch_journal.h"

#include <charconv>
#include <optional>
#include <utility>

#include "base/hex_text.h"

namespace scoreway {
namespace {

constexpr std::chrono::milliseconds kSyncInterval{200};

struct PartLine {
  uint64_t numbers[8] = {};
  std::string key, trail;
};

std::optional<PartLine> ReadPartLine(const std::string& line) {
  PartLine part;
  const char* at = line.data();
  const char* const end = at + line.size();
  for (uint64_t& number : part.numbers) {
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error != std::errc() || rest == end || *rest != ' ') return std::nullopt;
    at = rest + 1;
  }
  const std::string_view text(at, static_cast<size_t>(end - at));
  const size_t blank = text.find(' ');
  if (!text.starts_with('-') || blank == std::string_view::npos) return std::nullopt;
  std::optional<std::string> key = FromHex(text.substr(1, blank - 1));
  if (!key) return std::nullopt;
  part.key = std::move(*key);
  part.trail = text.substr(blank + 1);
  return part;
}

}  // namespace

Result<std::unique_ptr<BatchJournal>> BatchJournal::Open(std::unique_ptr<TableSink> sink, const std::string& errors,
                                                         std::string_view errors_head, const std::string& identity,
                                                         Leftover leftover) {
  auto batch = std::make_unique<BatchJournal>();
  batch->sink_ = std::move(sink);
  if (!errors.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(batch->errors_, GrowingFile::Open(errors));
  }
  const std::vector<std::string>& lines = batch->sink_->lines();
  const bool is_own = lines.size() > 1 && lines[0] == identity;
  if (leftover == Leftover::kTakeUp && lines.size() > 1 && !is_own) {
    return Error{Code::kConflict,
                 "holds the progress of another batch (other rows, another model or other options); --restart begins "
                 "anew",
                 batch->sink_->place()};
  }
  if (leftover != Leftover::kDrop && is_own) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool is_taken_up, batch->TakeUp(lines));
    if (is_taken_up) return batch;
    batch->rows_ = batch->bad_rows_ = 0;
    batch->parts_.clear();
  }
  SCOREWAY_RETURN_IF_ERROR(batch->sink_->Begin(identity));
  if (batch->errors_) {
    SCOREWAY_RETURN_IF_ERROR(batch->errors_->Truncate(0));
    SCOREWAY_RETURN_IF_ERROR(batch->errors_->Write(errors_head));
  }
  return batch;
}

Result<bool> BatchJournal::TakeUp(const std::vector<std::string>& lines) {
  uint64_t output_bytes = 0, error_bytes = 0;
  for (size_t i = 1; i < lines.size(); ++i) {
    std::optional<PartLine> part = ReadPartLine(lines[i]);
    if (!part) return Status(Code::kCorrupt, "line " + std::to_string(i + 1) + " of the progress is damaged");
    const auto& n = part->numbers;
    end_ = {.offset = n[0], .lines = n[1], .rows = n[2], .key = std::move(part->key)};
    rows_ += n[3];
    bad_rows_ += n[4];
    parts_.push_back({.offset = n[5], .trail = std::move(part->trail)});
    output_bytes = n[6];
    error_bytes = n[7];
  }
  if (errors_ && errors_->size() < error_bytes) return false;
  if (errors_) SCOREWAY_RETURN_IF_ERROR(errors_->Truncate(error_bytes));
  return sink_->TakeUp(output_bytes);
}

Status BatchJournal::Add(Part part) {
  const uint64_t offset = sink_->size();
  SCOREWAY_RETURN_IF_ERROR(sink_->Put(part.answers.bytes));
  if (errors_) SCOREWAY_RETURN_IF_ERROR(errors_->Write(part.errors));
  rows_ += part.rows;
  bad_rows_ += part.bad_rows;
  for (const uint64_t number : {part.end.offset, part.end.lines, part.end.rows, part.rows, part.bad_rows, offset,
                                sink_->size(), errors_ ? errors_->size() : 0}) {
    unsynced_ += std::to_string(number) + " ";
  }
  unsynced_ += '-';
  AppendHex(part.end.key, &unsynced_);
  unsynced_ += " " + part.answers.trail + "\n";
  end_ = std::move(part.end);
  parts_.push_back({.offset = offset, .trail = std::move(part.answers.trail)});
  return std::chrono::steady_clock::now() < synced_ + kSyncInterval ? Status() : Sync();
}

Status BatchJournal::Sync() {
  if (errors_) SCOREWAY_RETURN_IF_ERROR(errors_->Sync());
  SCOREWAY_RETURN_IF_ERROR(sink_->Keep(unsynced_));
  unsynced_.clear();
  synced_ = std::chrono::steady_clock::now();
  return {};
}

Status BatchJournal::Finish() {
  if (errors_) SCOREWAY_RETURN_IF_ERROR(errors_->Commit());
  return sink_->Finish(parts_);
}

void BatchJournal::Discard() {
  if (errors_) errors_->Discard();
  sink_->Discard();
}

}  // namespace scoreway
