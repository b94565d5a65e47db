// Importers: bytes that a user saved to a Model. An importer only translates: it opens no file or socket, runs nothing
// of what it reads, and reports what it cannot express by name and place, all of it at once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/model.h"

namespace scoreway {

struct ImportOptions {
  // A compressed artifact may unpack to this many bytes.
  uint64_t unpacked_bytes_max = uint64_t{512} << 20;
  // The text of the feature map beside a model of XGBoost (importers/boosters/feature_map.h); empty if there is none.
  std::string feature_map;
  // Of a recommender (Spark's ALS): not the rating of a user and an item, but so many of the best items for a user;
  // 0: the rating.
  uint32_t recommend = 0;
};

// What an artifact's reading depends on besides its bytes, as texts by name ("feature_map", "recommend"): the form in
// which it is kept with a version. Sets those options; INVALID_ARGUMENT names what is unknown or no such value.
Status SetImportOptions(const std::map<std::string, std::string>& texts, ImportOptions* options);

// What the artifact is: CORRUPT when its bytes are damaged, UNSUPPORTED when it is sound but beyond us (every class and
// place that is the reason, one a line, and what to do), INVALID_ARGUMENT when it is of no format we know,
// PERMISSION_DENIED when it asks to run code. INVALID_ARGUMENT, too, where `recommend` is asked of a model that is no
// recommender. Thread-safe.
Result<std::shared_ptr<const Model>> ImportModel(std::shared_ptr<const std::string> artifact,
                                                 const ImportOptions& options = {});

// What bytes that begin so seem to be: "pickle", "xgboost", "lightgbm", "onnx", "spark", "pmml" or "scoreway"; empty if
// none of them is sure, as of a compressed file. Whether an importer can read them is another question.
std::string_view RecognisedFormat(std::string_view bytes);

// Names of the formats that ImportModel knows, in the order they are tried.
std::vector<std::string_view> KnownFormats();

}  // namespace scoreway
