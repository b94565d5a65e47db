// WorkFolder: an empty folder for temporary files, removed with all that is in it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace scoreway {

class WorkFolder {
 public:
  // Where the system has such files ($TMPDIR); UNAVAILABLE says why it cannot be made.
  static Result<std::unique_ptr<WorkFolder>> Make();
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  explicit WorkFolder(std::string path) : path_(std::move(path)) {}
  const std::string path_;
};

}  // namespace scoreway
