// The Open Inference Protocol v2 over REST, with tensors as JSON.
#include <string>

#include "data/codec/json_batch_writer.h"
#include "data/codec/tensor_datatype.h"
#include "gateways/http/feature_uses.h"
#include "gateways/http/handlers.h"
#include "gateways/http/media_type.h"
#include "gateways/http/model_call.h"
#include "gateways/http/output_columns.h"

namespace scoreway::http {
namespace {

void WriteTensor(std::string_view name, Type type, JsonWriter* json) {
  json->BeginObject();
  json->StringField("name", name);
  json->StringField("datatype", TensorDatatypeName(type));
  json->Key("shape");
  json->BeginArray();
  json->Int(-1);
  json->EndArray();
  json->EndObject();
}

void WriteMetadata(Gateway&, Exchange& exchange, PredictState&, const Handle& model) {
  const Signature& signature = model->model->signature();
  JsonWriter json(&exchange.response().body);
  json.BeginObject();
  json.StringField("name", model->name);
  json.Key("versions");
  json.BeginArray();
  json.String(model->version_text);
  json.EndArray();
  json.StringField("platform", "scoreway_native");
  json.Key("inputs");
  json.BeginArray();
  for (const InputField& input : signature.inputs) WriteTensor(input.name, input.type, &json);
  json.EndArray();
  json.Key("outputs");
  json.BeginArray();
  for (const OutputField& output : signature.outputs) WriteTensor(output.name, output.type, &json);
  json.EndArray();
  json.EndObject();
}

void WriteReady(Gateway&, Exchange& exchange, PredictState&, const Handle& model) {
  std::string& body = exchange.response().body;
  body.append("{\"name\":").append(model->model_text);
  body.append(",\"version\":\"").append(model->version_text).append("\",\"ready\":true}");
}

void WriteInferAnswer(const LoadedModel& model, const Batch& answers, PredictState& state, std::string* body) {
  const std::string_view prediction_id = state.predictor.NextPredictionId();
  body->append("{\"model_name\":").append(model.model_text);
  body->append(",\"model_version\":\"").append(model.version_text).append("\",\"id\":");
  AppendJsonString(state.members.id.empty() ? prediction_id : std::string_view(state.members.id), body);
  body->append(",\"parameters\":{\"prediction_id\":\"").append(prediction_id);
  body->append("\"},\"outputs\":");
  AppendJsonTensors(answers, state.columns, body);
  *body += '}';
}

void Infer(Gateway&, Exchange& exchange, PredictState& state, const Handle& model) {
  const Request& request = exchange.request();
  if (request.Header("inference-header-content-length") ||
      FormOfContentType(request.Header("content-type")) != RowForm::kJson) {
    WriteRequestError({Code::kUnsupported, "tensors are read as application/json; binary tensors are not", "header"},
                      exchange);
    exchange.response().status = 415;
    return;
  }
  const Predictor::Rows rows = state.predictor.Input(model);
  state.members.Clear();
  if (Status read = state.tensors.Read({request.body(), Request::kBodyPadding}, *rows.json, rows.batch, &state.members);
      !read.ok()) {
    model->stats->AddError(state.predictor.slot());
    return WriteRequestError(read.error(), exchange);
  }
  if (Status found = FindOutputs(*model->scorer->output_schema(), state.members.outputs, &state.columns); !found.ok()) {
    return WriteRequestError(found.error(), exchange);
  }
  const Result<const Batch*> answers = state.predictor.Run(model);
  if (!answers.ok()) return WriteRequestError(answers.error(), exchange);
  AddFeatureUsesHeader(state.predictor.feature_uses(), &exchange.response());
  WriteInferAnswer(*model, **answers, state, &exchange.response().body);
}

}  // namespace

void HandleServer(Gateway&, Call& call) {
  call.response().body = "{\"name\":\"scoreway\",\"version\":\"" SCOREWAY_VERSION "\",\"extensions\":[]}";
}

void HandleLive(Gateway&, Call& call) { call.response().body = "{\"live\":true}"; }

void HandleReady(Gateway& gateway, Call& call) {
  const bool ready = !gateway.draining();
  call.response().status = ready ? 200 : 503;
  call.response().body = ready ? "{\"ready\":true}" : "{\"ready\":false}";
}

void HandleModelMetadata(Gateway& gateway, Call& call) { WithModel(gateway, call, WriteMetadata); }

void HandleModelReady(Gateway& gateway, Call& call) { WithModel(gateway, call, WriteReady); }

void HandleInfer(Gateway& gateway, Call& call) { WithModel(gateway, call, Infer); }

}  // namespace scoreway::http
