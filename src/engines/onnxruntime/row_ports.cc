#include "engines/onnxruntime/row_ports.h"

#include <algorithm>
#include <cstring>

namespace scoreway::ort {
namespace {

using onnx::ElementType;
using onnx::RowPort;

Error Unsupported(const std::string& what, const std::string& name, const std::string& why) {
  return Error{Code::kUnsupported, why, what + " '" + name + "'"};
}

Result<RowPort> RowPortOf(const std::string& what, const Port& port) {
  if (port.kind != ValueKind::kTensor) return Unsupported(what, port.name, "it is no tensor");
  Result<RowPort> row = onnx::RowPortOf(port.name, port.type, port.dims);
  if (!row.ok()) return AtPlace(what, std::move(row).error());
  return row;
}

bool HoldsLoops(const std::vector<onnx::NodeProto>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(), [](const onnx::NodeProto& node) {
    if (node.op_type == "Loop" || node.op_type == "Scan") return true;
    return std::any_of(node.attributes.begin(), node.attributes.end(), [](const onnx::AttributeProto& attribute) {
      return attribute.graph != nullptr && HoldsLoops(attribute.graph->nodes);
    });
  });
}

// The keys of a ZipMap's output.
std::vector<std::string> MapKeys(const onnx::ModelProto& model, std::string_view output) {
  std::vector<std::string> keys;
  for (const onnx::NodeProto& node : model.graph.nodes) {
    if (node.op_type != "ZipMap" || node.outputs.empty() || node.outputs[0] != output) continue;
    if (const auto* texts = node.Find("classlabels_strings")) keys.assign(texts->texts.begin(), texts->texts.end());
    if (!keys.empty()) break;
    if (const auto* numbers = node.Find("classlabels_int64s")) {
      for (const int64_t number : numbers->integers) keys.push_back(std::to_string(number));
    }
    break;
  }
  return keys;
}

onnx::TensorData Zeros(const Port& port, const RowPort& row, int64_t rows) {
  onnx::TensorData tensor;
  tensor.type = port.type;
  tensor.dims = row.inner;
  tensor.dims.insert(tensor.dims.begin(), rows);
  const auto count = static_cast<size_t>(onnx::ElementCount(tensor.dims));
  tensor.raw.assign(count * onnx::ElementBytes(port.type), '\0');
  if (port.type == ElementType::kString) tensor.texts.resize(count);
  return tensor;
}

// The dimensions of an output as a run of zeros gives them.
Result<Port> Probed(const OrtSession& session, const RowPorts& ports, size_t output) {
  const int64_t rows = ports.fixed_rows.value_or(1);
  std::vector<onnx::TensorData> inputs;
  for (size_t i = 0; i < session.inputs().size(); ++i) {
    inputs.push_back(Zeros(session.inputs()[i], ports.inputs[i], rows));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Answer> answers, session.Run(inputs, std::span(&output, 1)));
  Port port = session.outputs()[output];
  port.dims = answers[0].tensor.dims;
  if (port.dims.empty() || port.dims[0] != rows) {
    return Unsupported("output", port.name, "it has no row for each row of the inputs");
  }
  return port;
}

}  // namespace

Result<RowPorts> FindRowPorts(const OrtSession& session, const onnx::ModelProto& model) {
  RowPorts ports;
  for (const Port& port : session.inputs()) {
    SCOREWAY_ASSIGN_OR_RETURN(RowPort row, RowPortOf("input", port));
    if (port.dims[0] > 0) {
      if (ports.fixed_rows && *ports.fixed_rows != port.dims[0]) {
        return Unsupported("input", port.name, "it has another number of rows than the inputs before it");
      }
      ports.fixed_rows = port.dims[0];
    }
    ports.inputs.push_back(std::move(row));
  }
  if (ports.inputs.empty()) return Error{Code::kUnsupported, "the model takes no input", {}};
  for (size_t i = 0; i < session.outputs().size(); ++i) {
    Port port = session.outputs()[i];
    if (port.kind == ValueKind::kSequence) {
      RowPort row;
      row.type = ElementType::kFloat;
      row.cell = Type::kFloat32;
      for (const std::string& key : MapKeys(model, port.name)) row.columns.push_back(port.name + "_" + key);
      if (row.columns.empty()) return Unsupported("output", port.name, "a sequence that no ZipMap made");
      row.inner = {static_cast<int64_t>(row.columns.size())};
      ports.outputs.push_back(std::move(row));
      continue;
    }
    const bool open = std::any_of(port.dims.begin() + (port.dims.empty() ? 0 : 1), port.dims.end(),
                                  [](int64_t dim) { return dim < 0; });
    if ((open || port.dims.empty()) && !HoldsLoops(model.graph.nodes)) {
      SCOREWAY_ASSIGN_OR_RETURN(port, Probed(session, ports, i));
    } else if (!port.dims.empty() && port.dims[0] >= 0 && ports.fixed_rows && port.dims[0] != *ports.fixed_rows) {
      return Unsupported("output", port.name, "it has no row for each row of the inputs");
    }
    SCOREWAY_ASSIGN_OR_RETURN(RowPort row, RowPortOf("output", port));
    ports.outputs.push_back(std::move(row));
  }
  return ports;
}

}  // namespace scoreway::ort
