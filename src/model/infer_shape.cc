#include <utility>

#include "model/model.h"
#include "model/shapes/infer.h"

namespace scoreway {

Result<ValueShape> InferShape(const op::Params& params, const std::vector<ValueShape>& inputs) {
  Result<ValueShape> shape = std::visit([&inputs](const auto& p) { return Infer(p, inputs); }, params);
  if (shape.ok()) return shape;
  return AtPlace(OperatorName(params), std::move(shape).error());
}

}  // namespace scoreway
