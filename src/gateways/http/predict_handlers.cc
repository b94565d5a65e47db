// POST /v1/models/NAME[@ALIAS|/versions/N]:predict: rows in, answers out, each as JSON, CSV or JSON lines.
#include <string>

#include "data/codec/column_names.h"
#include "data/codec/csv_reader.h"
#include "data/codec/csv_writer.h"
#include "data/codec/json_batch_writer.h"
#include "data/codec/json_lines_reader.h"
#include "gateways/http/feature_uses.h"
#include "gateways/http/handlers.h"
#include "gateways/http/media_type.h"
#include "gateways/http/model_call.h"
#include "gateways/http/output_columns.h"
#include "service/inspect.h"

namespace scoreway::http {
namespace {

// Tables are held in memory whole, so the number of rows is bounded as in a JSON body.
template <typename Reader>
Status ReadAll(Reader& reader, Batch* batch) {
  const size_t rows_max = JsonReadOptions().rows_max;
  for (;;) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, reader.Next(batch, 4096));
    if (!more) return {};
    if (batch->rows() > rows_max) {
      return Status(Code::kResourceExhausted, "more than " + std::to_string(rows_max) + " rows in one request", "body");
    }
  }
}

Status ReadRows(RowForm form, const Request& request, const Predictor::Rows& rows, PredictState& state) {
  state.members.Clear();
  if (form == RowForm::kJson) {
    return state.rows.Read({request.body(), Request::kBodyPadding}, *rows.json, rows.batch, &state.members);
  }
  TextSource source(request.body());
  if (form == RowForm::kCsv) {
    CsvReader reader(&source, rows.batch->shared_schema(), *rows.csv);
    return ReadAll(reader, rows.batch);
  }
  JsonLinesReader reader(&source, rows.batch->shared_schema(), *rows.json);
  return ReadAll(reader, rows.batch);
}

// ?outputs=a,b, for the forms that have no place for it in the body.
void ReadOutputsParameter(const Request& request, JsonRequestMembers* members) {
  const auto outputs = request.Query("outputs");
  if (!outputs) return;
  std::string_view rest = *outputs;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    if (!name.empty()) members->outputs.emplace_back(name);
  }
}

void WriteJsonAnswer(const LoadedModel& model, const Batch& answers, PredictState& state, std::string* body) {
  body->append("{\"model\":").append(model.model_text);
  body->append(",\"version\":").append(model.version_text);
  body->append(",\"prediction_id\":\"").append(state.predictor.NextPredictionId());
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

void WriteTableAnswer(RowForm form, const LoadedModel& model, const Batch& answers, PredictState& state,
                      Response* response) {
  response->AddHeader("X-Scoreway-Model", model.name);
  response->AddHeader("X-Scoreway-Version", model.version_text);
  response->AddHeader("X-Scoreway-Prediction-Id", state.predictor.NextPredictionId());
  AddFeatureUsesHeader(state.predictor.feature_uses(), response);
  if (form == RowForm::kJsonLines) return AppendJsonLines(answers, state.columns, &response->body);
  AppendCsvHeader(answers.schema(), {.columns = state.columns}, &response->body);
  AppendCsvRows(answers, {.columns = state.columns}, &response->body);
}

void Predict(Gateway&, Exchange& exchange, PredictState& state, const Handle& model) {
  const Request& request = exchange.request();
  const auto form = FormOfContentType(request.Header("content-type"));
  if (!form) {
    return WriteProblem(415, "UNSUPPORTED", "rows are read as application/json, text/csv or application/jsonl",
                        "header 'Content-Type'", &exchange.response());
  }
  const auto wanted = FormOfAccept(request.Header("accept"), *form);
  if (!wanted) {
    return WriteProblem(406, "UNSUPPORTED", "answers are written as application/json, text/csv or application/jsonl",
                        "header 'Accept'", &exchange.response());
  }

  const Predictor::Rows rows = state.predictor.Input(model);
  if (Status read = ReadRows(*form, request, rows, state); !read.ok()) {
    model->stats->AddError(state.predictor.slot());
    return WriteRequestError(read.error(), exchange);
  }
  ReadOutputsParameter(request, &state.members);
  if (Status found = FindOutputs(*model->scorer->output_schema(), state.members.outputs, &state.columns); !found.ok()) {
    return WriteRequestError(found.error(), exchange);
  }
  const Result<const Batch*> answers = state.predictor.Run(model);
  if (!answers.ok()) return WriteRequestError(answers.error(), exchange);

  exchange.response().content_type = ContentType(*wanted);
  if (*wanted == RowForm::kJson) return WriteJsonAnswer(*model, **answers, state, &exchange.response().body);
  WriteTableAnswer(*wanted, *model, **answers, state, &exchange.response());
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
