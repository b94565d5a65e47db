#include "files/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace scoreway {
namespace {

std::string ShownName(const std::string& path, const char* standard) { return path == "-" ? standard : path; }

}  // namespace

Error FileError(const std::string& path, int number) {
  Code code = Code::kInvalidArgument;
  switch (number) {
    case ENOENT: code = Code::kNotFound; break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: code = Code::kResourceExhausted; break;
    case EPIPE:
    case EAGAIN: code = Code::kUnavailable; break;
    case EIO: code = Code::kCorrupt; break;
    default: break;
  }
  return Error{code, std::strerror(number), path};
}

Result<std::unique_ptr<FileSource>> FileSource::Open(const std::string& path) {
  if (path == "-") return std::unique_ptr<FileSource>(new FileSource(STDIN_FILENO, path, 0));
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return FileError(path, errno);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || S_ISDIR(status.st_mode)) {
    const int number = S_ISDIR(status.st_mode) ? EISDIR : errno;
    ::close(descriptor);
    return FileError(path, number);
  }
  const uint64_t total = S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
  return std::unique_ptr<FileSource>(new FileSource(descriptor, path, total));
}

FileSource::~FileSource() {
  if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
}

Result<size_t> FileSource::Read(char* buffer, size_t size) {
  while (true) {
    const ssize_t count = ::read(descriptor_, buffer, size);
    if (count >= 0) {
      bytes_read_ += static_cast<uint64_t>(count);
      return static_cast<size_t>(count);
    }
    if (errno != EINTR) return FileError(ShownName(path_, "standard input"), errno);
  }
}

Result<std::shared_ptr<const std::string>> ReadFile(const std::string& path, uint64_t bytes_max) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<FileSource> source, FileSource::Open(path));
  const auto too_large = [&] {
    return Error{Code::kResourceExhausted, "larger than the limit of " + std::to_string(bytes_max) + " bytes",
                 ShownName(path, "standard input")};
  };
  if (source->bytes_total() > bytes_max) return too_large();
  auto bytes = std::make_shared<std::string>();
  size_t used = 0;
  // A plain file is read with one call and one more that finds the end.
  bytes->resize(source->bytes_total() + 1);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t count, source->Read(bytes->data() + used, bytes->size() - used));
    if (count == 0) break;
    used += count;
    if (used > bytes_max) return too_large();
    if (used == bytes->size()) bytes->resize(used + std::max<size_t>(used, 64 << 10));
  }
  bytes->resize(used);
  return std::shared_ptr<const std::string>(std::move(bytes));
}

}  // namespace scoreway
