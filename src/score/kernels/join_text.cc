#include <cstring>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/text_arena.h"

namespace scoreway {
namespace {

class JoinTextKernel final : public OperatorKernel<op::JoinText> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    std::string_view* out = Output(tile).texts;
    for (size_t r = 0; r < tile.rows; ++r) out[r] = Join(tile, r);
    return {};
  }

 private:
  std::string_view Join(const Tile& tile, size_t row) const {
    size_t size = op_.separator.size() * (input_count() - 1);
    for (size_t i = 0; i < input_count(); ++i) {
      const std::string_view text = Input(tile, i).texts[row];
      if (text.data() == nullptr) return {};
      size += text.size();
    }
    char* const begin = tile.texts->Allocate(size);
    char* at = begin;
    for (size_t i = 0; i < input_count(); ++i) {
      if (i > 0) at = Append(at, op_.separator);
      at = Append(at, Input(tile, i).texts[row]);
    }
    return {begin, size};
  }

  static char* Append(char* at, std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
  }
};

}  // namespace

KernelResult MakeJoinText(const KernelContext& context) { return KernelOf<JoinTextKernel>(context); }

}  // namespace scoreway
