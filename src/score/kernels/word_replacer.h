// WordReplacer: a pattern that says no more than that certain words of a text become another text, as the stop words of
// converters do. In texts of ASCII they are found word by word, without RE2. Immutable, so it is shared freely between
// threads.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "score/kernels/text_index.h"
#include "score/text_arena.h"

namespace scoreway {

class WordReplacer {
 public:
  // Of a pattern of RE2 "\b(one|two)\b" or "(\W+)(one|two)(\W+)", both perhaps behind "(?i)"; null for any other, and
  // for replacements that may become part of a word, refer to groups, or if applied again and again change more.
  // `recursive`: applied until nothing changes.
  static std::unique_ptr<const WordReplacer> Make(std::string_view pattern, std::string_view replacement,
                                                  bool recursive);

  // What the pattern makes of a text of ASCII: the text itself where nothing changes, else a text of the arena.
  std::string_view Replace(std::string_view text, TextArena& texts) const;

 private:
  WordReplacer(std::vector<std::string> words, std::string_view replacement, bool ignores_case, bool takes_separators);
  bool IsReplaced(std::string_view word) const;

  std::vector<std::string> words_;       // in lower case if case is ignored
  TextIndex index_;                      // of words_
  std::array<uint64_t, 128> lengths_{};  // by first letter: bit n where a word of n letters begins with it
  std::string replacement_;
  bool ignores_case_;
  bool takes_separators_;  // on either side, which there must be
};

}  // namespace scoreway
