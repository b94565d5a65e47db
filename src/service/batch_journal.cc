#include "service/batch_journal.h"

#include <charconv>
#include <optional>
#include <utility>

namespace scoreway {
namespace {

constexpr std::chrono::milliseconds kSyncInterval{200};

// The numbers and the trail of a part's line.
struct PartLine {
  uint64_t numbers[8] = {};
  std::string trail;
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
  part.trail.assign(at, end);
  return part;
}

}  // namespace

Result<std::unique_ptr<BatchJournal>> BatchJournal::Open(const std::string& output, const std::string& errors,
                                                         const std::string& identity, bool restart) {
  auto batch = std::make_unique<BatchJournal>();
  SCOREWAY_ASSIGN_OR_RETURN(batch->output_, GrowingFile::Open(output));
  if (!errors.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(batch->errors_, GrowingFile::Open(errors));
  }
  SCOREWAY_ASSIGN_OR_RETURN(batch->journal_, JournalFile::Open(output + ".progress"));
  const std::vector<std::string>& lines = batch->journal_->lines();
  if (!restart && lines.size() > 1) {
    if (lines[0] != identity) {
      return Error{Code::kConflict,
                   "holds the progress of another batch (other rows, another model or other options); --restart begins "
                   "anew",
                   output + ".progress"};
    }
    SCOREWAY_RETURN_IF_ERROR(batch->TakeUp(lines));
    if (batch->has_parts()) return batch;
  }
  SCOREWAY_RETURN_IF_ERROR(batch->journal_->Clear());
  SCOREWAY_RETURN_IF_ERROR(batch->output_->Truncate(0));
  if (batch->errors_) SCOREWAY_RETURN_IF_ERROR(batch->errors_->Truncate(0));
  batch->unsynced_ = identity + "\n";
  return batch;
}

// What lies behind the last part in the files was not finished. Where they are shorter than the journal says (somebody
// removed one), nothing is taken up.
Status BatchJournal::TakeUp(const std::vector<std::string>& lines) {
  uint64_t output_bytes = 0, error_bytes = 0;
  for (size_t i = 1; i < lines.size(); ++i) {
    std::optional<PartLine> part = ReadPartLine(lines[i]);
    if (!part) return Status(Code::kCorrupt, "line " + std::to_string(i + 1) + " of the progress is damaged");
    const auto& n = part->numbers;
    end_ = {.offset = n[0], .lines = n[1], .rows = n[2]};
    rows_ += n[3];
    bad_rows_ += n[4];
    parts_.push_back({.offset = n[5], .trail = std::move(part->trail)});
    output_bytes = n[6];
    error_bytes = n[7];
  }
  if (output_->size() < output_bytes || (errors_ && errors_->size() < error_bytes)) {
    rows_ = bad_rows_ = 0;
    parts_.clear();
    return {};
  }
  if (errors_) SCOREWAY_RETURN_IF_ERROR(errors_->Truncate(error_bytes));
  return output_->Truncate(output_bytes);
}

Status BatchJournal::Begin(std::string_view head, std::string_view errors_head) {
  if (errors_) SCOREWAY_RETURN_IF_ERROR(errors_->Write(errors_head));
  return output_->Write(head);
}

Status BatchJournal::Add(Part part) {
  const uint64_t offset = output_->size();
  SCOREWAY_RETURN_IF_ERROR(output_->Write(part.answers.bytes));
  if (errors_) SCOREWAY_RETURN_IF_ERROR(errors_->Write(part.errors));
  end_ = part.end;
  rows_ += part.rows;
  bad_rows_ += part.bad_rows;
  for (const uint64_t number : {part.end.offset, part.end.lines, part.end.rows, part.rows, part.bad_rows, offset,
                                output_->size(), errors_ ? errors_->size() : 0}) {
    unsynced_ += std::to_string(number) + " ";
  }
  unsynced_ += part.answers.trail + "\n";
  parts_.push_back({.offset = offset, .trail = std::move(part.answers.trail)});
  return std::chrono::steady_clock::now() < synced_ + kSyncInterval ? Status() : Sync();
}

// The journal comes last: what it says is there is there.
Status BatchJournal::Sync() {
  SCOREWAY_RETURN_IF_ERROR(output_->Sync());
  if (errors_) SCOREWAY_RETURN_IF_ERROR(errors_->Sync());
  SCOREWAY_RETURN_IF_ERROR(journal_->Append(unsynced_));
  unsynced_.clear();
  synced_ = std::chrono::steady_clock::now();
  return {};
}

Status BatchJournal::Finish(const TableWriter& writer) {
  std::string foot;
  SCOREWAY_RETURN_IF_ERROR(writer.AppendFoot(parts_, &foot));
  SCOREWAY_RETURN_IF_ERROR(output_->Write(foot));
  if (errors_) SCOREWAY_RETURN_IF_ERROR(errors_->Commit());
  SCOREWAY_RETURN_IF_ERROR(output_->Commit());
  journal_->Remove();
  return {};
}

void BatchJournal::Discard() {
  journal_->Remove();
  if (errors_) errors_->Discard();
  output_->Discard();
}

}  // namespace scoreway
