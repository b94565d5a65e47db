#include "tables/file_sink.h"

#include <utility>

namespace scoreway {

Result<std::unique_ptr<TableSink>> FileSink::Open(const std::string& path, std::unique_ptr<TableWriter> writer) {
  SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<GrowingFile> file, GrowingFile::Open(path));
  SCOREWAY_ASSIGN_OR_RETURN(std::unique_ptr<JournalFile> journal, JournalFile::Open(path + kProgress));
  return std::unique_ptr<TableSink>(new FileSink(path, std::move(writer), std::move(file), std::move(journal)));
}

Status FileSink::Begin(const std::string& identity) {
  SCOREWAY_RETURN_IF_ERROR(journal_->Clear());
  SCOREWAY_RETURN_IF_ERROR(file_->Truncate(0));
  first_line_ = identity + "\n";
  std::string head;
  writer_->AppendHead(&head);
  return file_->Write(head);
}

// What lies behind was not finished.
Result<bool> FileSink::TakeUp(uint64_t bytes) {
  if (file_->size() < bytes) return false;
  SCOREWAY_RETURN_IF_ERROR(file_->Truncate(bytes));
  return true;
}

// The journal comes last: what it says is there is there.
Status FileSink::Keep(std::string_view lines) {
  SCOREWAY_RETURN_IF_ERROR(file_->Sync());
  SCOREWAY_RETURN_IF_ERROR(journal_->Append(std::exchange(first_line_, {}).append(lines)));
  return {};
}

Status FileSink::Finish(std::span<const PlacedPart> parts) {
  std::string foot;
  SCOREWAY_RETURN_IF_ERROR(writer_->AppendFoot(parts, &foot));
  SCOREWAY_RETURN_IF_ERROR(file_->Write(foot));
  SCOREWAY_RETURN_IF_ERROR(file_->Commit());
  journal_->Remove();
  return {};
}

void FileSink::Discard() {
  journal_->Remove();
  file_->Discard();
}

}  // namespace scoreway
