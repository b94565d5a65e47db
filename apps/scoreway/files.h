// Files as the commands write them: whole or not at all. Reading is in files/read_file.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "files/read_file.h"

namespace scoreway {

// A file that appears under its name only when Commit has put all of it on disk; until then it is a temporary beside
// it, removed if the object goes. "-" is standard output, which Commit flushes.
class OutputFile {
 public:
  static Result<std::unique_ptr<OutputFile>> Open(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // RESOURCE_EXHAUSTED when the disk is full. A reader that closed the pipe is UNAVAILABLE.
  Status Write(std::string_view bytes);
  Status Commit();

 private:
  OutputFile(int descriptor, std::string path, std::string temporary)
      : descriptor_(descriptor), path_(std::move(path)), temporary_(std::move(temporary)) {}

  int descriptor_;
  std::string path_;
  std::string temporary_;  // empty: written in place (standard output, devices, pipes)
};

Status WriteWholeFile(const std::string& path, std::string_view bytes);

}  // namespace scoreway
