// The artifact that a path means: a file, or a folder (as Spark saves models), packed as a tar.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace scoreway {

// "-" is standard input. Of a folder the files below it, without those whose names begin with '.' or '_' (checksums and
// marks of Hadoop's file systems): the same bytes for the same files. Errors as ReadFile's; INVALID_ARGUMENT for a
// folder with nothing in it.
Result<std::shared_ptr<const std::string>> ReadModelFile(const std::string& path);

}  // namespace scoreway
