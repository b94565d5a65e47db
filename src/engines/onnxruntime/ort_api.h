// The part of ONNX Runtime's C interface that we call, declared here so that building needs none of its headers. OrtApi
// is a table of functions to which releases only ever append; each function below names its place in it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace scoreway::ort {

// Types of ONNX Runtime's own; only ever pointed to.
struct Env;
struct Failure;
struct SessionOptions;
struct Session;
struct RunOptions;
struct Value;
struct TypeInfo;
struct TensorInfo;
struct MemoryInfo;
struct Allocator;

enum class ValueKind : int {
  kUnknown = 0,
  kTensor = 1,
  kSequence = 2,
  kMap = 3,
  kOpaque = 4,
  kSparse = 5,
  kOptional = 6
};

// What the functions need of their releases: all were there in version 1.0 but AddSessionConfigEntry (1.5).
inline constexpr uint32_t kApiVersion = 5;

struct ApiBase {
  const void* const* (*get_api)(uint32_t version);
  const char* (*get_version)();
};

// The result of a function of this type.
template <typename Signature>
struct ResultOf;
template <typename R, typename... Parameters>
struct ResultOf<R(Parameters...)> {
  using Type = R;
};

class Api {
  template <size_t kPlace, typename Signature, typename... Arguments>
  typename ResultOf<Signature>::Type Call(Arguments... arguments) const {
    const auto function = reinterpret_cast<Signature*>(const_cast<void*>(functions_[kPlace]));
    return function(arguments...);
  }

 public:
  Api() = default;
  explicit Api(const void* const* functions) : functions_(functions) {}

  const char* GetErrorMessage(const Failure* s) const { return Call<2, const char*(const Failure*)>(s); }
  Failure* CreateEnv(int log_level, const char* id, Env** out) const {
    return Call<3, Failure*(int, const char*, Env**)>(log_level, id, out);
  }
  Failure* CreateSessionFromArray(const Env* env, const void* data, size_t size, const SessionOptions* options,
                                  Session** out) const {
    return Call<8, Failure*(const Env*, const void*, size_t, const SessionOptions*, Session**)>(env, data, size,
                                                                                                options, out);
  }
  Failure* Run(Session* session, const char* const* input_names, const Value* const* inputs, size_t input_count,
               const char* const* output_names, size_t output_count, Value** outputs) const {
    return Call<9, Failure*(Session*, const RunOptions*, const char* const*, const Value* const*, size_t,
                            const char* const*, size_t, Value**)>(session, nullptr, input_names, inputs, input_count,
                                                                  output_names, output_count, outputs);
  }
  Failure* CreateSessionOptions(SessionOptions** out) const { return Call<10, Failure*(SessionOptions**)>(out); }
  Failure* SetSessionExecutionMode(SessionOptions* options, int mode) const {
    return Call<13, Failure*(SessionOptions*, int)>(options, mode);
  }
  Failure* SetSessionLogSeverityLevel(SessionOptions* options, int level) const {
    return Call<22, Failure*(SessionOptions*, int)>(options, level);
  }
  Failure* SetIntraOpNumThreads(SessionOptions* options, int count) const {
    return Call<24, Failure*(SessionOptions*, int)>(options, count);
  }
  Failure* SetInterOpNumThreads(SessionOptions* options, int count) const {
    return Call<25, Failure*(SessionOptions*, int)>(options, count);
  }
  Failure* SessionGetInputCount(const Session* session, size_t* out) const {
    return Call<30, Failure*(const Session*, size_t*)>(session, out);
  }
  Failure* SessionGetOutputCount(const Session* session, size_t* out) const {
    return Call<31, Failure*(const Session*, size_t*)>(session, out);
  }
  Failure* SessionGetInputTypeInfo(const Session* session, size_t index, TypeInfo** out) const {
    return Call<33, Failure*(const Session*, size_t, TypeInfo**)>(session, index, out);
  }
  Failure* SessionGetOutputTypeInfo(const Session* session, size_t index, TypeInfo** out) const {
    return Call<34, Failure*(const Session*, size_t, TypeInfo**)>(session, index, out);
  }
  Failure* SessionGetInputName(const Session* session, size_t index, Allocator* allocator, char** out) const {
    return Call<36, Failure*(const Session*, size_t, Allocator*, char**)>(session, index, allocator, out);
  }
  Failure* SessionGetOutputName(const Session* session, size_t index, Allocator* allocator, char** out) const {
    return Call<37, Failure*(const Session*, size_t, Allocator*, char**)>(session, index, allocator, out);
  }
  Failure* CreateTensor(Allocator* allocator, const int64_t* dims, size_t rank, int type, Value** out) const {
    return Call<48, Failure*(Allocator*, const int64_t*, size_t, int, Value**)>(allocator, dims, rank, type, out);
  }
  Failure* CreateTensorWithData(const MemoryInfo* info, void* data, size_t size, const int64_t* dims, size_t rank,
                                int type, Value** out) const {
    return Call<49, Failure*(const MemoryInfo*, void*, size_t, const int64_t*, size_t, int, Value**)>(
        info, data, size, dims, rank, type, out);
  }
  Failure* GetTensorMutableData(Value* value, void** out) const {
    return Call<51, Failure*(Value*, void**)>(value, out);
  }
  Failure* FillStringTensor(Value* value, const char* const* texts, size_t count) const {
    return Call<52, Failure*(Value*, const char* const*, size_t)>(value, texts, count);
  }
  Failure* GetStringTensorDataLength(const Value* value, size_t* out) const {
    return Call<53, Failure*(const Value*, size_t*)>(value, out);
  }
  Failure* GetStringTensorContent(const Value* value, void* bytes, size_t size, size_t* offsets, size_t count) const {
    return Call<54, Failure*(const Value*, void*, size_t, size_t*, size_t)>(value, bytes, size, offsets, count);
  }
  Failure* CastTypeInfoToTensorInfo(const TypeInfo* info, const TensorInfo** out) const {
    return Call<55, Failure*(const TypeInfo*, const TensorInfo**)>(info, out);
  }
  Failure* GetOnnxTypeFromTypeInfo(const TypeInfo* info, ValueKind* out) const {
    return Call<56, Failure*(const TypeInfo*, ValueKind*)>(info, out);
  }
  Failure* GetTensorElementType(const TensorInfo* info, int* out) const {
    return Call<60, Failure*(const TensorInfo*, int*)>(info, out);
  }
  Failure* GetDimensionsCount(const TensorInfo* info, size_t* out) const {
    return Call<61, Failure*(const TensorInfo*, size_t*)>(info, out);
  }
  Failure* GetDimensions(const TensorInfo* info, int64_t* dims, size_t rank) const {
    return Call<62, Failure*(const TensorInfo*, int64_t*, size_t)>(info, dims, rank);
  }
  Failure* GetTensorTypeAndShape(const Value* value, TensorInfo** out) const {
    return Call<65, Failure*(const Value*, TensorInfo**)>(value, out);
  }
  Failure* GetValueType(const Value* value, ValueKind* out) const {
    return Call<67, Failure*(const Value*, ValueKind*)>(value, out);
  }
  Failure* CreateCpuMemoryInfo(int allocator_type, int memory_type, MemoryInfo** out) const {
    return Call<69, Failure*(int, int, MemoryInfo**)>(allocator_type, memory_type, out);
  }
  Failure* AllocatorFree(Allocator* allocator, void* memory) const {
    return Call<76, Failure*(Allocator*, void*)>(allocator, memory);
  }
  Failure* GetAllocator(Allocator** out) const { return Call<78, Failure*(Allocator**)>(out); }
  Failure* GetValue(const Value* value, int index, Allocator* allocator, Value** out) const {
    return Call<80, Failure*(const Value*, int, Allocator*, Value**)>(value, index, allocator, out);
  }
  Failure* GetValueCount(const Value* value, size_t* out) const {
    return Call<81, Failure*(const Value*, size_t*)>(value, out);
  }
  Failure* AddSessionConfigEntry(SessionOptions* options, const char* key, const char* value) const {
    return Call<130, Failure*(SessionOptions*, const char*, const char*)>(options, key, value);
  }

  void Release(Env* p) const { Call<92, void(Env*)>(p); }
  void Release(Failure* p) const { Call<93, void(Failure*)>(p); }
  void Release(MemoryInfo* p) const { Call<94, void(MemoryInfo*)>(p); }
  void Release(Session* p) const { Call<95, void(Session*)>(p); }
  void Release(Value* p) const { Call<96, void(Value*)>(p); }
  void Release(TypeInfo* p) const { Call<98, void(TypeInfo*)>(p); }
  void Release(TensorInfo* p) const { Call<99, void(TensorInfo*)>(p); }
  void Release(SessionOptions* p) const { Call<100, void(SessionOptions*)>(p); }

 private:
  const void* const* functions_ = nullptr;
};

}  // namespace scoreway::ort
