// KeyRing: the API keys of a server, followed by polling, made once for a process.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "registry/api_keys.h"
#include "store/followed.h"

namespace scoreway {

// The key in an Authorization header or metadata, "Bearer KEY"; empty if there is none.
std::string_view BearerKey(std::string_view authorization);

struct KeyRing {
  // `are_required`: only requests with a key are answered. The store must outlive this.
  KeyRing(Store& rows, const Clock& time, std::chrono::milliseconds poll_interval, bool are_required)
      : required(are_required),
        clock(time),
        store(rows, time),
        keys({[this] { return store.ChangeCount(); }, [this] { return store.ReadAll(); }}, poll_interval) {}

  const bool required;
  const Clock& clock;
  ApiKeys store;
  Followed<ApiKeySet> keys;
};

}  // namespace scoreway
