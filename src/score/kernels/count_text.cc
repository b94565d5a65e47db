// Words and characters of texts, counted.

#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <vector>

#include "score/kernels/cell_error.h"
#include "score/kernels/kernels.h"
#include "score/kernels/murmur_hash.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/text_index.h"
#include "score/kernels/utf8.h"

namespace scoreway {
namespace {

constexpr int64_t kPatternBytes = 4 << 20;

using Pattern = std::unique_ptr<const re2::RE2>;

Pattern Compile(const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternBytes);
  return std::make_unique<const re2::RE2>(pattern, options);
}

// What is counted on one thread; kept between rows, so that rows like those before allocate nothing.
struct Working {
  std::string text;
  std::vector<std::string_view> tokens;
  std::vector<size_t> letters;  // where each character begins, and the end
  std::string term;
};

class CountTextKernel final : public OperatorKernel<op::CountText> {
  using Unit = op::CountText::Unit;

 public:
  CountTextKernel(const KernelContext& context, Pattern token, Pattern whole)
      : OperatorKernel(context),
        token_(std::move(token)),
        whole_(std::move(whole)),
        terms_(op_.terms),
        stop_words_(op_.stop_words) {}

  Status Run(const Tile& tile) const override {
    thread_local Working working;
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    for (uint32_t k = 0; k < out.width; ++k) std::fill_n(out.number_column(k), tile.rows, 0.0);
    for (size_t r = 0; r < tile.rows; ++r) {
      const std::string_view text = in.texts[r];
      if (text.data() == nullptr) return MissingCellError(tile, r, {}, 0);
      const Row row{out, r};
      switch (op_.unit) {
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
    if (op_.hash_columns != 0) {
      const uint32_t hash = MurmurHash3(term);
      const bool negative = (hash >> 31) != 0;
      column = (negative ? 0 - hash : hash) % op_.hash_columns;
      if (negative && op_.signed_hash) step = -1;
    } else {
      column = terms_.Find(term);
      if (column == TextIndex::kAbsent) return;
    }
    double& cell = row.out.number_column(column)[row.index];
    cell = op_.presence ? 1 : cell + step;
  }

  // ---- words ----

  void CountWords(std::string_view text, Working* working, const Row& row) const {
    FindTokens(text, &working->tokens);
    const std::vector<std::string_view>& tokens = working->tokens;
    const size_t most = std::min<size_t>(op_.most, tokens.size());
    for (size_t begin = 0; begin < tokens.size(); ++begin) {
      working->term.clear();
      for (size_t size = 1; size <= most && begin + size <= tokens.size(); ++size) {
        if (size > 1) working->term += ' ';
        working->term += tokens[begin + size - 1];
        if (size >= op_.least) Count(working->term, row);
      }
    }
  }

  void FindTokens(std::string_view text, std::vector<std::string_view>* tokens) const {
    tokens->clear();
    const int group = token_->NumberOfCapturingGroups() == 1 ? 1 : 0;
    const re2::StringPiece piece(text.data(), text.size());
    re2::StringPiece found[2];
    size_t at = 0;
    while (at <= text.size() && token_->Match(piece, at, text.size(), re2::RE2::UNANCHORED, found, 2)) {
      const auto end = static_cast<size_t>(found[0].data() - text.data()) + found[0].size();
      if (found[0].empty()) break;  // a pattern of no letters finds nothing that is a word
      const std::string_view token(found[group].data() == nullptr ? "" : found[group].data(), found[group].size());
      if (Keeps(token)) tokens->push_back(token);
      at = end;
    }
  }

  bool Keeps(std::string_view token) const {
    if (whole_ != nullptr && !re2::RE2::FullMatch(re2::StringPiece(token.data(), token.size()), *whole_)) return false;
    return stop_words_.Find(token) == TextIndex::kAbsent;
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
    for (size_t size = op_.least; size <= std::min<size_t>(op_.most, length); ++size) {
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
    for (size_t size = op_.least; size <= op_.most; ++size) {
      // A word that is shorter counts once, as a whole.
      if (size >= length) return CountLetters(*working, 0, length, row);
      for (size_t begin = 0; begin + size <= length; ++begin) CountLetters(*working, begin, size, row);
    }
  }

  Pattern token_, whole_;
  TextIndex terms_, stop_words_;
};

}  // namespace

KernelResult MakeCountText(const KernelContext& context) {
  const auto& params = std::get<op::CountText>(context.op.params);
  Pattern token, whole;
  if (params.unit == op::CountText::Unit::kWords) {
    token = Compile(params.token);
    if (!params.whole.empty()) whole = Compile(params.whole);
    for (const Pattern* pattern : {&token, &whole}) {
      if (*pattern == nullptr || (*pattern)->ok()) continue;
      return Error{Code::kCorrupt, "a pattern that cannot be: " + (*pattern)->error(), {}};
    }
    if (token->NumberOfCapturingGroups() > 1) return Error{Code::kCorrupt, "a token of several groups", {}};
  }
  return std::unique_ptr<Kernel>(std::make_unique<CountTextKernel>(context, std::move(token), std::move(whole)));
}

}  // namespace scoreway
