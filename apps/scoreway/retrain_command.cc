// scoreway trainer: the command by which a model is trained anew; and scoreway retrain, which runs it.

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "commands.h"
#include "flag_duration.h"
#include "open_log.h"
#include "open_registry.h"
#include "printing.h"
#include "service/read_predictions.h"
#include "service/retrain.h"
#include "table.h"

namespace scoreway {
namespace {

// Removed with all that is in it.
class WorkFolder {
 public:
  static Result<std::unique_ptr<WorkFolder>> Make() {
    std::string path = (std::filesystem::temp_directory_path() / "scoreway-retrain-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) {
      return Error{Code::kUnavailable, std::string("cannot be made: ") + std::strerror(errno), path};
    }
    return std::unique_ptr<WorkFolder>(new WorkFolder(path));
  }
  ~WorkFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  explicit WorkFolder(std::string path) : path_(std::move(path)) {}
  const std::string path_;
};

Result<TimeRange> RangeOf(const RetrainOptions& options) {
  TimeRange range{.oldest_first = true};
  const int64_t now = SystemClock().NowMicros();
  if (!options.since.empty()) {
    Result<int64_t> micros = ReadTimeOrAge(options.since, now);
    if (!micros.ok()) return AtPlace("--since", std::move(micros).error());
    range.from_micros = *micros;
  }
  return range;
}

// The labelled predictions of the log as a file in the folder.
Status FetchLog(const OpenedRegistry& registry, const RetrainOptions& options, const FoundVersion& parent,
                RetrainRequest* request) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<Store> log_store,
                            OpenLogStore(options.registry, options.place.store, WhenMissing::kFail));
  Records records(log_store == nullptr ? *registry.store : *log_store, SystemClock(), RecordsOptions{});
  const Service service{.registry = registry.registry.get(), .records = &records};
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedModel opened,
                            OpenModel(options.registry, {}, {}, parent.name + "/" + std::to_string(parent.number)));
  SCOREWAY_ASSIGN_OR_RETURN(const TimeRange range, RangeOf(options));
  request->data = request->folder + "/data.parquet";
  request->label = "label";
  SCOREWAY_ASSIGN_OR_RETURN(const uint64_t rows,
                            WriteLabelledLog(service, parent.name, *opened.model, range, request->data));
  request->source = std::to_string(rows) + " labelled predictions of the log, since " +
                    (options.since.empty() ? "the first" : options.since);
  if (rows > 0) return {};
  return Status(Code::kInvalidArgument, "the log has no labelled predictions to train on");
}

void PrintTrainer(const Trainer& trainer) {
  Table table({"model", trainer.model});
  std::string command;
  for (const std::string& word : trainer.command) command += (command.empty() ? "" : " ") + word;
  table.Add({"command", command});
  table.Add({"seconds", std::to_string(trainer.seconds_max)});
  table.Add(
      {"memory", trainer.memory_bytes_max == 0 ? "no limit" : std::to_string(trainer.memory_bytes_max) + " bytes"});
  table.Add({"alias", trainer.alias.empty() ? "none" : trainer.alias});
  table.Add({"changed", TimeText(trainer.changed_micros) + " by " + trainer.who});
  if (!trainer.why.empty()) table.Add({"why", trainer.why});
  Print(table.ToString());
}

}  // namespace

Status RunTrainer(const TrainerOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  Trainers trainers(*registry.store, SystemClock());
  Trainer trainer;
  if (options.action == TrainerOptions::Action::kShow) {
    SCOREWAY_ASSIGN_OR_RETURN(trainer, trainers.Get(options.model));
  } else {
    SCOREWAY_RETURN_IF_ERROR(registry->GetModel(options.model).status());
    trainer.model = options.model;
    trainer.command = options.command;
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t micros, ReadDuration("--time", options.time));
    trainer.seconds_max = micros / 1'000'000;
    trainer.memory_bytes_max = static_cast<int64_t>(options.memory_bytes_max);
    trainer.alias = options.alias == "none" ? "" : options.alias;
    SCOREWAY_ASSIGN_OR_RETURN(trainer, trainers.Set(trainer, Change{CurrentUser(), options.why}));
  }
  options.json ? PrintAsJson(trainer) : PrintTrainer(trainer);
  return {};
}

Status RunRetrain(const RetrainOptions& options) {
  if (options.from.empty() == !options.from_log) {
    return Status(Code::kInvalidArgument, "say what to train on: --from FILE.parquet or --from-log");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedRegistry registry, OpenRegistry(options.registry));
  SCOREWAY_ASSIGN_OR_RETURN(const FoundVersion parent, FindVersion(*registry.registry, options.model));
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<WorkFolder> folder, WorkFolder::Make());
  RetrainRequest request;
  SCOREWAY_ASSIGN_OR_RETURN(request.trainer, Trainers(*registry.store, SystemClock()).Get(parent.name));
  request.parent = parent.number;
  request.folder = folder->path();
  request.who = CurrentUser();
  request.why = options.why;
  if (options.from_log) {
    SCOREWAY_RETURN_IF_ERROR(FetchLog(registry, options, parent, &request));
  } else {
    std::error_code error;
    const auto path = std::filesystem::canonical(options.from, error);
    if (error) return Status(Code::kNotFound, "there is no such file", options.from);
    request.data = path.string();
    request.label = options.label;
    request.source = options.from;
  }
  const Service service{.registry = registry.registry.get()};
  SCOREWAY_ASSIGN_OR_RETURN(const PushModelAnswer answer, Retrain(service, request, [&](std::string_view output) {
                              if (!options.quiet) std::fwrite(output.data(), 1, output.size(), stderr);
                            }));
  if (options.json) {
    PrintAsJson(answer.version);
  } else {
    Print(parent.name + "/" + std::to_string(parent.number) + " trained anew: " + parent.name + "/" +
          std::to_string(answer.version.number) +
          (request.trainer.alias.empty() ? "" : ", " + parent.name + "@" + request.trainer.alias) + "\n");
  }
  return {};
}

}  // namespace scoreway
