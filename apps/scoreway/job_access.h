// JobAccess: jobs as the commands see them, whether they lie in a registry of ours or behind a server.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "jobs/job.h"
#include "options.h"

namespace scoreway {

struct JobAnswersPage {
  std::string lines;  // JSON lines, where no columns were asked for
  std::optional<Batch> columns;
  std::string next_page_token;
  bool is_complete = false;                                                            // these were the last
  size_t rows() const { return columns ? columns->rows() : (lines.empty() ? 0 : 1); }  // 0: nothing new is there
};

class JobAccess {
 public:
  virtual ~JobAccess() = default;

  // `next_piece` gives the rows, piece by piece; empty at their end.
  virtual Result<Job> Submit(const SubmitOptions& options, RowForm form,
                             const std::function<Result<std::string>()>& next_piece) = 0;
  virtual Result<JobAnswer> Read(const std::string& id) = 0;
  virtual Result<std::vector<Job>> List(const JobsOptions& options) = 0;
  // Those behind a page, with an empty token the first. kConflict while there are none yet.
  virtual Result<JobAnswersPage> Answers(const std::string& id, const std::string& page_token, bool as_columns) = 0;
  virtual Status Cancel(const std::string& id) = 0;
  virtual Status Retry(const std::string& id) = 0;
};

// Those of the registry, or of the server if one is named.
Result<std::unique_ptr<JobAccess>> OpenJobs(const RegistryOptions& registry, const ServerOptions& server);
Result<std::unique_ptr<JobAccess>> OpenJobsOfServer(const ServerOptions& server);

}  // namespace scoreway
