// /v1/models/NAME/predictions and /labels: the prediction log, and what turned out to be true of its predictions.
#include <string>
#include <vector>

#include "data/codec/json_batch_writer.h"
#include "gateways/http/handlers.h"
#include "gateways/http/list_parameters.h"
#include "gateways/http/media_type.h"
#include "gateways/http/registry_call.h"
#include "gateways/http/tables.h"
#include "record/label_reader.h"
#include "service/push_labels.h"
#include "service/read_predictions.h"

namespace scoreway::http {
namespace {

Error NotOneOf(std::string_view values, std::string_view name) {
  return {Code::kInvalidArgument, "not one of " + std::string(values), "query parameter '" + std::string(name) + "'"};
}

// ?from=, ?to= and ?order=
Result<TimeRange> ReadTimeRange(const Request& request, int64_t now_micros) {
  TimeRange range;
  for (const auto& [name, bound] : {std::pair("from", &range.from_micros), std::pair("to", &range.to_micros)}) {
    const auto text = request.Query(name);
    if (!text) continue;
    Result<int64_t> micros = ReadTimeOrAge(*text, now_micros);
    if (!micros.ok()) return AtPlace("query parameter '" + std::string(name) + "'", std::move(micros).error());
    *bound = *micros;
  }
  const std::string order = request.Query("order").value_or("newest");
  if (order != "newest" && order != "oldest") return NotOneOf("newest and oldest", "order");
  range.oldest_first = order == "oldest";
  return range;
}

Result<PredictionQuery> ReadQuery(const Request& request, int64_t now_micros) {
  PredictionQuery query;
  SCOREWAY_ASSIGN_OR_RETURN(query.range, ReadTimeRange(request, now_micros));
  SCOREWAY_ASSIGN_OR_RETURN(query.version, ReadNumber(request, "version", 0));
  query.alias = request.Query("alias").value_or("");
  query.id = request.Query("id").value_or("");
  query.key = request.Query("key").value_or("");
  if (request.Query("shadow")) {
    SCOREWAY_ASSIGN_OR_RETURN(query.shadow, ReadFlag(request, "shadow"));
  }
  const std::string labels = request.Query("labels").value_or("none");
  if (labels != "none" && labels != "joined" && labels != "only") return NotOneOf("none, joined and only", "labels");
  if (labels != "none") query.labels = labels == "only" ? LabelWish::kOnlyLabelled : LabelWish::kJoined;
  return query;
}

Status WritePredictions(const PredictionPage& page, RowForm form, Response* response) {
  response->content_type = ContentType(form);
  if (form != RowForm::kJson) {
    if (!page.next_page_token.empty()) response->AddHeader("X-Scoreway-Next-Page-Token", page.next_page_token);
    return WriteTable(form, page.table, {}, &response->body);
  }
  response->body = "{\"predictions\":";
  AppendJsonRows(page.table, {}, &response->body);
  response->body += ",\"next_page_token\":";
  if (page.next_page_token.empty()) {
    response->body += "null}";
  } else {
    AppendJsonString(page.next_page_token, &response->body);
    response->body += '}';
  }
  return {};
}

Result<std::vector<Label>> ReadTable(std::string_view body, LabelForm form) {
  TextSource source(body);
  LabelReader reader(&source, form);
  std::vector<Label> labels;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, reader.Next(&labels, 1000));
    if (!more || labels.size() > LabelStore::kLabelsMax) return labels;
  }
}

}  // namespace

void HandleListPredictions(Gateway& gateway, Call& call) {
  const auto form = FormOfAccept(call.request().Header("accept"), RowForm::kJson);
  if (!form) {
    return WriteProblem(406, "UNSUPPORTED",
                        "predictions are written as application/json, text/csv, application/jsonl or "
                        "application/vnd.apache.arrow.stream",
                        "header 'Accept'", &call.response());
  }
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const ListOptions options, ReadListOptions(call.request()));
    SCOREWAY_ASSIGN_OR_RETURN(const PredictionQuery query,
                              ReadQuery(call.request(), gateway.service().records->clock.NowMicros()));
    SCOREWAY_ASSIGN_OR_RETURN(const PredictionPage page, ReadPredictions(gateway.service(), ModelName(call), query,
                                                                         options.count_max, options.page_token));
    return WritePredictions(page, *form, &call.response());
  });
}

void HandlePushLabels(Gateway& gateway, Call& call) {
  const auto form = FormOfContentType(call.request().Header("content-type"));
  if (!form || *form == RowForm::kArrow) {
    return WriteProblem(415, "UNSUPPORTED", "labels are read as application/json, text/csv or application/jsonl",
                        "header 'Content-Type'", &call.response());
  }
  Answer(call, [&]() -> Status {
    const std::string_view body = call.request().body();
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<Label> labels,
                              *form == RowForm::kJson
                                  ? ReadLabelsJson(body)
                                  : ReadTable(body, *form == RowForm::kCsv ? LabelForm::kCsv : LabelForm::kJsonLines));
    SCOREWAY_ASSIGN_OR_RETURN(const LabelPushCounts counts,
                              PushLabels(gateway.service(), ModelName(call), std::move(labels), WhoOf(call, "http")));
    JsonWriter json(&call.response().body);
    json.BeginObject();
    json.UintField("stored", counts.stored);
    json.UintField("same", counts.same);
    json.UintField("older", counts.older);
    json.EndObject();
    return {};
  });
}

void HandleListLabels(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    const std::string model = ModelName(call);
    SCOREWAY_RETURN_IF_ERROR(CheckModelName(model));
    Records& records = *gateway.service().records;
    SCOREWAY_ASSIGN_OR_RETURN(const ListOptions options, ReadListOptions(call.request()));
    SCOREWAY_ASSIGN_OR_RETURN(const TimeRange range, ReadTimeRange(call.request(), records.clock.NowMicros()));
    SCOREWAY_ASSIGN_OR_RETURN(LabelStore::Page page,
                              records.labels.List(model, range, options.count_max, options.page_token));
    WriteList("labels", ListPage<Label>{std::move(page.labels), std::move(page.next_page_token)},
              &call.response().body);
    return {};
  });
}

}  // namespace scoreway::http
