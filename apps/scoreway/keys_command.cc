// scoreway keys: who may call a server that asks for keys.

#include <algorithm>
#include <cmath>

#include "commands.h"
#include "open_registry.h"
#include "open_store.h"
#include "printing.h"
#include "registry/api_keys.h"
#include "table.h"

namespace scoreway {
namespace {

constexpr double kDayMicros = 86'400e6;

Status Create(ApiKeys& keys, const KeysOptions& options) {
  ApiKey wish;
  wish.name = options.name;
  wish.role = RoleFromName(options.role).value_or(Role::kPredict);
  wish.who = CurrentUser();
  if (options.expire_days > 0) {
    wish.expires_micros =
        SystemClock().NowMicros() + std::llround(std::min(options.expire_days, 36'500.0) * kDayMicros);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ApiKeys::Made made, keys.Create(wish));
  if (!options.json) {
    Print(made.text + "\n");
    return {};
  }
  PrintJson([&](JsonWriter& json) {
    json.StringField("id", made.key.id);
    json.StringField("name", made.key.name);
    json.StringField("role", RoleName(made.key.role));
    json.StringField("key", made.text);
  });
  return {};
}

Status List(ApiKeys& store, const KeysOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ApiKey> keys, store.List());
  if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("keys");
      json.BeginArray();
      for (const ApiKey& key : keys) WriteJson(key, &json);
      json.EndArray();
    });
    return {};
  }
  Table table({"ID", "NAME", "ROLE", "CREATED (UTC)", "EXPIRES (UTC)", "WHO"});
  for (const ApiKey& key : keys) {
    table.Add({key.id, key.name, std::string(RoleName(key.role)), TimeText(key.created_micros),
               key.expires_micros == 0 ? "never" : TimeText(key.expires_micros), key.who});
  }
  Print(table.empty() ? "no keys yet; 'scoreway keys create' makes one\n" : table.ToString());
  return {};
}

}  // namespace

Status RunKeys(const KeysOptions& options) {
  const bool makes = options.action == KeysOptions::Action::kCreate;
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store,
                            OpenStore(options.registry, makes ? WhenMissing::kMake : WhenMissing::kFail));
  ApiKeys keys(*store, SystemClock());
  if (makes) return Create(keys, options);
  return options.action == KeysOptions::Action::kList ? List(keys, options) : keys.Revoke(options.id);
}

}  // namespace scoreway
