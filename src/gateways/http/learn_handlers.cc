// POST /v1/models/NAME:learn: a version goes on learning from the rows of the request, or of the prediction log.
#include "gateways/http/learn_handlers.h"

#include <optional>

#include "gateways/http/json_body.h"
#include "gateways/http/registry_call.h"
#include "service/learn_on.h"
#include "service/read_predictions.h"

namespace scoreway::http {
namespace {

constexpr int64_t kBatchRowsMax = 1'000'000;
constexpr int64_t kLogRowsMax = 10'000'000;

struct LearnBody {
  std::string rows, canary;  // as JSON lines
  bool has_canary = false;
  std::optional<LearningLogOptions> log;  // in place of rows
  std::string label;
  int64_t batch_rows = 1000;
  std::map<std::string, double> settings;
  std::string who = "http", why;
  LearnOnRequest request;
};

// The part of the prediction log: {"since":"7d","until":"1h"}, times or ages, and how much of it.
Status ReadLog(const JsonElement& value, LearnBody* body) {
  std::string since, until;
  int64_t rows_max = 1'000'000;
  LearningLogOptions log;
  SCOREWAY_RETURN_IF_ERROR(ReadJsonObject(value, {{"since", Into(&since)},
                                                  {"until", Into(&until)},
                                                  {"rows_max", Into(&rows_max)},
                                                  {"page_token", Into(&log.page_token)}}));
  if (rows_max < 1 || rows_max > kLogRowsMax) {
    return Status(Code::kInvalidArgument, "from 1 to 10,000,000", "member 'rows_max'");
  }
  log.rows_max = static_cast<uint64_t>(rows_max);
  const int64_t now = SystemClock().NowMicros();
  if (!since.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(log.range.from_micros, ReadTimeOrAge(since, now));
  }
  if (!until.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(log.range.to_micros, ReadTimeOrAge(until, now));
  }
  body->log = std::move(log);
  body->request.source =
      "log from " + (since.empty() ? "the first" : since) + " to " + (until.empty() ? "the last" : until);
  return {};
}

// A list of objects as JSON lines.
Status ReadLines(const JsonElement& value, std::string* lines) {
  simdjson::dom::array items;
  if (value.get(items)) return Status(Code::kInvalidArgument, "not a list of objects");
  for (const JsonElement item : items) {
    if (!item.is_object()) return Status(Code::kInvalidArgument, "not a list of objects");
    *lines += simdjson::minify(item);
    *lines += '\n';
  }
  return {};
}

Result<LearnBody> ReadBody(const Call& call) {
  LearnBody body;
  LearnOnRequest& request = body.request;
  SCOREWAY_RETURN_IF_ERROR(
      ReadJsonBody(call.request().body(), {{"rows", [&](const JsonElement& v) { return ReadLines(v, &body.rows); }},
                                           {"canary",
                                            [&](const JsonElement& v) {
                                              body.has_canary = true;
                                              return ReadLines(v, &body.canary);
                                            }},
                                           {"from_log", [&](const JsonElement& v) { return ReadLog(v, &body); }},
                                           {"label", Into(&body.label)},
                                           {"batch", Into(&body.batch_rows)},
                                           {"settings", Into(&body.settings)},
                                           {"promote", Into(&request.promote)},
                                           {"aliases", Into(&request.aliases)},
                                           {"change_max", Into(&request.limits.change_max)},
                                           {"loss_rise_max", Into(&request.limits.loss_rise_max)},
                                           {"who", Into(&body.who)},
                                           {"why", Into(&body.why)}}));
  if (body.batch_rows < 1 || body.batch_rows > kBatchRowsMax) {
    return Error{Code::kInvalidArgument, "from 1 to 1,000,000", "member 'batch'"};
  }
  request.batch_rows = static_cast<size_t>(body.batch_rows);
  request.who = WhoOf(call, body.who);
  request.why = body.why;
  if (body.rows.empty() == !body.log) {
    return Error{Code::kInvalidArgument, "the rows to learn from, or 'from_log' in place of them", "member 'rows'"};
  }
  if (!body.log) request.source = "a request";
  return body;
}

Status CheckLabel(const learn::Learner& learner, const LearnBody& body) {
  const std::string& label = body.label;
  if (learner.label_type() && label.empty() && !body.log) {
    return Status(Code::kInvalidArgument, learner.kind() + " learns from labels: name their column", "member 'label'");
  }
  if (!learner.label_type() && !label.empty()) {
    return Status(Code::kInvalidArgument, learner.kind() + " learns without labels", "member 'label'");
  }
  return {};
}

Result<std::unique_ptr<LearningRows>> OpenRows(const Model& model, const LearnBody& body, const std::string& text,
                                               const char* member) {
  return OpenLearningTable(
      model, std::make_shared<TextBytes>(text),
      {.path = "member '" + std::string(member) + "'", .format = TableFormat::kJsonLines, .label = body.label});
}

// `next_page_token`: of the log; empty: no rows were left.
void WriteAnswer(const LearnOnAnswer& answer, const std::string& next_page_token, JsonWriter* json) {
  json->BeginObject();
  json->IntField("run", answer.run);
  json->IntField("step", answer.step);
  json->UintField("rows", answer.rows);
  json->Key("next_page_token");
  next_page_token.empty() ? json->Null() : json->String(next_page_token);
  json->Key("canary");
  if (answer.canary) {
    json->BeginObject();
    json->UintField("rows", answer.canary->rows);
    json->DoubleField("change", answer.canary->change);
    if (answer.canary->loss_before) json->DoubleField("loss_before", *answer.canary->loss_before);
    if (answer.canary->loss_after) json->DoubleField("loss_after", *answer.canary->loss_after);
    json->EndObject();
  } else {
    json->Null();
  }
  json->Key("version");
  answer.version ? json->Int(answer.version->number) : json->Null();
  json->Key("moves");
  json->BeginArray();
  for (const AliasEvent& move : answer.moves) {
    json->BeginObject();
    json->StringField("alias", move.alias);
    json->IntField("from", move.from);
    json->IntField("to", move.to);
    json->EndObject();
  }
  json->EndArray();
  json->EndObject();
}

}  // namespace

void HandleLearn(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    const Service& service = gateway.service();
    SCOREWAY_ASSIGN_OR_RETURN(LearnBody body, ReadBody(call));
    SCOREWAY_ASSIGN_OR_RETURN(Reference reference, ParseReference(ModelName(call)));
    if (!call.parameters[1].empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(reference.version, VersionNumber(call));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const OpenedLearner opened, OpenLearner(service, reference, body.settings));
    SCOREWAY_RETURN_IF_ERROR(CheckLabel(*opened.learner, body));
    std::unique_ptr<LearningLog> log;
    std::unique_ptr<LearningRows> given, canary;
    if (body.log) {
      body.log->labelled = opened.learner->label_type().has_value();
      log = OpenLearningLog(service, opened.version.name, opened.learner->rows_model(), *body.log);
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(given, OpenRows(opened.learner->rows_model(), body, body.rows, "rows"));
    }
    if (body.has_canary) {
      SCOREWAY_ASSIGN_OR_RETURN(canary, OpenRows(opened.learner->rows_model(), body, body.canary, "canary"));
    }
    LearningRows& rows = log != nullptr ? *log : *given;
    SCOREWAY_ASSIGN_OR_RETURN(const LearnOnAnswer answer,
                              LearnOn(service, opened, body.request, rows, canary.get(), [](uint64_t) {}));
    JsonWriter json(&call.response().body);
    WriteAnswer(answer, log != nullptr ? log->NextPageToken() : std::string(), &json);
    return {};
  });
}

}  // namespace scoreway::http
