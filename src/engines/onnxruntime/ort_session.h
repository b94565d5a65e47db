// OrtSession: a model loaded into ONNX Runtime. Thread-safe.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engines/onnxruntime/ort_library.h"
#include "importers/onnx/tensor_proto.h"

namespace scoreway::ort {

// An input or output. Unknown dimensions are -1.
struct Port {
  std::string name;
  ValueKind kind = ValueKind::kUnknown;
  onnx::ElementType type = onnx::ElementType::kUndefined;  // of a tensor
  onnx::Dims dims;
};

// What a run gives for an output: a tensor, or of a sequence of maps the maps' keys and a row of values for each map.
struct Answer {
  onnx::TensorData tensor;
  bool is_maps = false;
  std::vector<std::string> keys;
};

class OrtSession {
 public:
  // One thread computes; data in other files are refused. UNSUPPORTED with ONNX Runtime's words if it does not take the
  // model. `model` is only needed during the call.
  static Result<std::unique_ptr<OrtSession>> Make(std::string_view model);

  const std::vector<Port>& inputs() const { return inputs_; }
  const std::vector<Port>& outputs() const { return outputs_; }
  const std::string& library_version() const { return library_->version(); }

  // A tensor for each input, in order; the answers to the outputs named by index. INVALID_ARGUMENT with ONNX Runtime's
  // words when it fails.
  Result<std::vector<Answer>> Run(std::span<const onnx::TensorData> inputs, std::span<const size_t> outputs) const;

 private:
  explicit OrtSession(const OrtLibrary* library) : library_(library) {}

  Status ReadPorts();
  Result<Port> ReadPort(TypeInfo* info, char* name) const;
  Result<Owned<Value>> MakeValue(const onnx::TensorData& tensor) const;
  Result<onnx::TensorData> ReadTensor(Value* value) const;
  Result<Answer> ReadMaps(Value* sequence) const;

  const OrtLibrary* library_;
  Allocator* allocator_ = nullptr;
  Owned<MemoryInfo> memory_;
  Owned<Session> session_;
  std::vector<Port> inputs_, outputs_;
};

}  // namespace scoreway::ort
