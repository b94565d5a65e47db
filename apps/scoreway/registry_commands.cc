// scoreway models, alias, rollback, pull, rm: the registry as people read and change it.

#include <cstdio>

#include "commands.h"
#include "files.h"
#include "open_registry.h"
#include "printing.h"
#include "service/models.h"
#include "service/promote.h"
#include "store/cassandra/cassandra_options.h"
#include "table.h"

namespace scoreway {
namespace {

void PrintVersions(const std::vector<VersionInfo>& versions, const std::map<std::string, int64_t>& aliases,
                   bool names) {
  Table table(
      names ? std::vector<std::string>{"MODEL", "VERSION", "ALIASES", "CREATED (UTC)", "LIBRARY", "SIZE", "METRICS"}
            : std::vector<std::string>{"VERSION", "ALIASES", "CREATED (UTC)", "LIBRARY", "SIZE", "METRICS"});
  for (const VersionInfo& version : versions) {
    std::vector<std::string> pointing;
    for (const auto& [alias, number] : aliases) {
      if (number == version.number && !names) pointing.push_back(alias);
    }
    std::vector<std::string> row = {std::to_string(version.number),
                                    Joined(pointing),
                                    TimeText(version.created_micros),
                                    version.metadata.source_library + " " + version.metadata.source_library_version,
                                    BytesText(version.artifact_bytes),
                                    MetricsText(version.metadata.metrics)};
    if (names) row.insert(row.begin(), version.name);
    table.Add(std::move(row));
  }
  Print(table.ToString());
}

Status ListAllModels(Registry& registry, const ModelsOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ModelInfo> models,
                            All<ModelInfo>([&](const ListOptions& page) { return registry.ListModels(page); }));
  if (options.names_only) {
    for (const ModelInfo& model : models) Print(model.name + "\n");
  } else if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("models");
      json.BeginArray();
      for (const ModelInfo& model : models) WriteJson(model, &json);
      json.EndArray();
    });
  } else {
    Table table({"MODEL", "VERSIONS", "LATEST", "ALIASES", "CREATED (UTC)"});
    for (const ModelInfo& model : models) {
      std::vector<std::string> aliases;
      for (const auto& [alias, version] : model.aliases) aliases.push_back(alias + "=" + std::to_string(version));
      table.Add({model.name, std::to_string(model.version_count), std::to_string(model.latest_version), Joined(aliases),
                 TimeText(model.created_micros)});
    }
    Print(table.empty() ? "no models yet; 'scoreway push NAME FILE' stores one\n" : table.ToString());
  }
  return {};
}

Status PrintHistory(Registry& registry, const AliasOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<AliasEvent> events, All<AliasEvent>([&](const ListOptions& page) {
                              return registry.AliasHistory(options.name, options.alias, page);
                            }));
  if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("history");
      json.BeginArray();
      for (const AliasEvent& event : events) WriteJson(event, &json);
      json.EndArray();
    });
    return {};
  }
  const auto version = [](int64_t number) { return number == 0 ? std::string("-") : std::to_string(number); };
  Table table({"WHEN (UTC)", "ALIAS", "FROM", "TO", "WHO", "WHY"});
  for (const AliasEvent& event : events) {
    table.Add({TimeText(event.time_micros), event.alias, version(event.from), version(event.to), event.who, event.why});
  }
  Print(table.ToString());
  return {};
}

Status PrintAliases(Registry& registry, const AliasOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const ModelInfo model, registry.GetModel(options.name));
  if (options.alias.empty()) {
    if (options.json) {
      PrintJson([&](JsonWriter& json) {
        json.Key("aliases");
        json.BeginObject();
        for (const auto& [alias, version] : model.aliases) json.IntField(alias, version);
        json.EndObject();
      });
    } else {
      for (const auto& [alias, version] : model.aliases) Print(alias + " " + std::to_string(version) + "\n");
    }
    return {};
  }
  const auto found = model.aliases.find(options.alias);
  if (found == model.aliases.end()) {
    return Status(Code::kNotFound, "model '" + options.name + "' has no alias '" + options.alias + "'");
  }
  if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.StringField("alias", options.alias);
      json.IntField("version", found->second);
    });
  } else {
    Print(std::to_string(found->second) + "\n");
  }
  return {};
}

void PrintMove(const AliasEvent& event, const std::string& name, bool as_json) {
  if (as_json) return PrintAsJson(event);
  const std::string from = event.from == 0 ? "nothing" : name + "/" + std::to_string(event.from);
  const std::string to = event.to == 0 ? "nothing" : name + "/" + std::to_string(event.to);
  Print(name + "@" + event.alias + ": " + from + " -> " + to + "\n");
}

}  // namespace

Status RunModels(const ModelsOptions& options) {
  Result<OpenedRegistry> opened = OpenRegistry(options.registry);
  const bool is_file = !IsCassandraUrl(options.registry.path);
  if (!opened.ok() && opened.code() == Code::kNotFound && options.name.empty() && is_file) {
    // Nothing was ever pushed: that is an empty list, not an error.
    if (options.json) Print(options.search.empty() ? "{\"models\":[]}\n" : "{\"versions\":[]}\n");
    if (!options.json && !options.names_only) Print("no models yet; 'scoreway push NAME FILE' stores one\n");
    return {};
  }
  SCOREWAY_RETURN_IF_ERROR(opened.status());
  Registry& registry = *opened->registry;
  if (options.name.empty() && options.search.empty()) return ListAllModels(registry, options);

  std::map<std::string, int64_t> aliases;
  std::string expression = options.search;
  if (!options.name.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const ModelInfo model, registry.GetModel(options.name));
    aliases = model.aliases;
    if (!expression.empty()) expression = "name = '" + options.name + "' and (" + expression + ")";
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<VersionInfo> versions, All<VersionInfo>([&](const ListOptions& page) {
                              return expression.empty() ? registry.ListVersions(options.name, page)
                                                        : registry.Search(expression, page);
                            }));
  if (options.names_only) {
    for (const VersionInfo& version : versions) Print(version.name + "/" + std::to_string(version.number) + "\n");
  } else if (options.json) {
    PrintJson([&](JsonWriter& json) {
      json.Key("versions");
      json.BeginArray();
      for (const VersionInfo& version : versions) WriteJson(version, &json);
      json.EndArray();
    });
  } else {
    PrintVersions(versions, aliases, options.name.empty());
  }
  return {};
}

Status RunAlias(const AliasOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  if (options.history) return PrintHistory(*registry.registry, options);
  if (!options.version && !options.remove) return PrintAliases(*registry.registry, options);
  if (options.alias.empty()) return Status(Code::kInvalidArgument, "which alias shall be removed?");

  AliasMove move{options.alias, options.remove ? 0 : static_cast<int64_t>(*options.version), {}};
  if (options.expected) move.expected = static_cast<int64_t>(*options.expected);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<AliasEvent> events,
                            MoveAliases(Service{.registry = registry.registry.get()}, options.name, {&move, 1},
                                        Change{CurrentUser(), options.why}));
  for (const AliasEvent& event : events) {
    if (event.alias == options.alias) PrintMove(event, options.name, options.json);
  }
  if (events.empty() && !options.json) Print(options.name + "@" + options.alias + " points there already\n");
  return {};
}

Status RunRollback(const RollbackOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  SCOREWAY_ASSIGN_OR_RETURN(const AliasEvent event,
                            RollbackAlias(Service{.registry = registry.registry.get()}, options.name, options.alias,
                                          Change{CurrentUser(), options.why}));
  PrintMove(event, options.name, options.json);
  return {};
}

Status RunPull(const PullOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  SCOREWAY_ASSIGN_OR_RETURN(const FoundVersion found, FindVersion(*registry.registry, options.model));
  const std::string path = options.output.empty() ? found.name + "-" + std::to_string(found.number) : options.output;
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, OutputFile::Open(path));
  SCOREWAY_RETURN_IF_ERROR(
      registry->ReadArtifact(found.name, found.number, [&file](std::string_view piece) { return file->Write(piece); }));
  SCOREWAY_RETURN_IF_ERROR(file->Commit());
  if (path != "-")
    std::fprintf(stderr, "%s/%lld -> %s\n", found.name.c_str(), static_cast<long long>(found.number), path.c_str());
  return {};
}

Status RunRm(const RmOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ParseReference(options.model));
  const Change change{CurrentUser(), {}};
  if (reference.version != 0) {
    SCOREWAY_RETURN_IF_ERROR(registry->DeleteVersion(reference.name, reference.version, options.force, change));
    std::fprintf(stderr, "deleted %s/%lld\n", reference.name.c_str(), static_cast<long long>(reference.version));
    return {};
  }
  if (!reference.alias.empty()) {
    return Status(Code::kInvalidArgument,
                  "an alias is no version; 'scoreway alias NAME ALIAS --delete' removes an alias", options.model);
  }
  if (!options.all) {
    return Status(Code::kInvalidArgument,
                  "this would delete all versions; say --all, or name one: " + reference.name + "/1", options.model);
  }
  SCOREWAY_RETURN_IF_ERROR(registry->DeleteModel(reference.name, true, change));
  std::fprintf(stderr, "deleted %s and all its versions\n", reference.name.c_str());
  return {};
}

}  // namespace scoreway
