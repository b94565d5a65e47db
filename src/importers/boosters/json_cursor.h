// A cursor over JSON text, read once from left to right: values are taken as they come, arrays of numbers straight into
// vectors, and what nobody wants is stepped over. Nothing is copied and no index is built, so that reading a forest of
// hundreds of megabytes needs no memory beside the text and the model. (simdjson wants a padded copy of the text and an
// index larger than it.)
//
// Reads what XGBoost's writer makes: JSON, with NaN, Infinity and -Infinity as numbers. Depth is bounded. Errors are
// CORRUPT at "offset N". The text must outlive the cursor; a copy of a cursor reads on from where the original stood.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::boosters {

class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

  // Calls on_member(key) -> Status for each member, with the cursor at its value, which the function reads or leaves.
  template <typename OnMember>
  Status Object(OnMember on_member) {
    SCOREWAY_RETURN_IF_ERROR(Open('{'));
    if (Take('}')) return Close();
    std::string key;
    do {
      SCOREWAY_RETURN_IF_ERROR(ReadText(&key));
      if (!Take(':')) return Wrong("a colon is missing");
      SCOREWAY_RETURN_IF_ERROR(Element([&] { return on_member(std::string_view(key)); }));
    } while (Take(','));
    return Take('}') ? Close() : Wrong("an object does not end");
  }

  // Calls on_element() -> Status for each element, likewise.
  template <typename OnElement>
  Status Array(OnElement on_element) {
    SCOREWAY_RETURN_IF_ERROR(Open('['));
    if (Take(']')) return Close();
    do {
      SCOREWAY_RETURN_IF_ERROR(Element(on_element));
    } while (Take(','));
    return Take(']') ? Close() : Wrong("an array does not end");
  }

  Status ReadText(std::string* text);
  // A number or a truth value, as 1 or 0.
  template <typename Number>
  Status ReadNumber(Number* number);
  // An array of numbers or truth values.
  template <typename Number>
  Status ReadNumbers(std::vector<Number>* numbers) {
    numbers->clear();
    SCOREWAY_RETURN_IF_ERROR(Open('['));
    if (Take(']')) return Close();
    do {
      SCOREWAY_RETURN_IF_ERROR(ReadNumber(&numbers->emplace_back()));
    } while (Take(','));
    return Take(']') ? Close() : Wrong("an array of numbers does not end");
  }
  // Whether a text comes next.
  bool IsText() { return Peek() == '"'; }
  bool IsArray() { return Peek() == '['; }
  Status Skip();

  Status Wrong(std::string what) const;

 private:
  static constexpr int kDepthMax = 64;

  // The next character that is no blank; 0 at the end.
  char Peek() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
    return at_ == end_ ? '\0' : *at_;
  }
  bool Take(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }
  Status Open(char bracket);
  Status Close() {
    --depth_;
    return {};
  }
  template <typename Read>
  Status Element(Read read) {
    Peek();
    const char* before = at_;
    SCOREWAY_RETURN_IF_ERROR(read());
    return at_ == before ? Skip() : Status();
  }
  Status ReadEscape(std::string* text);
  Status SkipText();

  const char* begin_;
  const char* at_;
  const char* end_;
  int depth_ = 0;
};

}  // namespace scoreway::boosters
