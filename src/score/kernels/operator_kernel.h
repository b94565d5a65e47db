// OperatorKernel: what the kernel of an operator Op starts from: its parameters and its Values.
#pragma once

#include <memory>
#include <variant>

#include "score/kernel.h"

namespace scoreway {

template <typename Op>
class OperatorKernel : public Kernel {
 public:
  explicit OperatorKernel(const KernelContext& context)
      : op_(std::get<Op>(context.op.params)), inputs_(context.op.inputs), output_(context.op.output) {}

 protected:
  const Block& Input(const Tile& tile, size_t index = 0) const { return tile.blocks[inputs_[index]]; }
  const Block& Output(const Tile& tile) const { return tile.blocks[output_]; }
  size_t input_count() const { return inputs_.size(); }

  const Op& op_;

 private:
  const std::vector<ValueId>& inputs_;
  ValueId output_;
};

// The kernel as a factory gives it.
template <typename K>
Result<std::unique_ptr<Kernel>> KernelOf(const KernelContext& context) {
  return std::unique_ptr<Kernel>(std::make_unique<K>(context));
}

}  // namespace scoreway
