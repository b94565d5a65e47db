// OrtLibrary: ONNX Runtime's shared library, loaded when the first model needs it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "engines/onnxruntime/ort_api.h"

namespace scoreway::ort {

// Deletes what ONNX Runtime made.
template <typename T>
struct Deleter {
  const Api* api = nullptr;
  void operator()(T* p) const { api->Release(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Deleter<T>>;

class OrtLibrary {
 public:
  // The library that the environment variable SCOREWAY_ONNXRUNTIME names, else libonnxruntime.so.1 beside the program
  // or in lib beside its folder, else where the system's loader finds it. UNSUPPORTED, with what to do, if it is in
  // none of these. Loaded once in a process and never unloaded.
  static Result<const OrtLibrary*> Load();

  const Api& api() const { return api_; }
  Env* env() const { return env_; }
  const std::string& version() const { return version_; }

  template <typename T>
  Owned<T> Own(T* p) const {
    return Owned<T>(p, Deleter<T>{&api_});
  }
  // The error that a function gave, or ok.
  Status Check(Failure* failure, Code code = Code::kInvalidArgument) const;

 private:
  OrtLibrary() = default;
  static Result<std::unique_ptr<OrtLibrary>> Open();

  Api api_;
  Env* env_ = nullptr;
  std::string version_;
};

}  // namespace scoreway::ort
