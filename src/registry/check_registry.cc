#include "registry/check_registry.h"

#include <set>

#include "registry/cursors.h"
#include "registry/runs.h"
#include "store/blobs.h"

namespace scoreway {
namespace {

constexpr int64_t kUploadAgeMicros = int64_t{24} * 3600 * 1'000'000;

// Faults of a version are noted; others end the check.
bool IsFault(Code code) { return code == Code::kCorrupt || code == Code::kNotFound || code == Code::kUnsupported; }

class RegistryCheck {
 public:
  RegistryCheck(Registry& registry, Store& store, const Clock& clock, bool read_artifacts,
                const CheckProgress& on_progress)
      : registry_(registry),
        store_(store),
        runs_(store, clock),
        read_artifacts_(read_artifacts),
        on_progress_(on_progress) {}

  Status CheckModels();
  Status CheckRuns();
  CheckReport report;

 private:
  Status CheckModel(const ModelInfo& model);
  Status CheckArtifact(const VersionInfo& version);
  Status CheckRunsOf(const std::string& name);
  Status CheckCheckpoints(const std::string& name, int64_t run);
  Status CheckArtifact(const std::string& name, int64_t run, const CheckpointInfo& checkpoint);
  std::function<Status(std::string_view)> Counting();
  Status Note(Status status) {
    if (!IsFault(status.code())) return status;
    report.faults.push_back(status.ToString());
    return {};
  }

  Registry& registry_;
  Store& store_;
  Runs runs_;
  const bool read_artifacts_;
  const CheckProgress& on_progress_;
  std::set<std::string, std::less<>> read_;  // by SHA-256
};

Status RegistryCheck::CheckModels() {
  ListOptions options;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(const auto page, registry_.ListModels(options));
    for (const ModelInfo& model : page.items) {
      ++report.models;
      SCOREWAY_RETURN_IF_ERROR(Note(CheckModel(model)));
    }
    options.page_token = page.next_page_token;
  } while (!options.page_token.empty());
  return {};
}

Status RegistryCheck::CheckModel(const ModelInfo& model) {
  ListOptions options;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(const auto page, registry_.ListVersions(model.name, options));
    for (const VersionInfo& version : page.items) {
      ++report.versions;
      if (read_artifacts_) SCOREWAY_RETURN_IF_ERROR(Note(CheckArtifact(version)));
      on_progress_(report);
    }
    options.page_token = page.next_page_token;
  } while (!options.page_token.empty());
  for (const auto& [alias, number] : model.aliases) {
    Status status = registry_.Resolve(Reference{model.name, {}, number}).status();
    if (status.code() != Code::kNotFound) continue;
    report.faults.push_back(model.name + "@" + alias + " points at version " + std::to_string(number) +
                            ", which does not exist");
  }
  return {};
}

Status RegistryCheck::CheckArtifact(const VersionInfo& version) {
  if (!read_.insert(version.artifact_sha256).second) return {};
  return registry_.ReadArtifact(version.name, version.number, Counting());
}

// A sink that counts what passes.
std::function<Status(std::string_view)> RegistryCheck::Counting() {
  return [this](std::string_view chunk) -> Status {
    report.artifact_bytes += chunk.size();
    on_progress_(report);
    return {};
  };
}

// Models may have runs without ever having been pushed.
Status RegistryCheck::CheckRuns() {
  NameCursor names(store_, {});
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto name, names.Next());
    if (!name) return {};
    SCOREWAY_RETURN_IF_ERROR(Note(CheckRunsOf(*name)));
  }
}

Status RegistryCheck::CheckRunsOf(const std::string& name) {
  ListOptions options;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(const auto page, runs_.ListRuns(name, options));
    for (const RunInfo& run : page.items) {
      ++report.runs;
      SCOREWAY_RETURN_IF_ERROR(Note(CheckCheckpoints(name, run.number)));
    }
    options.page_token = page.next_page_token;
  } while (!options.page_token.empty());
  return {};
}

Status RegistryCheck::CheckCheckpoints(const std::string& name, int64_t run) {
  ListOptions options;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(const auto page, runs_.ListCheckpoints(name, run, options));
    for (const CheckpointInfo& checkpoint : page.items) {
      ++report.checkpoints;
      if (read_artifacts_ && checkpoint.has_bytes()) {
        SCOREWAY_RETURN_IF_ERROR(Note(CheckArtifact(name, run, checkpoint)));
      }
      on_progress_(report);
    }
    options.page_token = page.next_page_token;
  } while (!options.page_token.empty());
  return {};
}

Status RegistryCheck::CheckArtifact(const std::string& name, int64_t run, const CheckpointInfo& checkpoint) {
  if (!read_.insert(checkpoint.artifact_sha256).second) return {};
  return runs_.ReadArtifact(name, run, checkpoint.step, Counting());
}

}  // namespace

Result<CheckReport> CheckRegistry(Registry& registry, Store& store, const Clock& clock, bool read_artifacts,
                                  const CheckProgress& on_progress) {
  RegistryCheck check(registry, store, clock, read_artifacts, on_progress);
  SCOREWAY_RETURN_IF_ERROR(check.CheckModels());
  SCOREWAY_RETURN_IF_ERROR(check.CheckRuns());
  SCOREWAY_ASSIGN_OR_RETURN(check.report.old_uploads, Blobs(store, clock).CountUploads(kUploadAgeMicros));
  return std::move(check.report);
}

}  // namespace scoreway
