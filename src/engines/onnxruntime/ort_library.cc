#include "engines/onnxruntime/ort_library.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

namespace scoreway::ort {
namespace {

constexpr char kFile[] = "libonnxruntime.so.1";
constexpr char kVariable[] = "SCOREWAY_ONNXRUNTIME";
constexpr int kLogFatal = 4;

// The names to try, in order; only one if the user named it.
std::vector<std::string> Candidates() {
  if (const char* named = std::getenv(kVariable); named != nullptr && *named != '\0') return {named};
  std::vector<std::string> candidates;
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    candidates.push_back((program.parent_path() / kFile).string());
    candidates.push_back((program.parent_path().parent_path() / "lib" / kFile).string());
  }
  candidates.emplace_back(kFile);
  return candidates;
}

}  // namespace

Status OrtLibrary::Check(Failure* failure, Code code) const {
  if (failure == nullptr) return {};
  const Owned<Failure> owned = Own(failure);
  return Status(code, std::string("ONNX Runtime: ") + api_.GetErrorMessage(failure));
}

Result<std::unique_ptr<OrtLibrary>> OrtLibrary::Open() {
  void* handle = nullptr;
  std::string reason;
  for (const std::string& candidate : Candidates()) {
    handle = ::dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle != nullptr) break;
    reason = ::dlerror();
  }
  if (handle == nullptr) {
    return Error{Code::kUnsupported,
                 "ONNX Runtime is not here (" + reason + "); tools/install_onnxruntime installs it, and " + kVariable +
                     " may name its library",
                 {}};
  }
  using GetApiBase = const ApiBase* (*)();
  const auto get_base = reinterpret_cast<GetApiBase>(::dlsym(handle, "OrtGetApiBase"));
  const ApiBase* base = get_base == nullptr ? nullptr : get_base();
  const void* const* functions = base == nullptr ? nullptr : base->get_api(kApiVersion);
  if (functions == nullptr) return Error{Code::kUnsupported, "the library is no ONNX Runtime, or too old", {}};
  std::unique_ptr<OrtLibrary> library(new OrtLibrary);
  library->api_ = Api(functions);
  library->version_ = base->get_version();
  SCOREWAY_RETURN_IF_ERROR(
      library->Check(library->api_.CreateEnv(kLogFatal, "scoreway", &library->env_), Code::kUnavailable));
  return library;
}

Result<const OrtLibrary*> OrtLibrary::Load() {
  // What was loaded stays until the process ends: its threads and statics do not bear being taken away.
  static const Result<std::unique_ptr<OrtLibrary>>* library =
      new Result<std::unique_ptr<OrtLibrary>>(Open());  // NOLINT(cppcoreguidelines-owning-memory)
  if (!library->ok()) return library->error();
  return library->value().get();
}

}  // namespace scoreway::ort
