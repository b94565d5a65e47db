// InputFile: the bytes of a plain file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/file_bytes.h"
#include "base/result.h"

namespace scoreway {

class InputFile final : public FileBytes {
 public:
  // NOT_FOUND if there is none; INVALID_ARGUMENT for what is no plain file. The place of errors is the path.
  static Result<std::shared_ptr<const InputFile>> Open(const std::string& path);
  ~InputFile() override;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::string& path() const { return path_; }
  uint64_t size() const override { return size_; }          // when it was opened
  int64_t changed_nanos() const { return changed_nanos_; }  // when it was last written, since 1970

  Status AppendAt(uint64_t offset, size_t count, std::string* bytes) const override;

 private:
  InputFile(int descriptor, std::string path, uint64_t size, int64_t changed_nanos)
      : descriptor_(descriptor), path_(std::move(path)), size_(size), changed_nanos_(changed_nanos) {}

  const int descriptor_;
  const std::string path_;
  const uint64_t size_;
  const int64_t changed_nanos_;
};

// Whether two paths lead to one file; false where there is none.
bool IsSameFile(const std::string& a, const std::string& b);

}  // namespace scoreway
