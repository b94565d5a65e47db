#include "service/inspect.h"

#include <type_traits>
#include <variant>
#include <vector>

namespace scoreway {
namespace {

template <typename T>
size_t ParameterBytes(const T&) {
  return sizeof(T);
}
size_t ParameterBytes(const std::string& text) { return text.size(); }
template <typename T>
size_t ParameterBytes(const std::vector<T>& items) {
  if constexpr (std::is_trivially_copyable_v<T>) {
    return items.size() * sizeof(T);
  } else {
    size_t bytes = 0;
    for (const T& item : items) bytes += ParameterBytes(item);
    return bytes;
  }
}

size_t ParameterBytes(const Operator& op) {
  size_t bytes = 0;
  std::visit(
      [&bytes](const auto& params) {
        params.Fields(params, [&bytes](std::string_view, const auto& field) { bytes += ParameterBytes(field); });
      },
      op.params);
  return bytes;
}

void WriteOperator(const Operator& op, const ValueShape& shape, JsonWriter* json) {
  json->BeginObject();
  json->StringField("kind", OperatorName(op.params));
  json->StringField("origin", op.origin);
  json->UintField("bytes", ParameterBytes(op));
  json->Key("inputs");
  json->BeginArray();
  for (const ValueId input : op.inputs) json->Uint(input);
  json->EndArray();
  json->Key("output");
  json->BeginObject();
  json->UintField("id", op.output);
  json->StringField("kind", ValueKindName(shape.kind));
  json->UintField("width", shape.width);
  json->EndObject();
  json->EndObject();
}

}  // namespace

void WriteSignature(const Signature& signature, JsonWriter* json) {
  json->BeginObject();
  json->Key("inputs");
  json->BeginArray();
  for (const InputField& input : signature.inputs) {
    json->BeginObject();
    json->StringField("name", input.name);
    json->StringField("type", TypeName(input.type));
    json->BoolField("used", input.used);
    json->StringField("missing", input.missing == MissingRule::kModel ? "model" : "reject");
    if (!input.categories.empty()) {
      json->Key("categories");
      json->BeginArray();
      for (const std::string& category : input.categories) json->String(category);
      json->EndArray();
    }
    json->EndObject();
  }
  json->EndArray();
  json->Key("outputs");
  json->BeginArray();
  for (const OutputField& output : signature.outputs) {
    json->BeginObject();
    json->StringField("name", output.name);
    json->StringField("type", TypeName(output.type));
    json->EndObject();
  }
  json->EndArray();
  json->BoolField("inputs_named", signature.inputs_named);
  json->EndObject();
}

std::string SignatureJson(const Signature& signature) {
  std::string text;
  JsonWriter json(&text);
  WriteSignature(signature, &json);
  return text;
}

void WriteModel(const Model& model, JsonWriter* json) {
  const Provenance& provenance = model.provenance();
  json->BeginObject();
  json->StringField("format", provenance.format);
  json->StringField("library", provenance.library);
  json->StringField("library_version", provenance.library_version);
  json->StringField("estimator", provenance.estimator);
  json->StringField("engine", model.engine());
  json->UintField("bytes", model.ByteSize());
  json->Key("signature");
  WriteSignature(model.signature(), json);
  json->Key("operators");
  json->BeginArray();
  for (const Operator& op : model.operators()) WriteOperator(op, model.values()[op.output], json);
  json->EndArray();
  json->EndObject();
}

}  // namespace scoreway
