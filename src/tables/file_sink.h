// FileSink: a file that grows as OUT.partial, with the lines in OUT.progress, and appears under its name when it is
// whole.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tables/growing_file.h"
#include "tables/journal_file.h"
#include "tables/table_sink.h"

namespace scoreway {

class FileSink final : public TableSink {
 public:
  // UNAVAILABLE while another process writes the file.
  static Result<std::unique_ptr<TableSink>> Open(const std::string& path, std::unique_ptr<TableWriter> writer);

  std::string place() const override { return path_ + kProgress; }
  const std::vector<std::string>& lines() const override { return journal_->lines(); }
  Status Begin(const std::string& identity) override;
  Result<bool> TakeUp(uint64_t bytes) override;
  uint64_t size() const override { return file_->size(); }
  std::unique_ptr<PartEncoder> NewEncoder() override { return writer_->NewEncoder(); }
  Status Put(std::string_view bytes) override { return file_->Write(bytes); }
  Status Keep(std::string_view lines) override;
  Status Finish(std::span<const PlacedPart> parts) override;
  void Discard() override;

 private:
  static constexpr char kProgress[] = ".progress";

  FileSink(std::string path, std::unique_ptr<TableWriter> writer, std::unique_ptr<GrowingFile> file,
           std::unique_ptr<JournalFile> journal)
      : path_(std::move(path)), writer_(std::move(writer)), file_(std::move(file)), journal_(std::move(journal)) {}

  const std::string path_;
  const std::unique_ptr<TableWriter> writer_;
  const std::unique_ptr<GrowingFile> file_;
  const std::unique_ptr<JournalFile> journal_;
  std::string first_line_;  // not on disk yet
};

}  // namespace scoreway
