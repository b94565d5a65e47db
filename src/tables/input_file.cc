#include "tables/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "tables/system_error.h"

namespace scoreway {

Result<std::shared_ptr<const InputFile>> InputFile::Open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return SystemError(path, errno);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) {
    const int number = errno;
    ::close(descriptor);
    return SystemError(path, number);
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return Error{Code::kInvalidArgument, "is not a plain file", path};
  }
  const int64_t changed = int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  return std::shared_ptr<const InputFile>(
      new InputFile(descriptor, path, static_cast<uint64_t>(status.st_size), changed));
}

InputFile::~InputFile() { ::close(descriptor_); }

Status InputFile::AppendAt(uint64_t offset, size_t count, std::string* bytes) const {
  const size_t begin = bytes->size();
  bytes->resize(begin + count);
  size_t done = 0;
  while (done < count) {
    const ssize_t got =
        ::pread(descriptor_, bytes->data() + begin + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError(path_, errno);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  bytes->resize(begin + done);
  return {};
}

bool IsSameFile(const std::string& a, const std::string& b) {
  struct stat of_a {
  }, of_b{};
  return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
         of_a.st_ino == of_b.st_ino;
}

}  // namespace scoreway
