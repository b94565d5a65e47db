#include "service/push_with_sample.h"

#include "importers/importer.h"
#include "service/measure_drift.h"
#include "service/profile_rows.h"

namespace scoreway {
namespace {

Result<Profile> ProfileOf(const Service& service, const PushModelRequest& request,
                          std::shared_ptr<const std::string> artifact, const TrainingSample& sample) {
  ImportOptions options;
  SCOREWAY_RETURN_IF_ERROR(SetImportOptions(request.push.metadata.import_options, &options));
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Model> model,
                            service.engines->ReadModel(std::move(artifact), options));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Scorer> scorer, service.engines->MakeScorer(std::move(model)));
  Result<Profile> profile = ProfileSample(*scorer, sample.rows, sample.format);
  if (!profile.ok()) return AtPlace("the training sample", std::move(profile).error());
  return profile;
}

}  // namespace

Result<PushModelAnswer> PushWithSample(const Service& service, PushModelRequest request,
                                       std::shared_ptr<const std::string> artifact, const TrainingSample& sample,
                                       uint64_t* profile_rows) {
  SCOREWAY_ASSIGN_OR_RETURN(const Profile profile, ProfileOf(service, request, artifact, sample));
  *profile_rows = profile.rows();
  const std::string name = request.push.name, who = request.push.change.who;
  SCOREWAY_ASSIGN_OR_RETURN(PushModelAnswer answer, PushModel(service, std::move(request), std::move(artifact)));
  const int64_t version = answer.version.number;
  if (Status stored = StoreReference(service, name, version, profile, "sample", who); !stored.ok()) {
    return AtPlace("version " + std::to_string(version) + " is pushed, but not its reference profile",
                   std::move(stored).error());
  }
  return answer;
}

}  // namespace scoreway
