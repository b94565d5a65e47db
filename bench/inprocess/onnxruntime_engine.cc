// The wheel of ONNX Runtime brings the shared library but no header, so the few functions called here are named by
// their place in its table of functions, which only ever grows at the end.
#include <dlfcn.h>

#include <array>
#include <cstdint>
#include <utility>

#include "bench/inprocess/engine.h"

namespace scoreway::bench {
namespace {

// Opaque objects of the library.
using Object = void*;

enum FunctionPlace : size_t {
  kGetErrorMessage = 2,
  kCreateEnv = 3,
  kCreateSession = 7,
  kRun = 9,
  kCreateSessionOptions = 10,
  kSetIntraOpNumThreads = 24,
  kSessionGetInputCount = 30,
  kSessionGetOutputCount = 31,
  kSessionGetInputName = 36,
  kSessionGetOutputName = 37,
  kCreateTensorAsValue = 48,
  kCreateTensorWithData = 49,
  kGetTensorMutableData = 51,
  kFillStringTensor = 52,
  kGetDimensionsCount = 61,
  kGetDimensions = 62,
  kGetTensorTypeAndShape = 65,
  kCreateCpuMemoryInfo = 69,
  kGetAllocatorWithDefaultOptions = 78,
  kReleaseValue = 96,
  kReleaseTensorTypeAndShape = 99,
};

constexpr uint32_t kApiVersion = 13;
constexpr int kFloat = 1, kString = 8;
constexpr int kLogWarnings = 2;

struct ApiBase {
  const void* const* (*get_api)(uint32_t version);
  const char* (*get_version)();
};

class OnnxRuntimeEngine final : public Engine {
 public:
  Status Open(const std::string& library, const std::string& onnx_model, const Schema& schema) {
    void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* entry = handle == nullptr ? nullptr : dlsym(handle, "OrtGetApiBase");
    if (entry == nullptr) return Status(Code::kUnavailable, "cannot load ONNX Runtime", library);
    api_ = reinterpret_cast<const ApiBase* (*)()>(entry)()->get_api(kApiVersion);
    if (api_ == nullptr) return Status(Code::kUnavailable, "this ONNX Runtime is too old", library);
    Object env = nullptr, options = nullptr;
    SCOREWAY_RETURN_IF_ERROR((Do<int, const char*, Object*>(kCreateEnv, kLogWarnings, "bench", &env)));
    SCOREWAY_RETURN_IF_ERROR((Do<Object*>(kCreateSessionOptions, &options)));
    SCOREWAY_RETURN_IF_ERROR((Do<Object, int>(kSetIntraOpNumThreads, options, 1)));
    SCOREWAY_RETURN_IF_ERROR(
        (Do<Object, const char*, Object, Object*>(kCreateSession, env, onnx_model.c_str(), options, &session_)));
    SCOREWAY_RETURN_IF_ERROR((Do<int, int, Object*>(kCreateCpuMemoryInfo, 0, 0, &memory_)));
    SCOREWAY_RETURN_IF_ERROR((Do<Object*>(kGetAllocatorWithDefaultOptions, &allocator_)));
    SCOREWAY_RETURN_IF_ERROR(Names(kSessionGetInputCount, kSessionGetInputName, &input_names_));
    SCOREWAY_RETURN_IF_ERROR(Names(kSessionGetOutputCount, kSessionGetOutputName, &output_names_));
    if (input_names_.size() != 1 && input_names_.size() != schema.size()) {
      return Status(Code::kInvalidArgument, "the ONNX model has other inputs", onnx_model);
    }
    outputs_.resize(output_names_.size());
    return {};
  }

  Result<size_t> Prepare(const Batch& rows) override {
    Prepared call;
    call.rows = rows.rows();
    if (input_names_.size() == 1) {
      std::vector<float>& cells = call.cells.emplace_back();
      for (size_t r = 0; r < rows.rows(); ++r) {
        for (size_t c = 0; c < rows.column_count(); ++c)
          cells.push_back(static_cast<float>(rows.column(c).NumberAt(r)));
      }
    } else {
      for (size_t c = 0; c < rows.column_count(); ++c) SCOREWAY_RETURN_IF_ERROR(AddColumn(rows.column(c), &call));
    }
    calls_.push_back(std::move(call));
    if (input_names_.size() == 1) calls_.back().width = rows.column_count();
    return calls_.size() - 1;
  }

  // As a program with its rows in memory would do it: wrap them, run, and let go of the last answers.
  Status Call(size_t number) override {
    Prepared& call = calls_[number];
    std::vector<Object> inputs = call.texts;
    size_t next = 0;
    for (Object& input : inputs) {
      if (input == nullptr) SCOREWAY_RETURN_IF_ERROR(Wrap(&call.cells[next++], call.rows, call.width, &input));
    }
    ReleaseOutputs();
    Status status = Do<Object, Object, const char* const*, const Object*, size_t, const char* const*, size_t, Object*>(
        kRun, session_, nullptr, input_names_.data(), inputs.data(), inputs.size(), output_names_.data(),
        output_names_.size(), outputs_.data());
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (call.texts[i] == nullptr) Release(kReleaseValue, inputs[i]);
    }
    return status;
  }

  void Answers(std::vector<double>* answers) const override {
    Object output = outputs_.back();
    Object info = nullptr;
    size_t dimension_count = 0;
    std::array<int64_t, 2> dimensions{1, 1};
    void* data = nullptr;
    SCOREWAY_CHECK((Do<Object, Object*>(kGetTensorTypeAndShape, output, &info).ok()));
    SCOREWAY_CHECK((Do<Object, size_t*>(kGetDimensionsCount, info, &dimension_count).ok()) && dimension_count <= 2);
    SCOREWAY_CHECK((Do<Object, int64_t*, size_t>(kGetDimensions, info, dimensions.data(), dimension_count).ok()));
    SCOREWAY_CHECK((Do<Object, void**>(kGetTensorMutableData, output, &data).ok()));
    Release(kReleaseTensorTypeAndShape, info);
    const auto width = static_cast<size_t>(dimensions[1]);
    for (size_t row = 0; row < static_cast<size_t>(dimensions[0]); ++row) {
      answers->push_back(static_cast<const float*>(data)[row * width + width - 1]);
    }
  }

 private:
  struct Prepared {
    size_t rows = 0;
    size_t width = 1;                       // of each tensor
    std::vector<std::vector<float>> cells;  // of the tensors of numbers
    std::vector<Object> texts{nullptr};     // an input each: a tensor of strings, or null for one of numbers
  };

  template <typename... Arguments>
  Status Do(FunctionPlace place, Arguments... arguments) const {
    Object error = reinterpret_cast<Object (*)(Arguments...)>(const_cast<void*>(api_[place]))(arguments...);
    if (error == nullptr) return {};
    return Status(Code::kInternal,
                  reinterpret_cast<const char* (*)(Object)>(const_cast<void*>(api_[kGetErrorMessage]))(error));
  }
  void Release(FunctionPlace place, Object object) const {
    reinterpret_cast<void (*)(Object)>(const_cast<void*>(api_[place]))(object);
  }
  void ReleaseOutputs() {
    for (Object& output : outputs_) {
      if (output != nullptr) Release(kReleaseValue, std::exchange(output, nullptr));
    }
  }

  Status Names(FunctionPlace count_place, FunctionPlace name_place, std::vector<const char*>* names) {
    size_t count = 0;
    SCOREWAY_RETURN_IF_ERROR((Do<Object, size_t*>(count_place, session_, &count)));
    names->resize(count);
    for (size_t i = 0; i < count; ++i) {
      char* name = nullptr;
      SCOREWAY_RETURN_IF_ERROR((Do<Object, size_t, Object, char**>(name_place, session_, i, allocator_, &name)));
      (*names)[i] = name;
    }
    return {};
  }

  Status AddColumn(const Column& column, Prepared* call) {
    if (call->cells.empty() && call->texts.size() == 1) call->texts.clear();
    if (column.type() != Type::kString) {
      std::vector<float>& cells = call->cells.emplace_back();
      for (size_t r = 0; r < column.size(); ++r) cells.push_back(static_cast<float>(column.NumberAt(r)));
      call->texts.push_back(nullptr);
      return {};
    }
    std::vector<std::string> texts;
    for (size_t r = 0; r < column.size(); ++r) texts.emplace_back(column.string_at(r));
    std::vector<const char*> pointers;
    for (const std::string& text : texts) pointers.push_back(text.c_str());
    const std::array<int64_t, 2> dimensions{static_cast<int64_t>(column.size()), 1};
    Object tensor = nullptr;
    SCOREWAY_RETURN_IF_ERROR((Do<Object, const int64_t*, size_t, int, Object*>(
        kCreateTensorAsValue, allocator_, dimensions.data(), 2, kString, &tensor)));
    SCOREWAY_RETURN_IF_ERROR(
        (Do<Object, const char* const*, size_t>(kFillStringTensor, tensor, pointers.data(), pointers.size())));
    call->texts.push_back(tensor);
    return {};
  }

  Status Wrap(std::vector<float>* cells, size_t rows, size_t width, Object* tensor) const {
    const std::array<int64_t, 2> dimensions{static_cast<int64_t>(rows), static_cast<int64_t>(width)};
    return Do<Object, void*, size_t, const int64_t*, size_t, int, Object*>(kCreateTensorWithData, memory_,
                                                                           cells->data(), cells->size() * sizeof(float),
                                                                           dimensions.data(), 2, kFloat, tensor);
  }

  const void* const* api_ = nullptr;
  Object session_ = nullptr, memory_ = nullptr, allocator_ = nullptr;
  std::vector<const char*> input_names_, output_names_;
  std::vector<Object> outputs_;
  std::vector<Prepared> calls_;
};

}  // namespace

Result<std::unique_ptr<Engine>> MakeOnnxRuntimeEngine(const std::string& library, const std::string& onnx_model,
                                                      const Schema& schema) {
  auto engine = std::make_unique<OnnxRuntimeEngine>();
  SCOREWAY_RETURN_IF_ERROR(engine->Open(library, onnx_model, schema));
  return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace scoreway::bench
