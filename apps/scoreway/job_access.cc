#include "job_access.h"

#include <algorithm>
#include <utility>

#include "open_registry.h"
#include "open_store.h"
#include "service/change_job.h"
#include "service/read_job.h"
#include "service/submit_job.h"

namespace scoreway {
namespace {

constexpr size_t kAnswerRows = 10'000;

class JobsOfRegistry final : public JobAccess {
 public:
  explicit JobsOfRegistry(OpenedRegistry registry) : registry_(std::move(registry)) {
    jobs_ = std::make_unique<JobService>(*registry_.store, registry_.store->queue(), SystemClock(), JobOptions());
  }

  Result<Job> Submit(const SubmitOptions& options, RowForm form,
                     const std::function<Result<std::string>()>& next_piece) override {
    const Service service{.registry = registry_.registry.get(), .jobs = jobs_.get()};
    SubmitRequest request;
    SCOREWAY_ASSIGN_OR_RETURN(request.model, ParseReference(options.model));
    request.form = form;
    request.priority = options.priority;
    request.outputs = options.outputs;
    request.time_max = std::chrono::seconds(options.deadline_seconds);
    request.idempotency_key = options.idempotency_key;
    JobSubmission submission(service, std::move(request));
    while (true) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::string piece, next_piece());
      if (piece.empty()) break;
      SCOREWAY_RETURN_IF_ERROR(submission.Append(piece));
    }
    SCOREWAY_ASSIGN_OR_RETURN(JobSubmission::Answer answer, submission.Finish());
    return std::move(answer.job);
  }

  Result<JobAnswer> Read(const std::string& id) override {
    SCOREWAY_ASSIGN_OR_RETURN(JobView view, ReadJob(*jobs_, {}, id));
    return JobAnswer{std::move(view.job), view.has_progress, view.progress};
  }

  Result<std::vector<Job>> List(const JobsOptions& options) override {
    JobFilter filter{.model = options.model, .count_max = options.count};
    filter.has_state = !options.state.empty();
    if (filter.has_state) (void)JobStateFromName(options.state, &filter.state);
    std::vector<Job> found;
    do {
      SCOREWAY_ASSIGN_OR_RETURN(JobPage page, jobs_->store.List(filter));
      for (Job& job : page.jobs) found.push_back(std::move(job));
      filter.page_token = std::move(page.next_page_token);
      filter.count_max = options.count - std::min(found.size(), options.count);
    } while (!filter.page_token.empty() && filter.count_max > 0);
    return found;
  }

  Result<JobAnswersPage> Answers(const std::string& id, const std::string& page_token, bool as_columns) override {
    SCOREWAY_ASSIGN_OR_RETURN(JobAnswers answers, ReadJobAnswers(*jobs_, {}, id, page_token, kAnswerRows));
    JobAnswersPage page{.lines = {},
                        .columns = {},
                        .next_page_token = answers.page.next_page_token,
                        .is_complete = answers.is_complete};
    if (as_columns) {
      SCOREWAY_ASSIGN_OR_RETURN(page.columns, ReadAnswerBatch(*jobs_, id, answers.page));
    } else {
      page.lines = std::move(answers.page.lines);
    }
    return page;
  }

  Status Cancel(const std::string& id) override { return CancelJob(*jobs_, {}, id).status(); }
  Status Retry(const std::string& id) override { return RetryJob(*jobs_, {}, id).status(); }

 private:
  OpenedRegistry registry_;
  std::unique_ptr<JobService> jobs_;
};

}  // namespace

Result<std::unique_ptr<JobAccess>> OpenJobs(const RegistryOptions& registry, const ServerOptions& server) {
  if (!server.url.empty()) return OpenJobsOfServer(server);
  SCOREWAY_ASSIGN_OR_RETURN(OpenedRegistry opened, OpenRegistry(registry));
  if (opened.store->queue() == nullptr) {
    return Error{Code::kUnsupported, "this registry has no queue for jobs", StorePlace(registry)};
  }
  return std::unique_ptr<JobAccess>(std::make_unique<JobsOfRegistry>(std::move(opened)));
}

}  // namespace scoreway
