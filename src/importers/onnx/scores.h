// What the classifiers and regressors of ai.onnx.ml have in common: labels, and what is done to scores.
#pragma once

#include <string>
#include <vector>

#include "importers/onnx/lowering.h"

namespace scoreway::onnx {

// Class labels, texts or integers.
struct Labels {
  bool text = false;
  std::vector<std::string> texts;
  std::vector<double> integers;

  size_t size() const { return text ? texts.size() : integers.size(); }
};
// From the attributes classlabels_strings and these integers.
Labels LabelsOf(const Node& node, std::string_view integers);
// The labels of codes 0..n-1 (a value of width 1), as a tensor of one axis.
Result<Tensor> LabelTensor(Context& context, const Labels& labels, ValueId codes);

enum class PostTransform : uint8_t { kNone, kLogistic, kSoftmax, kSoftmaxZero, kProbit };
Result<PostTransform> PostTransformOf(std::string_view name);

// The transform of all columns of a row of scores.
Result<ValueId> Transformed(Context& context, PostTransform transform, ValueId scores);

// The input as float32 (numbers of other types are cast), with rows; UNSUPPORTED or CORRUPT unless it has two axes.
Result<Tensor> FloatMatrix(Context& context, const Node& node);

}  // namespace scoreway::onnx
