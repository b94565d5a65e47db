// Maps of names to texts and to numbers, as versions, runs, checkpoints and bounds have them: their checks and their
// JSON.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/codec/json_writer.h"

namespace scoreway {

// kInvalidArgument, with `what` as the place, for a text that is not UTF-8.
Status CheckText(std::string_view what, std::string_view text);
// The same, and for an entry with an empty name.
Status CheckNamedValues(std::string_view what, const std::map<std::string, std::string>& texts);
Status CheckNamedValues(std::string_view what, const std::map<std::string, double>& numbers);

// The member `key`, an object. Of numbers, NaN is null and the infinities, which JSON lacks, are "Infinity" and
// "-Infinity".
void WriteNamedValues(std::string_view key, const std::map<std::string, std::string>& texts, JsonWriter* json);
void WriteNamedValues(std::string_view key, const std::map<std::string, double>& numbers, JsonWriter* json);

}  // namespace scoreway
