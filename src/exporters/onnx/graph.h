// Graph: an ONNX graph being written. Nodes and constants are encoded as they come, so that a large tree ensemble is
// held once, and Write puts the ModelProto together. Tensors are named by strings; a name of ours never meets one that
// was reserved.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_sink.h"
#include "base/result.h"

namespace scoreway::onnx_export {

// TensorProto.DataType.
enum class Element : int32_t { kFloat = 1, kUint8 = 2, kInt64 = 7, kString = 8, kBool = 9, kDouble = 11 };

// A constant: its TensorProto but for the name.
struct TensorData {
  Element element = Element::kDouble;
  std::vector<int64_t> dims;
  std::string raw;                 // little-endian
  std::vector<std::string> texts;  // kString only
};
TensorData Doubles(const std::vector<double>& values);
TensorData Floats(const std::vector<double>& values);
TensorData Ints(const std::vector<int64_t>& values);
TensorData Bytes(const std::vector<uint8_t>& values);
TensorData Texts(std::vector<std::string> values);

// An attribute of a node, encoded.
class Attribute {
 public:
  Attribute(std::string_view name, int64_t value);
  Attribute(std::string_view name, const std::vector<int64_t>& values);
  Attribute(std::string_view name, const std::vector<std::string>& values);
  Attribute(std::string_view name, const TensorData& value);

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

class Graph {
 public:
  // Names of inputs and outputs, which no tensor of ours may take.
  void Reserve(std::string_view name) { reserved_.emplace(name); }
  // Written into the nodes that follow, for people who look at the graph.
  void set_origin(std::string_view origin) { origin_ = origin; }

  // Tensors of N rows and one column.
  void AddInput(std::string_view name, Element element);
  // A tensor [N, 1] of bools, for operators that depend on the number of rows only; set once the inputs are there.
  const std::string& length_witness() const { return length_witness_; }
  void set_length_witness(std::string tensor) { length_witness_ = std::move(tensor); }
  // Makes the tensor an output under the (reserved) name.
  void AddOutput(std::string_view name, Element element, const std::string& tensor);

  // A node of one output, whose name it gives. The second is of the domain ai.onnx.ml.
  std::string Node(std::string_view type, const std::vector<std::string>& inputs,
                   const std::vector<Attribute>& attributes = {});
  std::string MlNode(std::string_view type, const std::vector<std::string>& inputs,
                     const std::vector<Attribute>& attributes, int64_t opset);
  template <typename... Names>
  std::string Op(std::string_view type, const Names&... inputs) {
    return Node(type, {inputs...});
  }
  std::string Cast(const std::string& tensor, Element element);
  // Columns of a tensor, side by side.
  std::string Columns(const std::string& tensor, const std::vector<uint32_t>& columns);
  std::string Column(const std::string& tensor, uint32_t column) { return Columns(tensor, {column}); }
  // Leaves out those without a name, which have no columns.
  std::string SideBySide(const std::vector<std::string>& tensors);
  // ReduceSum or ReduceMax over the columns, to one column.
  std::string OverColumns(std::string_view type, const std::string& tensor);

  // Constants; equal ones are written once.
  std::string Constant(const TensorData& data);
  std::string Number(double value) { return Constant(Doubles({value})); }
  // A number for each column.
  std::string Row(const std::vector<double>& values) { return Constant(Doubles(values)); }

  // RESOURCE_EXHAUSTED beyond 2 GiB, the most that a protobuf message may hold.
  Status Write(std::string_view producer, const std::vector<std::pair<std::string, std::string>>& metadata,
               ByteSink* sink) const;

 private:
  std::string NewName(std::string_view type);
  void AddNode(std::string_view type, std::string_view domain, const std::vector<std::string>& inputs,
               const std::string& output, const std::vector<Attribute>& attributes);

  std::set<std::string, std::less<>> reserved_;
  std::string origin_;
  std::string length_witness_;
  std::vector<std::string> fields_;               // of GraphProto, encoded
  std::map<std::string, std::string> constants_;  // name by encoding
  uint64_t next_name_ = 0;
  int64_t ml_opset_ = 0;
};

}  // namespace scoreway::onnx_export
