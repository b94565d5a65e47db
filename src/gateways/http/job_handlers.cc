// Jobs: POST /v1/models/NAME:submit takes rows in the forms of :predict and answers at once; /v1/jobs tells what became
// of them.
#include "service/change_job.h"
#include "service/find_model.h"
#include "service/read_job.h"

#include "data/codec/json_batch_writer.h"
#include "gateways/http/handlers.h"
#include "gateways/http/job_upload.h"
#include "gateways/http/list_parameters.h"
#include "gateways/http/registry_call.h"
#include "gateways/http/submission.h"
#include "gateways/http/tables.h"

namespace scoreway::http {
namespace {

constexpr int64_t kAnswerRowsMax = 100'000;
constexpr int64_t kAnswerRows = 10'000;
constexpr int64_t kListMax = 1000;
constexpr int64_t kListCount = 100;

std::string JobId(const Call& call) { return std::string(call.parameters[0]); }

// Whose jobs the caller sees; empty: all.
std::string_view TenantSeen(const Call& call) {
  return call.exchange.caller_is_admin ? std::string_view() : std::string_view(call.exchange.caller);
}

Result<int64_t> ReadCount(const Request& request, int64_t otherwise, int64_t most) {
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, ReadNumber(request, "limit", otherwise));
  if (count >= 1 && count <= most) return count;
  return Error{Code::kInvalidArgument, "not a number from 1 to " + std::to_string(most), "query parameter 'limit'"};
}

void WriteJob(const Job& job, const JobProgress* progress, Call& call) {
  JsonWriter json(&call.response().body);
  WriteJson(job, progress, &json);
}

// The lines as the items of an array.
void AppendLinesAsItems(std::string_view lines, std::string* out) {
  const size_t begin = out->size();
  out->append(lines.substr(0, lines.empty() ? 0 : lines.size() - 1));
  std::replace(out->begin() + static_cast<std::ptrdiff_t>(begin), out->end(), '\n', ',');
}

void WriteJsonAnswers(const std::string& id, const JobAnswers& answers, std::string* body) {
  body->append("{\"job\":");
  AppendJsonString(id, body);
  body->append(",\"rows\":[");
  AppendLinesAsItems(answers.page.lines, body);
  body->append("],\"next_page_token\":");
  answers.is_complete ? (void)body->append("null") : AppendJsonString(answers.page.next_page_token, body);
  *body += '}';
}

}  // namespace

Result<SubmitRequest> ReadSubmitRequest(const Request& request, const PathParameters& path, std::string_view caller,
                                        RowForm form) {
  SubmitRequest submit;
  SCOREWAY_ASSIGN_OR_RETURN(const ModelWish wish, ReadModelWish(path[0], path[1]));
  SCOREWAY_ASSIGN_OR_RETURN(submit.model, ToReference(wish));
  if (!caller.empty()) submit.tenant = caller;
  submit.form = form;
  SCOREWAY_ASSIGN_OR_RETURN(submit.priority, ReadNumber(request, "priority", 0));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t seconds, ReadNumber(request, "deadline_seconds", 0));
  submit.time_max = std::chrono::seconds(seconds);
  ReadOutputsParameter(request, &submit.outputs);
  submit.webhook = request.Query("webhook").value_or("");
  submit.idempotency_key = request.Header("idempotency-key").value_or("");
  return submit;
}

void HandleSubmit(Gateway&, Call& call) {
  Answer(call, [&]() -> Status {
    auto& upload = static_cast<JobUpload&>(*call.exchange.state);
    SCOREWAY_RETURN_IF_ERROR(upload.Take(call.request().body()));
    SCOREWAY_ASSIGN_OR_RETURN(const JobSubmission::Answer answer, upload.submission().Finish());
    call.response().status = 202;
    call.response().AddHeader("Location", "/v1/jobs/" + answer.job.id);
    WriteJob(answer.job, nullptr, call);
    return {};
  });
}

void HandleListJobs(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    const Request& request = call.request();
    JobFilter filter;
    filter.tenant = TenantSeen(call);
    filter.model = request.Query("model").value_or("");
    filter.page_token = request.Query("page_token").value_or("");
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, ReadCount(request, kListCount, kListMax));
    filter.count_max = static_cast<size_t>(count);
    const auto state = request.Query("state");
    filter.has_state = state.has_value();
    if (state && !JobStateFromName(*state, &filter.state)) {
      return Status(Code::kInvalidArgument, "not one of queued, running, succeeded, failed, cancelled and dead",
                    "query parameter 'state'");
    }
    SCOREWAY_ASSIGN_OR_RETURN(JobPage page, gateway.service().jobs->store.List(filter));
    WriteList("jobs", ListPage<Job>{std::move(page.jobs), std::move(page.next_page_token)}, &call.response().body);
    return {};
  });
}

void HandleGetJob(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const JobView view, ReadJob(*gateway.service().jobs, TenantSeen(call), JobId(call)));
    WriteJob(view.job, view.has_progress ? &view.progress : nullptr, call);
    return {};
  });
}

void HandleGetJobResult(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    const Request& request = call.request();
    JobService& jobs = *gateway.service().jobs;
    const auto form = FormOfAccept(request.Header("accept"), RowForm::kJson);
    if (!form) {
      WriteNotAcceptable(call.exchange);
      return {};
    }
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, ReadCount(request, kAnswerRows, kAnswerRowsMax));
    SCOREWAY_ASSIGN_OR_RETURN(const JobAnswers answers,
                              ReadJobAnswers(jobs, TenantSeen(call), JobId(call),
                                             request.Query("page_token").value_or(""), static_cast<size_t>(count)));
    Response& response = call.response();
    response.content_type = ContentType(*form);
    if (*form == RowForm::kJson) {
      WriteJsonAnswers(JobId(call), answers, &response.body);
      return {};
    }
    if (!answers.is_complete) response.AddHeader("X-Scoreway-Next-Page-Token", answers.page.next_page_token);
    if (*form == RowForm::kJsonLines) {
      response.body = answers.page.lines;
      return {};
    }
    SCOREWAY_ASSIGN_OR_RETURN(const Batch batch, ReadAnswerBatch(jobs, JobId(call), answers.page));
    return WriteTable(*form, batch, {}, &response.body);
  });
}

void HandleCancelJob(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const Job job, CancelJob(*gateway.service().jobs, TenantSeen(call), JobId(call)));
    WriteJob(job, nullptr, call);
    return {};
  });
}

void HandleRetryJob(Gateway& gateway, Call& call) {
  Answer(call, [&]() -> Status {
    SCOREWAY_ASSIGN_OR_RETURN(const Job job, RetryJob(*gateway.service().jobs, TenantSeen(call), JobId(call)));
    call.response().status = 202;
    WriteJob(job, nullptr, call);
    return {};
  });
}

}  // namespace scoreway::http
