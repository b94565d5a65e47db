// Jobs behind a server, over its HTTP interface.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "data/codec/json_members.h"
#include "files.h"
#include "gateways/http/http_call.h"
#include "gateways/http/media_type.h"
#include "job_access.h"
#include "registry/model_names.h"
#include "tables/table_reader.h"

namespace scoreway {
namespace {

constexpr std::chrono::seconds kTimeout{60};
constexpr size_t kAnswerRows = 10'000;
constexpr size_t kListRows = 1000;
constexpr size_t kKeyBytesMax = 4096;
constexpr char kNextPage[] = "x-scoreway-next-page-token";

// A text within a URL.
std::string Escaped(std::string_view text) {
  constexpr std::string_view kPlain = "-._~@";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= 'a' && byte <= 'z') || kPlain.find(c) != std::string_view::npos;
    char hex[4];
    std::snprintf(hex, sizeof hex, "%%%02X", byte);
    escaped += is_plain ? std::string(1, c) : hex;
  }
  return escaped;
}

// The batches of an Arrow stream as one.
Result<Batch> ReadColumns(const std::string& stream) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table,
                            OpenTable(std::make_shared<TextBytes>(stream), TableFormat::kArrow));
  std::vector<Field> fields;
  for (const TableColumn& column : table->columns()) fields.push_back({column.name, column.type});
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Schema> schema, Schema::Make(fields));
  SCOREWAY_RETURN_IF_ERROR(table->Bind(schema, std::vector<bool>(fields.size(), true)));
  Batch columns(schema);
  TablePart part;
  for (TablePosition at = table->first();; at = part.end) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool any, table->Cut(at, &part));
    if (!any) return columns;
    const std::unique_ptr<RowStream> rows = table->Rows(part);
    while (true) {
      SCOREWAY_ASSIGN_OR_RETURN(const bool more, rows->Next(&columns, kAnswerRows));
      if (!more) break;
    }
  }
}

class JobsOfServer final : public JobAccess {
 public:
  JobsOfServer(http::HttpUrl url, std::string key) : url_(std::move(url)), key_(std::move(key)) {
    if (url_.path.ends_with('/')) url_.path.pop_back();
  }

  Result<Job> Submit(const SubmitOptions& options, RowForm form,
                     const std::function<Result<std::string>()>& next_piece) override {
    SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ParseReference(options.model));
    std::string path = "/v1/models/" + Escaped(reference.name);
    if (!reference.alias.empty()) path += "@" + Escaped(reference.alias);
    if (reference.version > 0) path += "/versions/" + std::to_string(reference.version);
    path += ":submit?priority=" + std::to_string(options.priority);
    path += "&deadline_seconds=" + std::to_string(options.deadline_seconds);
    if (!options.outputs.empty()) {
      std::string names;
      for (const std::string& name : options.outputs) names += (names.empty() ? "" : ",") + name;
      path += "&outputs=" + Escaped(names);
    }
    http::HttpCall call = To("POST", path);
    call.headers.emplace_back("Content-Type", http::ContentType(form));
    if (!options.idempotency_key.empty()) call.headers.emplace_back("Idempotency-Key", options.idempotency_key);
    call.next_piece = next_piece;
    SCOREWAY_ASSIGN_OR_RETURN(const http::HttpAnswer answer, Send(call));
    SCOREWAY_ASSIGN_OR_RETURN(JobAnswer submitted, ParseJob(answer.body));
    return std::move(submitted.job);
  }

  Result<JobAnswer> Read(const std::string& id) override {
    SCOREWAY_ASSIGN_OR_RETURN(const http::HttpAnswer answer, Send(To("GET", PathOf(id))));
    return ParseJob(answer.body);
  }

  Result<std::vector<Job>> List(const JobsOptions& options) override {
    std::vector<Job> found;
    std::string token;
    do {
      const size_t wanted = std::min(options.count - found.size(), kListRows);
      std::string path = "/v1/jobs?limit=" + std::to_string(wanted);
      if (!options.model.empty()) path += "&model=" + Escaped(options.model);
      if (!options.state.empty()) path += "&state=" + Escaped(options.state);
      if (!token.empty()) path += "&page_token=" + Escaped(token);
      SCOREWAY_ASSIGN_OR_RETURN(const http::HttpAnswer answer, Send(To("GET", path)));
      token.clear();
      JsonMembers members(answer.body);
      members.Read("next_page_token", &token);
      simdjson::dom::element jobs;
      simdjson::dom::array items;
      if (!members.Find("jobs", &jobs) || jobs.get(items)) {
        return Error{Code::kUnavailable, "the answer is no list of jobs", url_.host};
      }
      for (const simdjson::dom::element item : items) {
        SCOREWAY_ASSIGN_OR_RETURN(JobAnswer job, ParseJob(simdjson::minify(item)));
        found.push_back(std::move(job.job));
      }
    } while (!token.empty() && found.size() < options.count);
    return found;
  }

  Result<JobAnswersPage> Answers(const std::string& id, const std::string& page_token, bool as_columns) override {
    std::string path = PathOf(id) + "/result?limit=" + std::to_string(kAnswerRows);
    if (!page_token.empty()) path += "&page_token=" + Escaped(page_token);
    http::HttpCall call = To("GET", path);
    call.headers.emplace_back("Accept", http::ContentType(as_columns ? RowForm::kArrow : RowForm::kJsonLines));
    SCOREWAY_ASSIGN_OR_RETURN(http::HttpAnswer answer, Send(call));
    JobAnswersPage page;
    if (as_columns) {
      SCOREWAY_ASSIGN_OR_RETURN(page.columns, ReadColumns(answer.body));
    } else {
      page.lines = std::move(answer.body);
    }
    const auto next = answer.headers.find(kNextPage);
    page.is_complete = next == answer.headers.end();
    if (!page.is_complete) page.next_page_token = next->second;
    return page;
  }

  Status Cancel(const std::string& id) override { return Send(To("POST", PathOf(id) + ":cancel")).status(); }
  Status Retry(const std::string& id) override { return Send(To("POST", PathOf(id) + ":retry")).status(); }

 private:
  static std::string PathOf(const std::string& id) { return "/v1/jobs/" + Escaped(id); }

  http::HttpCall To(const std::string& method, const std::string& path) const {
    http::HttpCall call{.url = url_, .method = method};
    call.url.path += path;
    if (!key_.empty()) call.headers.emplace_back("Authorization", "Bearer " + key_);
    return call;
  }

  Result<http::HttpAnswer> Send(const http::HttpCall& call) const {
    const std::string place = (call.url.is_tls ? "https://" : "http://") + call.url.host + ":" + call.url.port;
    Result<http::HttpAnswer> answer = http::CallServer(call, kTimeout);
    if (!answer.ok()) return AtPlace(place, std::move(answer).error());
    if (answer->status < 400) return answer;
    return http::ProblemOf(*answer);
  }

  http::HttpUrl url_;  // its path without an end
  const std::string key_;
};

}  // namespace

Result<std::unique_ptr<JobAccess>> OpenJobsOfServer(const ServerOptions& server) {
  auto url = http::ParseHttpUrl(server.url);
  if (!url.ok()) return AtPlace("--server", std::move(url).error());
  std::string key;
  if (const char* given = std::getenv("SCOREWAY_API_KEY"); given != nullptr) key = given;
  if (!server.key_file.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const std::string> text, ReadFile(server.key_file, kKeyBytesMax));
    key = text->substr(0, text->find_first_of("\r\n"));
  }
  return std::unique_ptr<JobAccess>(std::make_unique<JobsOfServer>(std::move(url).value(), std::move(key)));
}

}  // namespace scoreway
