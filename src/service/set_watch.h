// SetWatch: that a model shall be watched.
#pragma once

#include <string>

#include "base/result.h"
#include "service/service.h"
#include "service/watch.h"

namespace scoreway {

// kNotFound if there is no such model; else as WatchStore::Set.
Result<Watch> SetWatch(const Service& service, const Watch& watch, const std::string& who);

}  // namespace scoreway
