// ModelInferRequest and ModelInferResponse of the Open Inference Protocol (api/open_inference.proto), read from their
// bytes into a Batch and written from one, without a message object between.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/wire_reader.h"
#include "data/batch.h"
#include "data/codec/json_request.h"
#include "data/codec/tensor_binding.h"

namespace scoreway {

// A request, taken apart. Keeps its memory from one to the next; one thread at a time.
class InferMessageReader {
 public:
  // Takes the message apart; the bytes must live as long as what is asked of it afterwards. INVALID_ARGUMENT: no such
  // message; UNSUPPORTED: extensions that are not had; RESOURCE_EXHAUSTED: more tensors than any model takes.
  Status Parse(std::string_view bytes);

  std::string_view model_name() const { return model_name_; }
  std::string_view model_version() const { return model_version_; }
  std::string_view id() const { return id_; }
  // The outputs asked for; empty: all.
  const std::vector<std::string>& outputs() const { return outputs_; }
  // Whether the tensors come as raw bytes, and so the answer is wanted.
  bool is_raw() const { return !raw_contents_.empty(); }

  // Replaces the rows of the batch. Errors as those of JsonTensorsReader; after one the columns of the batch may differ
  // in length: clear it.
  Status Read(const JsonReadOptions& options, Batch* batch);

 private:
  struct Input {
    TensorHead head;
    std::string_view datatype;
    std::string_view contents;
    bool has_contents = false;
  };

  Status ParseField(const WireField& field);
  Status ParseInput(std::string_view bytes);
  Status ReadInput(const Input& input, size_t index, Batch* batch);

  std::string_view model_name_, model_version_, id_;
  std::vector<Input> inputs_;
  std::vector<std::string> outputs_;
  std::vector<std::string_view> raw_contents_;
  std::vector<int64_t> sizes_;  // of the shape that is read
  TensorBinding binding_;
};

// What a response says beside its tensors.
struct InferResponseHead {
  std::string_view model_name, model_version, id, prediction_id;
};

// The response as bytes: `columns` of the answers, in this order; empty: all. Raw: as raw_output_contents, else as
// typed contents; either way a missing cell that is no float is UNSUPPORTED, as there is nothing to write for it.
Result<std::string> WriteInferMessage(const InferResponseHead& head, const Batch& answers,
                                      std::span<const size_t> columns, bool is_raw);

}  // namespace scoreway
