// Files that are read: whole, or as a stream.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "data/codec/byte_source.h"

namespace scoreway {

// The bytes of a file; "-" is standard input. NOT_FOUND if it does not exist, RESOURCE_EXHAUSTED if it is larger than
// bytes_max, INVALID_ARGUMENT for a folder.
Result<std::shared_ptr<const std::string>> ReadFile(const std::string& path, uint64_t bytes_max);

// A file or standard input ("-"), read piece by piece.
class FileSource final : public ByteSource {
 public:
  static Result<std::unique_ptr<FileSource>> Open(const std::string& path);
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  Result<size_t> Read(char* buffer, size_t size) override;

  // Bytes read so far, and the size of the file if it is a plain one, else 0; for progress.
  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t bytes_total() const { return bytes_total_; }

 private:
  FileSource(int descriptor, std::string path, uint64_t bytes_total)
      : descriptor_(descriptor), path_(std::move(path)), bytes_total_(bytes_total) {}

  int descriptor_;
  std::string path_;
  uint64_t bytes_total_;
  uint64_t bytes_read_ = 0;
};

// What the system says of a file, as an error whose place is the path; `number` as in errno.
Error FileError(const std::string& path, int number);

}  // namespace scoreway
