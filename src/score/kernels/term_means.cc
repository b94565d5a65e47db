// Texts to the mean of their words' vectors.

#include "score/kernels/cell_error.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/word_terms.h"

namespace scoreway {
namespace {

class TermMeansKernel final : public OperatorKernel<op::TermMeans> {
 public:
  TermMeansKernel(const KernelContext& context, std::unique_ptr<const WordTerms> words)
      : OperatorKernel(context), words_(std::move(words)), terms_(op_.words.terms) {}

  Status Run(const Tile& tile) const override {
    thread_local WordTerms::Working working;
    const Block& out = Output(tile);
    for (uint32_t k = 0; k < out.width; ++k) std::fill_n(out.number_column(k), tile.rows, 0.0);
    for (size_t r = 0; r < tile.rows; ++r) {
      const std::string_view text = Input(tile).texts[r];
      if (text.data() == nullptr) return MissingCellError(tile, r, {}, 0);
      size_t count = 0;
      words_->ForEach(text, &working, [&](std::string_view word) {
        ++count;
        const uint32_t term = terms_.Find(word);
        if (term == TextIndex::kAbsent) return;
        const double* vector = op_.vectors.data() + size_t{term} * out.width;
        for (uint32_t k = 0; k < out.width; ++k) out.number_column(k)[r] += vector[k];
      });
      if (count == 0) continue;
      const double share = 1.0 / static_cast<double>(count);
      for (uint32_t k = 0; k < out.width; ++k) out.number_column(k)[r] *= share;
    }
    return {};
  }

 private:
  std::unique_ptr<const WordTerms> words_;
  TextIndex terms_;
};

}  // namespace

KernelResult MakeTermMeans(const KernelContext& context) {
  SCOREWAY_ASSIGN_OR_RETURN(auto words, WordTerms::Make(std::get<op::TermMeans>(context.op.params).words));
  return std::unique_ptr<Kernel>(std::make_unique<TermMeansKernel>(context, std::move(words)));
}

}  // namespace scoreway
