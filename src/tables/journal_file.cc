#include "tables/journal_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "tables/system_error.h"

namespace scoreway {
namespace {

constexpr size_t kBytesMax = size_t{256} << 20;

}  // namespace

Result<std::unique_ptr<JournalFile>> JournalFile::Open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) return SystemError(path, errno);
  auto journal = std::unique_ptr<JournalFile>(new JournalFile(descriptor, path));
  SCOREWAY_RETURN_IF_ERROR(journal->Load());
  return journal;
}

JournalFile::~JournalFile() { ::close(descriptor_); }

Status JournalFile::Load() {
  std::string text;
  char buffer[1 << 16];
  while (true) {
    const ssize_t count = ::pread(descriptor_, buffer, sizeof buffer, static_cast<off_t>(text.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError(path_, errno);
    if (count == 0) break;
    text.append(buffer, static_cast<size_t>(count));
    if (text.size() > kBytesMax) return Status(Code::kResourceExhausted, "is larger than any journal", path_);
  }
  size_t begin = 0;
  for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines_.push_back(text.substr(begin, end - begin));
  }
  // A line that was cut off goes.
  if (::ftruncate(descriptor_, static_cast<off_t>(begin)) != 0 ||
      ::lseek(descriptor_, static_cast<off_t>(begin), SEEK_SET) < 0) {
    return SystemError(path_, errno);
  }
  return {};
}

Status JournalFile::Clear() {
  lines_.clear();
  if (::ftruncate(descriptor_, 0) != 0 || ::lseek(descriptor_, 0, SEEK_SET) < 0) return SystemError(path_, errno);
  return {};
}

Status JournalFile::Append(std::string_view lines) {
  while (!lines.empty()) {
    const ssize_t count = ::write(descriptor_, lines.data(), lines.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError(path_, errno);
    lines.remove_prefix(static_cast<size_t>(count));
  }
  if (::fdatasync(descriptor_) != 0) return SystemError(path_, errno);
  return {};
}

void JournalFile::Remove() { ::unlink(path_.c_str()); }

}  // namespace scoreway
