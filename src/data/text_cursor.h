// TextCursor: what readers of small texts in brackets share: what is left to read, and taking from it.
#pragma once

#include <string_view>

namespace scoreway {

class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : rest_(text) {}

  void SkipBlanks() {
    const size_t begin = rest_.find_first_not_of(" \t\n\r");
    rest_.remove_prefix(begin == std::string_view::npos ? rest_.size() : begin);
  }
  // These skip blanks first.
  bool AtEnd() {
    SkipBlanks();
    return rest_.empty();
  }
  bool Take(char c) {
    if (AtEnd() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // The characters of which numbers are made; may be none, and need not be a number.
  std::string_view TakeNumber() {
    SkipBlanks();
    const std::string_view number = rest_.substr(0, rest_.find_first_not_of("+-.0123456789eE"));
    rest_.remove_prefix(number.size());
    return number;
  }

 protected:
  std::string_view rest_;
};

}  // namespace scoreway
