// POST /invocations and /v1/models/NAME/invocations: the requests of MLflow's scoring server, answered as it does.
//
// MLflow's server answers with what the model's predict gives. So "predictions" are the values of the output `predict`
// or `prediction`; of a model without one, and of the outputs asked for by ?outputs=, they are rows.
#include <string>

#include "data/codec/csv_reader.h"
#include "data/codec/json_batch_writer.h"
#include "gateways/http/feature_uses.h"
#include "gateways/http/handlers.h"
#include "gateways/http/list_parameters.h"
#include "gateways/http/media_type.h"
#include "gateways/http/model_call.h"
#include "gateways/http/request_note.h"
#include "gateways/http/tables.h"
#include "service/output_columns.h"

namespace scoreway::http {
namespace {

// The output that predict gives; nothing if there is none of that name.
std::optional<size_t> PredictColumn(const Schema& outputs) {
  const auto column = outputs.Find("predict");
  return column ? column : outputs.Find("prediction");
}

Status ReadInvocation(RowForm form, const Request& request, const Predictor::Rows& rows, PredictState& state) {
  if (form == RowForm::kJson) {
    return state.invocations.Read({request.body(), Request::kBodyPadding}, *rows.json, rows.batch);
  }
  return ReadTable(form, request.body(), rows);
}

void WritePredictions(const LoadedModel& model, const Batch& answers, PredictState& state, std::string* body) {
  const auto column = PredictColumn(answers.schema());
  body->append("{\"predictions\":");
  if (column && state.columns.empty()) {
    AppendJsonCells(answers.column(*column), body);
  } else {
    AppendJsonRows(answers, state.columns, body);
  }
  body->append(",\"model\":").append(model.model_text);
  body->append(",\"version\":").append(model.version_text);
  body->append(",\"prediction_id\":\"").append(state.predictor.prediction_id()).append("\"");
  AppendFeatureUses(state.predictor.feature_uses(), body);
  *body += '}';
}

void Invoke(Gateway& gateway, Exchange& exchange, PredictState& state, const Handle& model) {
  const Request& request = exchange.request();
  const auto form = FormOfContentType(request.Header("content-type"));
  if (!form) return WriteUnknownContentType(exchange);
  const Predictor::Rows rows = state.predictor.Input(model);
  if (Status read = ReadInvocation(*form, request, rows, state); !read.ok()) {
    model->stats->AddError(state.predictor.slot());
    return WriteRequestError(read.error(), exchange);
  }
  std::vector<std::string> outputs;
  ReadOutputsParameter(request, &outputs);
  if (Status found = FindOutputs(*model->scorer->output_schema(), outputs, &state.columns); !found.ok()) {
    return WriteRequestError(found.error(), exchange);
  }
  const RequestNote note = NoteOf(gateway, exchange, {}, rows.batch->rows());
  const Result<const Batch*> answers = state.predictor.Run(model, note);
  if (!answers.ok()) return WriteRequestError(answers.error(), exchange);
  WritePredictions(*model, **answers, state, &exchange.response().body);
}

}  // namespace

void HandleModelInvocations(Gateway& gateway, Call& call) { WithModel(gateway, call, Invoke); }

void HandleInvocations(Gateway& gateway, Call& call) {
  const std::string& model = gateway.options().default_model;
  if (model.empty()) {
    return WriteRequestError({Code::kNotFound,
                              "no model is the default: start the server with --default-model, or post to "
                              "/v1/models/NAME/invocations",
                              "path '/invocations'"},
                             call.exchange);
  }
  WithModel(gateway, call, model, {}, Invoke);
}

}  // namespace scoreway::http
