#include "engines/onnxruntime/onnxruntime_engine.h"

#include <cstring>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "engines/onnx_tensors/row_tensors.h"
#include "engines/onnx_tensors/run_tensors.h"
#include "engines/onnxruntime/ort_session.h"
#include "engines/onnxruntime/row_ports.h"
#include "importers/onnx/onnx_importer.h"

namespace scoreway {
namespace {

using onnx::RowPort;
using ort::OrtSession;
using ort::RowPorts;

// A model as it is loaded: the session, and how rows lie in its tensors, or why they do not.
struct Loaded {
  std::shared_ptr<const std::string> artifact;
  std::unique_ptr<OrtSession> session;
  Result<RowPorts> ports = RowPorts{};
};

// Loops of more turns than this, with their number written in the model, are an attack.
constexpr double kTurnsMax = 1e7;

Status RefuseEndlessLoops(const onnx::GraphProto& graph, const onnx::GraphProto* outermost = nullptr) {
  for (const onnx::NodeProto& node : graph.nodes) {
    for (const onnx::AttributeProto& attribute : node.attributes) {
      if (attribute.graph == nullptr) continue;
      SCOREWAY_RETURN_IF_ERROR(RefuseEndlessLoops(*attribute.graph, outermost == nullptr ? &graph : outermost));
    }
    if (node.op_type != "Loop" || node.inputs.empty()) continue;
    for (const onnx::GraphProto* scope : {&graph, outermost}) {
      if (scope == nullptr) continue;
      for (const onnx::Initializer& initializer : scope->initializers) {
        if (initializer.name != node.inputs[0]) continue;
        const Result<onnx::TensorData> turns = onnx::ReadTensorProto(initializer.tensor);
        int64_t count = 0;
        if (!turns.ok() || turns->raw.size() != sizeof count) continue;
        std::memcpy(&count, turns->raw.data(), sizeof count);
        if (static_cast<double>(count) > kTurnsMax) {
          return Status(Code::kUnsupported, "a loop of " + std::to_string(count) + " turns");
        }
      }
    }
  }
  return {};
}

Result<std::shared_ptr<const Loaded>> Load(const std::shared_ptr<const std::string>& artifact) {
  SCOREWAY_ASSIGN_OR_RETURN(const onnx::ModelProto proto, onnx::ReadModelProto(*artifact));
  SCOREWAY_RETURN_IF_ERROR(RefuseEndlessLoops(proto.graph));
  auto loaded = std::make_shared<Loaded>();
  loaded->artifact = artifact;
  SCOREWAY_ASSIGN_OR_RETURN(loaded->session, OrtSession::Make(*artifact));
  loaded->ports = FindRowPorts(*loaded->session, proto);
  return std::shared_ptr<const Loaded>(std::move(loaded));
}

class OrtScratch final : public Scratch {};

class OrtScorer final : public TensorScorer {
 public:
  OrtScorer(std::shared_ptr<const Model> model, std::shared_ptr<const Loaded> loaded,
            std::shared_ptr<const Schema> output_schema, std::vector<std::optional<size_t>> places)
      : model_(std::move(model)),
        loaded_(std::move(loaded)),
        output_schema_(std::move(output_schema)),
        places_(std::move(places)) {}

  const Model& model() const override { return *model_; }
  const std::shared_ptr<const Schema>& output_schema() const override { return output_schema_; }
  ScratchPtr MakeScratch() const override { return std::make_unique<OrtScratch>(); }

  Status Run(const Batch& input, Scratch&, Batch* output, uint64_t rows_before) const override {
    output->Clear();
    if (!loaded_->ports.ok()) {
      Error reason = loaded_->ports.error();
      reason.message = "the model takes whole tensors, not rows: " + reason.ToString();
      reason.place.clear();
      return reason;
    }
    SCOREWAY_RETURN_IF_ERROR(RefuseMissing(input, rows_before));
    const size_t rows = input.rows();
    const size_t at_once = ports().fixed_rows ? static_cast<size_t>(*ports().fixed_rows) : rows;
    if (at_once == 0) return {};
    if (rows % at_once != 0) {
      return Status(Code::kInvalidArgument, "the model takes exactly " + std::to_string(at_once) + " rows at once");
    }
    for (size_t first = 0; first < rows; first += at_once)
      SCOREWAY_RETURN_IF_ERROR(RunRows(input, first, at_once, output));
    return {};
  }

  Result<std::vector<onnx::TensorData>> RunTensors(std::vector<onnx::TensorData> inputs) const override {
    std::vector<std::string> names;
    for (const ort::Port& port : loaded_->session->inputs()) names.push_back(port.name);
    SCOREWAY_ASSIGN_OR_RETURN(inputs, InOrder(names, std::move(inputs)));
    std::vector<size_t> all(loaded_->session->outputs().size());
    std::iota(all.begin(), all.end(), size_t{0});
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<ort::Answer> answers, loaded_->session->Run(inputs, all));
    std::vector<onnx::TensorData> outputs;
    for (ort::Answer& answer : answers) {
      if (answer.is_maps) {
        return Error{Code::kUnsupported, "the output '" + answer.tensor.name + "' is a map a row", {}};
      }
      outputs.push_back(std::move(answer.tensor));
    }
    return outputs;
  }

 private:
  const RowPorts& ports() const { return *loaded_->ports; }

  // Only floats can be NaN; an absent text is the empty text.
  Status RefuseMissing(const Batch& input, uint64_t rows_before) const {
    for (size_t c = 0; c < input.column_count(); ++c) {
      const Column& column = input.column(c);
      const bool integer = column.type() == Type::kInt64 || column.type() == Type::kBool;
      if (!integer || column.null_count() == 0) continue;
      size_t row = 0;
      while (column.valid(row)) ++row;
      return Status(Code::kInvalidArgument, "missing value, and the model has no rule for it",
                    "row " + std::to_string(rows_before + row + 1) + ", column '" + input.schema().field(c).name + "'");
    }
    return {};
  }

  Status RunRows(const Batch& input, size_t first, size_t rows, Batch* output) const {
    std::vector<onnx::TensorData> tensors;
    size_t column = 0;
    for (const RowPort& port : ports().inputs) {
      tensors.push_back(TensorOf(port, input, column, first, rows));
      column += port.columns.size();
    }
    std::vector<size_t> wanted;
    std::vector<std::vector<Column*>> columns;
    size_t place = 0;
    for (size_t i = 0; i < ports().outputs.size(); ++i) {
      std::vector<Column*> to;
      bool any = false;
      for (size_t c = 0; c < ports().outputs[i].columns.size(); ++c, ++place) {
        to.push_back(places_[place] ? &output->column(*places_[place]) : nullptr);
        any = any || to.back() != nullptr;
      }
      if (!any) continue;
      wanted.push_back(i);
      columns.push_back(std::move(to));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<ort::Answer> answers, loaded_->session->Run(tensors, wanted));
    for (size_t i = 0; i < answers.size(); ++i) {
      SCOREWAY_RETURN_IF_ERROR(AppendRows(ports().outputs[wanted[i]], answers[i].tensor, rows, columns[i]));
    }
    return {};
  }

  std::shared_ptr<const Model> model_;
  std::shared_ptr<const Loaded> loaded_;
  std::shared_ptr<const Schema> output_schema_;
  std::vector<std::optional<size_t>> places_;  // of each output column among those wanted
};

// A column for each cell of a row; of a model that takes no rows, one for each tensor, to show what it takes.
Status Describe(const Loaded& loaded, ModelBuilder* builder) {
  const auto add_input = [builder](const std::string& name, Type type) -> Status {
    const ValueId input = builder->AddInput(name);
    const bool may_be_missing = type != Type::kInt64 && type != Type::kBool;
    builder->SetMissingRule(input, may_be_missing ? MissingRule::kModel : MissingRule::kReject);
    return builder->UseInput(input, type);
  };
  if (!loaded.ports.ok()) {
    for (const ort::Port& port : loaded.session->inputs()) {
      const Type type = port.type == onnx::ElementType::kString ? Type::kString : Type::kFloat64;
      SCOREWAY_RETURN_IF_ERROR(add_input(port.name, type));
    }
    for (const ort::Port& port : loaded.session->outputs()) builder->AddProgramOutput(port.name, Type::kFloat64);
    return {};
  }
  size_t columns = 0;
  for (const RowPort& port : loaded.ports->inputs) {
    for (const std::string& name : port.columns) SCOREWAY_RETURN_IF_ERROR(add_input(name, port.cell));
    columns += port.columns.size();
  }
  for (const RowPort& port : loaded.ports->outputs) {
    for (const std::string& name : port.columns) builder->AddProgramOutput(name, port.cell);
  }
  const size_t tensors = loaded.ports->inputs.size();
  builder->set_inputs_named(tensors > 1 && columns == tensors);
  return {};
}

class OnnxRuntimeEngine final : public Engine {
 public:
  std::string_view name() const override { return "onnxruntime"; }

  bool MightRun(std::string_view artifact, const Error& refusal) const override {
    return refusal.code == Code::kUnsupported && onnx::LooksLikeModel(artifact);
  }

  Result<Model> Adopt(const std::shared_ptr<const std::string>& artifact) const override {
    SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Loaded> loaded, Load(artifact));
    ModelBuilder builder({});
    SCOREWAY_RETURN_IF_ERROR(Describe(*loaded, &builder));
    SCOREWAY_ASSIGN_OR_RETURN(const onnx::ModelProto proto, onnx::ReadModelProto(*artifact));
    builder.SetProvenance(
        {"onnx", std::string(proto.producer_name), std::string(proto.producer_version), std::string(proto.graph.name)});
    builder.SetProgram(Program{std::string(name()), artifact});
    const std::lock_guard lock(mutex_);
    adopted_ = loaded;
    return std::move(builder).Build();
  }

  Result<std::shared_ptr<const Scorer>> MakeScorer(std::shared_ptr<const Model> model,
                                                   const ScorerOptions& options) const override {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<const OutputField*> wanted, WantedOutputs(model->signature(), options));
    std::vector<Field> fields;
    std::vector<std::optional<size_t>> places(model->signature().outputs.size());
    for (const OutputField* output : wanted) {
      places[static_cast<size_t>(output - model->signature().outputs.data())] = fields.size();
      fields.push_back({output->name, output->type});
    }
    SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Schema> schema, Schema::Make(std::move(fields)));
    SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Loaded> loaded, Take(model->program()->bytes));
    return std::shared_ptr<const Scorer>(
        std::make_shared<OrtScorer>(std::move(model), std::move(loaded), std::move(schema), std::move(places)));
  }

 private:
  // What Adopt has loaded lately, so that a model is not loaded twice.
  Result<std::shared_ptr<const Loaded>> Take(const std::shared_ptr<const std::string>& artifact) const {
    {
      const std::lock_guard lock(mutex_);
      std::shared_ptr<const Loaded> loaded = std::move(adopted_);
      if (loaded != nullptr && loaded->artifact == artifact) return loaded;
    }
    return Load(artifact);
  }

  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Loaded> adopted_;  // guarded by mutex_
};

}  // namespace

std::unique_ptr<const Engine> MakeOnnxRuntimeEngine() { return std::make_unique<OnnxRuntimeEngine>(); }

}  // namespace scoreway
