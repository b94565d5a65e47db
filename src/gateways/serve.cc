#include "gateways/http/serve.h"

#include <thread>

#include "gateways/http/gateway.h"
#include "gateways/http/http_server.h"
#include "service/registry_source.h"

namespace scoreway::http {
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
Status RunServer(Store& store, Registry& registry, Runs& runs, const ServeOptions& options) {
  HttpOptions http = options.http;
  if (http.threads == 0) http.threads = std::max(std::thread::hardware_concurrency(), 1U);
  RegistrySource source(&registry);
  ServingSet serving(&source, options.serving);
  SCOREWAY_RETURN_IF_ERROR(Preload(&serving, options.preload));
  OnlineFeatures features(store, SystemClock(), options.features);
  SCOREWAY_RETURN_IF_ERROR(features.catalogue.Refresh());
  features.reader.Warm();
  KeyRing keys(store, SystemClock(), options.features.poll_interval, options.require_key);
  SCOREWAY_RETURN_IF_ERROR(keys.keys.Refresh());
  Gateway gateway(Service{&registry, &serving, options.serving.engines, &runs, &features, &keys}, options.gateway,
                  http.threads);
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<HttpServer> server, HttpServer::Start(http, &gateway));
  server->Run(
      true,
      [&] {
        if (options.on_listening) options.on_listening(server->address());
      },
      [&] { gateway.BeginDrain(); });
  return {};
}

}  // namespace scoreway::http
