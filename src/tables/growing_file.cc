#include "tables/growing_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "tables/system_error.h"

namespace scoreway {

Result<std::unique_ptr<GrowingFile>> GrowingFile::Open(const std::string& path) {
  struct stat there {};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    return Error{Code::kInvalidArgument, "is not a plain file", path};
  }
  const std::string temporary = path + ".partial";
  const int descriptor = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) return SystemError(temporary, errno);
  struct stat status {};
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int number = errno;
    ::close(descriptor);
    if (number == EWOULDBLOCK) return Error{Code::kUnavailable, "another process is writing it", temporary};
    return SystemError(temporary, number);
  }
  if (::fstat(descriptor, &status) != 0) {
    const int number = errno;
    ::close(descriptor);
    return SystemError(temporary, number);
  }
  auto file = std::unique_ptr<GrowingFile>(new GrowingFile(descriptor, path, static_cast<uint64_t>(status.st_size)));
  SCOREWAY_RETURN_IF_ERROR(file->Truncate(file->size_));
  return file;
}

GrowingFile::~GrowingFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status GrowingFile::Truncate(uint64_t size) {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0 ||
      ::lseek(descriptor_, static_cast<off_t>(size), SEEK_SET) < 0) {
    return SystemError(temporary(), errno);
  }
  size_ = size;
  return {};
}

Status GrowingFile::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError(temporary(), errno);
    bytes.remove_prefix(static_cast<size_t>(count));
    size_ += static_cast<uint64_t>(count);
  }
  return {};
}

Status GrowingFile::Sync() {
  if (::fdatasync(descriptor_) != 0) return SystemError(temporary(), errno);
  return {};
}

Status GrowingFile::Commit() {
  if (::fsync(descriptor_) != 0) return SystemError(temporary(), errno);
  if (::rename(temporary().c_str(), path_.c_str()) != 0) return SystemError(path_, errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) return SystemError(path_, errno);
  return {};
}

void GrowingFile::Discard() { ::unlink(temporary().c_str()); }

}  // namespace scoreway
