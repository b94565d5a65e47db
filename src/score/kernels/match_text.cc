// Patterns over texts, by RE2.

#include <cstring>
#include <vector>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/text_pattern.h"
#include "score/text_arena.h"

namespace scoreway {
namespace {

class MatchTextKernel final : public OperatorKernel<op::MatchText> {
 public:
  MatchTextKernel(const KernelContext& context, TextPattern pattern)
      : OperatorKernel(context), pattern_(std::move(pattern)) {}

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < in.width; ++c) {
      const std::string_view* from = in.text_column(c);
      double* to = out.number_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        to[r] = from[r].data() == nullptr ? op::kNaN : re2::RE2::PartialMatch(Piece(from[r]), *pattern_) ? 1 : 0;
      }
    }
    return {};
  }

 private:
  TextPattern pattern_;
};

class ReplaceTextKernel final : public OperatorKernel<op::ReplaceText> {
 public:
  ReplaceTextKernel(const KernelContext& context, TextPattern pattern)
      : OperatorKernel(context), pattern_(std::move(pattern)), replacement_(op_.replacement) {}

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    // Kept between runs, so that rows like those before allocate nothing.
    thread_local std::string made;
    for (uint32_t c = 0; c < in.width; ++c) {
      const std::string_view* from = in.text_column(c);
      std::string_view* to = out.text_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        to[r] = from[r];
        if (from[r].data() == nullptr) continue;
        made.assign(from[r]);
        if (re2::RE2::GlobalReplace(&made, *pattern_, replacement_) == 0) continue;
        char* copy = tile.texts->Allocate(made.size());
        std::memcpy(copy, made.data(), made.size());
        to[r] = {copy, made.size()};
      }
    }
    return {};
  }

 private:
  TextPattern pattern_;
  re2::StringPiece replacement_;
};

}  // namespace

KernelResult MakeMatchText(const KernelContext& context) {
  SCOREWAY_ASSIGN_OR_RETURN(TextPattern pattern,
                            CompileTextPattern(std::get<op::MatchText>(context.op.params).pattern));
  return std::unique_ptr<Kernel>(std::make_unique<MatchTextKernel>(context, std::move(pattern)));
}

KernelResult MakeReplaceText(const KernelContext& context) {
  const auto& params = std::get<op::ReplaceText>(context.op.params);
  SCOREWAY_ASSIGN_OR_RETURN(TextPattern pattern, CompileTextPattern(params.pattern));
  std::string fault;
  if (!pattern->CheckRewriteString(params.replacement, &fault)) {
    return Error{Code::kCorrupt, "a replacement that cannot be: " + fault, {}};
  }
  return std::unique_ptr<Kernel>(std::make_unique<ReplaceTextKernel>(context, std::move(pattern)));
}

}  // namespace scoreway
