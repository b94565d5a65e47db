// Patterns over texts, by RE2.

#include <re2/re2.h>

#include <cstring>
#include <vector>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/text_arena.h"

namespace scoreway {
namespace {

// How much a compiled pattern may take, with what it remembers between matches.
constexpr int64_t kPatternBytes = 4 << 20;

std::unique_ptr<const re2::RE2> Compile(const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternBytes);
  return std::make_unique<const re2::RE2>(pattern, options);
}

Error Uncompiled(const re2::RE2& pattern) {
  return Error{Code::kCorrupt, "a pattern that cannot be: " + pattern.error(), {}};
}

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

class MatchTextKernel final : public OperatorKernel<op::MatchText> {
 public:
  MatchTextKernel(const KernelContext& context, std::unique_ptr<const re2::RE2> pattern)
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
  std::unique_ptr<const re2::RE2> pattern_;
};

class ReplaceTextKernel final : public OperatorKernel<op::ReplaceText> {
 public:
  ReplaceTextKernel(const KernelContext& context, std::unique_ptr<const re2::RE2> pattern)
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
  std::unique_ptr<const re2::RE2> pattern_;
  re2::StringPiece replacement_;
};

}  // namespace

KernelResult MakeMatchText(const KernelContext& context) {
  auto pattern = Compile(std::get<op::MatchText>(context.op.params).pattern);
  if (!pattern->ok()) return Uncompiled(*pattern);
  return std::unique_ptr<Kernel>(std::make_unique<MatchTextKernel>(context, std::move(pattern)));
}

KernelResult MakeReplaceText(const KernelContext& context) {
  const auto& params = std::get<op::ReplaceText>(context.op.params);
  auto pattern = Compile(params.pattern);
  if (!pattern->ok()) return Uncompiled(*pattern);
  std::string fault;
  if (!pattern->CheckRewriteString(params.replacement, &fault)) {
    return Error{Code::kCorrupt, "a replacement that cannot be: " + fault, {}};
  }
  return std::unique_ptr<Kernel>(std::make_unique<ReplaceTextKernel>(context, std::move(pattern)));
}

}  // namespace scoreway
