#include "gateways/serve.h"

#include <memory>
#include <optional>
#include <thread>

#include "challenge/challenges.h"
#include "gateways/grpc/grpc_server.h"
#include "gateways/http/gateway.h"
#include "gateways/http/http_server.h"
#include "gateways/http/request_log.h"
#include "gateways/http/webhook_client.h"
#include "service/batch_service.h"
#include "service/call_counts.h"
#include "service/challenge_keeper.h"
#include "service/job_workers.h"
#include "service/registry_source.h"
#include "service/stream_events.h"
#include "service/stream_workers.h"
#include "service/trainer_keeper.h"

namespace scoreway {
namespace {

Status Preload(ServingSet* serving, const std::vector<std::string>& references) {
  for (const std::string& text : references) {
    Result<Reference> reference = ParseReference(text);
    if (!reference.ok()) return AtPlace("preload", ToError(std::move(reference)));
    Result<Handle> loaded = serving->LoadNow(*reference);
    if (!loaded.ok()) return AtPlace("preload '" + text + "'", ToError(std::move(loaded)));
  }
  return {};
}

}  // namespace

// Built in the order of the layers, so that each part outlives those that use it.
Status RunServer(const ServeStores& stores, Registry& registry, Runs& runs, const ServeOptions& options) {
  http::HttpOptions http = options.http;
  if (http.threads == 0) http.threads = std::max(std::thread::hardware_concurrency(), 1U);
  RegistrySource source(&registry);
  ServingSet serving(&source, options.serving);
  SCOREWAY_RETURN_IF_ERROR(Preload(&serving, options.preload));
  OnlineFeatures features(stores.registry, SystemClock(), options.features);
  SCOREWAY_RETURN_IF_ERROR(features.catalogue.Refresh());
  features.reader.Warm();
  KeyRing keys(stores.registry, SystemClock(), options.features.poll_interval, options.require_key);
  SCOREWAY_RETURN_IF_ERROR(keys.keys.Refresh());
  Queue* queue = stores.registry.queue();
  std::unique_ptr<KafkaQueue> kafka_queue;
  if (!options.job_queue.topic.empty() && queue != nullptr) {
    SCOREWAY_ASSIGN_OR_RETURN(kafka_queue, KafkaQueue::Open(*queue, options.job_queue));
    queue = kafka_queue.get();
  }
  std::optional<JobService> jobs;
  if (queue != nullptr) jobs.emplace(stores.registry, queue, SystemClock(), options.jobs);
  StreamService streams(stores.registry, SystemClock(), options.features.poll_interval, options.streams);
  SCOREWAY_RETURN_IF_ERROR(streams.definitions.Refresh());
  StreamEvents stream_events(streams);
  BatchService batches(stores.registry, SystemClock(), options.features.poll_interval);
  SCOREWAY_RETURN_IF_ERROR(batches.definitions.Refresh());
  RecordsOptions records_options = options.records;
  records_options.log.tell = [](const std::string& message) { http::LogMessage("warning", message); };
  Records records(stores.log, SystemClock(), records_options);
  std::optional<ShadowScorer> shadows;
  if (records.log != nullptr) shadows.emplace(*records.log, SystemClock());
  Traffic traffic(stores.registry, SystemClock(), options.features.poll_interval);
  SCOREWAY_RETURN_IF_ERROR(traffic.policies.Refresh());
  std::unique_ptr<http::SpanExporter> spans;
  if (!options.spans.endpoint.empty()) {
    http::SpanExporterOptions spans_options = options.spans;
    spans_options.tell = records_options.log.tell;
    SCOREWAY_ASSIGN_OR_RETURN(spans, http::SpanExporter::Start(std::move(spans_options)));
  }
  Challenges challenges(stores.registry);
  Trainers trainers(stores.registry, SystemClock());
  VersionProfiles profiles(stores.registry, SystemClock());
  CallCounts grpc_calls;
  const Service service{.registry = &registry,
                        .serving = &serving,
                        .engines = options.serving.engines,
                        .runs = &runs,
                        .features = &features,
                        .keys = &keys,
                        .jobs = jobs ? &*jobs : nullptr,
                        .streams = &streams,
                        .stream_events = &stream_events,
                        .batches = &batches,
                        .records = &records,
                        .traffic = &traffic,
                        .shadows = shadows ? &*shadows : nullptr,
                        .profiles = &profiles,
                        .grpc_calls = options.grpc ? &grpc_calls : nullptr,
                        .challenges = &challenges,
                        .trainers = &trainers};
  http::GatewayOptions gateway_options = options.gateway;
  gateway_options.only_health = !options.takes_requests;
  http::Gateway gateway(service, gateway_options, http.threads, spans.get());
  // Before gRPC, as it says what is wrong with the files of TLS.
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<http::HttpServer> server, http::HttpServer::Start(http, &gateway));
  std::unique_ptr<grpc_gateway::GrpcServer> grpc;
  if (options.grpc) {
    SCOREWAY_ASSIGN_OR_RETURN(
        grpc, grpc_gateway::GrpcServer::Start(*options.grpc, service,
                                              {&gateway.score_pool(), &gateway.wait_pool(), &gateway.light_flow()}));
  }
  std::optional<JobWorkers> workers;
  if (jobs && options.job_threads > 0) workers.emplace(service, options.job_threads, http.threads, http::CallWebhook);
  std::optional<ChallengeKeeper> keeper;
  if (options.challenge_interval.count() > 0) {
    keeper.emplace(service, options.challenge_interval,
                   [](const std::string& message) { http::LogMessage("info", message); });
  }
  std::optional<Watcher> watcher;
  if (options.looks_at_watches) {
    SendMail send_mail;
    if (options.smtp) send_mail = [&](const Mail& mail) { return smtp::SendBySmtp(*options.smtp, mail); };
    watcher.emplace(service, options.watcher, http::CallWebhook, std::move(send_mail));
  }
  std::optional<TrainerKeeper> trainer_keeper;
  if (options.trainer_interval.count() > 0) {
    trainer_keeper.emplace(service, trainers, options.trainer_interval,
                           [](const std::string& message) { http::LogMessage("info", message); });
  }
  std::optional<BatchScheduler> scheduler;
  std::optional<BatchFeeds> batch_feeds;
  if (options.batches.tick.count() > 0) {
    const auto tell = [](const std::string& message) { http::LogMessage("warning", message); };
    scheduler.emplace(service, options.batches, tell);
    batch_feeds.emplace(service, options.batch_feeds, tell);
  }
  std::optional<LogFiles> log_files;
  if (!options.log_files.folder.empty()) {
    log_files.emplace(service, options.log_files,
                      [](const std::string& message) { http::LogMessage("warning", message); });
  }
  std::optional<StreamWorkers> streamers;
  if (options.runs_streams) streamers.emplace(service, http.threads + options.job_threads);
  server->Run(
      true,
      [&] {
        if (options.on_listening) options.on_listening(server->address(), grpc == nullptr ? 0 : grpc->port());
      },
      [&] {
        gateway.BeginDrain();
        keeper.reset();
        watcher.reset();
        if (scheduler) scheduler->Stop();
        if (batch_feeds) batch_feeds->Stop();
        trainer_keeper.reset();
        log_files.reset();
        if (workers) workers->Stop();
        if (streamers) streamers->Stop();
        stream_events.Stop();
        if (grpc != nullptr) grpc->BeginDrain();
      });
  return {};
}

}  // namespace scoreway
