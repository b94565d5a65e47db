#include "service/retrain.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "service/learning_rows.h"
#include "service/read_predictions.h"
#include "service/run_command.h"
#include "tables/table_stream.h"

namespace scoreway {
namespace {

constexpr uint64_t kModelBytesMax = uint64_t{4} << 30;
constexpr uint64_t kMetricsBytesMax = uint64_t{1} << 20;
constexpr size_t kRowsAtOnce = 10'000;

Status WriteBytes(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.flush();
  return file ? Status() : Status(Code::kResourceExhausted, "cannot be written", path);
}

// Nothing if there is no such file.
Result<std::shared_ptr<const std::string>> ReadBytes(const std::string& path, uint64_t bytes_max) {
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  if (error) return std::shared_ptr<const std::string>();
  if (size > bytes_max) return Error{Code::kResourceExhausted, "is larger than what is read", path};
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::make_shared<const std::string>(std::move(text).str());
}

// What the command is told.
std::string Contract(const RetrainRequest& request, const VersionInfo& parent) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.StringField("model", parent.name);
  json.StringField("data", request.data);
  json.StringField("label", request.label);
  json.StringField("parent_artifact", request.folder + "/parent");
  json.StringField("output", request.folder + "/model");
  json.StringField("metrics", request.folder + "/metrics.json");
  json.Key("parent");
  WriteJson(parent, &json);
  json.EndObject();
  return text;
}

Status RunTrainer(const RetrainRequest& request, const std::function<void(std::string_view)>& on_output) {
  CommandToRun run;
  run.command = request.trainer.command;
  run.folder = request.folder;
  run.environment = {"SCOREWAY_RETRAIN=" + request.folder + "/retrain.json",
                     "SCOREWAY_DATA=" + request.data,
                     "SCOREWAY_LABEL=" + request.label,
                     "SCOREWAY_PARENT=" + request.folder + "/parent",
                     "SCOREWAY_OUTPUT=" + request.folder + "/model",
                     "SCOREWAY_METRICS=" + request.folder + "/metrics.json"};
  run.seconds_max = request.trainer.seconds_max;
  run.memory_bytes_max = request.trainer.memory_bytes_max;
  run.is_stopping = request.is_stopping;
  if (Status status = RunCommand(run, on_output); !status.ok()) {
    return AtPlace("trainer of " + request.trainer.model, std::move(status).error());
  }
  return {};
}

Status ReadMetrics(const RetrainRequest& request, std::map<std::string, double>* metrics) {
  const std::string path = request.folder + "/metrics.json";
  SCOREWAY_ASSIGN_OR_RETURN(const auto text, ReadBytes(path, kMetricsBytesMax));
  if (text == nullptr) return {};
  Result<std::map<std::string, double>> read = ReadTrainerMetrics(*text);
  if (!read.ok()) return AtPlace("metrics.json", std::move(read).error());
  *metrics = std::move(read).value();
  return {};
}

// Labels of a model that answers whole numbers are whole numbers, as those that it was trained on were.
Type LabelTypeFor(const Model& model, Type logged) {
  if (logged != Type::kFloat64) return logged;
  const Schema& outputs = *model.output_schema();
  for (const char* const name : {"predict", "prediction"}) {
    const auto found = outputs.Find(name);
    if (found && outputs.field(*found).type == Type::kInt64) return Type::kInt64;
  }
  return logged;
}

// `rows_before` those that were appended already.
Status AppendLabels(const Column& labels, uint64_t rows_before, Column* column) {
  if (column->type() == labels.type()) {
    column->AppendCells(labels, 0, labels.size());
    return {};
  }
  for (size_t row = 0; row < labels.size(); ++row) {
    const double label = labels.NumberAt(row);
    if (std::abs(label) >= 0x1p53 || label != std::trunc(label)) {
      return Status(Code::kInvalidArgument, "the label is no whole number, which the model answers",
                    "labelled row " + std::to_string(rows_before + row + 1));
    }
    column->AppendInt64(static_cast<int64_t>(label));
  }
  return {};
}

}  // namespace

Result<PushModelAnswer> Retrain(const Service& service, const RetrainRequest& request,
                                const std::function<void(std::string_view)>& on_output) {
  SCOREWAY_ASSIGN_OR_RETURN(const VersionInfo parent,
                            service.registry->GetVersion(request.trainer.model, request.parent));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string artifact,
                            service.registry->ReadArtifact(request.trainer.model, request.parent));
  SCOREWAY_RETURN_IF_ERROR(WriteBytes(request.folder + "/parent", artifact));
  SCOREWAY_RETURN_IF_ERROR(WriteBytes(request.folder + "/retrain.json", Contract(request, parent)));
  SCOREWAY_RETURN_IF_ERROR(RunTrainer(request, on_output));
  SCOREWAY_ASSIGN_OR_RETURN(const auto made, ReadBytes(request.folder + "/model", kModelBytesMax));
  if (made == nullptr || made->empty()) {
    return Error{Code::kInvalidArgument, "the command ended well but left no model in $SCOREWAY_OUTPUT",
                 "trainer of " + request.trainer.model};
  }
  PushModelRequest push;
  push.push.name = request.trainer.model;
  push.push.change = Change{request.who, request.why};
  if (!request.trainer.alias.empty()) push.push.aliases = {request.trainer.alias};
  VersionMetadata& metadata = push.push.metadata;
  metadata.producer = request.who;
  metadata.parent_version = request.parent;
  metadata.training_data = request.source;
  metadata.description = "trained anew from version " + std::to_string(request.parent) + " on " + request.source;
  for (const std::string& word : request.trainer.command) {
    metadata.parameters["retrain.command"] += (metadata.parameters["retrain.command"].empty() ? "" : " ") + word;
  }
  SCOREWAY_RETURN_IF_ERROR(ReadMetrics(request, &metadata.metrics));
  return PushModel(service, std::move(push), made);
}

Status TakeLabelledLog(const Service& service, const Model& model, const std::string& since, RetrainRequest* request) {
  TimeRange range{.oldest_first = true};
  if (!since.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(range.from_micros, ReadTimeOrAge(since, service.records->clock.NowMicros()));
  }
  request->data = request->folder + "/data.parquet";
  request->label = "label";
  SCOREWAY_ASSIGN_OR_RETURN(const uint64_t rows,
                            WriteLabelledLog(service, request->trainer.model, model, range, request->data));
  request->source =
      std::to_string(rows) + " labelled predictions of the log, since " + (since.empty() ? "the first" : since);
  if (rows > 0) return {};
  return Status(Code::kInvalidArgument, "the log has no labelled predictions to train on");
}

Result<uint64_t> WriteLabelledLog(const Service& service, const std::string& name, const Model& model,
                                  const TimeRange& range, const std::string& path) {
  PredictionQuery query{.range = range, .shadow = false, .labels = LabelWish::kOnlyLabelled};
  SCOREWAY_ASSIGN_OR_RETURN(const PredictionPage first, ReadPredictions(service, name, query, 1, {}));
  const auto label = first.table.schema().Find("label");
  const Type logged_type = label ? first.table.schema().field(*label).type : Type::kString;
  const Type label_type = LabelTypeFor(model, logged_type);
  std::vector<Field> fields = model.input_schema()->fields();
  fields.push_back({"label", label_type});
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Schema> schema, Schema::Make(std::move(fields)));
  const std::unique_ptr<LearningRows> log = OpenLearningLog(service, name, model, {.range = range});
  std::ofstream file(path, std::ios::binary);
  TableStream table(TableFormat::kParquet, [&](std::string_view bytes) -> Status {
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file ? Status() : Status(Code::kResourceExhausted, "cannot be written", path);
  });
  uint64_t rows = 0;
  Batch inputs(model.input_schema()), batch(schema);
  Column labels(logged_type);
  SCOREWAY_RETURN_IF_ERROR(table.Append(batch));  // the columns, though there be no rows
  while (true) {
    inputs.Clear();
    labels.Clear();
    batch.Clear();
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, log->Next(&inputs, &labels, kRowsAtOnce));
    if (!more) break;
    for (size_t i = 0; i < inputs.column_count(); ++i) batch.column(i).AppendCells(inputs.column(i), 0, inputs.rows());
    SCOREWAY_RETURN_IF_ERROR(AppendLabels(labels, rows, &batch.column(inputs.column_count())));
    rows += batch.rows();
    SCOREWAY_RETURN_IF_ERROR(table.Append(batch));
  }
  SCOREWAY_RETURN_IF_ERROR(table.Finish());
  if (!file.flush()) return Error{Code::kResourceExhausted, "cannot be written", path};
  return rows;
}

}  // namespace scoreway
