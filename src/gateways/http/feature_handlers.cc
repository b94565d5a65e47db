// /v1/features: feature views, their rows, and which models use them.
#include <string>
#include <vector>

#include "data/codec/csv_reader.h"
#include "data/codec/json_batch_writer.h"
#include "data/codec/json_rows_reader.h"
#include "gateways/http/handlers.h"
#include "gateways/http/json_body.h"
#include "gateways/http/media_type.h"
#include "gateways/http/registry_call.h"
#include "gateways/http/tables.h"
#include "service/read_features.h"

namespace scoreway::http {
namespace {

std::string ViewName(const Call& call) { return std::string(call.parameters[0]); }

FeatureStore& Views(Gateway& gateway) { return gateway.service().features->store; }

void WriteView(const FeatureView& view, Call& call) {
  JsonWriter json(&call.response().body);
  WriteJson(view, &json);
}

// The rows of the body, in the form its type says; `members` has what JSON has beside them.
Status ReadRows(const Request& request, RowForm form, std::vector<bool> may_be_absent, Batch* rows,
                JsonRequestMembers* members) {
  JsonReadOptions json_options;
  json_options.may_be_absent = may_be_absent;
  json_options.bytes_max = SIZE_MAX;  // the door has a limit of its own
  if (form == RowForm::kJson) {
    return JsonRowsReader().Read({request.body(), Request::kBodyPadding}, json_options, rows, members);
  }
  CsvReadOptions csv_options;
  csv_options.may_be_absent = std::move(may_be_absent);
  return ReadTable(form, request.body(), {rows, &json_options, &csv_options});
}

// As Answer, for work that is told the form of the body's rows.
template <typename Work>
void AnswerRows(Call& call, Work&& work) {
  const auto form = FormOfContentType(call.request().Header("content-type"));
  if (!form) return WriteUnknownContentType(call.exchange);
  Answer(call, [&] { return work(*form); });
}

void WriteViewsOfModel(const std::string& model, const std::vector<std::string>& views, Call& call) {
  JsonWriter json(&call.response().body);
  json.BeginObject();
  json.StringField("model", model);
  json.Key("views");
  json.BeginArray();
  for (const std::string& view : views) json.String(view);
  json.EndArray();
  json.EndObject();
}

// The change is seen by this server at once.
Status Follow(Gateway& gateway) { return gateway.service().features->catalogue.Refresh(); }

}  // namespace

void HandleListFeatureViews(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<FeatureView> views, Views(gateway).List());
    JsonWriter json(&call.response().body);
    json.BeginObject();
    json.Key("views");
    json.BeginArray();
    for (const FeatureView& view : views) WriteJson(view, &json);
    json.EndArray();
    json.EndObject();
    return {};
  });
}

void HandleGetFeatureView(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const FeatureView view, Views(gateway).Get(ViewName(call)));
    WriteView(view, call);
    return {};
  });
}

void HandlePutFeatureView(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    Result<FeatureView> view = FeatureViewFromJson(call.request().body());
    if (!view.ok()) return AtPlace("body", std::move(view).error());
    if (!view->name.empty() && view->name != ViewName(call)) {
      return Status(Code::kInvalidArgument, "not the name that the path has", "member 'name'");
    }
    view->name = ViewName(call);
    bool is_new = false;
    SCOREWAY_ASSIGN_OR_RETURN(const FeatureView defined, Views(gateway).Define(*view, &is_new));
    SCOREWAY_RETURN_IF_ERROR(Follow(gateway));
    call.response().status = is_new ? 201 : 200;
    WriteView(defined, call);
    return {};
  });
}

void HandleDeleteFeatureView(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_RETURN_IF_ERROR(Views(gateway).Delete(ViewName(call)));
    SCOREWAY_RETURN_IF_ERROR(Follow(gateway));
    call.response().status = 204;
    return {};
  });
}

void HandleWriteFeatures(Gateway& gateway, Call& call) {
  AnswerRows(call, [&](RowForm form) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const FeatureView view, Views(gateway).Get(ViewName(call)));
    Batch rows(RowSchema(view));
    JsonRequestMembers members;
    SCOREWAY_RETURN_IF_ERROR(ReadRows(call.request(), form, MayBeAbsent(view), &rows, &members));
    SCOREWAY_ASSIGN_OR_RETURN(const FeatureWriteCounts counts, gateway.service().features->reader.Write(view, rows));
    JsonWriter json(&call.response().body);
    json.BeginObject();
    json.UintField("written", counts.written);
    json.UintField("older", counts.older);
    json.UintField("expired", counts.expired);
    json.EndObject();
    return {};
  });
}

void HandleReadFeatures(Gateway& gateway, Call& call) {
  AnswerRows(call, [&](RowForm form) -> Status {
    const OnlineFeatures& features = *gateway.service().features;
    SCOREWAY_ASSIGN_OR_RETURN(const FeatureView view, Views(gateway).Get(ViewName(call)));
    Batch keys(KeySchema(view));
    JsonRequestMembers members;
    SCOREWAY_RETURN_IF_ERROR(ReadRows(call.request(), form, {}, &keys, &members));
    SCOREWAY_ASSIGN_OR_RETURN(const Batch table,
                              ReadFeatures(Views(gateway), features.clock, view, keys, members.outputs));
    const RowForm wanted = FormOfAccept(call.request().Header("accept"), form).value_or(form);
    call.response().content_type = ContentType(wanted);
    std::string& body = call.response().body;
    if (wanted != RowForm::kJson) return WriteTable(wanted, table, {}, &body);
    body = "{\"rows\":";
    AppendJsonRows(table, {}, &body);
    body += '}';
    return {};
  });
}

void HandleRemoveFeatures(Gateway& gateway, Call& call) {
  AnswerRows(call, [&](RowForm form) -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const FeatureView view, Views(gateway).Get(ViewName(call)));
    Batch keys(KeySchema(view));
    JsonRequestMembers members;
    SCOREWAY_RETURN_IF_ERROR(ReadRows(call.request(), form, {}, &keys, &members));
    SCOREWAY_RETURN_IF_ERROR(gateway.service().features->reader.Remove(view, keys));
    call.response().status = 204;
    return {};
  });
}

void HandleGetModelFeatures(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> views, Views(gateway).ViewsOfModel(ModelName(call)));
    WriteViewsOfModel(ModelName(call), views, call);
    return {};
  });
}

void HandlePutModelFeatures(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    std::vector<std::string> views;
    SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(call.request().body(), {{"views", Into(&views)}}));
    SCOREWAY_RETURN_IF_ERROR(Views(gateway).SetViewsOfModel(ModelName(call), views));
    SCOREWAY_RETURN_IF_ERROR(Follow(gateway));
    WriteViewsOfModel(ModelName(call), views, call);
    return {};
  });
}

}  // namespace scoreway::http
