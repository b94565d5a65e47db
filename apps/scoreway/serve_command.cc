// scoreway serve: the registry over HTTP, and gRPC if asked, until told to stop.

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <thread>

#include "base/plain_name.h"
#include "commands.h"
#include "databases/database_grant.h"
#include "files.h"
#include "flag_duration.h"
#include "gateways/http/schema_registry_client.h"
#include "gateways/serve.h"
#include "kafka/kafka.h"
#include "open_engines.h"
#include "open_log.h"
#include "open_registry.h"
#include "open_store.h"
#include "printing.h"
#include "read_kafka_config.h"
#include "store/random_id.h"
#include "take_in_loop.h"

namespace scoreway {
namespace {

bool IsLoopback(const std::string& host) { return host == "::1" || host.starts_with("127."); }

// Each with a scheme and a host, so that no other host's name begins with it.
Status CheckWebhookPrefix(const std::string& prefix) {
  const size_t host = prefix.find("://");
  const bool is_http = prefix.starts_with("http://") || prefix.starts_with("https://");
  if (is_http && prefix.find('/', host + 3) > host + 3 && prefix.find('/', host + 3) != std::string::npos) return {};
  return Status(Code::kInvalidArgument, "not a URL with a host and a path, as https://example.org/",
                "--webhook-allow " + prefix);
}

constexpr int64_t kChallengeIntervalMinMicros = 100'000;

// What this process does.
Status SetRoles(const ServeCommandOptions& options, ServeOptions* serve) {
  const auto has_role = [&](const char* role) {
    return std::ranges::any_of(options.roles, [&](const std::string& each) { return each == "all" || each == role; });
  };
  serve->takes_requests = has_role("gateway");
  serve->job_threads = has_role("worker") ? options.job_threads : 0;
  serve->runs_streams = has_role("streamer");
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t interval, ReadDuration("--challenge-interval", options.challenge_interval));
  if (interval < kChallengeIntervalMinMicros) {
    return Status(Code::kInvalidArgument, "must be at least a tenth of a second", "--challenge-interval");
  }
  serve->looks_at_watches = has_role("scheduler");
  BatchSchedulerOptions& batches = serve->batches;
  if (!has_role("scheduler")) batches.tick = std::chrono::milliseconds(0);
  batches.firing.folder = options.batch_folder;
  batches.firing.databases = options.batch_databases;
  for (const std::string& grant : options.batch_databases) {
    Status status = CheckDatabaseGrant(grant, [](const char* name) -> const char* { return std::getenv(name); });
    if (!status.ok()) return AtPlace("--batch-database", std::move(status).error());
  }
  batches.firing.lease = std::chrono::seconds(options.batch_lease_seconds);
  batches.firing.instance = options.instance.empty() ? HostName() + "-" + RandomId().substr(0, 8) : options.instance;
  serve->challenge_interval = std::chrono::milliseconds(has_role("scheduler") ? interval / 1000 : 0);
  serve->trainer_interval = options.run_trainers ? serve->challenge_interval : std::chrono::milliseconds(0);
  return {};
}

Status AbsentKafka(const char* option) {
  return Status(Code::kUnsupported, "this binary was built without Kafka (SCOREWAY_KAFKA, librdkafka-dev)", option);
}

Status SetJobOptions(const ServeCommandOptions& options, ServeOptions* serve) {
  JobOptions& jobs = serve->jobs;
  jobs.keep = std::chrono::seconds(static_cast<int64_t>(options.job_keep_days * 86'400));
  jobs.queue_max = options.job_queue_max;
  jobs.input_bytes_max = static_cast<int64_t>(options.job_input_bytes_max);
  jobs.document_bytes_max = static_cast<int64_t>(options.body_bytes_max);
  jobs.lease = std::chrono::seconds(options.job_lease_seconds);
  jobs.retry.attempts_max = options.job_tries_max;
  jobs.webhook_prefixes = options.webhook_prefixes;
  for (const std::string& prefix : options.webhook_prefixes) SCOREWAY_RETURN_IF_ERROR(CheckWebhookPrefix(prefix));
  if (const char* secret = std::getenv("SCOREWAY_WEBHOOK_SECRET"); secret != nullptr) jobs.webhook_secret = secret;
  if (!options.webhook_secret_file.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const std::string> secret,
                              ReadFile(options.webhook_secret_file, 4096));
    jobs.webhook_secret = secret->substr(0, secret->find_first_of("\r\n"));
  }
  if (!options.job_queue.empty()) {
    if (!HasKafka()) return AbsentKafka("--job-queue");
    Result<KafkaTopicUrl> topic = ParseKafkaTopicUrl(options.job_queue);
    if (!topic.ok()) return AtPlace("--job-queue", ToError(std::move(topic)));
    KafkaQueueOptions& queue = serve->job_queue;
    queue.access.brokers = topic->brokers;
    queue.topic = topic->topic;
    SCOREWAY_ASSIGN_OR_RETURN(queue.access.settings, ReadKafkaConfig(options.kafka_config));
  }
  serve->watcher.retry = jobs.webhook_retry;
  serve->watcher.webhook_prefixes = jobs.webhook_prefixes;
  serve->watcher.webhook_secret = jobs.webhook_secret;
  return {};
}

// The mail server for alerts.
// From a file's first line, or else of the environment.
Status ReadPassword(const char* variable, const std::string& path, std::string* password) {
  if (const char* value = std::getenv(variable); value != nullptr) *password = value;
  if (path.empty()) return {};
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const std::string> text, ReadFile(path, 4096));
  *password = text->substr(0, text->find_first_of("\r\n"));
  return {};
}

Status SetMailOptions(const ServeCommandOptions& options, ServeOptions* serve) {
  serve->watcher.mail_allowed = options.mail_allowed;
  if (options.smtp_url.empty()) return {};
  auto smtp = smtp::ParseSmtpUrl(options.smtp_url);
  if (!smtp.ok()) return AtPlace("--smtp", std::move(smtp).error());
  if (Status status = CheckMailAddress(options.smtp_from); !status.ok()) {
    return AtPlace("--smtp-from", std::move(status).error());
  }
  if (options.smtp_plaintext) {
    if (!options.smtp_user.empty() || smtp->encryption == smtp::Encryption::kAtOnce) {
      return Status(Code::kInvalidArgument, "goes neither with smtps:// nor with a password, which all could read",
                    "--smtp-plaintext");
    }
    smtp->encryption = smtp::Encryption::kNone;
  }
  smtp->from = options.smtp_from;
  smtp->user = options.smtp_user;
  SCOREWAY_RETURN_IF_ERROR(ReadPassword("SCOREWAY_SMTP_PASSWORD", options.smtp_password_file, &smtp->password));
  serve->smtp = std::move(smtp).value();
  return {};
}

Status SetModelLimits(const ServeCommandOptions& options, AdmissionOptions* admission) {
  for (const std::string& text : options.model_waiting_max) {
    Status status = admission->waiting_max.Set(text, 1, 4096);
    if (!status.ok()) return AtPlace("--model-queue", std::move(status).error());
  }
  for (const std::string& text : options.model_running_max) {
    Status status = admission->running_max.Set(text, 0, 4096);
    if (!status.ok()) return AtPlace("--model-concurrency", std::move(status).error());
  }
  return {};
}

Status SetSchemaRegistry(const ServeCommandOptions& options, StreamOptions* streams) {
  if (options.schema_registry.empty()) return {};
  auto url = http::ParseHttpUrl(options.schema_registry);
  if (!url.ok()) return AtPlace("--schema-registry", std::move(url).error());
  http::SchemaRegistryAccess access{
      .url = std::move(url).value(), .user = options.schema_registry_user, .password = {}};
  SCOREWAY_RETURN_IF_ERROR(
      ReadPassword("SCOREWAY_SCHEMA_REGISTRY_PASSWORD", options.schema_registry_password_file, &access.password));
  streams->schemas = http::NewSchemaRegistryClient(std::move(access));
  return {};
}

Status SetStreamOptions(const ServeCommandOptions& options, ServeOptions* serve) {
  if (std::ranges::count(options.roles, "streamer") > 0 && !HasKafka()) {
    return AbsentKafka("--role streamer");
  }
  StreamOptions& streams = serve->streams;
  SCOREWAY_ASSIGN_OR_RETURN(streams.kafka, ReadKafkaConfig(options.kafka_config));
  if (!options.instance.empty()) SCOREWAY_RETURN_IF_ERROR(CheckPlainName("an instance", options.instance));
  SCOREWAY_RETURN_IF_ERROR(SetSchemaRegistry(options, &streams));
  streams.member = options.instance;
  // A port that the system picks is another one after a restart.
  if (streams.member.empty() && options.port != 0) streams.member = HostName() + "-" + std::to_string(options.port);
  streams.instance = streams.member.empty() ? RandomId() : streams.member;
  serve->batch_feeds = {.kafka = streams.kafka, .member = streams.member};
  serve->batches.firing.kafka = streams.kafka;
  return {};
}

Status SetLogOptions(const ServeCommandOptions& options, ServeOptions* serve) {
  serve->records.log_predictions = options.log_predictions;
  serve->records.sample = options.log_sample;
  SCOREWAY_ASSIGN_OR_RETURN(serve->records.ttl_micros, ReadDuration("--log-keep", options.record.keep));
  serve->records.log.ttl_micros = serve->records.ttl_micros;
  serve->records.log.flush_interval = std::chrono::milliseconds(options.log_flush_ms);
  serve->records.log.buffer_bytes_max = options.log_buffer_bytes_max;
  serve->log_files.folder = options.log_files;
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t every, ReadDuration("--log-files-every", options.log_files_every));
  if (every < kMinuteMicros) return Status(Code::kInvalidArgument, "must be at least a minute", "--log-files-every");
  serve->log_files.every = std::chrono::seconds(every / 1'000'000);
  return {};
}

// For files, stores and other doors.
constexpr size_t kOtherDescriptors = 256;

// Every connection takes a descriptor. The soft limit is there for programs that use select(2), which this is not.
size_t ConnectionsWithinLimits(size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
  (void)::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur == RLIM_INFINITY) return wanted;
  return std::min(wanted, std::max<size_t>(limit.rlim_cur, 2 * kOtherDescriptors) - kOtherDescriptors);
}

// Large blocks, of models above all, are given back to the system when they are freed. By itself glibc's allocator
// keeps ever larger ones as it sees them freed, and a server twice what its models take.
void GiveLargeBlocksBack() {
  constexpr int kLargeBytes = 1 << 20;
  (void)::mallopt(M_MMAP_THRESHOLD, kLargeBytes);
  (void)::mallopt(M_TRIM_THRESHOLD, 16 * kLargeBytes);
}

}  // namespace

Status RunServe(const ServeCommandOptions& options) {
  if (options.print_config) {
    Print(options.settings);
    return {};
  }
  GiveLargeBlocksBack();
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenOrCreateRegistry(options.registry));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Engines> engines, OpenEngines(options.engines));
  ServeOptions serve;
  serve.serving.engines = engines.get();
  serve.http.address = options.host;
  serve.http.port = options.port;
  serve.http.threads = options.threads;
  serve.http.connections_max = ConnectionsWithinLimits(options.connections_max);
  serve.http.drain_timeout = std::chrono::seconds(options.drain_seconds);
  serve.gateway.body_bytes_max = options.body_bytes_max;
  serve.gateway.upload_bytes_max = options.upload_bytes_max;
  SCOREWAY_RETURN_IF_ERROR(SetModelLimits(options, &serve.gateway.admission));
  serve.serving.model_bytes_max = options.model_bytes_max;
  for (const std::string& rule : options.gather) {
    Result<GatherRule> parsed = ParseGatherRule(rule);
    if (!parsed.ok()) return AtPlace("--gather", ToError(std::move(parsed)));
    serve.serving.gather.push_back(std::move(*parsed));
  }
  serve.serving.gather_calls_max = std::max(std::thread::hardware_concurrency() / 2, 1U);
  serve.gateway.default_model = options.default_model;
  serve.gateway.log_requests = options.access_log;
  serve.gateway.settings = options.settings;
  serve.gateway.debug_is_open = IsLoopback(options.host);
  if (options.grpc_port) {
    serve.grpc.emplace();
    serve.grpc->address = options.host;
    serve.grpc->port = *options.grpc_port;
    serve.grpc->tls = {options.tls_certificate, options.tls_key, options.tls_client_authority};
    serve.grpc->message_bytes_max = options.body_bytes_max;
    serve.grpc->admission = serve.gateway.admission;
    serve.grpc->drain_timeout = serve.http.drain_timeout;
  }
  serve.preload = options.preload;
  serve.http.tls = {options.tls_certificate, options.tls_key, options.tls_client_authority};
  serve.require_key = options.require_key;
  SCOREWAY_RETURN_IF_ERROR(SetRoles(options, &serve));
  SCOREWAY_RETURN_IF_ERROR(SetJobOptions(options, &serve));
  SCOREWAY_RETURN_IF_ERROR(SetMailOptions(options, &serve));
  SCOREWAY_RETURN_IF_ERROR(SetStreamOptions(options, &serve));
  serve.features.reader.timeout = std::chrono::milliseconds(options.feature_timeout_ms);
  serve.features.reader.cache.age_max = std::chrono::milliseconds(options.feature_cache_ms);
  serve.features.reader.cache.bytes_max = options.feature_cache_bytes_max;
  serve.spans.endpoint = options.otlp_endpoint;
  serve.spans.sample = options.trace_sample;
  SCOREWAY_RETURN_IF_ERROR(SetLogOptions(options, &serve));
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<Store> log_store,
                            OpenLogStore(options.registry, options.record.store, WhenMissing::kMake));
  const Service service{.registry = registry.registry.get(), .engines = engines.get()};
  std::optional<TakeInLoop> take_in;
  if (options.take_in_seconds > 0) {
    Intake* const intake = registry.store->intake();
    if (intake == nullptr) {
      return Status(Code::kUnsupported, "--take-in: only Cassandra has tables that others can write to",
                    StorePlace(options.registry));
    }
    take_in.emplace(service, *intake, std::chrono::seconds(options.take_in_seconds));
  }
  Status address_written;
  serve.on_listening = [&](const std::string& address, uint16_t grpc_port) {
    std::string places = (options.tls_certificate.empty() ? "http://" : "https://") + address + "/";
    std::string lines = address + "\n";
    if (options.grpc_port) {
      const std::string grpc_address = address.substr(0, address.rfind(':') + 1) + std::to_string(grpc_port);
      places += " and grpc://" + grpc_address;
      lines += grpc_address + "\n";
    }
    std::fprintf(stderr, "scoreway: serving %s at %s (stop with Ctrl-C)\n", StorePlace(options.registry).c_str(),
                 places.c_str());
    if (!options.require_key && !IsLoopback(options.host)) {
      std::fputs("scoreway: anybody who can reach this address may change the registry: see --require-key\n", stderr);
    }
    if (!options.address_file.empty()) address_written = WriteWholeFile(options.address_file, lines);
    if (!address_written.ok()) std::fprintf(stderr, "scoreway: %s\n", address_written.ToString().c_str());
  };
  return RunServer({*registry.store, log_store == nullptr ? *registry.store : *log_store}, *registry.registry,
                   *registry.runs, serve);
}

}  // namespace scoreway
