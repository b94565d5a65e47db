// A cursor over UBJSON (ubjson.org, draft 12), the binary form of JSON that XGBoost writes since 1.6: the same
// interface and the same promises as JsonCursor.
//
//   value:  a marker byte, then the payload; numbers are big-endian
//   '{' [$type] [#count] (length key value)* ['}' unless counted]       '[' [$type] [#count] value* [']' unless
//   counted] 'S' length bytes     'i' int8 'U' uint8 'I' int16 'l' int32 'L' int64 'd' float32 'D' float64 'C' char 'T'
//   'F' 'Z'
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::boosters {

class UbjsonCursor {
 public:
  explicit UbjsonCursor(std::string_view bytes) : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()) {}

  template <typename OnMember>
  Status Object(OnMember on_member) {
    Container container;
    SCOREWAY_RETURN_IF_ERROR(Open('{', &container));
    std::string_view key;
    while (More('}', &container)) {
      SCOREWAY_RETURN_IF_ERROR(ReadBytes(&key));
      SCOREWAY_RETURN_IF_ERROR(Element(container, [&] { return on_member(key); }));
    }
    return Close(container);
  }

  template <typename OnElement>
  Status Array(OnElement on_element) {
    Container container;
    SCOREWAY_RETURN_IF_ERROR(Open('[', &container));
    while (More(']', &container)) SCOREWAY_RETURN_IF_ERROR(Element(container, on_element));
    return Close(container);
  }

  Status ReadText(std::string* text);
  template <typename Number>
  Status ReadNumber(Number* number);
  template <typename Number>
  Status ReadNumbers(std::vector<Number>* numbers);
  bool IsText() { return Marker() == 'S'; }
  bool IsArray() { return Marker() == '['; }
  Status Skip();

  Status Wrong(std::string what) const;

 private:
  static constexpr int kDepthMax = 64;

  struct Container {
    char type = '\0';  // of all elements, if stated
    bool counted = false;
    int64_t left = 0;  // elements
    bool ended = true;
  };

  size_t remaining() const { return static_cast<size_t>(end_ - at_); }
  // Of the value at the cursor: in a typed container it is not written.
  char Marker() const { return type_ != '\0' ? type_ : at_ == end_ ? '\0' : *at_; }
  char TakeMarker();
  Status Open(char bracket, Container* container);
  bool More(char bracket, Container* container);
  Status Close(const Container& container);
  template <typename Read>
  Status Element(const Container& container, Read read) {
    type_ = container.type;
    const char* before = at_;
    SCOREWAY_RETURN_IF_ERROR(read());
    if (at_ == before) SCOREWAY_RETURN_IF_ERROR(Skip());
    type_ = '\0';
    return {};
  }
  Status ReadLength(int64_t* length);
  Status ReadBytes(std::string_view* bytes);
  Status SkipContainer();

  const char* begin_;
  const char* at_;
  const char* end_;
  char type_ = '\0';
  int depth_ = 0;
};

}  // namespace scoreway::boosters
