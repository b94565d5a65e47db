// Elementwise operators as building blocks for the lowerings of others.
#pragma once

#include "importers/onnx/lowering.h"

namespace scoreway::onnx {

// a <function> b, broadcast; both of one element type, which the result has, too, or is bool for comparisons. Rounded
// to float32 where that is the type; computed here and now when both are constant.
Result<Tensor> Combine(Context& context, op::BinaryFunction function, const Tensor& a, const Tensor& b);

// The function of every element, rounded likewise.
Result<Tensor> Map(Context& context, op::UnaryFunction function, const Tensor& in);

// The tensor with rows: a constant becomes the same in every row, provided `row_axis` has the size 1.
Result<Tensor> Repeated(Context& context, const Tensor& in, size_t row_axis = 0);

Result<Tensor> CastTo(Context& context, const Tensor& in, ElementType type);

Result<Outputs> LowerAdd(Context& context, const Node& node);
Result<Outputs> LowerSub(Context& context, const Node& node);
Result<Outputs> LowerMul(Context& context, const Node& node);
Result<Outputs> LowerDiv(Context& context, const Node& node);
Result<Outputs> LowerPow(Context& context, const Node& node);
Result<Outputs> LowerMod(Context& context, const Node& node);
Result<Outputs> LowerMin(Context& context, const Node& node);
Result<Outputs> LowerMax(Context& context, const Node& node);
Result<Outputs> LowerSum(Context& context, const Node& node);
Result<Outputs> LowerMean(Context& context, const Node& node);
Result<Outputs> LowerEqual(Context& context, const Node& node);
Result<Outputs> LowerLess(Context& context, const Node& node);
Result<Outputs> LowerLessOrEqual(Context& context, const Node& node);
Result<Outputs> LowerGreater(Context& context, const Node& node);
Result<Outputs> LowerGreaterOrEqual(Context& context, const Node& node);
Result<Outputs> LowerAnd(Context& context, const Node& node);
Result<Outputs> LowerOr(Context& context, const Node& node);
Result<Outputs> LowerXor(Context& context, const Node& node);
Result<Outputs> LowerWhere(Context& context, const Node& node);
Result<Outputs> LowerCast(Context& context, const Node& node);
Result<Outputs> LowerCastLike(Context& context, const Node& node);
Result<Outputs> LowerIdentity(Context& context, const Node& node);
Result<Outputs> LowerDropout(Context& context, const Node& node);

}  // namespace scoreway::onnx
