// scoreway serve: the registry over HTTP, and gRPC if asked, until told to stop.

#include <cstdio>
#include <optional>

#include "commands.h"
#include "files.h"
#include "gateways/serve.h"
#include "open_engines.h"
#include "open_registry.h"
#include "open_store.h"
#include "take_in_loop.h"

namespace scoreway {
namespace {

bool IsLoopback(const std::string& host) { return host == "::1" || host.starts_with("127."); }

}  // namespace

Status RunServe(const ServeCommandOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenOrCreateRegistry(options.registry));
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Engines> engines, OpenEngines(options.engines));
  ServeOptions serve;
  serve.serving.engines = engines.get();
  serve.http.address = options.host;
  serve.http.port = options.port;
  serve.http.threads = options.threads;
  serve.http.drain_timeout = std::chrono::seconds(options.drain_seconds);
  serve.gateway.body_bytes_max = options.body_bytes_max;
  serve.gateway.upload_bytes_max = options.upload_bytes_max;
  serve.gateway.default_model = options.default_model;
  serve.gateway.log_requests = options.access_log;
  if (options.grpc_port) {
    serve.grpc.emplace();
    serve.grpc->address = options.host;
    serve.grpc->port = *options.grpc_port;
    serve.grpc->tls = {options.tls_certificate, options.tls_key, options.tls_client_authority};
    serve.grpc->message_bytes_max = options.body_bytes_max;
    serve.grpc->drain_timeout = serve.http.drain_timeout;
  }
  serve.preload = options.preload;
  serve.http.tls = {options.tls_certificate, options.tls_key, options.tls_client_authority};
  serve.require_key = options.require_key;
  serve.features.reader.timeout = std::chrono::milliseconds(options.feature_timeout_ms);
  serve.features.reader.cache.age_max = std::chrono::milliseconds(options.feature_cache_ms);
  serve.features.reader.cache.bytes_max = options.feature_cache_bytes_max;
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
  return RunServer(*registry.store, *registry.registry, *registry.runs, serve);
}

}  // namespace scoreway
