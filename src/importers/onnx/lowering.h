// Lowering: from the nodes of an ONNX graph to operators of a Model.
//
// A node's lowering takes its input Tensors and gives its output Tensors. Which function lowers which operator stands
// in one visible table (node_table.cc). Nodes whose inputs are all constant are computed here and now, as far as shapes
// and indices need it; the others become operators over the rows of the batch. What a lowering cannot express is
// UNSUPPORTED with the reason; who calls it adds the node's name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "importers/onnx/model_proto.h"
#include "importers/onnx/tensor.h"
#include "model/model.h"

namespace scoreway::onnx {

// A node with its inputs found.
class Node {
 public:
  Node(const NodeProto& proto, int64_t version, std::vector<const Tensor*> inputs)
      : proto_(proto), version_(version), inputs_(std::move(inputs)) {}

  const NodeProto& proto() const { return proto_; }
  // Of the operator set that the model takes the operator from.
  int64_t version() const { return version_; }
  size_t input_count() const { return inputs_.size(); }
  bool has_input(size_t index) const { return index < inputs_.size() && inputs_[index] != nullptr; }
  const Tensor& input(size_t index) const { return *inputs_[index]; }
  size_t output_count() const { return proto_.outputs.size(); }

  // Attributes; a default where the node does not have it.
  bool has(std::string_view name) const { return proto_.Find(name) != nullptr; }
  int64_t Integer(std::string_view name, int64_t otherwise) const;
  float Number(std::string_view name, float otherwise) const;
  std::string_view Text(std::string_view name, std::string_view otherwise) const;
  std::span<const int64_t> Integers(std::string_view name) const;
  std::span<const float> Numbers(std::string_view name) const;
  std::span<const std::string_view> Texts(std::string_view name) const;
  // An attribute that is a tensor; UNSUPPORTED or CORRUPT as ReadTensor has it, or when it is absent.
  Result<Tensor> TensorAttribute(std::string_view name) const;

  // CORRUPT unless the node has at least so many inputs that are not left out.
  Status WantInputs(size_t count) const;
  // The elements of a constant input of integers, or an error that says that it must be constant.
  Result<std::vector<int64_t>> ConstantIntegers(size_t input) const;

 private:
  const NodeProto& proto_;
  int64_t version_;
  std::vector<const Tensor*> inputs_;
};

Error Unsupported(std::string reason);

class Context {
 public:
  // What the model may grow to is bounded by the size of its artifact.
  Context(ModelBuilder* builder, size_t artifact_bytes);

  ModelBuilder& builder() { return *builder_; }
  void set_origin(std::string origin) { origin_ = std::move(origin); }
  // Whether some node before has measured distances to points.
  bool measures_distances() const { return measures_distances_; }
  void set_measures_distances() { measures_distances_ = true; }

  Result<ValueId> Add(op::Params params, std::vector<ValueId> inputs);
  Result<ValueId> Unary(op::UnaryFunction function, ValueId value);
  Result<ValueId> Binary(op::BinaryFunction function, ValueId a, ValueId b);
  // The columns, or the value itself when they are all of it in order.
  Result<ValueId> Select(ValueId value, std::vector<uint32_t> columns);
  Result<ValueId> Concat(std::vector<ValueId> values);
  Result<ValueId> ConstantNumbers(std::vector<double> numbers);
  Result<ValueId> ConstantTexts(std::vector<std::string> texts);
  // Rounds to float32 where `type` is that.
  Result<ValueId> Round(ElementType type, ValueId value);

  // The tensor's columns as numbers or texts of a Value; a constant is repeated in every row, all its elements being
  // columns.
  Result<ValueId> Columns(const Tensor& tensor);
  // The same stretched to the dimensions `dims`, which have a row axis, by ONNX's rule of broadcasting; a single
  // element stays a single column.
  Result<ValueId> Stretched(const Tensor& tensor, const Dims& dims);

  // Notes growth; RESOURCE_EXHAUSTED beyond what any model of that size needs.
  Status Charge(uint64_t columns);

  // A tensor of rows; one of `dims` is kRowsDim.
  static Tensor Rows(ElementType type, Dims dims, ValueId value);

 private:
  ModelBuilder* builder_;
  uint64_t columns_left_;
  std::string origin_;
  bool measures_distances_ = false;
};

using Outputs = std::vector<Tensor>;
using NodeLowering = Result<Outputs> (*)(Context&, const Node&);

struct NodeEntry {
  std::string_view domain;
  std::string_view op_type;
  NodeLowering lower;
};
// Null if there is none.
NodeLowering FindLowering(std::string_view domain, std::string_view op_type);

// The dimensions of two tensors combined by ONNX's rule of broadcasting. UNSUPPORTED where the rows of one would meet
// another axis of the other.
Result<Dims> BroadcastDims(const Tensor& a, const Tensor& b);
// For each element of `dims` the element of a tensor of dimensions `from` that is stretched there.
std::vector<uint32_t> StretchMap(const Dims& from, const Dims& dims);
// The place of kRowsDim; the rank if there is none.
size_t RowAxis(const Dims& dims);
// The elements of a constant in the places of a tensor of dimensions `dims`, which have a row axis, for one row.
std::vector<uint32_t> ConstantMap(const Tensor& constant, const Dims& dims);
// An axis counted from the end if negative; CORRUPT outside the rank.
Result<size_t> AxisOf(int64_t axis, size_t rank);

}  // namespace scoreway::onnx
