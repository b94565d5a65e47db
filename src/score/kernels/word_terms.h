// WordTerms: the terms of a text as op::CountText has them in words: tokens that are kept, one or several joined by a
// blank. Immutable, so it is shared freely between threads.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "model/operators/text_counts.h"
#include "score/kernels/text_finder.h"
#include "score/kernels/text_index.h"
#include "score/kernels/text_pattern.h"

namespace scoreway {

class WordTerms {
 public:
  // What is needed on one thread; kept between rows, so that rows like those before allocate nothing.
  struct Working {
    std::vector<std::string_view> tokens;
    std::string term;
  };

  // `count`, which must outlive it, is of the unit kWords. CORRUPT for patterns that cannot be.
  static Result<std::unique_ptr<const WordTerms>> Make(const op::CountText& count);

  // Calls visit(term) for each term, in the order in which they begin.
  template <typename Visit>
  void ForEach(std::string_view text, Working* working, const Visit& visit) const {
    FindTokens(text, &working->tokens);
    const std::vector<std::string_view>& tokens = working->tokens;
    const size_t most = std::min<size_t>(count_.most, tokens.size());
    for (size_t begin = 0; begin < tokens.size(); ++begin) {
      working->term.clear();
      for (size_t size = 1; size <= most && begin + size <= tokens.size(); ++size) {
        if (size > 1) working->term += ' ';
        working->term += tokens[begin + size - 1];
        if (size >= count_.least) visit(std::string_view(working->term));
      }
    }
  }

 private:
  WordTerms(const op::CountText& count, TextFinder token, TextPattern whole)
      : count_(count), token_(std::move(token)), whole_(std::move(whole)), stop_words_(count.stop_words) {}

  void FindTokens(std::string_view text, std::vector<std::string_view>* tokens) const;
  // Of a pattern with a group.
  void FindGroups(std::string_view text, std::vector<std::string_view>* tokens) const;
  bool Keeps(std::string_view token) const;

  const op::CountText& count_;
  TextFinder token_;
  TextPattern whole_;
  TextIndex stop_words_;
};

}  // namespace scoreway
