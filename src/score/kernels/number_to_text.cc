#include <charconv>
#include <cmath>
#include <cstring>

#include "base/float_chars.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/python_float.h"
#include "score/text_arena.h"

namespace scoreway {
namespace {

class NumberToTextKernel final : public OperatorKernel<op::NumberToText> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < in.width; ++c) {
      const double* from = in.number_column(c);
      std::string_view* to = out.text_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        to[r] = std::isnan(from[r]) ? std::string_view() : Write(from[r], *tile.texts);
      }
    }
    return {};
  }

 private:
  std::string_view Write(double value, TextArena& texts) const {
    char buffer[kIntegerBytes];
    std::string_view text;
    if (op_.integer && std::isfinite(value) && value == std::trunc(value)) {
      // Adding 0 turns -0, which no int is, into 0.
      const char* end = WriteFloatChars(buffer, buffer + sizeof buffer, value + 0.0, std::chars_format::fixed);
      text = {buffer, static_cast<size_t>(end - buffer)};
    } else {
      text = WritePythonFloat(value, buffer);
    }
    char* copy = texts.Allocate(text.size());
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }

  static constexpr size_t kIntegerBytes = 320;  // the greatest double has 309 digits
  static_assert(kIntegerBytes >= kPythonFloatBytes);
};

}  // namespace

KernelResult MakeNumberToText(const KernelContext& context) { return KernelOf<NumberToTextKernel>(context); }

}  // namespace scoreway
