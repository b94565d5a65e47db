// /v1/batches: stored batches are made, given rows, fired and looked at.
#include <algorithm>
#include <charconv>

#include "batches/bad_row.h"
#include "gateways/http/handlers.h"
#include "gateways/http/json_body.h"
#include "gateways/http/list_parameters.h"
#include "gateways/http/media_type.h"
#include "gateways/http/registry_call.h"
#include "gateways/http/tables.h"
#include "service/batch_service.h"
#include "service/manage_batches.h"
#include "service/store_rows.h"

namespace scoreway::http {
namespace {

constexpr int64_t kListMax = 1000;
constexpr int64_t kListCount = 100;

std::string BatchName(const Call& call) { return std::string(call.parameters[0]); }

Result<int64_t> FiringNumber(const Call& call) {
  const std::string_view text = call.parameters[1];
  int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault == std::errc() && end == text.data() + text.size() && number > 0) return number;
  return Error{Code::kInvalidArgument, "not the number of a firing: '" + std::string(text) + "'", "path"};
}

template <typename T>
void WriteAnswer(const T& value, Call& call) {
  JsonWriter json(&call.response().body);
  WriteJson(value, &json);
}

Result<StoredBatch> ReadBatchRequest(const Call& call) {
  StoredBatch batch;
  std::string who = "http";
  Trigger& trigger = batch.trigger;
  SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(call.request().body(), {{"name", Into(&batch.name)},
                                                                {"model", Into(&batch.model)},
                                                                {"output", Into(&batch.output)},
                                                                {"input", Into(&batch.input)},
                                                                {"keep", Into(&batch.keep)},
                                                                {"outputs", Into(&batch.outputs)},
                                                                {"cron", Into(&trigger.cron)},
                                                                {"timezone", Into(&trigger.timezone)},
                                                                {"rows", Into(&trigger.rows)},
                                                                {"age_seconds", Into(&trigger.age_seconds)},
                                                                {"after_version", Into(&trigger.after_version)},
                                                                {"after_move", Into(&trigger.after_move)},
                                                                {"who", Into(&who)}}));
  batch.who = WhoOf(call, who);
  return batch;
}

// Lines of JSON as an array, and where the next page begins.
void WriteBadRows(const BadRowsPage& page, std::string* body) {
  body->append("{\"bad_rows\":[");
  for (const char c : page.lines) body->push_back(c == '\n' ? ',' : c);
  if (!page.lines.empty()) body->pop_back();
  body->append("],\"next_page_token\":");
  page.next_page_token.empty() ? (void)body->append("null") : AppendJsonString(page.next_page_token, body);
  body->push_back('}');
}

}  // namespace

void HandleListBatches(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const StoredBatchSet batches, gateway.service().batches->store.ReadAll());
    JsonWriter json(&call.response().body);
    json.BeginObject();
    json.Key("batches");
    json.BeginArray();
    for (const auto& [name, batch] : batches) WriteJson(*batch, &json);
    json.EndArray();
    json.EndObject();
    return {};
  });
}

void HandleCreateBatch(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(StoredBatch wish, ReadBatchRequest(call));
    SCOREWAY_ASSIGN_OR_RETURN(const StoredBatch batch, CreateBatch(gateway.service(), std::move(wish)));
    call.response().status = 201;
    WriteAnswer(batch, call);
    return {};
  });
}

void HandleGetBatch(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const BatchView view, ReadBatch(gateway.service(), BatchName(call)));
    WriteAnswer(view, call);
    return {};
  });
}

void HandleDeleteBatch(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const bool drops_rows, ReadFlag(call.request(), "drop_rows"));
    SCOREWAY_RETURN_IF_ERROR(DeleteBatch(gateway.service(), BatchName(call), drops_rows));
    call.response().status = 204;
    return {};
  });
}

void HandleStoreRows(Gateway& gateway, Call& call) {
  const Request& request = call.request();
  const auto form = FormOfContentType(request.Header("content-type"));
  if (!form) return WriteUnknownContentType(call.exchange);
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const StoreRowsAnswer answer,
                              StoreRows(gateway.service(), BatchName(call), *form, request.body(),
                                        request.Header("idempotency-key").value_or("")));
    call.response().status = answer.stored.is_new ? 201 : 200;
    JsonWriter json(&call.response().body);
    json.BeginObject();
    json.IntField("firing", answer.stored.firing);
    json.IntField("rows", answer.stored.rows);
    json.Key("ignored_columns");
    json.BeginArray();
    for (const std::string& column : answer.ignored_columns) json.String(column);
    json.EndArray();
    json.EndObject();
    return {};
  });
}

void HandleFireBatch(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    std::string who = "http";
    SCOREWAY_RETURN_IF_ERROR(ReadJsonBody(call.request().body(), {{"who", Into(&who)}}));
    SCOREWAY_ASSIGN_OR_RETURN(const Firing firing, FireBatch(gateway.service(), BatchName(call), WhoOf(call, who)));
    call.response().status = 202;
    WriteAnswer(firing, call);
    return {};
  });
}

void HandleListFirings(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    BatchStore& store = gateway.service().batches->store;
    SCOREWAY_ASSIGN_OR_RETURN(const StoredBatch batch, store.Get(BatchName(call)));
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, ReadNumber(call.request(), "limit", kListCount));
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t before, ReadNumber(call.request(), "before", 0));
    if (count < 1 || count > kListMax || before < 0) {
      return Status(Code::kInvalidArgument, "'limit' is from 1 to 1000, 'before' the number of a firing", "query");
    }
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Firing> firings,
                              store.Firings(batch.name, before, static_cast<size_t>(count)));
    JsonWriter json(&call.response().body);
    json.BeginObject();
    json.Key("firings");
    json.BeginArray();
    for (const Firing& firing : firings) WriteJson(firing, &json);
    json.EndArray();
    json.EndObject();
    return {};
  });
}

void HandleGetFiring(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    BatchStore& store = gateway.service().batches->store;
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, FiringNumber(call));
    SCOREWAY_ASSIGN_OR_RETURN(const StoredBatch batch, store.Get(BatchName(call)));
    SCOREWAY_ASSIGN_OR_RETURN(const StoredFiring stored, store.GetFiring(batch.name, number));
    WriteAnswer(stored.firing, call);
    return {};
  });
}

void HandleGetBadRows(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    const auto form = FormOfAccept(call.request().Header("accept"), RowForm::kCsv);
    if (!form) {
      WriteNotAcceptable(call.exchange);
      return {};
    }
    BatchStore& store = gateway.service().batches->store;
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, FiringNumber(call));
    SCOREWAY_ASSIGN_OR_RETURN(const StoredBatch batch, store.Get(BatchName(call)));
    SCOREWAY_ASSIGN_OR_RETURN(const BadRowsPage page,
                              store.BadRows(batch.name, number, call.request().Query("page_token").value_or("")));
    Response& response = call.response();
    response.content_type = ContentType(*form);
    if (*form == RowForm::kJson) {
      WriteBadRows(page, &response.body);
      return {};
    }
    if (!page.next_page_token.empty()) response.AddHeader("X-Scoreway-Next-Page-Token", page.next_page_token);
    if (*form == RowForm::kJsonLines) {
      response.body = page.lines;
      return {};
    }
    SCOREWAY_ASSIGN_OR_RETURN(const Batch rows, ReadBadRows(page.lines));
    return WriteTable(*form, rows, {}, &response.body);
  });
}

void HandleRetryFiring(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, FiringNumber(call));
    SCOREWAY_ASSIGN_OR_RETURN(const Firing firing, RetryFiring(gateway.service(), BatchName(call), number));
    call.response().status = 202;
    WriteAnswer(firing, call);
    return {};
  });
}

}  // namespace scoreway::http
