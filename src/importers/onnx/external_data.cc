#include "importers/onnx/external_data.h"

#include <span>

#include "base/wire_reader.h"

namespace scoreway::onnx {
namespace {

constexpr int kDepthMax = 64;

struct Message;
// A field that holds another message in which tensors may stand.
struct Field {
  uint32_t number;
  const Message* message;
};
struct Message {
  std::span<const Field> fields;
  bool is_tensor = false;
};

extern const Message kTensor, kSparseTensor, kAttribute, kNode, kGraph, kFunction, kTraining, kModel;

constexpr Field kSparseTensorFields[] = {{1, &kTensor}, {2, &kTensor}};
constexpr Field kAttributeFields[] = {{5, &kTensor}, {6, &kGraph},         {10, &kTensor},
                                      {11, &kGraph}, {22, &kSparseTensor}, {23, &kSparseTensor}};
constexpr Field kNodeFields[] = {{5, &kAttribute}};
constexpr Field kGraphFields[] = {{1, &kNode}, {5, &kTensor}, {15, &kSparseTensor}};
constexpr Field kFunctionFields[] = {{7, &kNode}, {11, &kAttribute}};
constexpr Field kTrainingFields[] = {{1, &kGraph}, {2, &kGraph}};
constexpr Field kModelFields[] = {{7, &kGraph}, {20, &kTraining}, {25, &kFunction}};

const Message kTensor{{}, true};
const Message kSparseTensor{kSparseTensorFields};
const Message kAttribute{kAttributeFields};
const Message kNode{kNodeFields};
const Message kGraph{kGraphFields};
const Message kFunction{kFunctionFields};
const Message kTraining{kTrainingFields};
const Message kModel{kModelFields};

// data_location (EXTERNAL is 1), and where the data are said to lie.
constexpr uint32_t kExternalData = 13, kDataLocation = 14;

Status Walk(std::string_view bytes, const Message& message, int depth) {
  if (depth > kDepthMax) return Status(Code::kResourceExhausted, "graphs lie within graphs too deep");
  WireReader reader(bytes);
  WireField field;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, reader.Next(&field));
    if (!more) return {};
    if (message.is_tensor && (field.number == kExternalData || (field.number == kDataLocation && field.scalar != 0))) {
      return Status(Code::kUnsupported, "a tensor's data lie in another file");
    }
    for (const Field& inner : message.fields) {
      if (inner.number != field.number) continue;
      SCOREWAY_RETURN_IF_ERROR(Walk(field.bytes, *inner.message, depth + 1));
    }
  }
}

}  // namespace

Status RefuseExternalData(std::string_view model) { return Walk(model, kModel, 0); }

}  // namespace scoreway::onnx
