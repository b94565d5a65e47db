#include "gateways/grpc/messages.h"

#include "base/wire_reader.h"
#include "base/wire_writer.h"
#include "data/codec/tensor_datatype.h"

namespace scoreway::grpc_gateway {
namespace {

// Calls take(field) for each field of the message.
template <typename Take>
Status ForEachField(std::string_view bytes, const Take& take) {
  WireReader reader(bytes);
  WireField field;
  for (;;) {
    const Result<bool> more = reader.Next(&field);
    if (!more.ok()) return Status(Code::kInvalidArgument, "the bytes are no protobuf message: " + more.error().message);
    if (!*more) return {};
    SCOREWAY_RETURN_IF_ERROR(take(field));
  }
}

int64_t DataType(Type type) {
  enum : int64_t { kBool = 1, kInt64 = 9, kFp32 = 11, kFp64 = 12, kString = 13 };
  switch (type) {
    case Type::kBool: return kBool;
    case Type::kInt64: return kInt64;
    case Type::kFloat32: return kFp32;
    case Type::kFloat64: return kFp64;
    case Type::kString:
    case Type::kList: return kString;
  }
  return kString;
}

// The only dimension is that of the rows, which is free.
constexpr int64_t kShape[] = {-1};

std::string Platform(const LoadedModel& model) { return "scoreway_" + std::string(model.model->engine()); }

WireWriter Tensor(std::string_view name, Type type) {
  enum : uint32_t { kName = 1, kDatatype, kTensorShape };
  WireWriter tensor;
  tensor.Bytes(kName, name);
  tensor.Bytes(kDatatype, TensorDatatypeName(type));
  tensor.PackedInts(kTensorShape, kShape);
  return tensor;
}

WireWriter ConfigTensor(std::string_view name, Type type, uint32_t dims_field) {
  enum : uint32_t { kName = 1, kDataType };
  WireWriter tensor;
  tensor.Bytes(kName, name);
  tensor.Int(kDataType, DataType(type));
  tensor.PackedInts(dims_field, kShape);
  return tensor;
}

WireWriter Duration(uint64_t count, uint64_t nanoseconds) {
  enum : uint32_t { kCount = 1, kNanoseconds };
  WireWriter duration;
  duration.Int(kCount, static_cast<int64_t>(count));
  duration.Int(kNanoseconds, static_cast<int64_t>(nanoseconds));
  return duration;
}

}  // namespace

Result<NamedRequest> ReadNamedRequest(std::string_view bytes) {
  enum : uint32_t { kName = 1, kVersion };
  NamedRequest request;
  SCOREWAY_RETURN_IF_ERROR(ForEachField(bytes, [&](const WireField& field) -> Status {
    if (field.number == kName) request.name = field.bytes;
    if (field.number == kVersion) request.version = field.bytes;
    return {};
  }));
  return request;
}

Result<std::string_view> ReadLoadRequest(std::string_view bytes) {
  enum : uint32_t { kModelName = 2, kParameters };
  std::string_view name;
  SCOREWAY_RETURN_IF_ERROR(ForEachField(bytes, [&](const WireField& field) -> Status {
    if (field.number == kModelName) name = field.bytes;
    if (field.number == kParameters) {
      return Status(Code::kUnsupported, "a model is loaded as it was pushed: parameters cannot change it");
    }
    return {};
  }));
  return name;
}

Result<bool> ReadIndexRequest(std::string_view bytes) {
  enum : uint32_t { kReady = 2 };
  bool ready = false;
  SCOREWAY_RETURN_IF_ERROR(ForEachField(bytes, [&](const WireField& field) -> Status {
    if (field.number == kReady) ready = field.scalar != 0;
    return {};
  }));
  return ready;
}

std::string_view ReadInferId(std::string_view bytes) {
  enum : uint32_t { kId = 3 };
  std::string_view id;
  const Status read = ForEachField(bytes, [&](const WireField& field) -> Status {
    if (field.number == kId) id = field.bytes;
    return {};
  });
  return read.ok() ? id : std::string_view();
}

std::string WriteFlag(bool flag) {
  WireWriter response;
  response.Int(1, flag ? 1 : 0);
  return std::move(response).TakeBytes();
}

std::string WriteServerMetadata(std::string_view version) {
  enum : uint32_t { kName = 1, kVersion, kExtensions };
  WireWriter response;
  response.Bytes(kName, "scoreway");
  response.Bytes(kVersion, version);
  for (const std::string_view extension : {"model_configuration", "model_repository", "statistics"}) {
    response.Bytes(kExtensions, extension);
  }
  return std::move(response).TakeBytes();
}

std::string WriteModelMetadata(const LoadedModel& model) {
  enum : uint32_t { kName = 1, kVersions, kPlatform, kInputs, kOutputs };
  const Signature& signature = model.model->signature();
  WireWriter response;
  response.Bytes(kName, model.name);
  response.Bytes(kVersions, model.version_text);
  response.Bytes(kPlatform, Platform(model));
  for (const InputField& input : signature.inputs) response.Message(kInputs, Tensor(input.name, input.type));
  for (const OutputField& output : signature.outputs) response.Message(kOutputs, Tensor(output.name, output.type));
  return std::move(response).TakeBytes();
}

// max_batch_size, a 0, is left out: the rows are a dimension of the tensors.
std::string WriteModelConfig(const LoadedModel& model) {
  enum : uint32_t { kName = 1, kPlatform = 2, kInput = 5, kOutput = 6, kBackend = 17 };
  enum : uint32_t { kInputDims = 4, kOutputDims = 3 };
  const Signature& signature = model.model->signature();
  WireWriter config, response;
  config.Bytes(kName, model.name);
  config.Bytes(kPlatform, Platform(model));
  for (const InputField& input : signature.inputs) {
    config.Message(kInput, ConfigTensor(input.name, input.type, kInputDims));
  }
  for (const OutputField& output : signature.outputs) {
    config.Message(kOutput, ConfigTensor(output.name, output.type, kOutputDims));
  }
  config.Bytes(kBackend, "scoreway");
  response.Message(1, config);
  return std::move(response).TakeBytes();
}

// Only scoring is timed. The other counts are there as clients look for them: perf_analyzer tells by that of the queue
// which version has answered.
std::string WriteModelStatistics(const std::vector<ModelStatistics>& list) {
  enum : uint32_t { kName = 1, kVersion, kInferenceCount = 4, kExecutionCount, kInferenceStats };
  enum : uint32_t { kSuccess = 1, kFail, kQueue, kComputeInput, kComputeInfer, kComputeOutput };
  WireWriter response;
  for (const ModelStatistics& statistics : list) {
    const ModelStats::Totals& totals = statistics.totals;
    WireWriter durations, model;
    durations.Message(kSuccess, Duration(totals.latency.count, totals.latency.nanoseconds));
    durations.Message(kFail, Duration(totals.errors, 0));
    durations.Message(kQueue, Duration(totals.latency.count, 0));
    durations.Message(kComputeInput, Duration(totals.latency.count, 0));
    durations.Message(kComputeInfer, Duration(totals.latency.count, totals.latency.nanoseconds));
    durations.Message(kComputeOutput, Duration(totals.latency.count, 0));
    model.Bytes(kName, statistics.name);
    model.Bytes(kVersion, statistics.version);
    model.Int(kInferenceCount, static_cast<int64_t>(totals.rows));
    model.Int(kExecutionCount, static_cast<int64_t>(totals.latency.count));
    model.Message(kInferenceStats, durations);
    response.Message(1, model);
  }
  return std::move(response).TakeBytes();
}

std::string WriteStreamedAnswer(std::string_view response) {
  enum : uint32_t { kInferResponse = 2 };
  WireWriter streamed;
  streamed.Reserve(response.size() + 16);
  streamed.Bytes(kInferResponse, response);
  return std::move(streamed).TakeBytes();
}

std::string WriteStreamedError(std::string_view message, std::string_view id) {
  enum : uint32_t { kErrorMessage = 1, kInferResponse };
  enum : uint32_t { kId = 3 };
  WireWriter response, streamed;
  if (!id.empty()) response.Bytes(kId, id);
  streamed.Bytes(kErrorMessage, message);
  streamed.Message(kInferResponse, response);
  return std::move(streamed).TakeBytes();
}

std::string WriteRepositoryIndex(const std::vector<IndexEntry>& index) {
  enum : uint32_t { kName = 1, kVersion, kState, kReason };
  WireWriter response;
  for (const IndexEntry& entry : index) {
    WireWriter model;
    model.Bytes(kName, entry.name);
    model.Bytes(kVersion, entry.version);
    model.Bytes(kState, entry.ready ? "READY" : "UNAVAILABLE");
    if (!entry.ready) model.Bytes(kReason, kNotLoadedReason);
    response.Message(1, model);
  }
  return std::move(response).TakeBytes();
}

}  // namespace scoreway::grpc_gateway
