#include "service/log_files.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "base/name_thread.h"
#include "base/utc_time.h"
#include "service/read_predictions.h"
#include "tables/growing_file.h"
#include "tables/table_stream.h"

namespace scoreway {
namespace {

namespace fs = std::filesystem;

constexpr size_t kRowsAtOnce = 10'000;
// Predictions come to the log some time after they were made.
constexpr int64_t kGraceMicros = kMinuteMicros;
constexpr std::string_view kEnding = ".parquet";

// A time as file names have it, to the second, and back.
std::string NameOf(int64_t micros) {
  std::string text = FormatUtc(micros);
  std::replace(text.begin(), text.end(), ':', '-');
  return text.substr(0, text.find('.')) + "Z";
}

std::optional<int64_t> TimeOf(std::string text) {
  const size_t time = text.find('T');
  if (time == std::string::npos) return std::nullopt;
  std::replace(text.begin() + static_cast<std::ptrdiff_t>(time), text.end(), '-', ':');
  return ParseUtc(text);
}

struct Period {
  int64_t from_micros = 0, to_micros = 0;
};

std::optional<Period> PeriodOf(const std::string& file) {
  if (!file.ends_with(kEnding)) return std::nullopt;
  const std::string name = file.substr(0, file.size() - kEnding.size());
  const size_t middle = name.find('_');
  if (middle == std::string::npos) return std::nullopt;
  const auto from = TimeOf(name.substr(0, middle)), to = TimeOf(name.substr(middle + 1));
  if (!from || !to) return std::nullopt;
  return Period{*from, *to};
}

// Calls `take` with each page of what is asked for.
template <typename Take>
Status ForPages(const Service& service, const std::string& model, const PredictionQuery& query, Take&& take) {
  std::string token;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(const PredictionPage page, ReadPredictions(service, model, query, kRowsAtOnce, token));
    if (page.table.rows() > 0) SCOREWAY_RETURN_IF_ERROR(take(page.table));
    token = page.next_page_token;
  } while (!token.empty());
  return {};
}

}  // namespace

LogFiles::LogFiles(const Service& service, LogFilesOptions options,
                   std::function<void(const std::string& message)> tell)
    : service_(service),
      options_(std::move(options)),
      tell_(std::move(tell)),
      every_micros_(std::chrono::microseconds(options_.every).count()) {
  if (options_.tick.count() > 0) thread_ = std::thread([this] { Run(); });
}

LogFiles::~LogFiles() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stop_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void LogFiles::Run() {
  NameThread("log files");
  bool is_told = false;
  std::unique_lock lock(mutex_);
  while (!stop_changed_.wait_for(lock, options_.tick, [this] { return is_stopping_; })) {
    lock.unlock();
    Status status;
    try {
      status = Round();
    } catch (const std::exception& e) {  // out of memory, most likely
      status = Status(Code::kInternal, e.what());
    }
    if (!status.ok() && !is_told) tell_("files of the prediction log are not written: " + status.ToString());
    if (status.ok() && is_told) tell_("files of the prediction log are written again");
    is_told = !status.ok();
    lock.lock();
  }
}

Status LogFiles::Round() {
  const int64_t now = service_.records->clock.NowMicros();
  if (now < due_micros_) return {};
  Status first;  // error: one model's trouble does not keep the others from their files
  ListOptions page;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(const ListPage<ModelInfo> models, service_.registry->ListModels(page));
    for (const ModelInfo& model : models.items) {
      Status status = WriteModel(model.name, now);
      if (first.ok()) first = std::move(status);
    }
    page.page_token = models.next_page_token;
  } while (!page.page_token.empty());
  if (!first.ok()) return first;
  const int64_t settled = now - kGraceMicros;
  due_micros_ = settled - settled % every_micros_ + every_micros_ + kGraceMicros;
  return {};
}

Status LogFiles::WriteModel(const std::string& model, int64_t now_micros) {
  const auto [next, is_new] = next_.try_emplace(model);
  if (is_new) next->second = EndOfFiles(model);
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::optional<int64_t> first, FirstTime(model, next->second));
    if (!first) return {};
    const int64_t from = *first - *first % every_micros_;
    if (from + every_micros_ + kGraceMicros > now_micros) return {};
    SCOREWAY_RETURN_IF_ERROR(WritePeriod(model, from));
    next->second = from + every_micros_;
  }
}

// The newest period may not have the files of all its versions, as its writer may have been stopped among them.
int64_t LogFiles::EndOfFiles(const std::string& model) const {
  Period newest;
  std::error_code error;
  for (const fs::directory_entry& version : fs::directory_iterator(fs::path(options_.folder) / model, error)) {
    for (const fs::directory_entry& file : fs::directory_iterator(version.path(), error)) {
      const auto period = PeriodOf(file.path().filename().string());
      if (period && period->to_micros > newest.to_micros) newest = *period;
    }
  }
  const bool is_of_now = newest.to_micros - newest.from_micros == every_micros_;
  return is_of_now ? newest.from_micros : newest.to_micros;
}

Result<std::optional<int64_t>> LogFiles::FirstTime(const std::string& model, int64_t from_micros) const {
  const PredictionQuery query{.range = {.from_micros = from_micros, .oldest_first = true}};
  std::string token;
  do {
    SCOREWAY_ASSIGN_OR_RETURN(const PredictionPage page, ReadPredictions(service_, model, query, 1, token));
    if (page.table.rows() > 0) {
      return ParseUtc(page.table.column(*page.table.schema().Find("time")).string_at(0));
    }
    token = page.next_page_token;
  } while (!token.empty());
  return std::optional<int64_t>();
}

Status LogFiles::WritePeriod(const std::string& model, int64_t from_micros) {
  const PredictionQuery query{
      .range = {.from_micros = from_micros, .to_micros = from_micros + every_micros_, .oldest_first = true}};
  std::set<int64_t> versions;
  SCOREWAY_RETURN_IF_ERROR(ForPages(service_, model, query, [&](const Batch& table) -> Status {
    const auto numbers = table.column(*table.schema().Find("version")).int64s();
    versions.insert(numbers.begin(), numbers.end());
    return {};
  }));
  for (const int64_t version : versions) SCOREWAY_RETURN_IF_ERROR(WriteVersion(model, version, from_micros));
  return {};
}

Status LogFiles::WriteVersion(const std::string& model, int64_t version, int64_t from_micros) const {
  const fs::path folder = fs::path(options_.folder) / model / std::to_string(version);
  const std::string path =
      folder / (NameOf(from_micros) + "_" + NameOf(from_micros + every_micros_) + std::string(kEnding));
  std::error_code error;
  if (fs::exists(path, error)) return {};
  fs::create_directories(folder, error);
  if (error) return Status(Code::kUnavailable, error.message(), folder);
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<GrowingFile> file, GrowingFile::Open(path));
  // What another left who was stopped.
  SCOREWAY_RETURN_IF_ERROR(file->Truncate(0));
  TableStream stream(TableFormat::kParquet, [&](std::string_view bytes) { return file->Write(bytes); });
  const PredictionQuery query{
      .range = {.from_micros = from_micros, .to_micros = from_micros + every_micros_, .oldest_first = true},
      .version = version};
  SCOREWAY_RETURN_IF_ERROR(ForPages(service_, model, query, [&](const Batch& table) { return stream.Append(table); }));
  SCOREWAY_RETURN_IF_ERROR(stream.Finish());
  return file->Commit();
}

}  // namespace scoreway
