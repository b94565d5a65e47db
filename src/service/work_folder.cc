#include "service/work_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace scoreway {

Result<std::unique_ptr<WorkFolder>> WorkFolder::Make() {
  std::error_code error;
  const auto parent = std::filesystem::temp_directory_path(error);
  if (error) return Error{Code::kUnavailable, "there is no folder for temporary files: " + error.message(), {}};
  std::string path = (parent / "scoreway-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) {
    return Error{Code::kUnavailable, std::string("cannot be made: ") + std::strerror(errno), path};
  }
  return std::unique_ptr<WorkFolder>(new WorkFolder(path));
}

WorkFolder::~WorkFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

}  // namespace scoreway
