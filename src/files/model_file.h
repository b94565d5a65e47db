// The artifact that a path means: a file, or a folder (as Spark saves models), packed as a tar.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scoreway {

// Larger model files than this are refused.
inline constexpr uint64_t kModelFileBytesMax = uint64_t{4} << 30;

// "-" is standard input. Of a folder the files below it, without those whose names begin with '.' or '_' (checksums and
// marks of Hadoop's file systems): the same bytes for the same files. Errors as ReadFile's; INVALID_ARGUMENT for a
// folder with nothing in it.
Result<std::shared_ptr<const std::string>> ReadModelFile(const std::string& path);

// What reading the file depends on besides its bytes (ImportOptions, as texts by name): what is asked for, and the
// feature map of XGBoost that lies beside it, "model.fmap" of "model.json".
Result<std::map<std::string, std::string>> ImportOptionsOfFile(const std::string& path, std::string_view artifact,
                                                               uint32_t recommend);

}  // namespace scoreway
