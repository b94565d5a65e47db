// The messages of the Open Inference Protocol's service beside those of inference (data/codec/infer_message.h), written
// and read as bytes. Field numbers are those of api/open_inference.proto.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/loaded_model.h"
#include "service/model_statistics.h"
#include "service/repository_index.h"

namespace scoreway::grpc_gateway {

// Name and version, as most requests have them; views into the bytes.
struct NamedRequest {
  std::string_view name, version;
};
// INVALID_ARGUMENT: no such message.
Result<NamedRequest> ReadNamedRequest(std::string_view bytes);
// The model that a RepositoryModelLoadRequest names. UNSUPPORTED if it would change the model.
Result<std::string_view> ReadLoadRequest(std::string_view bytes);
// Whether a RepositoryIndexRequest asks for loaded models only.
Result<bool> ReadIndexRequest(std::string_view bytes);

// The id of a ModelInferRequest; empty if it has none, or is none.
std::string_view ReadInferId(std::string_view bytes);

// ServerLiveResponse, ServerReadyResponse and ModelReadyResponse, which are alike.
std::string WriteFlag(bool flag);
std::string WriteServerMetadata(std::string_view version);
std::string WriteModelMetadata(const LoadedModel& model);
std::string WriteModelConfig(const LoadedModel& model);
std::string WriteModelStatistics(const std::vector<ModelStatistics>& list);
// ModelStreamInferResponse: with a ModelInferResponse, or with why there is none to the request of that id.
std::string WriteStreamedAnswer(std::string_view response);
std::string WriteStreamedError(std::string_view message, std::string_view id);
std::string WriteRepositoryIndex(const std::vector<IndexEntry>& index);

}  // namespace scoreway::grpc_gateway
