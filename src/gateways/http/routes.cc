#include "gateways/http/routes.h"

#include "gateways/http/drift_handlers.h"
#include "gateways/http/handlers.h"
#include "gateways/http/learn_handlers.h"
#include "gateways/http/trainer_handlers.h"

namespace scoreway::http {
namespace {

using enum Method;

// The hot ones first: the table is walked from the top.
constexpr Route kRoutes[] = {
    {kPost, "/v1/models/{model}:predict", Body::kRequest, Place::kHere, HandlePredict},
    {kPost, "/v2/models/{model}/infer", Body::kRequest, Place::kHere, HandleInfer},
    {kPost, "/v1/models/{model}/versions/{version}:predict", Body::kRequest, Place::kHere, HandlePredict},
    {kPost, "/v2/models/{model}/versions/{version}/infer", Body::kRequest, Place::kHere, HandleInfer},

    {kPost, "/v1/models/{model}:submit", Body::kRows, Place::kJobs, HandleSubmit},
    {kPost, "/v1/models/{model}/versions/{version}:submit", Body::kRows, Place::kJobs, HandleSubmit},
    {kGet, "/v1/jobs", Body::kNone, Place::kJobs, HandleListJobs},
    {kGet, "/v1/jobs/{job}", Body::kNone, Place::kJobs, HandleGetJob},
    {kGet, "/v1/jobs/{job}/result", Body::kNone, Place::kJobs, HandleGetJobResult},
    {kPost, "/v1/jobs/{job}:cancel", Body::kNone, Place::kJobs, HandleCancelJob},
    {kPost, "/v1/jobs/{job}:retry", Body::kNone, Place::kJobs, HandleRetryJob},

    {kPost, "/invocations", Body::kRequest, Place::kHere, HandleInvocations},
    {kPost, "/v1/models/{model}/invocations", Body::kRequest, Place::kHere, HandleModelInvocations},
    {kPost, "/v1/models/{model}/versions/{version}/invocations", Body::kRequest, Place::kHere, HandleModelInvocations},

    {kGet, "/v2", Body::kNone, Place::kHere, HandleServer},
    {kGet, "/v2/health/live", Body::kNone, Place::kHere, HandleLive},
    {kGet, "/v2/health/ready", Body::kNone, Place::kHere, HandleReady},
    {kGet, "/v2/models/stats", Body::kNone, Place::kHere, HandleAllStatistics},
    {kGet, "/v2/models/{model}", Body::kNone, Place::kHere, HandleModelMetadata},
    {kGet, "/v2/models/{model}/versions/{version}", Body::kNone, Place::kHere, HandleModelMetadata},
    {kGet, "/v2/models/{model}/ready", Body::kNone, Place::kHere, HandleModelReady},
    {kGet, "/v2/models/{model}/versions/{version}/ready", Body::kNone, Place::kHere, HandleModelReady},
    {kGet, "/v2/models/{model}/config", Body::kNone, Place::kHere, HandleModelConfig},
    {kGet, "/v2/models/{model}/versions/{version}/config", Body::kNone, Place::kHere, HandleModelConfig},
    {kGet, "/v2/models/{model}/stats", Body::kNone, Place::kHere, HandleModelStatistics},
    {kGet, "/v2/models/{model}/versions/{version}/stats", Body::kNone, Place::kHere, HandleModelStatistics},
    {kPost, "/v2/repository/index", Body::kRequest, Place::kRegistry, HandleRepositoryIndex},
    {kPost, "/v2/repository/models/{model}/load", Body::kRequest, Place::kHere, HandleLoadModel},

    {kGet, "/v1/models", Body::kNone, Place::kRegistry, HandleListModels},
    {kGet, "/v1/models/{model}", Body::kNone, Place::kRegistry, HandleGetModel},
    {kDelete, "/v1/models/{model}", Body::kNone, Place::kRegistry, HandleDeleteModel},
    {kGet, "/v1/models/{model}:inspect", Body::kNone, Place::kHere, HandleInspect},
    {kGet, "/v1/models/{model}/versions", Body::kNone, Place::kRegistry, HandleListVersions},
    {kPost, "/v1/models/{model}/versions", Body::kUpload, Place::kPush, HandlePush},
    {kGet, "/v1/models/{model}/versions/{version}", Body::kNone, Place::kRegistry, HandleGetVersion},
    {kDelete, "/v1/models/{model}/versions/{version}", Body::kNone, Place::kRegistry, HandleDeleteVersion},
    {kGet, "/v1/models/{model}/versions/{version}:inspect", Body::kNone, Place::kHere, HandleInspect},
    {kGet, "/v1/models/{model}/versions/{version}/artifact", Body::kNone, Place::kRegistry, HandleGetArtifact},

    {kGet, "/v1/models/{model}/aliases", Body::kNone, Place::kRegistry, HandleListAliases},
    {kGet, "/v1/models/{model}/aliases/{alias}", Body::kNone, Place::kRegistry, HandleGetAlias},
    {kPut, "/v1/models/{model}/aliases/{alias}", Body::kRequest, Place::kRegistry, HandlePutAlias},
    {kDelete, "/v1/models/{model}/aliases/{alias}", Body::kNone, Place::kRegistry, HandleDeleteAlias},
    {kGet, "/v1/models/{model}/aliases/{alias}/history", Body::kNone, Place::kRegistry, HandleAliasHistory},
    {kPost, "/v1/models/{model}/aliases/{alias}:rollback", Body::kRequest, Place::kRegistry, HandleRollbackAlias},

    {kPost, "/v1/models/{model}/runs", Body::kRequest, Place::kRegistry, HandleStartRun},
    {kGet, "/v1/models/{model}/runs", Body::kNone, Place::kRegistry, HandleListRuns},
    {kGet, "/v1/models/{model}/runs:compare", Body::kNone, Place::kRegistry, HandleCompareRuns},
    {kGet, "/v1/models/{model}/runs/{run}", Body::kNone, Place::kRegistry, HandleGetRun},
    {kGet, "/v1/models/{model}/runs/{run}:best", Body::kNone, Place::kRegistry, HandleBestCheckpoints},
    {kPost, "/v1/models/{model}/runs/{run}:finish", Body::kRequest, Place::kRegistry, HandleFinishRun},
    {kPost, "/v1/models/{model}/runs/{run}:prune", Body::kRequest, Place::kRegistry, HandlePruneRun},
    {kGet, "/v1/models/{model}/runs/{run}/checkpoints", Body::kNone, Place::kRegistry, HandleListCheckpoints},
    {kPut, "/v1/models/{model}/runs/{run}/checkpoints/{step}", Body::kUpload, Place::kPush, HandleLogCheckpoint},
    {kGet, "/v1/models/{model}/runs/{run}/checkpoints/{step}", Body::kNone, Place::kRegistry, HandleGetCheckpoint},
    {kGet, "/v1/models/{model}/runs/{run}/checkpoints/{step}/artifact", Body::kNone, Place::kRegistry,
     HandleGetCheckpointArtifact},
    {kPost, "/v1/models/{model}/runs/{run}/checkpoints/{step}:promote", Body::kRequest, Place::kPush,
     HandlePromoteCheckpoint},

    {kGet, "/v1/features", Body::kNone, Place::kRegistry, HandleListFeatureViews},
    {kPut, "/v1/features/{view}", Body::kRequest, Place::kRegistry, HandlePutFeatureView},
    {kGet, "/v1/features/{view}", Body::kNone, Place::kRegistry, HandleGetFeatureView},
    {kDelete, "/v1/features/{view}", Body::kNone, Place::kRegistry, HandleDeleteFeatureView},
    {kPost, "/v1/features/{view}:write", Body::kRequest, Place::kPush, HandleWriteFeatures},
    {kPost, "/v1/features/{view}:read", Body::kRequest, Place::kRegistry, HandleReadFeatures},
    {kPost, "/v1/features/{view}:remove", Body::kRequest, Place::kPush, HandleRemoveFeatures},
    {kGet, "/v1/models/{model}/features", Body::kNone, Place::kRegistry, HandleGetModelFeatures},
    {kPut, "/v1/models/{model}/features", Body::kRequest, Place::kRegistry, HandlePutModelFeatures},

    {kGet, "/v1/models/{model}/predictions", Body::kNone, Place::kRegistry, HandleListPredictions},
    {kPost, "/v1/models/{model}/labels", Body::kRequest, Place::kPush, HandlePushLabels},
    {kGet, "/v1/models/{model}/labels", Body::kNone, Place::kRegistry, HandleListLabels},

    {kGet, "/v1/models/{model}/drift", Body::kNone, Place::kPush, HandleGetDrift},
    {kGet, "/v1/models/{model}/performance", Body::kNone, Place::kPush, HandleGetPerformance},
    {kGet, "/v1/models/{model}/versions/{version}/reference", Body::kNone, Place::kRegistry, HandleGetReference},
    {kPost, "/v1/models/{model}/versions/{version}/reference:learn", Body::kRequest, Place::kPush,
     HandleLearnReference},
    {kGet, "/v1/models/{model}/watch", Body::kNone, Place::kRegistry, HandleGetWatch},
    {kPut, "/v1/models/{model}/watch", Body::kRequest, Place::kRegistry, HandlePutWatch},
    {kDelete, "/v1/models/{model}/watch", Body::kNone, Place::kRegistry, HandleDeleteWatch},
    {kGet, "/v1/models/{model}/trainer", Body::kNone, Place::kRegistry, HandleGetTrainer},
    {kPost, "/v1/models/{model}/trainer:fire", Body::kRequest, Place::kRegistry, HandleFireTrainer},
    {kPost, "/v1/models/{model}/watch:silence", Body::kRequest, Place::kRegistry, HandleSilenceWatch},
    {kPost, "/v1/models/{model}/watch:acknowledge", Body::kRequest, Place::kRegistry, HandleAcknowledgeWatch},

    {kGet, "/v1/models/{model}/traffic", Body::kNone, Place::kRegistry, HandleGetTraffic},
    {kPut, "/v1/models/{model}/traffic", Body::kRequest, Place::kRegistry, HandlePutTraffic},

    {kPost, "/v1/models/{model}:learn", Body::kRequest, Place::kPush, HandleLearn},
    {kPost, "/v1/models/{model}/versions/{version}:learn", Body::kRequest, Place::kPush, HandleLearn},

    {kGet, "/v1/models/{model}/challenges", Body::kNone, Place::kRegistry, HandleListChallenges},
    {kGet, "/v1/models/{model}/challenges/{alias}", Body::kNone, Place::kRegistry, HandleGetChallenge},
    {kPut, "/v1/models/{model}/challenges/{alias}", Body::kRequest, Place::kRegistry, HandlePutChallenge},
    {kDelete, "/v1/models/{model}/challenges/{alias}", Body::kNone, Place::kRegistry, HandleDeleteChallenge},
    {kPost, "/v1/models/{model}/challenges/{alias}:replay", Body::kRequest, Place::kPush, HandleReplayChallenge},
    {kGet, "/v1/models/{model}/history", Body::kNone, Place::kRegistry, HandleModelHistory},

    {kGet, "/v1/streams", Body::kNone, Place::kRegistry, HandleListStreams},
    {kPost, "/v1/streams", Body::kRequest, Place::kRegistry, HandleCreateStream},
    {kGet, "/v1/streams/{stream}", Body::kNone, Place::kRegistry, HandleGetStream},
    {kDelete, "/v1/streams/{stream}", Body::kNone, Place::kRegistry, HandleDeleteStream},
    {kGet, "/v1/streams/{stream}/events", Body::kNone, Place::kRegistry, HandleStreamEvents},
    {kPost, "/v1/streams/{stream}:pause", Body::kNone, Place::kRegistry, HandlePauseStream},
    {kPost, "/v1/streams/{stream}:resume", Body::kNone, Place::kRegistry, HandleResumeStream},
    {kPost, "/v1/streams/{stream}:replay", Body::kRequest, Place::kRegistry, HandleReplayStream},

    {kGet, "/v1/batches", Body::kNone, Place::kRegistry, HandleListBatches},
    {kPost, "/v1/batches", Body::kRequest, Place::kRegistry, HandleCreateBatch},
    {kGet, "/v1/batches/{batch}", Body::kNone, Place::kRegistry, HandleGetBatch},
    {kDelete, "/v1/batches/{batch}", Body::kNone, Place::kRegistry, HandleDeleteBatch},
    {kPost, "/v1/batches/{batch}/rows", Body::kRequest, Place::kPush, HandleStoreRows},
    {kPost, "/v1/batches/{batch}:fire", Body::kRequest, Place::kRegistry, HandleFireBatch},
    {kGet, "/v1/batches/{batch}/firings", Body::kNone, Place::kRegistry, HandleListFirings},
    {kGet, "/v1/batches/{batch}/firings/{firing}", Body::kNone, Place::kRegistry, HandleGetFiring},
    {kGet, "/v1/batches/{batch}/firings/{firing}/bad-rows", Body::kNone, Place::kRegistry, HandleGetBadRows},
    {kPost, "/v1/batches/{batch}/firings/{firing}:retry", Body::kRequest, Place::kRegistry, HandleRetryFiring},

    {kGet, "/v1/keys", Body::kNone, Place::kRegistry, HandleListKeys},
    {kPost, "/v1/keys", Body::kRequest, Place::kRegistry, HandleCreateKey},
    {kDelete, "/v1/keys/{key}", Body::kNone, Place::kRegistry, HandleRevokeKey},

    {kGet, "/ui/", Body::kNone, Place::kHere, HandleConsole},
    {kGet, "/ui/{file}", Body::kNone, Place::kHere, HandleConsoleFile},
    {kGet, "/ui", Body::kNone, Place::kHere, HandleConsoleRedirect},

    {kGet, "/ping", Body::kNone, Place::kHere, HandleReady},
    {kGet, "/debug", Body::kNone, Place::kRegistry, HandleDebug},
    {kGet, "/metrics", Body::kNone, Place::kJobs, HandleMetrics},
    {kGet, "/openapi.json", Body::kNone, Place::kHere, HandleOpenapi},
    {kGet, "/", Body::kNone, Place::kHere, HandleRoot},
};

}  // namespace

std::span<const Route> Routes() { return kRoutes; }

}  // namespace scoreway::http
