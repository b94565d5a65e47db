// Words and characters of texts, counted.

#include <algorithm>
#include <string>
#include <vector>

#include "base/murmur_hash.h"
#include "score/kernels/cell_error.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/text_index.h"
#include "score/kernels/utf8.h"
#include "score/kernels/word_terms.h"

namespace scoreway {
namespace {

// What is counted on one thread; kept between rows, so that rows like those before allocate nothing.
struct Working {
  WordTerms::Working words;
  std::string text;
  std::vector<size_t> letters;  // where each character begins, and the end
};

// Counts as op::CountText and op::HashText say: both by the same parameters, a term's column by one of their rules.
const op::CountText& CountOf(const op::CountText& op) { return op; }
const op::CountText& CountOf(const op::HashText& op) { return op.count; }

template <typename Op>
class CountTextKernel final : public OperatorKernel<Op> {
  using Unit = op::CountText::Unit;
  using OperatorKernel<Op>::Input;
  using OperatorKernel<Op>::Output;

 public:
  CountTextKernel(const KernelContext& context, std::unique_ptr<const WordTerms> words)
      : OperatorKernel<Op>(context), count_(CountOf(this->op_)), words_(std::move(words)), terms_(count_.terms) {}

  Status Run(const Tile& tile) const override {
    thread_local Working working;
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t k = 0; k < out.width; ++k) std::fill_n(out.number_column(k), tile.rows, 0.0);
    for (size_t r = 0; r < tile.rows; ++r) {
      const std::string_view text = in.texts[r];
      if (text.data() == nullptr) return MissingCellError(tile, r, {}, 0);
      const Row row{out, r};
      switch (count_.unit) {
        case Unit::kWords: CountWords(text, &working, row); break;
        case Unit::kCharacters: CountCharacters(text, &working, row); break;
        case Unit::kWordCharacters: CountWordCharacters(text, &working, row); break;
      }
    }
    return {};
  }

 private:
  struct Row {
    const Block& out;
    size_t index;
  };

  void Count(std::string_view term, const Row& row) const {
    uint32_t column = 0;
    double step = 1;
    if (count_.hash_columns != 0) {
      column = HashColumn(term, &step);
    } else {
      column = terms_.Find(term);
      if (column == TextIndex::kAbsent) return;
    }
    double& cell = row.out.number_column(column)[row.index];
    cell = count_.presence ? 1 : cell + step;
  }

  uint32_t HashColumn(std::string_view term, double* step) const {
    if constexpr (std::is_same_v<Op, op::HashText>) {
      const auto& op = this->op_;
      const auto hash =
          static_cast<int32_t>(op.tail_bytes ? MurmurHash3ByTailBytes(term, op.seed) : MurmurHash3(term, op.seed));
      const int64_t columns = count_.hash_columns;
      return static_cast<uint32_t>((hash % columns + columns) % columns);
    } else {
      const uint32_t hash = MurmurHash3(term);
      const bool negative = (hash >> 31) != 0;
      if (negative && count_.signed_hash) *step = -1;
      return (negative ? 0 - hash : hash) % count_.hash_columns;
    }
  }

  void CountWords(std::string_view text, Working* working, const Row& row) const {
    words_->ForEach(text, &working->words, [&](std::string_view term) { Count(term, row); });
  }

  // ---- characters ----

  // Two or more white spaces become one blank.
  static void CopyWithSingleSpaces(std::string_view text, std::string* copy) {
    copy->clear();
    for (size_t at = 0; at < text.size();) {
      size_t end = at;
      size_t spaces = 0;
      while (end < text.size() && utf8::SpaceSize(text.substr(end)) != 0) {
        end += utf8::SpaceSize(text.substr(end));
        ++spaces;
      }
      if (spaces > 1) {
        *copy += ' ';
      } else {
        if (spaces == 0) end = at + utf8::CharacterSize(text.substr(at));
        copy->append(text.substr(at, end - at));
      }
      at = end;
    }
  }

  static void FindLetters(std::string_view text, std::vector<size_t>* letters) {
    letters->clear();
    for (size_t at = 0; at < text.size(); at += utf8::CharacterSize(text.substr(at))) letters->push_back(at);
    letters->push_back(text.size());
  }

  void CountCharacters(std::string_view text, Working* working, const Row& row) const {
    CopyWithSingleSpaces(text, &working->text);
    FindLetters(working->text, &working->letters);
    const std::vector<size_t>& letters = working->letters;
    const size_t length = letters.size() - 1;
    for (size_t size = count_.least; size <= std::min<size_t>(count_.most, length); ++size) {
      for (size_t begin = 0; begin + size <= length; ++begin) CountLetters(*working, begin, size, row);
    }
  }

  void CountLetters(const Working& working, size_t begin, size_t size, const Row& row) const {
    const std::string_view text = working.text;
    Count(text.substr(working.letters[begin], working.letters[begin + size] - working.letters[begin]), row);
  }

  void CountWordCharacters(std::string_view text, Working* working, const Row& row) const {
    for (size_t at = 0; at < text.size();) {
      if (const size_t space = utf8::SpaceSize(text.substr(at)); space != 0) {
        at += space;
        continue;
      }
      size_t end = at;
      while (end < text.size() && utf8::SpaceSize(text.substr(end)) == 0) end += utf8::CharacterSize(text.substr(end));
      working->text = ' ';
      working->text.append(text.substr(at, end - at));
      working->text += ' ';
      CountWord(working, row);
      at = end;
    }
  }

  void CountWord(Working* working, const Row& row) const {
    FindLetters(working->text, &working->letters);
    const size_t length = working->letters.size() - 1;
    for (size_t size = count_.least; size <= count_.most; ++size) {
      // A word that is shorter counts once, as a whole.
      if (size >= length) return CountLetters(*working, 0, length, row);
      for (size_t begin = 0; begin + size <= length; ++begin) CountLetters(*working, begin, size, row);
    }
  }

  const op::CountText& count_;
  std::unique_ptr<const WordTerms> words_;  // of the unit kWords
  TextIndex terms_;
};

template <typename Op>
KernelResult Make(const KernelContext& context) {
  const op::CountText& count = CountOf(std::get<Op>(context.op.params));
  std::unique_ptr<const WordTerms> words;
  if (count.unit == op::CountText::Unit::kWords) {
    SCOREWAY_ASSIGN_OR_RETURN(words, WordTerms::Make(count));
  }
  return std::unique_ptr<Kernel>(std::make_unique<CountTextKernel<Op>>(context, std::move(words)));
}

}  // namespace

KernelResult MakeCountText(const KernelContext& context) { return Make<op::CountText>(context); }
KernelResult MakeHashText(const KernelContext& context) { return Make<op::HashText>(context); }

}  // namespace scoreway
