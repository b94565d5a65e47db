#include "files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace scoreway {

Result<std::unique_ptr<OutputFile>> OutputFile::Open(const std::string& path) {
  if (path == "-") return std::unique_ptr<OutputFile>(new OutputFile(STDOUT_FILENO, "standard output", {}));
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    // A device or a pipe cannot be replaced; a folder fails here.
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return FileError(path, errno);
    return std::unique_ptr<OutputFile>(new OutputFile(descriptor, path, {}));
  }
  std::string temporary = path + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return FileError(path, errno);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(descriptor, 0666 & ~mask);
  return std::unique_ptr<OutputFile>(new OutputFile(descriptor, path, std::move(temporary)));
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0 && descriptor_ != STDOUT_FILENO) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status OutputFile::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      return FileError(path_, errno);
    }
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

Status OutputFile::Commit() {
  if (temporary_.empty()) return {};
  if (::fsync(descriptor_) != 0) return FileError(path_, errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) return FileError(path_, errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return FileError(path_, errno);
  temporary_.clear();
  return {};
}

Status WriteWholeFile(const std::string& path, std::string_view bytes) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, OutputFile::Open(path));
  SCOREWAY_RETURN_IF_ERROR(file->Write(bytes));
  return file->Commit();
}

}  // namespace scoreway
