// The handlers, by file. Each decodes its request, calls the service and encodes the answer.
#pragma once

namespace scoreway::http {

class Gateway;
struct Call;

// document_handlers.cc
void HandleRoot(Gateway& gateway, Call& call);
void HandleOpenapi(Gateway& gateway, Call& call);
void HandleMetrics(Gateway& gateway, Call& call);
// console_handlers.cc
void HandleConsole(Gateway& gateway, Call& call);
void HandleConsoleFile(Gateway& gateway, Call& call);
void HandleConsoleRedirect(Gateway& gateway, Call& call);
// debug_handler.cc
void HandleDebug(Gateway& gateway, Call& call);
// oip_handlers.cc
void HandleLive(Gateway& gateway, Call& call);
void HandleReady(Gateway& gateway, Call& call);
void HandleModelReady(Gateway& gateway, Call& call);
void HandleInfer(Gateway& gateway, Call& call);
// oip_model_handlers.cc
void HandleServer(Gateway& gateway, Call& call);
void HandleModelMetadata(Gateway& gateway, Call& call);
void HandleModelConfig(Gateway& gateway, Call& call);
void HandleModelStatistics(Gateway& gateway, Call& call);
void HandleAllStatistics(Gateway& gateway, Call& call);
void HandleLoadModel(Gateway& gateway, Call& call);
void HandleRepositoryIndex(Gateway& gateway, Call& call);
// predict_handlers.cc
void HandlePredict(Gateway& gateway, Call& call);
void HandleInspect(Gateway& gateway, Call& call);
// invocation_handlers.cc
void HandleInvocations(Gateway& gateway, Call& call);
void HandleModelInvocations(Gateway& gateway, Call& call);
// model_handlers.cc
void HandleListModels(Gateway& gateway, Call& call);
void HandleGetModel(Gateway& gateway, Call& call);
void HandleDeleteModel(Gateway& gateway, Call& call);
void HandleListVersions(Gateway& gateway, Call& call);
void HandleGetVersion(Gateway& gateway, Call& call);
void HandleDeleteVersion(Gateway& gateway, Call& call);
void HandleGetArtifact(Gateway& gateway, Call& call);
// push_handler.cc
void HandlePush(Gateway& gateway, Call& call);
// alias_handlers.cc
void HandleListAliases(Gateway& gateway, Call& call);
void HandleGetAlias(Gateway& gateway, Call& call);
void HandlePutAlias(Gateway& gateway, Call& call);
void HandleDeleteAlias(Gateway& gateway, Call& call);
void HandleAliasHistory(Gateway& gateway, Call& call);
void HandleRollbackAlias(Gateway& gateway, Call& call);
// run_handlers.cc
void HandleStartRun(Gateway& gateway, Call& call);
void HandleListRuns(Gateway& gateway, Call& call);
void HandleGetRun(Gateway& gateway, Call& call);
void HandleFinishRun(Gateway& gateway, Call& call);
void HandlePruneRun(Gateway& gateway, Call& call);
void HandleCompareRuns(Gateway& gateway, Call& call);
// feature_handlers.cc
void HandleListFeatureViews(Gateway& gateway, Call& call);
void HandleGetFeatureView(Gateway& gateway, Call& call);
void HandlePutFeatureView(Gateway& gateway, Call& call);
void HandleDeleteFeatureView(Gateway& gateway, Call& call);
void HandleWriteFeatures(Gateway& gateway, Call& call);
void HandleReadFeatures(Gateway& gateway, Call& call);
void HandleRemoveFeatures(Gateway& gateway, Call& call);
void HandleGetModelFeatures(Gateway& gateway, Call& call);
void HandlePutModelFeatures(Gateway& gateway, Call& call);
// job_handlers.cc
void HandleSubmit(Gateway& gateway, Call& call);
void HandleListJobs(Gateway& gateway, Call& call);
void HandleGetJob(Gateway& gateway, Call& call);
void HandleGetJobResult(Gateway& gateway, Call& call);
void HandleCancelJob(Gateway& gateway, Call& call);
void HandleRetryJob(Gateway& gateway, Call& call);
// batch_handlers.cc
void HandleListBatches(Gateway& gateway, Call& call);
void HandleCreateBatch(Gateway& gateway, Call& call);
void HandleGetBatch(Gateway& gateway, Call& call);
void HandleDeleteBatch(Gateway& gateway, Call& call);
void HandleStoreRows(Gateway& gateway, Call& call);
void HandleFireBatch(Gateway& gateway, Call& call);
void HandleListFirings(Gateway& gateway, Call& call);
void HandleGetFiring(Gateway& gateway, Call& call);
void HandleGetBadRows(Gateway& gateway, Call& call);
void HandleRetryFiring(Gateway& gateway, Call& call);
// record_handlers.cc
void HandleListPredictions(Gateway& gateway, Call& call);
void HandlePushLabels(Gateway& gateway, Call& call);
void HandleListLabels(Gateway& gateway, Call& call);
// stream_handlers.cc
void HandleListStreams(Gateway& gateway, Call& call);
void HandleCreateStream(Gateway& gateway, Call& call);
void HandleGetStream(Gateway& gateway, Call& call);
void HandleDeleteStream(Gateway& gateway, Call& call);
void HandlePauseStream(Gateway& gateway, Call& call);
void HandleResumeStream(Gateway& gateway, Call& call);
void HandleReplayStream(Gateway& gateway, Call& call);
// event_handlers.cc
void HandleStreamEvents(Gateway& gateway, Call& call);
// traffic_handlers.cc
void HandleGetTraffic(Gateway& gateway, Call& call);
void HandlePutTraffic(Gateway& gateway, Call& call);

// challenge_handlers.cc
void HandleListChallenges(Gateway& gateway, Call& call);
void HandleGetChallenge(Gateway& gateway, Call& call);
void HandlePutChallenge(Gateway& gateway, Call& call);
void HandleDeleteChallenge(Gateway& gateway, Call& call);
void HandleReplayChallenge(Gateway& gateway, Call& call);
void HandleModelHistory(Gateway& gateway, Call& call);
// key_handlers.cc
void HandleListKeys(Gateway& gateway, Call& call);
void HandleCreateKey(Gateway& gateway, Call& call);
void HandleRevokeKey(Gateway& gateway, Call& call);
// checkpoint_handlers.cc
void HandleLogCheckpoint(Gateway& gateway, Call& call);
void HandleListCheckpoints(Gateway& gateway, Call& call);
void HandleBestCheckpoints(Gateway& gateway, Call& call);
void HandleGetCheckpoint(Gateway& gateway, Call& call);
void HandleGetCheckpointArtifact(Gateway& gateway, Call& call);
void HandlePromoteCheckpoint(Gateway& gateway, Call& call);

}  // namespace scoreway::http
