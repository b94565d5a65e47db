// Site: one operator of a Model on its way into an ONNX graph: the tensors of its inputs, and what it becomes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporters/onnx/graph.h"
#include "exporters/refusals.h"
#include "model/model.h"

namespace scoreway::onnx_export {

// What stands for a Value: a tensor [N, width] of float64 or of strings.
struct Tensor {
  std::string name;  // empty if there are no columns
  ValueShape shape;
  bool may_be_missing = true;  // NaN, or the empty text
  bool whole = false;          // whole numbers or NaN
  uint32_t code_count = 0;     // all are whole numbers from 0 to code_count - 1, or NaN; 0: not known
};

class Site {
 public:
  // All outlive the site. `rejections` gathers tensors [N, w] of bools that mark rows which the source model refuses.
  Site(const Operator& op, const std::vector<Tensor>& tensors, ValueShape output_shape, Graph* graph,
       std::vector<std::string>* rejections, Refusals* refusals)
      : op_(op), tensors_(tensors), graph_(*graph), rejections_(*rejections), refusals_(*refusals) {
    output_.shape = output_shape;
  }

  Graph& graph() { return graph_; }
  size_t input_count() const { return op_.inputs.size(); }
  const Tensor& input(size_t index = 0) const { return tensors_[op_.inputs[index]]; }
  // Its name.
  const std::string& in(size_t index = 0) const { return input(index).name; }
  uint32_t width(size_t index = 0) const { return input(index).shape.width; }
  ValueShape output_shape() const { return output_.shape; }
  // Whether any input may be missing.
  bool any_missing() const;

  void Give(std::string name, bool may_be_missing, bool whole = false) {
    output_.name = std::move(name);
    output_.may_be_missing = may_be_missing;
    output_.whole = whole;
  }
  // Whole numbers from 0 to code_count - 1, or NaN; a code_count of 0 promises whole numbers only.
  void GiveCodes(std::string name, bool may_be_missing, uint32_t code_count) {
    Give(std::move(name), may_be_missing, true);
    output_.code_count = code_count;
  }
  void Refuse(std::string_view why) { refusals_.Add(op_, why); }
  void RejectRows(std::string flags) { rejections_.push_back(std::move(flags)); }

  const Tensor& output() const { return output_; }

 private:
  const Operator& op_;
  const std::vector<Tensor>& tensors_;
  Graph& graph_;
  std::vector<std::string>& rejections_;
  Refusals& refusals_;
  Tensor output_;
};

// A tensor [N, values.size()] with the same numbers in every row.
std::string SameRows(Site& site, const std::vector<double>& values);
// x, but NaN where `missing` (bools) is true.
std::string MissingWhere(Graph& graph, const std::string& missing, const std::string& x);
// 1 for true and 0 for false.
std::string AsNumber(Graph& graph, const std::string& truth);
// Bools: where a number is NaN, or a text is empty.
std::string IsMissing(Graph& graph, const Tensor& tensor, const std::string& name);
// The cells rounded down, unless they are whole.
std::string WholeCodes(Site& site);

}  // namespace scoreway::onnx_export
