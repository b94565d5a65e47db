// JsonWriter: appends one JSON text to a string.
//
// Calls follow the text: inside an object each value is preceded by Key. Commas and colons come by themselves. Balance
// of Begin and End and the order of Key and value are the caller's duty (a programmer's error, not checked in the
// text). Allocates nothing but the string's own growth. Nesting up to 64 deep. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace scoreway {

class JsonWriter {
 public:
  // Appends to *out, which must outlive the writer.
  explicit JsonWriter(std::string* out) : out_(out) {}

  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }

  void Key(std::string_view key);

  // Escapes what JSON asks for; bytes that are not UTF-8 become U+FFFD, so that the text is always valid.
  void String(std::string_view value);
  void Int(int64_t value);
  void Uint(uint64_t value);
  // Shortest text that reads back as the same number; NaN and the infinities, which JSON lacks, become null.
  void Double(double value);
  void Float(float value);
  void Bool(bool value);
  void Null();
  // A value that is JSON text already; empty becomes null.
  void Raw(std::string_view json);

  // Key and value in one call.
  void StringField(std::string_view key, std::string_view value) { Key(key), String(value); }
  void IntField(std::string_view key, int64_t value) { Key(key), Int(value); }
  void UintField(std::string_view key, uint64_t value) { Key(key), Uint(value); }
  void DoubleField(std::string_view key, double value) { Key(key), Double(value); }
  void BoolField(std::string_view key, bool value) { Key(key), Bool(value); }
  void RawField(std::string_view key, std::string_view json) { Key(key), Raw(json); }

 private:
  void Separate();
  void Open(char bracket);
  void Close(char bracket);
  template <typename T>
  void Number(T value);

  std::string* out_;
  uint64_t has_items_ = 0;  // bit d: something stands before the next item at depth d
  unsigned depth_ = 0;
  bool after_key_ = false;
};

// Appends the text as a JSON string with its quotes.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace scoreway
