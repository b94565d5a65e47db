#include <cstdint>
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

  template <typename Word>
  static void CopyTwo(char* to, std::string_view text) {
    std::memcpy(to, text.data(), sizeof(Word));
    std::memcpy(to + text.size() - sizeof(Word), text.data() + text.size() - sizeof(Word), sizeof(Word));
  }

  // Most texts are a few bytes, for which a call of memcpy is dear: two words, which may overlap.
  static char* Append(char* at, std::string_view text) {
    if (text.size() > 16) {
      std::memcpy(at, text.data(), text.size());
    } else if (text.size() >= 8) {
      CopyTwo<uint64_t>(at, text);
    } else if (text.size() >= 4) {
      CopyTwo<uint32_t>(at, text);
    } else if (!text.empty()) {
      at[0] = text[0];
      at[text.size() / 2] = text[text.size() / 2];
      at[text.size() - 1] = text.back();
    }
    return at + text.size();
  }
};

}  // namespace

KernelResult MakeJoinText(const KernelContext& context) { return KernelOf<JoinTextKernel>(context); }

}  // namespace scoreway
