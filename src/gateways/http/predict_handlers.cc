// POST /v1/models/NAME[@ALIAS|/versions/N]:predict: rows in, answers out, each as JSON, CSV, JSON lines or
// an Arrow stream.
#include <string>

#include "data/codec/json_batch_writer.h"
#include "gateways/http/feature_uses.h"
#include "gateways/http/handlers.h"
#include "gateways/http/list_parameters.h"
#include "gateways/http/media_type.h"
#include "gateways/http/model_call.h"
#include "gateways/http/request_note.h"
#include "gateways/http/tables.h"
#include "service/inspect.h"
#include "service/output_columns.h"

namespace scoreway::http {
namespace {

Status ReadRows(RowForm form, const Request& request, const Predictor::Rows& rows, PredictState& state) {
  state.members.Clear();
  if (form == RowForm::kJson) {
    return state.rows.Read({request.body(), Request::kBodyPadding}, *rows.json, rows.batch, &state.members);
  }
  return ReadTable(form, request.body(), rows);
}

void WriteJsonAnswer(const LoadedModel& model, const Batch& answers, PredictState& state, std::string* body) {
  body->append("{\"model\":").append(model.model_text);
  body->append(",\"version\":").append(model.version_text);
  body->append(",\"prediction_id\":\"").append(state.predictor.prediction_id());
  *body += '"';
  AppendFeatureUses(state.predictor.feature_uses(), body);
  body->append(",\"rows\":");
  AppendJsonRows(answers, state.columns, body);
  if (!state.members.id.empty()) {
    body->append(",\"id\":");
    AppendJsonString(state.members.id, body);
  }
  *body += '}';
}

Status WriteTableAnswer(RowForm form, const LoadedModel& model, const Batch& answers, PredictState& state,
                        Response* response) {
  response->AddHeader("X-Scoreway-Model", model.name);
  response->AddHeader("X-Scoreway-Version", model.version_text);
  response->AddHeader("X-Scoreway-Prediction-Id", state.predictor.prediction_id());
  AddFeatureUsesHeader(state.predictor.feature_uses(), response);
  return WriteTable(form, answers, state.columns, &response->body);
}

void Predict(Gateway& gateway, Exchange& exchange, PredictState& state, const Handle& model) {
  const Request& request = exchange.request();
  const auto form = FormOfContentType(request.Header("content-type"));
  if (!form) return WriteUnknownContentType(exchange);
  const auto wanted = FormOfAccept(request.Header("accept"), *form);
  if (!wanted) return WriteNotAcceptable(exchange);

  const Predictor::Rows rows = state.predictor.Input(model);
  if (Status read = ReadRows(*form, request, rows, state); !read.ok()) {
    model->stats->AddError(state.predictor.slot());
    return WriteRequestError(read.error(), exchange);
  }
  ReadOutputsParameter(request, &state.members.outputs);
  if (Status found = FindOutputs(*model->scorer->output_schema(), state.members.outputs, &state.columns); !found.ok()) {
    return WriteRequestError(found.error(), exchange);
  }
  const RequestNote note = NoteOf(gateway, exchange, state.members.id, rows.batch->rows());
  const Result<const Batch*> answers = state.predictor.Run(model, note);
  if (!answers.ok()) return WriteRequestError(answers.error(), exchange);

  exchange.response().content_type = ContentType(*wanted);
  if (*wanted == RowForm::kJson) return WriteJsonAnswer(*model, **answers, state, &exchange.response().body);
  if (Status written = WriteTableAnswer(*wanted, *model, **answers, state, &exchange.response()); !written.ok()) {
    WriteRequestError(written.error(), exchange);
  }
}

void Inspect(Gateway&, Exchange& exchange, PredictState&, const Handle& model) {
  JsonWriter json(&exchange.response().body);
  json.BeginObject();
  json.StringField("name", model->name);
  json.IntField("version", model->version);
  json.Key("model");
  WriteModel(*model->model, &json);
  json.EndObject();
}

}  // namespace

void HandlePredict(Gateway& gateway, Call& call) { WithModel(gateway, call, Predict); }

void HandleInspect(Gateway& gateway, Call& call) { WithModel(gateway, call, Inspect); }

}  // namespace scoreway::http
