// JournalFile: lines that tell how far a long work has come, kept beside what it makes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

class JournalFile {
 public:
  // Made if need be.
  static Result<std::unique_ptr<JournalFile>> Open(const std::string& path);
  ~JournalFile();
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  // The whole lines that were there when it was opened, without their ends. One that was cut off is none.
  const std::vector<std::string>& lines() const { return lines_; }
  // Forgets them; the file is empty.
  Status Clear();
  // Appends lines, each with its end, and puts them on disk.
  Status Append(std::string_view lines);
  // The work is done.
  void Remove();

 private:
  JournalFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  Status Load();

  const int descriptor_;
  const std::string path_;
  std::vector<std::string> lines_;
};

}  // namespace scoreway
