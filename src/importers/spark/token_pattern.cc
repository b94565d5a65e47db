#include "importers/spark/token_pattern.h"

namespace scoreway::spark {
namespace {

constexpr std::string_view kBlanks = R"( \t\n\x0B\f\r)";
constexpr std::string_view kLineEnds = R"(\n\r\x{85}\x{2028}\x{2029})";

class PatternReader {
 public:
  explicit PatternReader(std::string_view java) : rest_(java) {}

  std::optional<std::string> Read() {
    while (true) {
      // Every alternative begins with something that must be there.
      if (!ReadAtom() || (!rest_.empty() && std::string_view("*?{").find(rest_.front()) != std::string_view::npos)) {
        return std::nullopt;
      }
      while (!rest_.empty() && rest_.front() != '|') {
        if (!ReadQuantifier() && !ReadAtom()) return std::nullopt;
      }
      if (rest_.empty()) return std::move(re2_);
      Copy(1);
    }
  }

 private:
  void Copy(size_t size) {
    re2_ += rest_.substr(0, size);
    rest_.remove_prefix(size);
  }

  bool ReadQuantifier() {
    if (rest_.empty() || std::string_view("*+?{").find(rest_.front()) == std::string_view::npos) return false;
    const size_t size = rest_.front() == '{' ? rest_.find('}') : 0;
    if (size == std::string_view::npos) return false;
    Copy(size + 1);
    if (rest_.starts_with('?')) Copy(1);
    return !rest_.starts_with('+') && !rest_.starts_with('*') && !rest_.starts_with('{');  // possessive ones
  }

  bool ReadAtom() {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    if (c == '[') return ReadClass();
    if (c == '\\') return ReadEscape(false);
    if (std::string_view("()^$|*+?{}").find(c) != std::string_view::npos) return false;
    if (c == '.') {
      re2_.append("[^").append(kLineEnds) += ']';
      rest_.remove_prefix(1);
      return true;
    }
    size_t size = 1;
    while (size < rest_.size() && (static_cast<uint8_t>(rest_[size]) & 0xC0) == 0x80) ++size;  // of one character
    Copy(size);
    return true;
  }

  bool ReadEscape(bool in_class) {
    if (rest_.size() < 2) return false;
    const char c = rest_[1];
    if (c == 's' || c == 'S') {
      if (in_class && c == 'S') return false;
      if (!in_class) re2_ += c == 's' ? "[" : "[^";
      re2_ += kBlanks;
      if (!in_class) re2_ += ']';
      rest_.remove_prefix(2);
      return true;
    }
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (static_cast<uint8_t>(c) >= 0x80) return false;
    if (is_letter && std::string_view("wWdDtnrf").find(c) == std::string_view::npos) return false;
    Copy(2);
    return true;
  }

  bool ReadClass() {
    Copy(1);
    if (rest_.starts_with('^')) Copy(1);
    bool any = false;
    while (!rest_.empty() && rest_.front() != ']') {
      any = true;
      // A class within a class and an intersection are Java's own.
      if (rest_.front() == '[' || rest_.starts_with("&&")) return false;
      if (rest_.front() == '\\') {
        if (!ReadEscape(true)) return false;
      } else {
        Copy(1);
      }
    }
    if (rest_.empty() || !any) return false;
    Copy(1);
    return true;
  }

  std::string_view rest_;
  std::string re2_;
};

}  // namespace

std::optional<std::string> TokenPattern(std::string_view java) { return PatternReader(java).Read(); }

}  // namespace scoreway::spark
