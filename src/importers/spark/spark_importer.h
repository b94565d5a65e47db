// Imports models saved by Spark ML (`model.write().save(path)`): the folder as a zip or tar.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/model.h"

namespace scoreway::spark {

// By the beginning of the bytes: any archive, as nothing else that is imported is one.
bool LooksLikeSaved(std::string_view bytes);

// Errors as ImportModel's. All stages that are not supported are named at once.
Result<Model> ImportSaved(std::string_view archive, uint64_t unpacked_bytes_max);

}  // namespace scoreway::spark
