// The time zones of this machine.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time_zone.h"

namespace scoreway {

// By its name in the tz database, as "Europe/Zurich"; of the folder TZDIR, or /usr/share/zoneinfo. Empty and "UTC" are
// UTC on any machine. kInvalidArgument: there is none of that name.
Result<TimeZone> LoadTimeZone(const std::string& name);

}  // namespace scoreway
