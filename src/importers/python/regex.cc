#include "importers/python/regex.h"

#include <re2/re2.h>

namespace scoreway::python {
namespace {

constexpr size_t kPatternMax = 16 << 10;
constexpr int64_t kCompiledBytes = 4 << 20;

Error Differs(std::string what) { return Error{Code::kInvalidArgument, std::move(what), {}}; }

// Python's classes cover all of Unicode, RE2's only ASCII.
constexpr std::string_view kDigit = R"(\p{Nd})";
constexpr std::string_view kWord = R"(\p{L}\p{N}_)";
constexpr std::string_view kSpace =
    R"(\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";

std::string_view ClassOf(char letter) {
  switch (letter) {
    case 'd':
    case 'D': return kDigit;
    case 'w':
    case 'W': return kWord;
    case 's':
    case 'S': return kSpace;
    default: return {};
  }
}

bool IsHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

class Translator {
 public:
  Translator(std::string_view pattern, RegexUse use) : pattern_(pattern), use_(use) {}

  Result<std::string> Run() {
    if (pattern_.size() > kPatternMax) return Differs("a pattern longer than 16 KiB");
    while (at_ < pattern_.size()) SCOREWAY_RETURN_IF_ERROR(Next());
    if (in_class_) return Differs("a class without its end");
    return std::move(out_);
  }

 private:
  Status Next() {
    const char c = pattern_[at_];
    if (c == '\\') return Escape();
    if (in_class_) return InClass(c);
    switch (c) {
      case '[': return BeginClass();
      case '(': return Group();
      case '$': return End();
      case '{':
        if (pattern_.substr(at_).starts_with("{,")) return Status(Differs("a repetition without its least count"));
        break;
      default: break;
    }
    return Copy(1);
  }

  Status Copy(size_t count) {
    out_.append(pattern_.substr(at_, count));
    at_ += count;
    return {};
  }

  Status BeginClass() {
    in_class_ = true;
    SCOREWAY_RETURN_IF_ERROR(Copy(1));
    if (at_ < pattern_.size() && pattern_[at_] == '^') SCOREWAY_RETURN_IF_ERROR(Copy(1));
    // A bracket right at the beginning is one of the characters.
    if (at_ < pattern_.size() && pattern_[at_] == ']') {
      out_ += "\\]";
      ++at_;
    }
    return {};
  }

  Status InClass(char c) {
    if (c == ']') in_class_ = false;
    if (c == '[') out_ += '\\';
    return Copy(1);
  }

  Status Group() {
    const std::string_view rest = pattern_.substr(at_);
    if (!rest.starts_with("(?")) return Copy(1);
    if (rest.starts_with("(?:")) return Copy(3);
    if (rest.starts_with("(?P<")) return Copy(4);
    return Status(Differs("a group of the kind '" + std::string(rest.substr(0, 3)) + "'"));
  }

  // In Python the end may be before a last line break.
  Status End() {
    if (use_ == RegexUse::kReplace || at_ + 1 != pattern_.size()) return Status(Differs("'$' at this place"));
    out_ += R"((?:\n?\z))";
    ++at_;
    return {};
  }

  Status Escape() {
    if (at_ + 1 >= pattern_.size()) return Status(Differs("a backslash at the end"));
    const char c = pattern_[at_ + 1];
    if (const std::string_view chars = ClassOf(c); !chars.empty()) {
      const bool negated = c >= 'A' && c <= 'Z';
      if (in_class_ && negated) return Status(Differs(std::string("'\\") + c + "' within a class"));
      if (!in_class_) out_ += negated ? "[^" : "[";
      out_ += chars;
      if (!in_class_) out_ += "]";
      at_ += 2;
      return {};
    }
    if (c == 'Z' && !in_class_) {
      out_ += R"(\z)";
      at_ += 2;
      return {};
    }
    if (c == 'x') {
      if (at_ + 4 > pattern_.size() || !IsHex(pattern_[at_ + 2]) || !IsHex(pattern_[at_ + 3])) {
        return Status(Differs("a character by its number"));
      }
      return Copy(4);
    }
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    const bool known = c == 'n' || c == 't' || c == 'r' || c == 'f' || c == 'v' || (c == 'A' && !in_class_);
    if (letter && !known) return Status(Differs(std::string("'\\") + c + "'"));
    // What needs no escape gets none: RE2 knows none for a character beyond ASCII.
    if (static_cast<unsigned char>(c) >= 0x80) ++at_;
    return Copy(static_cast<unsigned char>(c) >= 0x80 ? 1 : 2);
  }

  std::string_view pattern_;
  RegexUse use_;
  size_t at_ = 0;
  bool in_class_ = false;
  std::string out_;
};

std::unique_ptr<const re2::RE2> Compile(const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kCompiledBytes);
  return std::make_unique<const re2::RE2>(pattern, options);
}

}  // namespace

Result<std::string> TranslateRegex(std::string_view pattern, RegexUse use) {
  SCOREWAY_ASSIGN_OR_RETURN(std::string translated, Translator(pattern, use).Run());
  const auto compiled = Compile(translated);
  if (!compiled->ok()) return Differs(compiled->error());
  // re.sub also replaces empty matches next to others.
  if (use == RegexUse::kReplace && re2::RE2::PartialMatch("", *compiled)) {
    return Differs("a pattern that matches the empty text");
  }
  return translated;
}

Result<int> CountGroups(const std::string& translated) {
  const auto compiled = Compile(translated);
  if (!compiled->ok()) return Differs(compiled->error());
  return compiled->NumberOfCapturingGroups();
}

Result<std::string> TranslateReplacement(std::string_view replacement, int groups) {
  std::string out;
  for (size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] != '\\') {
      out += replacement[i];
      continue;
    }
    if (++i == replacement.size()) return Differs("a backslash at the end of a replacement");
    const char c = replacement[i];
    std::string_view digits;
    if (c >= '1' && c <= '9') {
      digits = replacement.substr(i, 1);
      if (i + 1 < replacement.size() && replacement[i + 1] >= '0' && replacement[i + 1] <= '9') {
        return Differs("a reference to a group beyond the ninth");
      }
    } else if (c == 'g' && i + 3 < replacement.size() && replacement[i + 1] == '<' && replacement[i + 3] == '>') {
      digits = replacement.substr(i + 2, 1);
      i += 3;
    }
    if (!digits.empty() && digits[0] >= '0' && digits[0] <= '9') {
      if (digits[0] - '0' > groups) return Differs("a reference to a group that is not there");
      out += "\\" + std::string(digits);
    } else if (c == '\\') {
      out += "\\\\";
    } else if (c == 'n' || c == 't') {
      out += c == 'n' ? '\n' : '\t';
    } else {
      return Differs(std::string("'\\") + c + "' in a replacement");
    }
  }
  return out;
}

}  // namespace scoreway::python
