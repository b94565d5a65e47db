#include "importers/onnx/onnx_importer.h"

#include <algorithm>
#include <set>

#include "importers/onnx/graph.h"
#include "importers/onnx/input_width.h"
#include "importers/onnx/lowering.h"
#include "importers/onnx/ml_maps.h"
#include "importers/onnx/model_proto.h"

namespace scoreway::onnx {
namespace {

constexpr int64_t kInputColumnsMax = 1 << 20;

Result<Type> ColumnType(ElementType type) {
  switch (type) {
    case ElementType::kFloat: return Type::kFloat32;
    case ElementType::kDouble: return Type::kFloat64;
    case ElementType::kString: return Type::kString;
    case ElementType::kBool: return Type::kBool;
    case ElementType::kUint8:
    case ElementType::kInt8:
    case ElementType::kUint16:
    case ElementType::kInt16:
    case ElementType::kInt32:
    case ElementType::kInt64:
    case ElementType::kUint32: return Type::kInt64;
    default: return Unsupported("elements of type " + ElementTypeName(type));
  }
}

std::string ColumnName(std::string_view name, int64_t width, int64_t column) {
  return width == 1 ? std::string(name) : std::string(name) + "_" + std::to_string(column);
}

// The dimensions of an input; unknown ones become 0, but the first is that of rows.
Result<Dims> InputDims(const ValueInfo& input, const ModelProto& model) {
  Dims dims = {Tensor::kRowsDim};
  if (input.has_shape && input.shape.empty()) return Unsupported("a single number, not rows");
  if (!input.has_shape || (input.shape.size() == 2 && input.shape[1].size.value_or(0) <= 0)) {
    const std::optional<int64_t> width = InputWidth(model.graph, input.name);
    if (!width.has_value()) return Unsupported("nothing says how many columns it has");
    dims.push_back(*width);
    return dims;
  }
  int64_t columns = 1;
  for (size_t i = 1; i < input.shape.size(); ++i) {
    const int64_t size = input.shape[i].size.value_or(0);
    if (size <= 0) return Unsupported("axis " + std::to_string(i) + " has no fixed size");
    if (size > kInputColumnsMax / columns)
      return Unsupported("more than " + std::to_string(kInputColumnsMax) + " columns");
    columns *= size;
    dims.push_back(size);
  }
  return dims;
}

class Importer {
 public:
  Importer(const ModelProto& model, size_t artifact_bytes)
      : model_(model), builder_({}), context_(&builder_, artifact_bytes), lowering_(model, &context_) {}

  Result<Model> Import();
  // Of what Import has seen.
  const TensorSignature& tensors() const { return tensors_; }

 private:
  Status AddInputs();
  Result<Tensor> AddInput(const ValueInfo& input);
  Result<Tensor> AddMapInput(const ValueInfo& input);
  Status CheckRowCounts(const std::vector<const ValueInfo*>& inputs);
  Status AddOutput(const ValueInfo& output);
  Status Problem(const std::string& place, Status status);
  Provenance Origin() const;

  const ModelProto& model_;
  ModelBuilder builder_;
  Context context_;
  GraphLowering lowering_;
  std::vector<std::string> problems_;
  TensorSignature tensors_;
};

// Takes note of what is not supported, and passes other errors on.
Status Importer::Problem(const std::string& place, Status status) {
  if (status.ok()) return {};
  if (status.code() != Code::kUnsupported) return AtPlace(place, std::move(status).error());
  problems_.push_back(place + ": " + status.error().message);
  return {};
}

// A column for each key, by its name; what a row lacks is not in its map.
Result<Tensor> Importer::AddMapInput(const ValueInfo& input) {
  const std::optional<std::vector<std::string>> keys = MapKeys(model_.graph, input.name);
  if (!keys) return Unsupported("a map whose keys nothing says");
  SCOREWAY_ASSIGN_OR_RETURN(const Type type, ColumnType(input.type));
  std::vector<ValueId> columns;
  std::set<std::string_view> names;
  for (const std::string& key : *keys) {
    if (!names.insert(key).second) return Unsupported("a map of which a key is known twice");
    const ValueId column = builder_.AddInput(key);
    SCOREWAY_RETURN_IF_ERROR(builder_.UseInput(column, type));
    builder_.SetMissingRule(column, MissingRule::kModel);
    columns.push_back(column);
  }
  context_.set_origin("input '" + std::string(input.name) + "'");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context_.Concat(std::move(columns)));
  tensors_.inputs.push_back({std::string(input.name), ElementType::kUndefined, {}});
  Tensor tensor = Context::Rows(input.type, {Tensor::kRowsDim, static_cast<int64_t>(keys->size())}, value);
  tensor.map_keys = std::make_shared<const std::vector<std::string>>(*keys);
  return tensor;
}

Result<Tensor> Importer::AddInput(const ValueInfo& input) {
  if (input.kind == ValueInfo::Kind::kMap) return AddMapInput(input);
  if (input.kind != ValueInfo::Kind::kTensor) return Unsupported("it is no tensor");
  SCOREWAY_ASSIGN_OR_RETURN(const Type type, ColumnType(input.type));
  SCOREWAY_ASSIGN_OR_RETURN(Dims dims, InputDims(input, model_));
  const int64_t width = -ElementCount(dims);
  SCOREWAY_RETURN_IF_ERROR(context_.Charge(static_cast<uint64_t>(width)));
  std::vector<ValueId> columns;
  for (int64_t c = 0; c < width; ++c) {
    const ValueId column = builder_.AddInput(ColumnName(input.name, width, c));
    SCOREWAY_RETURN_IF_ERROR(builder_.UseInput(column, type));
    const bool may_be_missing = type == Type::kFloat32 || type == Type::kFloat64 || type == Type::kString;
    builder_.SetMissingRule(column, may_be_missing ? MissingRule::kModel : MissingRule::kReject);
    columns.push_back(column);
  }
  context_.set_origin("input '" + std::string(input.name) + "'");
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context_.Concat(std::move(columns)));
  if (type == Type::kString) {
    // ONNX knows no missing text: an empty cell is the empty text.
    op::ImputeText fill;
    fill.fill.assign(static_cast<size_t>(width), "");
    SCOREWAY_ASSIGN_OR_RETURN(value, context_.Add(std::move(fill), {value}));
  }
  tensors_.inputs.push_back({std::string(input.name), input.type, dims});
  return Context::Rows(input.type, std::move(dims), value);
}

// Inputs of different fixed numbers of rows are not rows of one batch.
Status Importer::CheckRowCounts(const std::vector<const ValueInfo*>& inputs) {
  std::optional<int64_t> rows;
  for (const ValueInfo* input : inputs) {
    if (input->shape.empty() || input->shape[0].size.value_or(0) <= 0) continue;
    if (rows.has_value() && *rows != *input->shape[0].size) {
      return Status(Unsupported("it has another number of rows than the inputs before it"));
    }
    rows = input->shape[0].size;
  }
  return {};
}

Status Importer::AddInputs() {
  std::set<std::string_view> initialized;
  for (const Initializer& initializer : model_.graph.initializers) initialized.insert(initializer.name);
  std::vector<const ValueInfo*> inputs;
  for (const ValueInfo& input : model_.graph.inputs) {
    if (initialized.count(input.name) == 0) inputs.push_back(&input);
  }
  for (const ValueInfo* input : inputs) {
    const std::string place = "input '" + std::string(input->name) + "'";
    // Columns by the keys of a map could be called like those of another input.
    const bool crowded = input->kind == ValueInfo::Kind::kMap && inputs.size() > 1;
    Result<Tensor> tensor = crowded ? Result<Tensor>(Unsupported("a map beside other inputs")) : AddInput(*input);
    SCOREWAY_RETURN_IF_ERROR(Problem(place, tensor.status()));
    if (tensor.ok()) lowering_.Bind(input->name, std::move(tensor).value());
  }
  SCOREWAY_RETURN_IF_ERROR(Problem("inputs", CheckRowCounts(inputs)));
  // Columns of a tensor have no names of their own.
  const bool maps =
      std::ranges::all_of(inputs, [](const ValueInfo* input) { return input->kind == ValueInfo::Kind::kMap; });
  const bool named = maps || (inputs.size() > 1 && builder_.input_count() == inputs.size());
  builder_.set_inputs_named(named);
  return {};
}

Status Importer::AddOutput(const ValueInfo& output) {
  const Tensor* tensor = lowering_.Find(output.name);
  if (tensor == nullptr) return Status(Code::kCorrupt, "it is made nowhere");
  SCOREWAY_ASSIGN_OR_RETURN(const Type type, ColumnType(tensor->type));
  if (!tensor->rows) return Status(Unsupported("it has no row for each row"));
  if (tensor->lying || tensor->row_axis != 0) return Status(Unsupported("its first axis is not that of rows"));
  const uint32_t width = tensor->width();
  const bool maps = tensor->map_keys != nullptr;
  tensors_.outputs.push_back({std::string(output.name), maps ? ElementType::kUndefined : tensor->type, tensor->dims});
  for (uint32_t c = 0; c < width; ++c) {
    const std::string name = tensor->map_keys == nullptr ? ColumnName(output.name, width, c)
                                                         : std::string(output.name) + "_" + (*tensor->map_keys)[c];
    SCOREWAY_RETURN_IF_ERROR(builder_.AddOutput(name, type, tensor->value, c));
  }
  return {};
}

Provenance Importer::Origin() const {
  Provenance provenance;
  provenance.format = "onnx";
  provenance.library = std::string(model_.producer_name);
  provenance.library_version = std::string(model_.producer_version);
  // The operators that say what kind of model it is.
  std::vector<std::string> kinds;
  for (const NodeProto& node : model_.graph.nodes) {
    if (node.domain != "ai.onnx.ml") continue;
    std::string kind(node.op_type);
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(std::move(kind));
  }
  for (const std::string& kind : kinds) provenance.estimator += (provenance.estimator.empty() ? "" : ", ") + kind;
  return provenance;
}

Result<Model> Importer::Import() {
  builder_.SetProvenance(Origin());
  SCOREWAY_RETURN_IF_ERROR(AddInputs());
  if (problems_.empty()) {
    SCOREWAY_RETURN_IF_ERROR(lowering_.Run());
    problems_ = lowering_.problems();
  }
  if (problems_.empty()) {
    for (const ValueInfo& output : model_.graph.outputs) {
      SCOREWAY_RETURN_IF_ERROR(Problem("output '" + std::string(output.name) + "'", AddOutput(output)));
    }
  }
  if (!problems_.empty()) {
    std::string message = "the model needs what the native engine does not have:";
    for (const std::string& problem : problems_) message += "\n  " + problem;
    return Error{Code::kUnsupported, std::move(message), {}};
  }
  return std::move(builder_).Build();
}

}  // namespace

bool LooksLikeModel(std::string_view bytes) { return LooksLikeModelProto(bytes); }

Result<Model> ImportModel(std::string_view bytes) {
  SCOREWAY_ASSIGN_OR_RETURN(const ModelProto model, ReadModelProto(bytes));
  return Importer(model, bytes.size()).Import();
}

Result<TensorSignature> ReadTensorSignature(std::string_view bytes) {
  SCOREWAY_ASSIGN_OR_RETURN(const ModelProto proto, ReadModelProto(bytes));
  Importer importer(proto, bytes.size());
  SCOREWAY_RETURN_IF_ERROR(importer.Import().status());
  for (const TensorPort& input : importer.tensors().inputs) {
    if (input.type == ElementType::kUndefined) return Unsupported("the input '" + input.name + "' is a map a row");
  }
  for (const TensorPort& output : importer.tensors().outputs) {
    if (output.type == ElementType::kUndefined) return Unsupported("the output '" + output.name + "' is a map a row");
  }
  return importer.tensors();
}

}  // namespace scoreway::onnx
