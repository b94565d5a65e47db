#include "importers/onnx/model_proto.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/wire_reader.h"

namespace scoreway::onnx {
namespace {

// Graphs within graphs (If, Loop, Scan).
constexpr int kGraphDepthMax = 16;
// Nodes, attributes and values of all graphs together: each takes more memory than it has bytes.
constexpr size_t kPartsMax = size_t{4} << 20;

std::string_view Domain(std::string_view domain) { return domain == "ai.onnx" ? std::string_view() : domain; }

class Reader {
 public:
  Result<ModelProto> Model(std::string_view bytes);

 private:
  Status Count() {
    if (++parts_ <= kPartsMax) return {};
    return Status(Code::kResourceExhausted, "the model has more than " + std::to_string(kPartsMax) + " parts");
  }
  Status Graph(std::string_view bytes, int depth, GraphProto* graph);
  Status Node(std::string_view bytes, int depth, NodeProto* node);
  Status Attribute(std::string_view bytes, int depth, AttributeProto* attribute);
  Status Value(std::string_view bytes, ValueInfo* value);
  Status Type(std::string_view bytes, ValueInfo* value);
  Status TensorType(std::string_view bytes, ValueInfo* value);
  Status MapType(std::string_view bytes, ValueInfo* value);
  Status Shape(std::string_view bytes, ValueInfo* value);
  Status TensorName(std::string_view bytes, std::string_view* name);
  Status Opset(std::string_view bytes, std::map<std::string_view, int64_t>* opsets);
  Status Function(std::string_view bytes, FunctionProto* function);

  size_t parts_ = 0;
};

// Calls on(field) for every field of the message.
template <typename On>
Status ForEachField(std::string_view bytes, On&& on) {
  WireReader reader(bytes);
  WireField field;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, reader.Next(&field));
    if (!more) return {};
    SCOREWAY_RETURN_IF_ERROR(on(static_cast<const WireField&>(field)));
  }
}

Status Reader::Opset(std::string_view bytes, std::map<std::string_view, int64_t>* opsets) {
  std::string_view domain;
  int64_t version = 0;
  SCOREWAY_RETURN_IF_ERROR(ForEachField(bytes, [&](const WireField& field) -> Status {
    if (field.number == 1) domain = field.bytes;
    if (field.number == 2) version = field.signed_value();
    return {};
  }));
  int64_t& known = (*opsets)[Domain(domain)];
  known = std::max(known, version);
  return Count();
}

Status Reader::TensorName(std::string_view bytes, std::string_view* name) {
  return ForEachField(bytes, [&](const WireField& field) -> Status {
    if (field.number == 8) *name = field.bytes;
    return {};
  });
}

Status Reader::Shape(std::string_view bytes, ValueInfo* value) {
  value->has_shape = true;
  return ForEachField(bytes, [&](const WireField& field) -> Status {
    if (field.number != 1) return {};
    Dimension dimension;
    SCOREWAY_RETURN_IF_ERROR(ForEachField(field.bytes, [&](const WireField& part) -> Status {
      if (part.number == 1) dimension.size = part.signed_value();
      if (part.number == 2) dimension.name = part.bytes;
      return {};
    }));
    value->shape.push_back(dimension);
    return Count();
  });
}

Status Reader::TensorType(std::string_view bytes, ValueInfo* value) {
  return ForEachField(bytes, [&](const WireField& field) -> Status {
    if (field.number == 1) value->type = static_cast<ElementType>(field.scalar);
    if (field.number == 2) return Shape(field.bytes, value);
    return {};
  });
}

// The type of its values, where they are single ones.
Status Reader::MapType(std::string_view bytes, ValueInfo* value) {
  return ForEachField(bytes, [&](const WireField& field) -> Status {
    if (field.number != 2) return {};
    return ForEachField(field.bytes, [&](const WireField& type) -> Status {
      if (type.number != 1) return {};
      return ForEachField(type.bytes, [&](const WireField& tensor) -> Status {
        if (tensor.number == 1) value->type = static_cast<ElementType>(tensor.scalar);
        return {};
      });
    });
  });
}

Status Reader::Type(std::string_view bytes, ValueInfo* value) {
  return ForEachField(bytes, [&](const WireField& field) -> Status {
    using enum ValueInfo::Kind;
    switch (field.number) {
      case 1: value->kind = kTensor; return TensorType(field.bytes, value);
      case 4: value->kind = kSequence; return {};
      case 5: value->kind = kMap; return MapType(field.bytes, value);
      case 8: value->kind = kSparse; return {};
      case 9: value->kind = kOptional; return {};
      default: return {};
    }
  });
}

Status Reader::Value(std::string_view bytes, ValueInfo* value) {
  SCOREWAY_RETURN_IF_ERROR(Count());
  return ForEachField(bytes, [&](const WireField& field) -> Status {
    if (field.number == 1) value->name = field.bytes;
    if (field.number == 2) return Type(field.bytes, value);
    return {};
  });
}

Status Reader::Attribute(std::string_view bytes, int depth, AttributeProto* attribute) {
  SCOREWAY_RETURN_IF_ERROR(Count());
  return ForEachField(bytes, [&](const WireField& field) -> Status {
    switch (field.number) {
      case 1: attribute->name = field.bytes; break;
      case 2: attribute->number = std::bit_cast<float>(static_cast<uint32_t>(field.scalar)); break;
      case 3: attribute->integer = field.signed_value(); break;
      case 4: attribute->text = field.bytes; break;
      case 5: attribute->tensor = field.bytes; break;
      case 6: {
        auto graph = std::make_shared<GraphProto>();
        SCOREWAY_RETURN_IF_ERROR(Graph(field.bytes, depth + 1, graph.get()));
        attribute->graph = std::move(graph);
        break;
      }
      case 7: return AppendFloats(field, &attribute->numbers);
      case 8: return AppendVarints(field, &attribute->integers);
      case 9: attribute->texts.push_back(field.bytes); break;
      case 21: attribute->refers_to = field.bytes; break;
      default: break;
    }
    return {};
  });
}

Status Reader::Node(std::string_view bytes, int depth, NodeProto* node) {
  SCOREWAY_RETURN_IF_ERROR(Count());
  return ForEachField(bytes, [&](const WireField& field) -> Status {
    switch (field.number) {
      case 1: node->inputs.push_back(field.bytes); return Count();
      case 2: node->outputs.push_back(field.bytes); return Count();
      case 3: node->name = field.bytes; break;
      case 4: node->op_type = field.bytes; break;
      case 5: node->attributes.emplace_back(); return Attribute(field.bytes, depth, &node->attributes.back());
      case 7: node->domain = Domain(field.bytes); break;
      default: break;
    }
    return {};
  });
}

Status Reader::Graph(std::string_view bytes, int depth, GraphProto* graph) {
  if (depth > kGraphDepthMax) {
    return Status(Code::kResourceExhausted, "graphs lie within graphs deeper than " + std::to_string(kGraphDepthMax));
  }
  return ForEachField(bytes, [&](const WireField& field) -> Status {
    switch (field.number) {
      case 1: graph->nodes.emplace_back(); return Node(field.bytes, depth, &graph->nodes.back());
      case 2: graph->name = field.bytes; break;
      case 5: {
        Initializer initializer{{}, field.bytes};
        SCOREWAY_RETURN_IF_ERROR(TensorName(field.bytes, &initializer.name));
        graph->initializers.push_back(initializer);
        return Count();
      }
      case 11: graph->inputs.emplace_back(); return Value(field.bytes, &graph->inputs.back());
      case 12: graph->outputs.emplace_back(); return Value(field.bytes, &graph->outputs.back());
      case 15: graph->sparse_initializers = true; break;
      default: break;
    }
    return {};
  });
}

Status Reader::Function(std::string_view bytes, FunctionProto* function) {
  SCOREWAY_RETURN_IF_ERROR(Count());
  return ForEachField(bytes, [&](const WireField& field) -> Status {
    switch (field.number) {
      case 1: function->name = field.bytes; break;
      case 4: function->inputs.push_back(field.bytes); return Count();
      case 5: function->outputs.push_back(field.bytes); return Count();
      case 7: function->nodes.emplace_back(); return Node(field.bytes, 0, &function->nodes.back());
      case 9: return Opset(field.bytes, &function->opsets);
      case 10: function->domain = Domain(field.bytes); break;
      case 11: function->defaults.emplace_back(); return Attribute(field.bytes, 0, &function->defaults.back());
      case 13: function->overload = field.bytes; break;
      default: break;
    }
    return {};
  });
}

Result<ModelProto> Reader::Model(std::string_view bytes) {
  ModelProto model;
  bool has_graph = false;
  SCOREWAY_RETURN_IF_ERROR(ForEachField(bytes, [&](const WireField& field) -> Status {
    switch (field.number) {
      case 1: model.ir_version = field.signed_value(); break;
      case 2: model.producer_name = field.bytes; break;
      case 3: model.producer_version = field.bytes; break;
      case 7: has_graph = true; return Graph(field.bytes, 0, &model.graph);
      case 8: return Opset(field.bytes, &model.opsets);
      case 25: model.functions.emplace_back(); return Function(field.bytes, &model.functions.back());
      default: break;
    }
    return {};
  }));
  if (!has_graph) return Error{Code::kCorrupt, "the model has no graph", {}};
  return model;
}

}  // namespace

std::string ElementTypeName(ElementType type) {
  static constexpr std::array kNames = {"undefined", "float",  "uint8", "int8",    "uint16", "int16",  "int32",
                                        "int64",     "string", "bool",  "float16", "double", "uint32", "uint64"};
  const auto index = static_cast<size_t>(type);
  return index < kNames.size() ? kNames[index] : "element type " + std::to_string(static_cast<int32_t>(type));
}

const AttributeProto* NodeProto::Find(std::string_view attribute) const {
  for (const AttributeProto& candidate : attributes) {
    if (candidate.name == attribute) return &candidate;
  }
  return nullptr;
}

// A ModelProto begins with its ir_version (field 1, a small varint), and goes on with a field that a model has.
bool LooksLikeModelProto(std::string_view bytes) {
  if (bytes.size() < 4 || bytes[0] != 0x08 || bytes[1] <= 0) return false;
  static constexpr std::array<unsigned char, 8> kNextKeys = {0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72};
  const auto key = static_cast<unsigned char>(bytes[2]);
  return std::find(kNextKeys.begin(), kNextKeys.end(), key) != kNextKeys.end();
}

Result<ModelProto> ReadModelProto(std::string_view bytes) { return Reader().Model(bytes); }

}  // namespace scoreway::onnx
