// The Open Inference Protocol v2 over REST: health, readiness and inference, with tensors as JSON or, by the binary
// extension, as bytes behind it. What it says about models stands in oip_model_handlers.cc.
#include <algorithm>
#include <charconv>
#include <string>

#include "data/codec/json_batch_writer.h"
#include "gateways/http/feature_uses.h"
#include "gateways/http/handlers.h"
#include "gateways/http/media_type.h"
#include "gateways/http/model_call.h"
#include "gateways/http/request_note.h"
#include "service/output_columns.h"

namespace scoreway::http {
namespace {

// How many bytes of the body are JSON, where the rest are tensors.
constexpr std::string_view kHeaderLength = "Inference-Header-Content-Length";

void WriteReady(Gateway&, Exchange& exchange, PredictState&, const Handle& model) {
  std::string& body = exchange.response().body;
  body.append("{\"name\":").append(model->model_text);
  body.append(",\"version\":\"").append(model->version_text).append("\",\"ready\":true}");
}

struct InferBody {
  std::string_view json, binary;
};

Result<InferBody> SplitBody(const Request& request) {
  const std::string_view body = request.body();
  const auto digits = request.Header(kHeaderLength);
  if (!digits) return InferBody{body, {}};
  size_t size = 0;
  const auto [end, fault] = std::from_chars(digits->data(), digits->data() + digits->size(), size);
  if (fault != std::errc() || end != digits->data() + digits->size() || size > body.size()) {
    return Error{
        Code::kInvalidArgument,
        "'" + std::string(*digits) + "' is no number of bytes within the body of " + std::to_string(body.size()),
        "header '" + std::string(kHeaderLength) + "'"};
  }
  return InferBody{body.substr(0, size), body.substr(size)};
}

bool IsInferForm(const Request& request) {
  const auto type = request.Header("content-type");
  if (FormOfContentType(type) == RowForm::kJson || request.Header(kHeaderLength)) return true;
  return type && EqualsIgnoringCase(*type, "application/octet-stream");
}

Status WriteInferAnswer(const LoadedModel& model, const Batch& answers, PredictState& state, Response* response) {
  const std::string_view prediction_id = state.predictor.prediction_id();
  const JsonRequestMembers& members = state.members;
  std::string* const body = &response->body;
  body->append("{\"model_name\":").append(model.model_text);
  body->append(",\"model_version\":\"").append(model.version_text).append("\",\"id\":");
  AppendJsonString(members.id.empty() ? prediction_id : std::string_view(members.id), body);
  body->append(",\"parameters\":{\"prediction_id\":\"").append(prediction_id);
  body->append("\"},\"outputs\":");
  state.binary.clear();
  const auto is_binary = [](TensorForm form) { return form == TensorForm::kBinary; };
  const bool has_binary = is_binary(members.form) || std::ranges::any_of(members.output_forms, is_binary);
  SCOREWAY_RETURN_IF_ERROR(
      AppendTensors(answers, state.columns, members.output_forms, members.form, body, &state.binary));
  *body += '}';
  if (!has_binary) return {};
  response->content_type = "application/octet-stream";
  response->AddHeader(kHeaderLength, std::to_string(body->size()));
  body->append(state.binary);
  return {};
}

void Infer(Gateway& gateway, Exchange& exchange, PredictState& state, const Handle& model) {
  const Request& request = exchange.request();
  if (!IsInferForm(request)) {
    WriteRequestError(
        {Code::kUnsupported, "an infer request is application/json, or has the header Inference-Header-Content-Length",
         "header 'Content-Type'"},
        exchange);
    exchange.response().status = 415;
    return;
  }
  const Result<InferBody> body = SplitBody(request);
  if (!body.ok()) return WriteRequestError(body.error(), exchange);
  const Predictor::Rows rows = state.predictor.Input(model);
  state.members.Clear();
  const JsonBody json{body->json, body->binary.size() + Request::kBodyPadding};
  if (Status read = state.tensors.Read(json, body->binary, *rows.json, rows.batch, &state.members); !read.ok()) {
    model->stats->AddError(state.predictor.slot());
    return WriteRequestError(read.error(), exchange);
  }
  if (Status found = FindOutputs(*model->scorer->output_schema(), state.members.outputs, &state.columns); !found.ok()) {
    return WriteRequestError(found.error(), exchange);
  }
  const RequestNote note = NoteOf(gateway, exchange, state.members.id, rows.batch->rows());
  const Result<const Batch*> answers = state.predictor.Run(model, note);
  if (!answers.ok()) return WriteRequestError(answers.error(), exchange);
  AddFeatureUsesHeader(state.predictor.feature_uses(), &exchange.response());
  if (Status written = WriteInferAnswer(*model, **answers, state, &exchange.response()); !written.ok()) {
    WriteRequestError(written.error(), exchange);
  }
}

}  // namespace

void HandleLive(Gateway&, Call& call) { call.response().body = "{\"live\":true}"; }

void HandleReady(Gateway& gateway, Call& call) {
  const bool ready = !gateway.draining();
  call.response().status = ready ? 200 : 503;
  call.response().body = ready ? "{\"ready\":true}" : "{\"ready\":false}";
}

void HandleModelReady(Gateway& gateway, Call& call) { WithModel(gateway, call, WriteReady); }

void HandleInfer(Gateway& gateway, Call& call) { WithModel(gateway, call, Infer); }

}  // namespace scoreway::http
