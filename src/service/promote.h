// Promote: moving the aliases of a model, and back.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/codec/json_writer.h"
#include "service/service.h"

namespace scoreway {

// When it returns ok the registry has the moves, and this process serves them.
Result<std::vector<AliasEvent>> MoveAliases(const Service& service, const std::string& name,
                                            std::span<const AliasMove> moves, const Change& change);
// To where the alias pointed before; again: further back.
Result<AliasEvent> RollbackAlias(const Service& service, const std::string& name, const std::string& alias,
                                 const Change& change);

// {"sequence","time","alias","from","to","who","why"}; from and to are null where the alias was or is not set.
void WriteJson(const AliasEvent& event, JsonWriter* json);

}  // namespace scoreway
