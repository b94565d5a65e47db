// Models: listing, looking up, searching and deleting what is registered, and the JSON of it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "data/codec/json_writer.h"
#include "service/service.h"

namespace scoreway {

// {"name","latest_version","version_count","aliases":{...},"created"}
void WriteJson(const ModelInfo& model, JsonWriter* json);

// Takes the version or all of the model out of the registry and out of service. CONFLICT while aliases point there,
// unless `force` removes them. Requests under way end as they began.
Status DeleteVersion(const Service& service, const std::string& name, int64_t version, bool force,
                     const Change& change);
Status DeleteModel(const Service& service, const std::string& name, bool force, const Change& change);

}  // namespace scoreway
