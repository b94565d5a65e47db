#include "engines/onnxruntime/ort_session.h"

#include <cstring>

#include "importers/onnx/external_data.h"

namespace scoreway::ort {
namespace {

using onnx::ElementType;
using onnx::TensorData;

constexpr int kLogFatal = 4;
constexpr int kSequential = 0;
constexpr int kArenaAllocator = 1, kDefaultMemory = 0;

}  // namespace

Result<std::unique_ptr<OrtSession>> OrtSession::Make(std::string_view model) {
  SCOREWAY_RETURN_IF_ERROR(onnx::RefuseExternalData(model));
  SCOREWAY_ASSIGN_OR_RETURN(const OrtLibrary* library, OrtLibrary::Load());
  const Api& api = library->api();
  SessionOptions* options = nullptr;
  SCOREWAY_RETURN_IF_ERROR(library->Check(api.CreateSessionOptions(&options)));
  const Owned<SessionOptions> owned = library->Own(options);
  SCOREWAY_RETURN_IF_ERROR(library->Check(api.SetSessionExecutionMode(options, kSequential)));
  SCOREWAY_RETURN_IF_ERROR(library->Check(api.SetSessionLogSeverityLevel(options, kLogFatal)));
  SCOREWAY_RETURN_IF_ERROR(library->Check(api.SetIntraOpNumThreads(options, 1)));
  SCOREWAY_RETURN_IF_ERROR(library->Check(api.SetInterOpNumThreads(options, 1)));
  SCOREWAY_RETURN_IF_ERROR(library->Check(api.AddSessionConfigEntry(options, "session.intra_op.allow_spinning", "0")));

  std::unique_ptr<OrtSession> made(new OrtSession(library));
  SCOREWAY_RETURN_IF_ERROR(library->Check(api.GetAllocator(&made->allocator_)));
  MemoryInfo* memory = nullptr;
  SCOREWAY_RETURN_IF_ERROR(library->Check(api.CreateCpuMemoryInfo(kArenaAllocator, kDefaultMemory, &memory)));
  made->memory_ = library->Own(memory);
  Session* session = nullptr;
  SCOREWAY_RETURN_IF_ERROR(library->Check(
      api.CreateSessionFromArray(library->env(), model.data(), model.size(), options, &session), Code::kUnsupported));
  made->session_ = library->Own(session);
  SCOREWAY_RETURN_IF_ERROR(made->ReadPorts());
  return made;
}

Result<Port> OrtSession::ReadPort(TypeInfo* info, char* name) const {
  const Api& api = library_->api();
  const Owned<TypeInfo> owned = library_->Own(info);
  Port port;
  port.name = name;
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.AllocatorFree(allocator_, name)));
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetOnnxTypeFromTypeInfo(info, &port.kind)));
  if (port.kind != ValueKind::kTensor) return port;
  const TensorInfo* tensor = nullptr;
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.CastTypeInfoToTensorInfo(info, &tensor)));
  int type = 0;
  size_t rank = 0;
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetTensorElementType(tensor, &type)));
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetDimensionsCount(tensor, &rank)));
  port.type = static_cast<ElementType>(type);
  port.dims.resize(rank);
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetDimensions(tensor, port.dims.data(), rank)));
  return port;
}

Status OrtSession::ReadPorts() {
  const Api& api = library_->api();
  for (const bool input : {true, false}) {
    size_t count = 0;
    SCOREWAY_RETURN_IF_ERROR(library_->Check(input ? api.SessionGetInputCount(session_.get(), &count)
                                                   : api.SessionGetOutputCount(session_.get(), &count)));
    for (size_t i = 0; i < count; ++i) {
      TypeInfo* info = nullptr;
      char* name = nullptr;
      SCOREWAY_RETURN_IF_ERROR(library_->Check(input ? api.SessionGetInputTypeInfo(session_.get(), i, &info)
                                                     : api.SessionGetOutputTypeInfo(session_.get(), i, &info)));
      SCOREWAY_RETURN_IF_ERROR(library_->Check(input ? api.SessionGetInputName(session_.get(), i, allocator_, &name)
                                                     : api.SessionGetOutputName(session_.get(), i, allocator_, &name)));
      SCOREWAY_ASSIGN_OR_RETURN(Port port, ReadPort(info, name));
      (input ? inputs_ : outputs_).push_back(std::move(port));
    }
  }
  return {};
}

// A view of the tensor's numbers; a copy of its texts.
Result<Owned<Value>> OrtSession::MakeValue(const TensorData& tensor) const {
  const Api& api = library_->api();
  Value* value = nullptr;
  const int type = static_cast<int>(tensor.type);
  if (tensor.type != ElementType::kString) {
    SCOREWAY_RETURN_IF_ERROR(
        library_->Check(api.CreateTensorWithData(memory_.get(), const_cast<char*>(tensor.raw.data()), tensor.raw.size(),
                                                 tensor.dims.data(), tensor.dims.size(), type, &value)));
    return library_->Own(value);
  }
  SCOREWAY_RETURN_IF_ERROR(
      library_->Check(api.CreateTensor(allocator_, tensor.dims.data(), tensor.dims.size(), type, &value)));
  Owned<Value> owned = library_->Own(value);
  std::vector<const char*> texts;
  for (const std::string& text : tensor.texts) texts.push_back(text.c_str());
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.FillStringTensor(value, texts.data(), texts.size())));
  return owned;
}

Result<TensorData> OrtSession::ReadTensor(Value* value) const {
  const Api& api = library_->api();
  TensorInfo* info = nullptr;
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetTensorTypeAndShape(value, &info)));
  const Owned<TensorInfo> owned = library_->Own(info);
  TensorData tensor;
  int type = 0;
  size_t rank = 0;
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetTensorElementType(info, &type)));
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetDimensionsCount(info, &rank)));
  tensor.type = static_cast<ElementType>(type);
  tensor.dims.resize(rank);
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetDimensions(info, tensor.dims.data(), rank)));
  const auto count = static_cast<size_t>(onnx::ElementCount(tensor.dims));
  if (tensor.type == ElementType::kString) {
    size_t size = 0;
    SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetStringTensorDataLength(value, &size)));
    std::string bytes(size, '\0');
    std::vector<size_t> ends(count + 1, size);
    SCOREWAY_RETURN_IF_ERROR(
        library_->Check(api.GetStringTensorContent(value, bytes.data(), size, ends.data(), count)));
    for (size_t i = 0; i < count; ++i) tensor.texts.push_back(bytes.substr(ends[i], ends[i + 1] - ends[i]));
    return tensor;
  }
  const size_t element_bytes = onnx::ElementBytes(tensor.type);
  if (element_bytes == 0) {
    return Error{Code::kUnsupported, "an output of " + onnx::ElementTypeName(tensor.type) + " elements", {}};
  }
  void* data = nullptr;
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetTensorMutableData(value, &data)));
  tensor.raw.assign(static_cast<const char*>(data), count * element_bytes);
  return tensor;
}

Result<Answer> OrtSession::ReadMaps(Value* sequence) const {
  const Api& api = library_->api();
  Answer answer;
  answer.is_maps = true;
  size_t count = 0;
  SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetValueCount(sequence, &count)));
  for (size_t i = 0; i < count; ++i) {
    Value* map = nullptr;
    SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetValue(sequence, static_cast<int>(i), allocator_, &map)));
    const Owned<Value> owned_map = library_->Own(map);
    ValueKind kind{};
    SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetValueType(map, &kind)));
    if (kind != ValueKind::kMap) return Error{Code::kUnsupported, "a sequence that is not of maps", {}};
    Value *keys = nullptr, *values = nullptr;
    SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetValue(map, 0, allocator_, &keys)));
    const Owned<Value> owned_keys = library_->Own(keys);
    SCOREWAY_RETURN_IF_ERROR(library_->Check(api.GetValue(map, 1, allocator_, &values)));
    const Owned<Value> owned_values = library_->Own(values);
    SCOREWAY_ASSIGN_OR_RETURN(const TensorData names, ReadTensor(keys));
    SCOREWAY_ASSIGN_OR_RETURN(const TensorData numbers, ReadTensor(values));
    std::vector<std::string> texts = names.texts;
    for (size_t k = 0; names.type == ElementType::kInt64 && k < names.raw.size() / sizeof(int64_t); ++k) {
      int64_t key = 0;
      std::memcpy(&key, names.raw.data() + k * sizeof key, sizeof key);
      texts.push_back(std::to_string(key));
    }
    if (i == 0) {
      answer.keys = texts;
      answer.tensor.type = numbers.type;
      answer.tensor.dims = {static_cast<int64_t>(count), static_cast<int64_t>(texts.size())};
    }
    if (texts != answer.keys) return Error{Code::kUnsupported, "maps whose keys differ from row to row", {}};
    answer.tensor.raw += numbers.raw;
  }
  return answer;
}

Result<std::vector<Answer>> OrtSession::Run(std::span<const TensorData> inputs, std::span<const size_t> outputs) const {
  std::vector<Owned<Value>> owned;
  std::vector<const Value*> values;
  std::vector<const char*> input_names, output_names;
  for (size_t i = 0; i < inputs.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(Owned<Value> value, MakeValue(inputs[i]));
    input_names.push_back(inputs_[i].name.c_str());
    values.push_back(value.get());
    owned.push_back(std::move(value));
  }
  for (const size_t output : outputs) output_names.push_back(outputs_[output].name.c_str());
  std::vector<Value*> made(outputs.size(), nullptr);
  const Status ran =
      library_->Check(library_->api().Run(session_.get(), input_names.data(), values.data(), values.size(),
                                          output_names.data(), output_names.size(), made.data()));
  std::vector<Owned<Value>> results;
  for (Value* value : made) {
    if (value != nullptr) results.push_back(library_->Own(value));
  }
  if (!ran.ok()) return ran.error();
  std::vector<Answer> answers;
  for (size_t i = 0; i < results.size(); ++i) {
    ValueKind kind{};
    SCOREWAY_RETURN_IF_ERROR(library_->Check(library_->api().GetValueType(results[i].get(), &kind)));
    Answer answer;
    if (kind == ValueKind::kTensor) {
      SCOREWAY_ASSIGN_OR_RETURN(answer.tensor, ReadTensor(results[i].get()));
    } else if (kind == ValueKind::kSequence) {
      SCOREWAY_ASSIGN_OR_RETURN(answer, ReadMaps(results[i].get()));
    } else {
      return Error{Code::kUnsupported, "the output '" + outputs_[outputs[i]].name + "' is neither tensor nor maps", {}};
    }
    answer.tensor.name = outputs_[outputs[i]].name;
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace scoreway::ort
