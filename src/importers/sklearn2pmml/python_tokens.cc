#include "importers/sklearn2pmml/python_tokens.h"

#include <charconv>
#include <cmath>

namespace scoreway::sklearn2pmml {
namespace {

constexpr size_t kSourceMax = 64 << 10;
constexpr size_t kIndentsMax = 32;
// The longest first.
constexpr std::string_view kSymbols[] = {"**", "//", "<=", ">=", "==", "!=", "+", "-", "*", "/", "%", "<", ">",
                                         "(",  ")",  "[",  "]",  "{",  "}",  ",", ":", ".", "=", "&", "|", "~"};

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class Tokenizer {
 public:
  Tokenizer(std::string_view source, bool lines) : source_(source), lines_(lines) {}

  Result<std::vector<Token>> Run() {
    if (source_.size() > kSourceMax) return Fail("an expression longer than 64 KiB");
    while (at_ < source_.size()) {
      if (line_begins_ && lines_ && brackets_ == 0) {
        SCOREWAY_RETURN_IF_ERROR(ReadIndent());
        if (at_ >= source_.size()) break;
      }
      SCOREWAY_RETURN_IF_ERROR(ReadToken());
    }
    if (lines_) {
      EndLine();
      for (; indents_.size() > 1; indents_.pop_back()) Add(Token::Kind::kDedent, "");
    }
    Add(Token::Kind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  Error Fail(std::string message) const {
    return Error{Code::kInvalidArgument, std::move(message),
                 "line " + std::to_string(line_) + ", column " + std::to_string(at_ - line_at_ + 1)};
  }

  void Add(Token::Kind kind, std::string text, double number = 0) {
    tokens_.push_back(Token{kind, std::move(text), number, line_, at_ - line_at_ + 1});
  }

  void EndLine() {
    if (!tokens_.empty() && tokens_.back().kind != Token::Kind::kNewline &&
        tokens_.back().kind != Token::Kind::kIndent && tokens_.back().kind != Token::Kind::kDedent) {
      Add(Token::Kind::kNewline, "");
    }
  }

  void SkipComment() {
    while (at_ < source_.size() && source_[at_] != '\n') ++at_;
  }

  // The blanks before a line that says something, as indents and dedents.
  Status ReadIndent() {
    size_t width = 0;
    for (; at_ < source_.size(); ++at_) {
      const char c = source_[at_];
      if (c == ' ') {
        ++width;
      } else if (c == '\t') {
        width = (width / 8 + 1) * 8;
      } else if (c == '\n') {
        NextLine();
        width = 0;
        --at_;
      } else if (c == '#') {
        SkipComment();
        --at_;
      } else if (c != '\r') {
        break;
      }
    }
    line_begins_ = false;
    if (at_ >= source_.size()) return {};
    if (width > indents_.back()) {
      if (indents_.size() >= kIndentsMax) return Status(Fail("blocks nest too deep"));
      // The indent of the first line is that of the text as a whole.
      if (tokens_.empty()) {
        indents_.back() = width;
        return {};
      }
      indents_.push_back(width);
      Add(Token::Kind::kIndent, "");
    }
    while (width < indents_.back() && indents_.size() > 1) {
      indents_.pop_back();
      Add(Token::Kind::kDedent, "");
    }
    if (width != indents_.back()) return Status(Fail("an indent that fits no block"));
    return {};
  }

  void NextLine() {
    ++at_;
    ++line_;
    line_at_ = at_;
  }

  Status ReadToken() {
    const char c = source_[at_];
    if (c == '\n') {
      if (lines_ && brackets_ == 0) {
        EndLine();
        line_begins_ = true;
      }
      NextLine();
      return {};
    }
    if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
      return {};
    }
    if (c == '#') {
      SkipComment();
      return {};
    }
    if (IsNameStart(c)) return ReadName();
    const bool fraction = c == '.' && at_ + 1 < source_.size() && IsDigit(source_[at_ + 1]);
    if (IsDigit(c) || fraction) return ReadNumber();
    if (c == '\'' || c == '"') return ReadText();
    return ReadSymbol();
  }

  Status ReadName() {
    const size_t begin = at_;
    while (at_ < source_.size() && (IsNameStart(source_[at_]) || IsDigit(source_[at_]))) ++at_;
    if (at_ < source_.size() && (source_[at_] == '\'' || source_[at_] == '"')) {
      return Status(Fail("a text with a prefix"));
    }
    Add(Token::Kind::kName, std::string(source_.substr(begin, at_ - begin)));
    return {};
  }

  Status ReadNumber() {
    double value = 0;
    const char* begin = source_.data() + at_;
    const auto read = std::from_chars(begin, source_.data() + source_.size(), value);
    if (read.ec != std::errc() || !std::isfinite(value)) return Status(Fail("a number that is none"));
    const std::string_view text(begin, static_cast<size_t>(read.ptr - begin));
    at_ += text.size();
    if (at_ < source_.size() && (IsNameStart(source_[at_]) || IsDigit(source_[at_]) || source_[at_] == '.')) {
      return Status(Fail("a number of a form that is not known"));
    }
    const bool whole = text.find_first_not_of("0123456789") == std::string_view::npos;
    Add(whole ? Token::Kind::kInteger : Token::Kind::kFloat, std::string(text), value);
    return {};
  }

  Status ReadText() {
    const char quote = source_[at_++];
    std::string text;
    for (;; ++at_) {
      if (at_ >= source_.size() || source_[at_] == '\n') return Status(Fail("a text without its end"));
      if (source_[at_] == quote) break;
      if (source_[at_] != '\\') {
        text += source_[at_];
        continue;
      }
      ++at_;
      constexpr std::string_view kEscaped = "\\'\"nt";
      constexpr std::string_view kMeant = "\\'\"\n\t";
      const size_t which = at_ < source_.size() ? kEscaped.find(source_[at_]) : std::string_view::npos;
      if (which == std::string_view::npos) return Status(Fail("an escape that is not known"));
      text += kMeant[which];
    }
    ++at_;
    // Texts side by side are one, and three quotes begin a text of several lines.
    if (!tokens_.empty() && tokens_.back().kind == Token::Kind::kText) return Status(Fail("two texts side by side"));
    Add(Token::Kind::kText, std::move(text));
    return {};
  }

  Status ReadSymbol() {
    for (std::string_view symbol : kSymbols) {
      if (!source_.substr(at_).starts_with(symbol)) continue;
      if (symbol == "(" || symbol == "[" || symbol == "{") ++brackets_;
      if ((symbol == ")" || symbol == "]" || symbol == "}") && brackets_ > 0) --brackets_;
      Add(Token::Kind::kSymbol, std::string(symbol));
      at_ += symbol.size();
      return {};
    }
    return Status(Fail("a character that has no meaning here"));
  }

  std::string_view source_;
  bool lines_;
  size_t at_ = 0;
  size_t line_ = 1;
  size_t line_at_ = 0;
  size_t brackets_ = 0;
  bool line_begins_ = true;
  std::vector<size_t> indents_ = {0};
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> Tokenize(std::string_view source, bool lines) { return Tokenizer(source, lines).Run(); }

}  // namespace scoreway::sklearn2pmml
