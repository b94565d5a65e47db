// What the Open Inference Protocol v2 says about the server and its models: metadata, and of the extensions that its
// clients call configuration, statistics, the index of the repository and loading.
#include <string>

#include "data/codec/json_writer.h"
#include "data/codec/tensor_datatype.h"
#include "gateways/http/handlers.h"
#include "gateways/http/json_body.h"
#include "gateways/http/model_call.h"
#include "service/model_statistics.h"
#include "service/repository_index.h"

namespace scoreway::http {
namespace {

// Name, type and the dimension of rows, which is free.
struct TensorKeys {
  std::string_view type, shape;
};
constexpr TensorKeys kMetadataKeys = {"datatype", "shape"};
constexpr TensorKeys kConfigKeys = {"data_type", "dims"};

void WriteTensor(std::string_view name, std::string_view type, const TensorKeys& keys, JsonWriter* json) {
  json->BeginObject();
  json->StringField("name", name);
  json->StringField(keys.type, type);
  json->Key(keys.shape);
  json->BeginArray();
  json->Int(-1);
  json->EndArray();
  json->EndObject();
}

// "TYPE_FP64", as configurations call it.
std::string ConfigType(Type type) {
  return IsText(type) ? "TYPE_STRING" : "TYPE_" + std::string(TensorDatatypeName(type));
}

std::string Platform(const LoadedModel& model) { return "scoreway_" + std::string(model.model->engine()); }

void WriteMetadata(Gateway&, Exchange& exchange, PredictState&, const Handle& model) {
  const Signature& signature = model->model->signature();
  JsonWriter json(&exchange.response().body);
  json.BeginObject();
  json.StringField("name", model->name);
  json.Key("versions");
  json.BeginArray();
  json.String(model->version_text);
  json.EndArray();
  json.StringField("platform", Platform(*model));
  json.Key("inputs");
  json.BeginArray();
  for (const InputField& input : signature.inputs) {
    WriteTensor(input.name, TensorDatatypeName(input.type), kMetadataKeys, &json);
  }
  json.EndArray();
  json.Key("outputs");
  json.BeginArray();
  for (const OutputField& output : signature.outputs) {
    WriteTensor(output.name, TensorDatatypeName(output.type), kMetadataKeys, &json);
  }
  json.EndArray();
  json.EndObject();
}

// The rows are a dimension of the tensors, so there is no batch dimension besides (max_batch_size 0).
void WriteConfig(Gateway&, Exchange& exchange, PredictState&, const Handle& model) {
  const Signature& signature = model->model->signature();
  JsonWriter json(&exchange.response().body);
  json.BeginObject();
  json.StringField("name", model->name);
  json.StringField("platform", Platform(*model));
  json.StringField("backend", "scoreway");
  json.IntField("max_batch_size", 0);
  json.Key("input");
  json.BeginArray();
  for (const InputField& input : signature.inputs) {
    WriteTensor(input.name, ConfigType(input.type), kConfigKeys, &json);
  }
  json.EndArray();
  json.Key("output");
  json.BeginArray();
  for (const OutputField& output : signature.outputs) {
    WriteTensor(output.name, ConfigType(output.type), kConfigKeys, &json);
  }
  json.EndArray();
  json.EndObject();
}

void WriteDuration(std::string_view key, uint64_t count, uint64_t nanoseconds, JsonWriter* json) {
  json->Key(key);
  json->BeginObject();
  json->UintField("count", count);
  json->UintField("ns", nanoseconds);
  json->EndObject();
}

// Only scoring is timed, and of failures the number counted. The other counts are there as clients look for them:
// perf_analyzer tells by that of the queue which version has answered.
void WriteStatistics(const ModelStatistics& statistics, JsonWriter* json) {
  const ModelStats::Totals& totals = statistics.totals;
  json->BeginObject();
  json->StringField("name", statistics.name);
  json->StringField("version", statistics.version);
  json->UintField("inference_count", totals.rows);
  json->UintField("execution_count", totals.latency.count);
  json->Key("inference_stats");
  json->BeginObject();
  WriteDuration("success", totals.latency.count, totals.latency.nanoseconds, json);
  WriteDuration("fail", totals.errors, 0, json);
  for (const char* untimed : {"queue", "compute_input", "compute_output"}) {
    WriteDuration(untimed, totals.latency.count, 0, json);
  }
  for (const char* absent : {"cache_hit", "cache_miss"}) WriteDuration(absent, 0, 0, json);
  WriteDuration("compute_infer", totals.latency.count, totals.latency.nanoseconds, json);
  json->EndObject();
  json->Key("batch_stats");
  json->BeginArray();
  json->EndArray();
  json->EndObject();
}

void WriteStatisticsList(const std::vector<ModelStatistics>& list, std::string* body) {
  JsonWriter json(body);
  json.BeginObject();
  json.Key("model_stats");
  json.BeginArray();
  for (const ModelStatistics& statistics : list) WriteStatistics(statistics, &json);
  json.EndArray();
  json.EndObject();
}

void WriteModelStatistics(Gateway&, Exchange& exchange, PredictState&, const Handle& model) {
  WriteStatisticsList({StatisticsOf(*model)}, &exchange.response().body);
}

void WriteLoaded(Gateway&, Exchange& exchange, PredictState&, const Handle&) { exchange.response().body = "{}"; }

}  // namespace

void HandleServer(Gateway&, Call& call) {
  call.response().body =
      "{\"name\":\"scoreway\",\"version\":\"" SCOREWAY_VERSION
      "\",\"extensions\":[\"binary_tensor_data\",\"model_configuration\",\"model_repository\",\"statistics\"]}";
}

void HandleModelMetadata(Gateway& gateway, Call& call) { WithModel(gateway, call, WriteMetadata); }

void HandleModelConfig(Gateway& gateway, Call& call) { WithModel(gateway, call, WriteConfig); }

void HandleModelStatistics(Gateway& gateway, Call& call) { WithModel(gateway, call, WriteModelStatistics); }

void HandleAllStatistics(Gateway& gateway, Call& call) {
  WriteStatisticsList(StatisticsOfAll(*gateway.service().serving), &call.response().body);
}

// A model is loaded as it was pushed: there are no parameters that could change it.
void HandleLoadModel(Gateway& gateway, Call& call) {
  if (Status read = ReadJsonBody(call.request().body(), {}); !read.ok()) {
    return WriteRequestError(read.error(), call.exchange);
  }
  WithModel(gateway, call, WriteLoaded);
}

void HandleRepositoryIndex(Gateway& gateway, Call& call) {
  bool only_ready = false;
  if (Status read = ReadJsonBody(call.request().body(), {{"ready", Into(&only_ready)}}); !read.ok()) {
    return WriteRequestError(read.error(), call.exchange);
  }
  const auto index = RepositoryIndex(gateway.service(), only_ready);
  if (!index.ok()) return WriteRequestError(index.error(), call.exchange);
  JsonWriter json(&call.response().body);
  json.BeginArray();
  for (const IndexEntry& entry : *index) {
    json.BeginObject();
    json.StringField("name", entry.name);
    json.StringField("version", entry.version);
    json.StringField("state", entry.ready ? "READY" : "UNAVAILABLE");
    json.StringField("reason", entry.ready ? std::string_view() : kNotLoadedReason);
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace scoreway::http
