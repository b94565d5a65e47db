// Texts to the list of their words.

#include "data/codec/json_writer.h"
#include "score/kernels/arena_text.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/word_terms.h"

namespace scoreway {
namespace {

class ListWordsKernel final : public OperatorKernel<op::ListWords> {
 public:
  ListWordsKernel(const KernelContext& context, std::unique_ptr<const WordTerms> words)
      : OperatorKernel(context), words_(std::move(words)) {}

  Status Run(const Tile& tile) const override {
    thread_local WordTerms::Working working;
    thread_local std::string list;
    for (size_t r = 0; r < tile.rows; ++r) {
      const std::string_view text = Input(tile).texts[r];
      if (text.data() == nullptr) {
        Output(tile).texts[r] = {};
        continue;
      }
      list = "[";
      words_->ForEach(text, &working, [](std::string_view word) {
        if (list.size() > 1) list += ", ";
        AppendJsonString(word, &list);
      });
      list += ']';
      Output(tile).texts[r] = KeepText(tile, list);
    }
    return {};
  }

 private:
  std::unique_ptr<const WordTerms> words_;
};

}  // namespace

KernelResult MakeListWords(const KernelContext& context) {
  SCOREWAY_ASSIGN_OR_RETURN(auto words, WordTerms::Make(std::get<op::ListWords>(context.op.params).words));
  return std::unique_ptr<Kernel>(std::make_unique<ListWordsKernel>(context, std::move(words)));
}

}  // namespace scoreway
