// What the rules that apply to a set of items want.

#include <string>
#include <vector>

#include "data/codec/json_writer.h"
#include "score/kernels/arena_text.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/word_terms.h"

namespace scoreway {
namespace {

constexpr std::string_view kSeparator = ", ";

class ItemRulesKernel final : public OperatorKernel<op::ItemRules> {
 public:
  ItemRulesKernel(const KernelContext& context, std::unique_ptr<const WordTerms> words)
      : OperatorKernel(context), words_(std::move(words)), terms_(op_.items.terms) {
    for (const std::string& term : op_.items.terms) {
      std::string& shown = shown_.emplace_back();
      if (op_.numbers) {
        shown = term;
      } else {
        AppendJsonString(term, &shown);
      }
    }
  }

  Status Run(const Tile& tile) const override {
    thread_local Working working;
    for (size_t r = 0; r < tile.rows; ++r) {
      const std::string_view text = Input(tile).texts[r];
      working.list = "[";
      if (text.data() != nullptr) Apply(text, &working);
      working.list += ']';
      Output(tile).texts[r] = KeepText(tile, working.list);
    }
    return {};
  }

 private:
  struct Working {
    WordTerms::Working words;
    std::vector<uint8_t> is_there, is_wanted;  // by term
    std::string list;
  };

  void Apply(std::string_view text, Working* working) const {
    working->is_there.assign(shown_.size(), 0);
    working->is_wanted.assign(shown_.size(), 0);
    words_->ForEach(text, &working->words, [&](std::string_view item) {
      const uint32_t term = terms_.Find(item);
      if (term != TextIndex::kAbsent) working->is_there[term] = 1;
    });
    uint32_t begin = 0;
    for (size_t rule = 0; rule < op_.ends.size(); begin = op_.ends[rule++]) {
      const uint32_t wanted = op_.consequents[rule];
      if (working->is_there[wanted] || working->is_wanted[wanted]) continue;
      if (!Holds(begin, op_.ends[rule], working->is_there)) continue;
      working->is_wanted[wanted] = 1;
      if (working->list.size() > 1) working->list += kSeparator;
      working->list += shown_[wanted];
    }
  }

  bool Holds(uint32_t begin, uint32_t end, const std::vector<uint8_t>& is_there) const {
    for (uint32_t i = begin; i < end; ++i) {
      if (is_there[op_.antecedents[i]] == 0) return false;
    }
    return true;
  }

  std::unique_ptr<const WordTerms> words_;
  TextIndex terms_;
  std::vector<std::string> shown_;  // each term as JSON
};

}  // namespace

KernelResult MakeItemRules(const KernelContext& context) {
  SCOREWAY_ASSIGN_OR_RETURN(auto words, WordTerms::Make(std::get<op::ItemRules>(context.op.params).items));
  return std::unique_ptr<Kernel>(std::make_unique<ItemRulesKernel>(context, std::move(words)));
}

}  // namespace scoreway
