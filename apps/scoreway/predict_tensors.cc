#include "predict_tensors.h"

#include <filesystem>
#include <system_error>

#include "engines/onnx_tensors/run_tensors.h"
#include "files.h"

namespace scoreway {
namespace {

constexpr uint64_t kTensorFileBytesMax = uint64_t{1} << 30;

std::string FileIn(const std::string& folder, const char* what, size_t index) {
  return (std::filesystem::path(folder) / (what + std::to_string(index) + ".pb")).string();
}

}  // namespace

bool IsFolder(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

Status PredictTensors(const OpenedModel& source, const Scorer& scorer, const PredictOptions& options) {
  std::vector<onnx::TensorData> inputs;
  std::error_code error;
  for (size_t i = 0;; ++i) {
    const std::string path = FileIn(options.input, "input_", i);
    if (!std::filesystem::exists(path, error)) break;
    SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const std::string> bytes, ReadFile(path, kTensorFileBytesMax));
    Result<onnx::TensorData> tensor = onnx::ReadTensorProto(*bytes);
    if (!tensor.ok()) return AtPlace(path, std::move(tensor).error());
    inputs.push_back(std::move(*tensor));
  }
  Result<std::vector<onnx::TensorData>> outputs = RunTensors(scorer, *source.artifact, std::move(inputs));
  if (!outputs.ok()) return AtPlace(options.input, std::move(outputs).error());

  std::filesystem::create_directories(options.output, error);
  if (error) return Status(Code::kInvalidArgument, "cannot make the folder: " + error.message(), options.output);
  for (size_t i = 0; i < outputs->size(); ++i) {
    SCOREWAY_RETURN_IF_ERROR(
        WriteWholeFile(FileIn(options.output, "output_", i), onnx::WriteTensorProto((*outputs)[i])));
  }
  return {};
}

}  // namespace scoreway
