// Files as the commands use them: read whole, read as a stream, written whole or not at all.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/codec/byte_source.h"

namespace scoreway {

// Larger model files than this are refused.
inline constexpr uint64_t kModelFileBytesMax = uint64_t{4} << 30;

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
