// GET /debug: what somebody who looks after the server wants to know at once; for keys of the role admin, and where no
// keys are asked for only on loopback.
#include <cstdio>
#include <string>

#include "data/codec/json_writer.h"
#include "gateways/http/gateway.h"
#include "gateways/http/handlers.h"

namespace scoreway::http {
namespace {

// The number behind "NAME:" in /proc/self/status; 0 if there is none.
int64_t ReadProcessStatus(const std::string& name) {
  int64_t number = 0;
  if (std::FILE* file = std::fopen("/proc/self/status", "re"); file != nullptr) {
    char line[256];
    while (std::fgets(line, sizeof line, file) != nullptr) {
      if (std::string_view(line).starts_with(name + ":")) std::sscanf(line + name.size() + 1, "%ld", &number);
    }
    std::fclose(file);
  }
  return number;
}

void WriteModels(const ServingSet& serving, JsonWriter* json) {
  json->Key("models");
  json->BeginArray();
  for (const Handle& model : serving.LoadedModels()) {
    json->BeginObject();
    json->StringField("name", model->name);
    json->IntField("version", model->version);
    json->UintField("bytes", model->bytes);
    json->DoubleField("load_seconds", model->load_seconds);
    json->DoubleField("nanoseconds_per_byte", model->nanoseconds_per_byte.load(std::memory_order_relaxed));
    json->IntField("handles", model.use_count());
    json->EndObject();
  }
  json->EndArray();
}

void WriteWaiting(const Gateway& gateway, JsonWriter* json) {
  const Service& service = gateway.service();
  json->Key("waiting");
  json->BeginObject();
  json->UintField("loads", service.serving->loads_waiting());
  if (service.records->log != nullptr) json->UintField("log_bytes", service.records->log->counts().bytes_waiting);
  json->EndObject();
}

}  // namespace

void HandleDebug(Gateway& gateway, Call& call) {
  if (!gateway.options().debug_is_open && !gateway.service().keys->required) {
    return WriteProblem(403, "PERMISSION_DENIED",
                        "where anybody may call this says nothing: start the server on loopback or with --require-key",
                        "path '/debug'", &call.response());
  }
  JsonWriter json(&call.response().body);
  json.BeginObject();
  json.StringField("version", SCOREWAY_VERSION);
  json.StringField("compiler", __VERSION__);
  json.BoolField("draining", gateway.draining());
  json.IntField("threads", ReadProcessStatus("Threads"));
  json.IntField("resident_bytes", ReadProcessStatus("VmRSS") * 1024);
  json.StringField("settings", gateway.options().settings);
  WriteModels(*gateway.service().serving, &json);
  WriteWaiting(gateway, &json);
  json.Key("last_errors");
  json.BeginArray();
  for (const std::string& line : gateway.log().LastErrors()) json.Raw(line);
  json.EndArray();
  json.EndObject();
}

}  // namespace scoreway::http
