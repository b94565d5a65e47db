// Texts to the text of their parts.

#include "score/kernels/arena_text.h"
#include "score/kernels/cell_error.h"
#include "score/kernels/item_text.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/text_finder.h"

namespace scoreway {
namespace {

class SplitTextKernel final : public OperatorKernel<op::SplitText> {
 public:
  SplitTextKernel(const KernelContext& context, TextFinder separator)
      : OperatorKernel(context), separator_(std::move(separator)) {}

  Status Run(const Tile& tile) const override {
    thread_local std::string parts;
    std::string_view* out = Output(tile).texts;
    for (size_t r = 0; r < tile.rows; ++r) {
      const std::string_view text = Input(tile).texts[r];
      if (text.data() == nullptr) {
        out[r] = {};
        continue;
      }
      parts.clear();
      if (!Split(text, &parts)) return CellError(tile, r, {}, 0, ShownCell(text) + " has a U+001F, which marks parts");
      out[r] = KeepText(tile, parts);
    }
    return {};
  }

 private:
  bool Split(std::string_view text, std::string* parts) const {
    size_t begin = 0;   // of the part
    size_t filled = 0;  // of *parts: up to the last part that is not empty
    size_t at = 0;
    const bool ascii = IsAscii(text);
    TextFinder::Match match;
    while (separator_.Find(text, ascii, at, &match)) {
      at = match.end;
      if (match.empty()) {
        if (++at > text.size()) break;
        continue;
      }
      if (!AppendItem(text.substr(begin, match.begin - begin), parts)) return false;
      if (match.begin > begin) filled = parts->size();
      begin = at;
    }
    if (!AppendItem(text.substr(begin), parts)) return false;
    // Without a match the text is the part, also an empty one.
    if (begin > 0 && begin == text.size()) parts->resize(filled);
    return true;
  }

  TextFinder separator_;
};

}  // namespace

KernelResult MakeSplitText(const KernelContext& context) {
  SCOREWAY_ASSIGN_OR_RETURN(TextFinder separator,
                            TextFinder::Make(std::get<op::SplitText>(context.op.params).separator));
  return std::unique_ptr<Kernel>(std::make_unique<SplitTextKernel>(context, std::move(separator)));
}

}  // namespace scoreway
