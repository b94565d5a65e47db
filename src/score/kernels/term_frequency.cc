#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"
#include "score/kernels/text_finder.h"
#include "score/kernels/text_index.h"
#include "score/kernels/utf8.h"
#include "score/text_arena.h"

namespace scoreway {
namespace {

using Tokens = std::vector<std::string_view>;

// The least number of insertions, deletions and replacements of characters that make one text the other, if it is no
// more than `most`, else most + 1. Characters of ASCII are compared byte by byte, others by all of theirs.
class EditDistance {
 public:
  uint32_t Between(std::string_view a, std::string_view b, uint32_t most) {
    Split(a, &a_);
    Split(b, &b_);
    row_.resize(b_.size() + 1);
    for (size_t j = 0; j <= b_.size(); ++j) row_[j] = static_cast<uint32_t>(j);
    for (size_t i = 1; i <= a_.size(); ++i) {
      uint32_t diagonal = row_[0];
      row_[0] = static_cast<uint32_t>(i);
      uint32_t least = row_[0];
      for (size_t j = 1; j <= b_.size(); ++j) {
        const uint32_t above = row_[j];
        row_[j] = a_[i - 1] == b_[j - 1] ? diagonal : 1 + std::min({diagonal, above, row_[j - 1]});
        diagonal = above;
        least = std::min(least, row_[j]);
      }
      if (least > most) return most + 1;
    }
    return std::min(row_[b_.size()], most + 1);
  }

 private:
  static void Split(std::string_view text, Tokens* letters) {
    letters->clear();
    for (size_t at = 0; at < text.size();) {
      size_t size = 1;
      while (at + size < text.size() && (static_cast<unsigned char>(text[at + size]) & 0xC0) == 0x80) ++size;
      letters->push_back(text.substr(at, size));
      at += size;
    }
  }

  Tokens a_, b_;
  std::vector<uint32_t> row_;
};

class Tokenizer {
 public:
  // What `finder` finds are the tokens, or what stands between them; then they lose the punctuation at their ends.
  Tokenizer(TextFinder finder, bool finds_tokens)
      : finder_(std::move(finder)), finds_tokens_(finds_tokens), ends_(R"(^\pP*(?s:(.*?))\pP*$)") {}

  void Cut(std::string_view text, Tokens* tokens) const {
    tokens->clear();
    const bool ascii = IsAscii(text);
    finds_tokens_ ? CutMatches(text, ascii, tokens) : CutBetween(text, ascii, tokens);
  }

 private:
  void CutMatches(std::string_view text, bool ascii, Tokens* tokens) const {
    TextFinder::Match match;
    for (size_t at = 0; at <= text.size() && finder_.Find(text, ascii, at, &match);) {
      if (!match.empty()) tokens->push_back(text.substr(match.begin, match.end - match.begin));
      at = std::max(match.end, match.begin + 1);
    }
  }

  void CutBetween(std::string_view text, bool ascii, Tokens* tokens) const {
    TextFinder::Match match;
    size_t begin = 0;
    for (size_t at = 0; at <= text.size() && finder_.Find(text, ascii, at, &match);) {
      Add(text.substr(begin, match.begin - begin), ascii, tokens);
      begin = match.end;
      at = std::max(begin, at + 1);
    }
    Add(text.substr(std::min(begin, text.size())), ascii, tokens);
  }

  void Add(std::string_view token, bool ascii, Tokens* tokens) const {
    if (ascii) {
      while (!token.empty() && IsPunctuation(token.front())) token.remove_prefix(1);
      while (!token.empty() && IsPunctuation(token.back())) token.remove_suffix(1);
      if (!token.empty()) tokens->push_back(token);
      return;
    }
    re2::StringPiece inner;
    if (!re2::RE2::FullMatch(Piece(token), ends_, &inner) || inner.empty()) return;
    tokens->emplace_back(inner.data(), inner.size());
  }

  // Of Unicode's category P; what looks like it besides ($+<=>^`|~) are symbols.
  static bool IsPunctuation(char c) {
    constexpr std::string_view kPunctuation = "!\"#%&'()*,-./:;?@[\\]_{}";
    return kPunctuation.find(c) != std::string_view::npos;
  }

  TextFinder finder_;
  bool finds_tokens_;
  re2::RE2 ends_;
};

class TermFrequencyKernel final : public OperatorKernel<op::TermFrequency> {
 public:
  TermFrequencyKernel(const KernelContext& context, std::unique_ptr<const Tokenizer> tokenizer)
      : OperatorKernel(context), tokenizer_(std::move(tokenizer)) {
    for (const std::string& term : op_.terms) {
      Tokens tokens;
      tokenizer_->Cut(op_.ignore_case ? Lower(term) : std::string_view(term), &tokens);
      terms_.push_back(std::move(tokens));
    }
    IndexFirstTokens();
  }

  Status Run(const Tile& tile) const override {
    const Block& in = Input(tile);
    const Block& out = Output(tile);
    thread_local Tokens tokens;
    for (size_t r = 0; r < tile.rows; ++r) {
      std::string_view text = in.texts[r];
      const bool missing = text.data() == nullptr;
      for (uint32_t t = 0; t < out.width; ++t) out.number_column(t)[r] = missing ? op::kNaN : 0;
      if (missing) continue;
      if (op_.ignore_case) text = utf8::ToLower(text, *tile.texts);
      tokenizer_->Cut(text, &tokens);
      op_.distance_max == 0 ? CountExact(tokens, out, r) : CountSimilar(tokens, out, r);
      for (uint32_t t = 0; t < out.width; ++t) Weigh(&out.number_column(t)[r]);
    }
    return {};
  }

 private:
  std::string_view Lower(std::string_view text) { return utf8::ToLower(text, lowered_); }

  // Terms by their first token, so that a token of a text is looked up once for all of them.
  void IndexFirstTokens() {
    for (const Tokens& term : terms_) {
      if (!term.empty()) first_tokens_.emplace_back(term[0]);
    }
    std::ranges::sort(first_tokens_);
    first_tokens_.erase(std::unique(first_tokens_.begin(), first_tokens_.end()), first_tokens_.end());
    first_index_ = std::make_unique<const TextIndex>(first_tokens_);
    beginning_with_.resize(first_tokens_.size());
    for (uint32_t t = 0; t < terms_.size(); ++t) {
      if (!terms_[t].empty()) beginning_with_[first_index_->Find(terms_[t][0])].push_back(t);
    }
  }

  void CountExact(const Tokens& tokens, const Block& out, size_t row) const {
    for (size_t at = 0; at < tokens.size(); ++at) {
      const uint32_t first = first_index_->Find(tokens[at]);
      if (first == TextIndex::kAbsent) continue;
      for (uint32_t t : beginning_with_[first]) {
        const Tokens& term = terms_[t];
        const bool fits = term.size() <= tokens.size() - at &&
                          std::equal(term.begin(), term.end(), tokens.begin() + static_cast<std::ptrdiff_t>(at));
        if (fits) out.number_column(t)[row] += 1;
      }
    }
  }

  void CountSimilar(const Tokens& tokens, const Block& out, size_t row) const {
    thread_local EditDistance distance;
    for (uint32_t t = 0; t < terms_.size(); ++t) {
      const Tokens& term = terms_[t];
      if (term.empty()) continue;
      double hits = 0;
      uint32_t best = std::numeric_limits<uint32_t>::max();
      for (size_t at = 0; at + term.size() <= tokens.size(); ++at) {
        uint32_t sum = 0;
        for (size_t i = 0; i < term.size() && sum <= op_.distance_max; ++i) {
          sum += distance.Between(tokens[at + i], term[i], op_.distance_max - sum);
        }
        if (sum > op_.distance_max) continue;
        if (op_.best_hits && sum < best) hits = 0;
        if (!op_.best_hits || sum <= best) hits += 1;
        best = std::min(best, sum);
      }
      out.number_column(t)[row] = hits;
    }
  }

  void Weigh(double* frequency) const {
    if (op_.weight == op::TermFrequency::Weight::kBinary) *frequency = std::min(*frequency, 1.0);
    if (op_.weight == op::TermFrequency::Weight::kLogarithmic) *frequency = std::log10(1 + *frequency);
  }

  std::unique_ptr<const Tokenizer> tokenizer_;
  TextArena lowered_;
  std::vector<Tokens> terms_;
  std::vector<std::string> first_tokens_;
  std::unique_ptr<const TextIndex> first_index_;
  std::vector<std::vector<uint32_t>> beginning_with_;
};

}  // namespace

KernelResult MakeTermFrequency(const KernelContext& context) {
  const auto& params = std::get<op::TermFrequency>(context.op.params);
  const bool finds_tokens = !params.token.empty();
  SCOREWAY_ASSIGN_OR_RETURN(TextFinder finder, TextFinder::Make(finds_tokens ? params.token : params.separator));
  auto tokenizer = std::make_unique<const Tokenizer>(std::move(finder), finds_tokens);
  return std::unique_ptr<Kernel>(std::make_unique<TermFrequencyKernel>(context, std::move(tokenizer)));
}

}  // namespace scoreway
