#include "data/codec/infer_message.h"

#include <array>
#include <utility>

#include "base/utf8.h"
#include "data/codec/column_names.h"
#include "data/codec/raw_tensor.h"
#include "data/codec/typed_contents.h"

namespace scoreway {
namespace {

// More than columns of any table; so that empty tensors cannot ask for memory.
constexpr size_t kTensorsMax = 65'536;

// Field numbers of the messages.
namespace request {
enum : uint32_t { kModelName = 1, kModelVersion, kId, kParameters, kInputs, kOutputs, kRawInputContents };
}
namespace input {
enum : uint32_t { kName = 1, kDatatype, kShape, kParameters, kContents };
}
namespace output {
enum : uint32_t { kName = 1, kParameters };
}
namespace entry {
enum : uint32_t { kKey = 1 };
}

Error Invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message), {}}; }

// Calls take(field) for each field. What is no message is the caller's fault.
template <typename Take>
Status ForEachField(std::string_view bytes, const Take& take) {
  WireReader reader(bytes);
  WireField field;
  for (;;) {
    const Result<bool> more = reader.Next(&field);
    if (!more.ok()) return Invalid("the bytes are no protobuf message: " + more.error().ToString());
    if (!*more) return {};
    SCOREWAY_RETURN_IF_ERROR(take(field));
  }
}

Status TakeBytes(const WireField& field, std::string_view* bytes) {
  if (field.type != WireType::kBytes) {
    return Invalid("field " + std::to_string(field.number) + " has a wire type that it cannot have");
  }
  *bytes = field.bytes;
  return {};
}

Status TakeText(const WireField& field, std::string_view* text) {
  SCOREWAY_RETURN_IF_ERROR(TakeBytes(field, text));
  if (IsUtf8(*text)) return {};
  return Invalid("field " + std::to_string(field.number) + " is not valid UTF-8");
}

// Of an entry of a map of parameters only the key matters: it may name what is not had.
Status CheckParameter(const WireField& field) {
  std::string_view bytes, key;
  SCOREWAY_RETURN_IF_ERROR(TakeBytes(field, &bytes));
  SCOREWAY_RETURN_IF_ERROR(
      ForEachField(bytes, [&](const WireField& f) { return f.number == entry::kKey ? TakeText(f, &key) : Status(); }));
  if (key.starts_with("shared_memory_")) {
    return Status(Code::kUnsupported, "shared memory is not had: send the data");
  }
  if (key == "classification") {
    return Status(Code::kUnsupported, "the classification extension is not had: ask for the outputs themselves");
  }
  return {};
}

// A shape of more sizes than a table has is refused before they are all read.
Status ReadShape(const WireField& field, std::vector<int64_t>* sizes) {
  constexpr size_t kSizesBytesMax = 20;
  if (field.bytes.size() > kSizesBytesMax || sizes->size() > 2) return Invalid("only shapes [n] and [n, k] are tables");
  if (Status status = AppendVarints(field, sizes); !status.ok()) return Invalid(ToError(std::move(status)).message);
  return {};
}

}  // namespace

Status InferMessageReader::Parse(std::string_view bytes) {
  model_name_ = model_version_ = id_ = {};
  inputs_.clear();
  outputs_.clear();
  raw_contents_.clear();
  return ForEachField(bytes, [this](const WireField& field) { return ParseField(field); });
}

Status InferMessageReader::ParseField(const WireField& field) {
  const auto too_many = [](std::string_view what) {
    return Status(Code::kResourceExhausted, "more than " + std::to_string(kTensorsMax) + " " + std::string(what));
  };
  std::string_view bytes;
  switch (field.number) {
    case request::kModelName: return TakeText(field, &model_name_);
    case request::kModelVersion: return TakeText(field, &model_version_);
    case request::kId: return TakeText(field, &id_);
    case request::kParameters: return CheckParameter(field);
    case request::kInputs: {
      SCOREWAY_RETURN_IF_ERROR(TakeBytes(field, &bytes));
      if (inputs_.size() == kTensorsMax) return too_many("inputs");
      if (Status status = ParseInput(bytes); !status.ok()) {
        const std::string_view name = inputs_.back().head.name;
        return AtPlace("tensor " + (name.empty() ? std::to_string(inputs_.size()) : Quoted(name)),
                       ToError(std::move(status)));
      }
      return {};
    }
    case request::kOutputs: {
      SCOREWAY_RETURN_IF_ERROR(TakeBytes(field, &bytes));
      if (outputs_.size() == kTensorsMax) return too_many("outputs");
      std::string_view name;
      SCOREWAY_RETURN_IF_ERROR(ForEachField(bytes, [&](const WireField& f) -> Status {
        if (f.number == output::kName) return TakeText(f, &name);
        return f.number == output::kParameters ? CheckParameter(f) : Status();
      }));
      outputs_.emplace_back(name);
      return {};
    }
    case request::kRawInputContents:
      if (raw_contents_.size() == kTensorsMax) return too_many("raw contents");
      SCOREWAY_RETURN_IF_ERROR(TakeBytes(field, &bytes));
      raw_contents_.push_back(bytes);
      return {};
    default: return {};
  }
}

Status InferMessageReader::ParseInput(std::string_view bytes) {
  Input& tensor = inputs_.emplace_back();
  std::vector<int64_t>& sizes = sizes_;
  sizes.clear();
  SCOREWAY_RETURN_IF_ERROR(ForEachField(bytes, [&](const WireField& field) -> Status {
    switch (field.number) {
      case input::kName: return TakeText(field, &tensor.head.name);
      case input::kDatatype: return TakeText(field, &tensor.datatype);
      case input::kShape: return ReadShape(field, &sizes);
      case input::kParameters: return CheckParameter(field);
      case input::kContents:
        if (std::exchange(tensor.has_contents, true)) return Invalid("it has contents twice");
        return TakeBytes(field, &tensor.contents);
      default: return {};
    }
  }));
  tensor.head.datatype = FindTensorDatatype(tensor.datatype);
  if (tensor.head.datatype == nullptr) return Invalid("unknown datatype " + Quoted(tensor.datatype));
  std::array<uint64_t, 3> shape{};
  for (size_t i = 0; i < std::min(sizes.size(), shape.size()); ++i) {
    if (sizes[i] < 0) return Invalid("a size of the shape is negative");
    shape[i] = static_cast<uint64_t>(sizes[i]);
  }
  return SetShape(std::span(shape).first(std::min(sizes.size(), shape.size())), &tensor.head);
}

Status InferMessageReader::Read(const JsonReadOptions& options, Batch* batch) {
  batch->Clear();
  if (is_raw() && raw_contents_.size() != inputs_.size()) {
    return Invalid("there are " + std::to_string(raw_contents_.size()) + " raw contents for " +
                   std::to_string(inputs_.size()) + " inputs");
  }
  binding_.Begin(batch, options);
  for (size_t i = 0; i < inputs_.size(); ++i) {
    if (Status status = ReadInput(inputs_[i], i, batch); !status.ok()) {
      return AtPlace("tensor " + Quoted(inputs_[i].head.name), ToError(std::move(status)));
    }
  }
  return binding_.Finish();
}

Status InferMessageReader::ReadInput(const Input& tensor, size_t index, Batch* batch) {
  size_t first = 0;
  SCOREWAY_RETURN_IF_ERROR(binding_.Bind(tensor.head, &first));
  if (!is_raw()) return AppendTypedContents(tensor.contents, tensor.head, first, batch);
  if (tensor.has_contents) return Invalid("it has contents, beside the raw ones of the request");
  return AppendRawTensor(raw_contents_[index], tensor.head, first, batch);
}

Result<std::string> WriteInferMessage(const InferResponseHead& head, const Batch& answers,
                                      std::span<const size_t> columns, bool is_raw) {
  enum : uint32_t { kModelName = 1, kModelVersion, kId, kParameters, kOutputs, kRawOutputContents };
  enum : uint32_t { kName = 1, kDatatype, kShape, kContents = 5 };
  enum : uint32_t { kKey = 1, kValue = 2 };
  constexpr uint32_t kStringParam = 3;
  constexpr size_t kHeadBytes = 160, kTensorBytes = 64;  // as a rule

  const size_t count = columns.empty() ? answers.column_count() : columns.size();
  WireWriter response, tensor, contents;
  response.Reserve(kHeadBytes + count * (kTensorBytes + answers.rows() * sizeof(double)));
  response.Bytes(kModelName, head.model_name);
  response.Bytes(kModelVersion, head.model_version);
  response.Bytes(kId, head.id);
  WireWriter value, parameter;
  value.Bytes(kStringParam, head.prediction_id);
  parameter.Bytes(kKey, "prediction_id");
  parameter.Message(kValue, value);
  response.Message(kParameters, parameter);

  std::vector<std::string> raw(is_raw ? count : 0);
  for (size_t i = 0; i < count; ++i) {
    const size_t index = columns.empty() ? i : columns[i];
    const Column& column = answers.column(index);
    const Field& field = answers.schema().field(index);
    const int64_t shape[] = {static_cast<int64_t>(column.size())};
    tensor.Clear();
    contents.Clear();
    tensor.Bytes(kName, field.name);
    tensor.Bytes(kDatatype, TensorDatatypeName(field.type));
    tensor.PackedInts(kShape, shape);
    Status status = is_raw ? AppendRawCells(column, &raw[i]) : WriteTypedContents(column, &contents);
    if (!status.ok()) return AtPlace("output " + Quoted(field.name), ToError(std::move(status)));
    if (!is_raw) tensor.Message(kContents, contents);
    response.Message(kOutputs, tensor);
  }
  for (const std::string& bytes : raw) response.Bytes(kRawOutputContents, bytes);
  return std::move(response).TakeBytes();
}

}  // namespace scoreway
