#include <cmath>
#include <optional>

#include "score/kernels/cell_error.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/python_float.h"
#include "score/kernels/utf8.h"
#include "score/text_arena.h"

namespace scoreway {
namespace {

// Text to text: lower, upper, trim, substring, letters without accents.
class TextToTextKernel final : public OperatorKernel<op::TextUnary> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < in.width; ++c) {
      const std::string_view* from = in.text_column(c);
      std::string_view* to = out.text_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        to[r] = from[r].data() == nullptr ? std::string_view() : Apply(from[r], *tile.texts);
      }
    }
    return {};
  }

 private:
  std::string_view Apply(std::string_view text, TextArena& texts) const {
    switch (op_.function) {
      case op::TextFunction::kLower: return utf8::ToLower(text, texts);
      case op::TextFunction::kUpper: return utf8::ToUpper(text, texts);
      case op::TextFunction::kTrim: return utf8::Trim(text);
      case op::TextFunction::kWithoutAccents: return utf8::WithoutAccents(text, false, texts);
      case op::TextFunction::kWithoutAccentsAscii: return utf8::WithoutAccents(text, true, texts);
      default: return utf8::Substring(text, op_.start, op_.end);
    }
  }
};

// Text to number: length, reading.
class TextToNumberKernel final : public OperatorKernel<op::TextUnary> {
 public:
  using OperatorKernel::OperatorKernel;

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < in.width; ++c) {
      const std::string_view* from = in.text_column(c);
      double* to = out.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        const std::optional<double> number = Apply(from[r], *tile.texts);
        if (!number) return CellError(tile, r, {}, c, "text " + ShownCell(from[r]) + " is not a number");
        to[r] = *number;
      }
    }
    return {};
  }

 private:
  std::optional<double> Apply(std::string_view text, TextArena& texts) const {
    if (text.data() == nullptr) return op::kNaN;
    if (op_.function == op::TextFunction::kLength) return static_cast<double>(utf8::Length(text));
    return ReadPythonFloat(utf8::Trim(text), texts);
  }
};

}  // namespace

KernelResult MakeTextUnary(const KernelContext& context) {
  if (context.output_shape().kind == ValueKind::kNumber) return KernelOf<TextToNumberKernel>(context);
  return KernelOf<TextToTextKernel>(context);
}

}  // namespace scoreway
