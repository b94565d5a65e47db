// The registry and the record, opened for one command.
#pragma once

#include <memory>

#include "base/result.h"
#include "challenge/challenges.h"
#include "open_log.h"
#include "open_registry.h"
#include "service/service.h"

namespace scoreway {

struct OpenedRecords {
  OpenedRegistry registry;
  std::unique_ptr<Store> log_store;  // null: the registry's
  std::unique_ptr<Records> records;
  std::unique_ptr<Traffic> traffic;
  std::unique_ptr<VersionProfiles> profiles;
  std::unique_ptr<Challenges> challenges;

  Service service() const {
    return {.registry = registry.registry.get(),
            .records = records.get(),
            .traffic = traffic.get(),
            .profiles = profiles.get(),
            .challenges = challenges.get()};
  }
};

Result<OpenedRecords> OpenRecords(const RegistryOptions& registry, const RecordPlaceOptions& place,
                                  WhenMissing when_missing);

}  // namespace scoreway
