// GrowingFile: a file that grows under a temporary name and appears under its own when it is whole. What was written
// stays there when the process ends, so that another can go on. One process at a time: the file is locked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

class GrowingFile {
 public:
  // `path` with ".partial" behind it; made if need be, opened as it is if it is there. UNAVAILABLE while another
  // process has it.
  static Result<std::unique_ptr<GrowingFile>> Open(const std::string& path);
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  uint64_t size() const { return size_; }
  // Cuts the end off.
  Status Truncate(uint64_t size);
  // Appends. RESOURCE_EXHAUSTED when the disk is full.
  Status Write(std::string_view bytes);
  // Puts what was written on disk.
  Status Sync();
  // Puts all on disk and gives the file its name.
  Status Commit();
  // Removes the temporary file.
  void Discard();

 private:
  GrowingFile(int descriptor, std::string path, uint64_t size)
      : descriptor_(descriptor), path_(std::move(path)), size_(size) {}
  std::string temporary() const { return path_ + ".partial"; }

  int descriptor_;
  std::string path_;
  uint64_t size_;
};

}  // namespace scoreway
