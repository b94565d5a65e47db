// RunServer: a registry served over HTTP, and gRPC if wanted, until the process is told to end.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateways/grpc/grpc_options.h"
#include "gateways/http/gateway_options.h"
#include "gateways/http/http_options.h"
#include "gateways/http/span_exporter.h"
#include "gateways/smtp/smtp_client.h"
#include "registry/registry.h"
#include "registry/runs.h"
#include "service/batch_feed.h"
#include "service/batch_scheduler.h"
#include "service/job_service.h"
#include "service/kafka_queue.h"
#include "service/log_files.h"
#include "service/online_features.h"
#include "service/records.h"
#include "service/serving_set.h"
#include "service/stream_service.h"
#include "service/watcher.h"

namespace scoreway {

struct ServeOptions {
  http::HttpOptions http = {};
  http::GatewayOptions gateway = {};
  std::optional<grpc_gateway::GrpcOptions> grpc = {};
  ServingSetOptions serving = {};
  OnlineFeaturesOptions features = {};
  RecordsOptions records = {};
  LogFilesOptions log_files = {};
  http::SpanExporterOptions spans = {};
  JobOptions jobs = {};
  KafkaQueueOptions job_queue = {};  // with a topic: Kafka hands jobs out, else the store does
  StreamOptions streams = {};
  bool takes_requests = true;  // else only those for health and metrics
  // Between two looks at the challenges; 0: this process looks at none.
  std::chrono::milliseconds challenge_interval{10'000};
  WatcherOptions watcher = {};
  std::optional<smtp::SmtpOptions> smtp = {};  // the mail server for alerts, if there is one
  bool looks_at_watches = true;
  BatchSchedulerOptions batches = {};  // a tick of 0: this process neither fires nor scores stored batches
  BatchFeedOptions batch_feeds = {};   // of the topics that stored batches read, where there is a tick
  // Between two looks at the trainers; 0: this process runs none.
  std::chrono::milliseconds trainer_interval{0};
  unsigned job_threads = 2;  // that run jobs; 0: this process runs none
  bool runs_streams = true;
  bool require_key = false;  // only requests with an API key are answered (access.h)
  // References to load before requests are taken; others are loaded when they are first asked for.
  std::vector<std::string> preload = {};
  // Called once requests are taken, with "127.0.0.1:8080" and the port of gRPC, 0 if there is none.
  std::function<void(const std::string& address, uint16_t grpc_port)> on_listening = {};
};

// They may be the same one.
struct ServeStores {
  Store& registry;
  Store& log;  // of predictions and labels
};

// Serves until SIGINT or SIGTERM, then drains: /v2/health/ready says 503, no connection is accepted, requests in flight
// are answered within the drain timeouts. A second signal cuts those over HTTP off. Ok after an orderly end.
// UNAVAILABLE names the port when it is in use; what cannot be preloaded is an error that names it. One server per
// process.
Status RunServer(const ServeStores& stores, Registry& registry, Runs& runs, const ServeOptions& options);

}  // namespace scoreway
