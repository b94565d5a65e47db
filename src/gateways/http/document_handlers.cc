// What describes the server: a page for who looks in, the OpenAPI document, the metrics.
#include "gateways/http/batch_metrics.h"
#include "gateways/http/challenge_metrics.h"
#include "gateways/http/drift_metrics.h"
#include "gateways/http/gateway.h"
#include "gateways/http/handlers.h"
#include "gateways/http/openapi.h"

namespace scoreway::http {
namespace {

constexpr std::string_view kRootPage =
    "Scoreway " SCOREWAY_VERSION
    " serves trained models.\n"
    "\n"
    "  GET  /v1/models                        what is registered\n"
    "  POST /v1/models/NAME:predict           rows in, answers out: {\"rows\":[{...}]}, text/csv or application/jsonl\n"
    "  POST /v1/models/NAME@ALIAS:predict     by an alias; /v1/models/NAME/versions/N:predict by a version\n"
    "  POST /v1/models/NAME/versions          push a model file (the body)\n"
    "  PUT  /v1/models/NAME/aliases/ALIAS     {\"version\":2} moves an alias\n"
    "  POST /v1/models/NAME:submit            the same rows as a job; GET /v1/jobs/ID tells of it, /result has the "
    "answers\n"
    "  PUT  /v1/features/VIEW                 a feature view; :write and :read its rows\n"
    "  PUT  /v1/models/NAME/features          {\"views\":[\"VIEW\"]}: where inputs come from that a request lacks\n"
    "  GET  /v1/models/NAME/predictions       what was asked and answered; POST /v1/models/NAME/labels the truth\n"
    "  GET  /v1/models/NAME/drift             beside what it was trained on; /performance as far as labels have come\n"
    "  POST /v2/models/NAME/infer             the Open Inference Protocol\n"
    "  GET  /v2/health/ready                  health\n"
    "  GET  /ui/                              all of this to look at, in a browser\n"
    "  GET  /metrics                          Prometheus metrics\n"
    "  GET  /openapi.json                     all of this in full\n";

}  // namespace

void HandleRoot(Gateway&, Call& call) {
  call.response().content_type = "text/plain; charset=utf-8";
  call.response().body = kRootPage;
}

void HandleOpenapi(Gateway&, Call& call) { call.response().body = OpenapiDocument(); }

void HandleMetrics(Gateway& gateway, Call& call) {
  Response& response = call.response();
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  gateway.metrics().AppendText(gateway.routes(), &response.body);
  AppendModelMetrics(*gateway.service().serving, &response.body);
  AppendPoolMetrics({{"score", &gateway.score_pool()}, {"wait", &gateway.wait_pool()}}, &response.body);
  AppendFeatureMetrics(gateway.service().features->reader, &response.body);
  if (gateway.service().jobs != nullptr) AppendJobMetrics(*gateway.service().jobs, &response.body);
  if (gateway.service().grpc_calls != nullptr) AppendCallMetrics(*gateway.service().grpc_calls, &response.body);
  if (gateway.service().streams != nullptr) AppendStreamMetrics(*gateway.service().streams, &response.body);
  if (gateway.service().batches != nullptr) AppendBatchMetrics(*gateway.service().batches, &response.body);
  AppendRecordMetrics(*gateway.service().records, &response.body);
  if (gateway.service().shadows != nullptr) AppendShadowMetrics(*gateway.service().shadows, &response.body);
  AppendDriftMetrics(*gateway.service().records, &response.body);
  if (gateway.service().challenges != nullptr) AppendChallengeMetrics(*gateway.service().challenges, &response.body);
  if (gateway.spans() != nullptr) AppendSpanMetrics(*gateway.spans(), &response.body);
  AppendProcessMetrics(&response.body);
}

}  // namespace scoreway::http
