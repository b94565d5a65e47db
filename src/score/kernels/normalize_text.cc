#include <cstring>
#include <string>
#include <vector>

#include "score/kernels/cell_error.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/text_finder.h"
#include "score/kernels/text_pattern.h"
#include "score/kernels/word_replacer.h"
#include "score/text_arena.h"

namespace scoreway {
namespace {

// Beyond these a text does not come to rest.
constexpr int kRoundsMax = 1000;
constexpr size_t kGrowth = 16, kGrowthFree = 64 << 10;

class NormalizeTextKernel final : public OperatorKernel<op::NormalizeText> {
 public:
  NormalizeTextKernel(const KernelContext& context, std::vector<TextPattern> patterns)
      : OperatorKernel(context), patterns_(std::move(patterns)) {
    if (op_.patterns.size() != 1) return;
    replacer_ = WordReplacer::Make(op_.patterns[0], op_.replacements[0], op_.recursive);
  }

  Status Run(const Tile& tile) const override {
    // Kept between runs, so that rows like those before allocate nothing.
    thread_local std::string text, before;
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t c = 0; c < in.width; ++c) {
      const std::string_view* from = in.text_column(c);
      std::string_view* to = out.text_column(c);
      for (size_t r = 0; r < tile.rows; ++r) {
        to[r] = from[r];
        if (from[r].data() == nullptr) continue;
        if (replacer_ != nullptr && IsAscii(from[r])) {
          to[r] = replacer_->Replace(from[r], *tile.texts);
          continue;
        }
        text.assign(from[r]);
        if (!Normalize(&text, &before)) {
          return CellError(tile, r, {}, c, "text " + ShownCell(from[r]) + " does not come to rest when normalized");
        }
        char* copy = tile.texts->Allocate(text.size());
        std::memcpy(copy, text.data(), text.size());
        to[r] = {copy, text.size()};
      }
    }
    return {};
  }

 private:
  bool Normalize(std::string* text, std::string* before) const {
    const size_t size_max = text->size() * kGrowth + kGrowthFree;
    for (int round = 0; round < kRoundsMax; ++round) {
      before->assign(*text);
      for (size_t i = 0; i < patterns_.size(); ++i) {
        re2::RE2::GlobalReplace(text, *patterns_[i], Piece(op_.replacements[i]));
        if (text->size() > size_max) return false;
      }
      if (!op_.recursive || *text == *before) return true;
    }
    return false;
  }

  std::vector<TextPattern> patterns_;
  std::unique_ptr<const WordReplacer> replacer_;  // of the only pattern, if it is one
};

}  // namespace

KernelResult MakeNormalizeText(const KernelContext& context) {
  const auto& params = std::get<op::NormalizeText>(context.op.params);
  std::vector<TextPattern> patterns;
  for (size_t i = 0; i < params.patterns.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(patterns.emplace_back(), CompileTextPattern(params.patterns[i]));
    std::string fault;
    if (!patterns.back()->CheckRewriteString(Piece(params.replacements[i]), &fault)) {
      return Error{Code::kCorrupt, "a replacement that cannot be: " + fault, {}};
    }
  }
  return std::unique_ptr<Kernel>(std::make_unique<NormalizeTextKernel>(context, std::move(patterns)));
}

}  // namespace scoreway
