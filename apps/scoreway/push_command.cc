// scoreway push: a model file becomes the next version of a name.

#include <cstdio>

#include "commands.h"
#include "files.h"
#include "files/model_file.h"
#include "open_engines.h"
#include "open_registry.h"
#include "printing.h"
#include "service/push_with_sample.h"
#include "table.h"
#include "tables/input_file.h"

namespace scoreway {
namespace {

constexpr uint64_t kSampleBytesMax = uint64_t{256} << 20;

Result<PushModelRequest> MakeRequest(const PushOptions& options) {
  PushModelRequest request;
  request.push.name = options.name;
  request.push.aliases = options.aliases;
  request.push.idempotency_key = options.idempotency_key;
  request.push.change = Change{CurrentUser(), options.description};
  VersionMetadata& metadata = request.push.metadata;
  metadata.producer = CurrentUser();
  metadata.description = options.description;
  metadata.training_data = options.training_data;
  metadata.parent_version = static_cast<int64_t>(options.parent_version.value_or(0));
  metadata.metrics = options.metrics;
  metadata.parameters = options.parameters;
  metadata.tags = options.tags;
  request.parity.tolerance = options.parity_tolerance;
  request.require_parity = options.require_parity;
  if (!options.parity_input.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto rows, ReadFile(options.parity_input, kSampleBytesMax));
    SCOREWAY_ASSIGN_OR_RETURN(const auto expected, ReadFile(options.parity_expected, kSampleBytesMax));
    request.sample = ParitySample{*rows, *expected};
  }
  return request;
}

Result<TrainingSample> SampleOf(const std::string& path) {
  const auto format = TableFormatOfPath(path);
  if (!format) {
    return Error{Code::kInvalidArgument, "the name does not say its format: .csv, .jsonl, .parquet or .arrow", path};
  }
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const InputFile> rows, InputFile::Open(path));
  return TrainingSample{std::move(rows), *format};
}

void PrintText(const PushModelAnswer& answer) {
  const VersionInfo& version = answer.version;
  std::printf("%s/%lld%s: %s %s, %s, sha256 %.12s\n", version.name.c_str(), static_cast<long long>(version.number),
              answer.is_new ? "" : " (pushed before)", version.metadata.source_library.c_str(),
              version.metadata.source_library_version.c_str(), BytesText(version.artifact_bytes).c_str(),
              version.artifact_sha256.c_str());
  if (!answer.parity) return;
  const ParityReport& parity = *answer.parity;
  std::printf("parity over %llu rows: greatest relative difference %.3g, label flips %llu%s\n",
              static_cast<unsigned long long>(parity.rows), parity.rel_difference_max,
              static_cast<unsigned long long>(parity.label_flips),
              parity.passed() ? "" : (", first: " + parity.first_difference).c_str());
}

}  // namespace

Status RunPush(const PushOptions& options) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(options.name));
  SCOREWAY_ASSIGN_OR_RETURN(PushModelRequest request, MakeRequest(options));
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const std::string> artifact, ReadModelFile(options.file));
  SCOREWAY_ASSIGN_OR_RETURN(request.push.metadata.import_options,
                            ImportOptionsOfFile(options.file, *artifact, options.reading.recommend));
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenOrCreateRegistry(options.registry));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Engines> engines, OpenEngines(options.engines));
  VersionProfiles profiles(*registry.store, SystemClock());
  const Service service{.registry = registry.registry.get(), .engines = engines.get(), .profiles = &profiles};
  uint64_t profile_rows = 0;
  Result<PushModelAnswer> answer = Error{};
  if (options.sample.empty()) {
    answer = PushModel(service, std::move(request), std::move(artifact));
  } else {
    SCOREWAY_ASSIGN_OR_RETURN(const TrainingSample sample, SampleOf(options.sample));
    answer = PushWithSample(service, std::move(request), std::move(artifact), sample, &profile_rows);
  }
  if (!answer.ok()) return AtPlace(options.file, std::move(answer).error());
  options.json ? PrintAsJson(answer->version) : PrintText(*answer);
  if (!options.json && profile_rows > 0) {
    std::printf("its reference profile is that of %llu rows\n", static_cast<unsigned long long>(profile_rows));
  }
  return {};
}

}  // namespace scoreway
