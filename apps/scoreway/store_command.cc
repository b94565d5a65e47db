// scoreway store: looking after the place where the registry is kept.

#include <cstdio>

#include "commands.h"
#include "features/copy_feature_rows.h"
#include "files/model_file.h"
#include "open_engines.h"
#include "open_registry.h"
#include "open_store.h"
#include "progress.h"
#include "registry/check_registry.h"
#include "registry/copy_registry.h"
#include "service/copy_definitions.h"
#include "service/take_in.h"
#include "store/cassandra/cassandra_admin.h"
#include "table.h"
#include "take_in_loop.h"

namespace scoreway {
namespace {

void PrintStep(const std::string& step) { std::printf("%s\n", step.c_str()); }

// Opening a file makes it and brings it forward.
Status OpenFile(const RegistryOptions& registry, WhenMissing when_missing) {
  SCOREWAY_RETURN_IF_ERROR(OpenStore(registry, when_missing).status());
  PrintStep("file " + registry.path + " is ready");
  return {};
}

Status Init(const StoreOptions& options) {
  if (!IsCassandraUrl(options.registry.path)) {
    if (!options.print) return OpenFile(options.registry, WhenMissing::kMake);
    return Status(Code::kInvalidArgument, "a file needs no CQL; --print is for a Cassandra URL", options.registry.path);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const CassandraOptions cassandra, CassandraOptionsOf(options.registry));
  if (!options.print) return InitCassandra(cassandra, PrintStep);
  SCOREWAY_ASSIGN_OR_RETURN(const std::string cql, CassandraInitCql(cassandra));
  std::fputs(cql.c_str(), stdout);
  return {};
}

Status Migrate(const StoreOptions& options) {
  if (!IsCassandraUrl(options.registry.path)) return OpenFile(options.registry, WhenMissing::kFail);
  SCOREWAY_ASSIGN_OR_RETURN(const CassandraOptions cassandra, CassandraOptionsOf(options.registry));
  return MigrateCassandra(cassandra, PrintStep);
}

// Reads and writes at the wished consistency must come through before the long reading begins.
Status CheckReachable(Store& store) {
  constexpr int64_t kMinuteMicros = 60'000'000;
  const Partition partition{"check", "reachable"};
  SCOREWAY_RETURN_IF_ERROR(store.Apply(partition, PutWithTtl("check", "", kMinuteMicros)));
  return store.Get(partition, "check").status();
}

Status Check(const StoreOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  SCOREWAY_RETURN_IF_ERROR(CheckReachable(*registry.store));
  PrintStep("reads and writes come through");
  Progress progress("bytes", false);
  const auto on_progress = [&](const CheckReport& report) { progress.Update(report.artifact_bytes, -1); };
  SCOREWAY_ASSIGN_OR_RETURN(const CheckReport report, CheckRegistry(*registry.registry, *registry.store, SystemClock(),
                                                                    !options.quick, on_progress));
  SCOREWAY_ASSIGN_OR_RETURN(const size_t rows, registry->RepairCatalogue());
  progress.Finish();
  PrintStep(std::to_string(report.models) + " models, " + std::to_string(report.versions) + " versions, " +
            std::to_string(report.checkpoints) + " checkpoints of " + std::to_string(report.runs) + " runs, " +
            (options.quick ? "artifacts not read" : BytesText(report.artifact_bytes) + " of artifacts read"));
  if (rows > 0) PrintStep(std::to_string(rows) + " rows of model_versions written");
  PrintStep(std::to_string(report.old_uploads) + " uploads broken off over a day ago");
  for (const std::string& fault : report.faults) PrintStep("FAULT: " + fault);
  if (report.faults.empty()) return {};
  return Status(Code::kCorrupt, std::to_string(report.faults.size()) + " faults", StorePlace(options.registry));
}

Status Collect(const StoreOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  const auto age_micros = static_cast<int64_t>(options.age_hours * 3600e6);
  SCOREWAY_ASSIGN_OR_RETURN(const CollectCounts counts, registry->Collect(age_micros));
  PrintStep("removed " + std::to_string(counts.uploads) + " uploads and " + std::to_string(counts.artifacts) +
            " references to artifacts");
  return {};
}

Status CopyFeatures(Store& from, Store& to) {
  Progress progress("rows of feature views", false);
  const auto on_progress = [&](const FeatureCopyCounts& counts) {
    progress.Update(counts.copied + counts.there + counts.expired, -1);
  };
  SCOREWAY_ASSIGN_OR_RETURN(const FeatureCopyCounts counts, CopyFeatureRows(from, to, SystemClock(), on_progress));
  progress.Finish();
  PrintStep(std::to_string(counts.copied) + " rows of feature views, " + std::to_string(counts.there) +
            " were there, " + std::to_string(counts.expired) + " past their TTL were left out");
  return {};
}

Status Copy(const StoreOptions& options) {
  if (options.to.path == options.registry.path) {
    return Status(Code::kInvalidArgument, "a registry is not copied to itself", StorePlace(options.to));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const auto from, OpenStore(options.registry, WhenMissing::kFail));
  SCOREWAY_ASSIGN_OR_RETURN(const auto to, OpenStore(options.to, WhenMissing::kMake));
  Progress progress("bytes", false);
  const auto on_progress = [&](const CopyCounts& counts) { progress.Update(counts.bytes, -1); };
  SCOREWAY_ASSIGN_OR_RETURN(const CopyCounts counts, CopyRegistry(*from, *to, SystemClock(), on_progress));
  SCOREWAY_RETURN_IF_ERROR(Registry(*to, SystemClock()).RepairCatalogue().status());
  SCOREWAY_ASSIGN_OR_RETURN(const DefinitionCounts definitions, CopyDefinitions(*from, *to));
  progress.Finish();
  PrintStep(std::to_string(counts.models) + " models; copied now: " + std::to_string(counts.versions) + " versions, " +
            std::to_string(counts.artifacts) + " artifacts of " + BytesText(counts.bytes) + "; " +
            std::to_string(counts.artifacts_there) + " artifacts were there; " + std::to_string(definitions.copied) +
            " keys, policies, feature views and trainers, " + std::to_string(definitions.there) + " were there");
  return CopyFeatures(*from, *to);
}

Status TakeInAll(const StoreOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  Intake* const intake = registry.store->intake();
  if (intake == nullptr) {
    return Status(Code::kUnsupported, "only Cassandra has tables that others can write to",
                  StorePlace(options.registry));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Engines> engines, OpenEngines(options.engines));
  const Service service{.registry = registry.registry.get(), .engines = engines.get()};
  return TakeIn(service, *intake, kModelFileBytesMax, [](const TakenIn& taken) { PrintStep(TakenInText(taken)); });
}

}  // namespace

Status RunStore(const StoreOptions& options) {
  switch (options.action) {
    case StoreOptions::Action::kInit: return Init(options);
    case StoreOptions::Action::kCheck: return Check(options);
    case StoreOptions::Action::kCollect: return Collect(options);
    case StoreOptions::Action::kMigrate: return Migrate(options);
    case StoreOptions::Action::kCopy: return Copy(options);
    case StoreOptions::Action::kTakeIn: return TakeInAll(options);
  }
  return {};
}

}  // namespace scoreway
