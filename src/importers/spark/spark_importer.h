// Imports models saved by Spark ML (`model.write().save(path)`): the folder as a zip or tar.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/model.h"

namespace scoreway::spark {

// By the beginning of the bytes: any archive, as nothing else that is imported is one.
bool LooksLikeSaved(std::string_view bytes);

constexpr int64_t kRecommendMax = 10'000;

struct SavedOptions {
  uint64_t unpacked_bytes_max = uint64_t{512} << 20;
  uint32_t recommend = 0;  // ImportOptions::recommend, at most kRecommendMax
};

// Errors as ImportModel's. All stages that are not supported are named at once.
Result<Model> ImportSaved(std::string_view archive, const SavedOptions& options);
// What is said where items are asked of a model that is no recommender.
Error NoRecommender();

}  // namespace scoreway::spark
