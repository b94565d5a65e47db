#include "data/list_text.h"

#include <cstdint>

#include "base/number_text.h"
#include "base/utf8.h"
#include "data/text_cursor.h"

namespace scoreway {
namespace {

class ListReader : private TextCursor {
 public:
  explicit ListReader(std::string_view text) : TextCursor(text) {}

  bool Read(std::vector<ListItem>* items) {
    size_t count = 0;
    const bool read = ReadItems(items, &count);
    items->resize(count);
    return read;
  }

 private:
  bool ReadItems(std::vector<ListItem>* items, size_t* count) {
    if (!Take('[')) return false;
    if (Take(']')) return AtEnd();
    do {
      SkipBlanks();
      if (*count == items->size()) items->emplace_back();
      ListItem& item = (*items)[*count];
      item.text.clear();
      item.is_number = rest_.empty() || rest_.front() != '"';
      if (!(item.is_number ? ReadNumber(&item.text) : ReadString(&item.text))) return false;
      ++*count;
    } while (Take(','));
    return Take(']') && AtEnd();
  }

  bool ReadNumber(std::string* text) {
    *text = TakeNumber();
    double value = 0;
    return ParseDouble(*text, &value) == NumberParse::kOk;
  }

  bool ReadString(std::string* text) {
    rest_.remove_prefix(1);
    for (;;) {
      const size_t plain = rest_.find_first_of("\"\\");
      if (plain == std::string_view::npos) return false;
      text->append(rest_.substr(0, plain));
      const char c = rest_[plain];
      rest_.remove_prefix(plain + 1);
      if (c == '"') return IsUtf8(*text);
      if (!ReadEscape(text)) return false;
    }
  }

  bool ReadEscape(std::string* text) {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    switch (c) {
      case '"':
      case '\\':
      case '/': text->push_back(c); return true;
      case 'b': text->push_back('\b'); return true;
      case 'f': text->push_back('\f'); return true;
      case 'n': text->push_back('\n'); return true;
      case 'r': text->push_back('\r'); return true;
      case 't': text->push_back('\t'); return true;
      case 'u': return ReadCodePoint(text);
      default: return false;
    }
  }

  bool ReadCodePoint(std::string* text) {
    uint32_t code = 0;
    if (!ReadUnit(&code)) return false;
    if (code >= 0xD800 && code < 0xDC00) {
      uint32_t low = 0;
      if (!rest_.starts_with("\\u")) return false;
      rest_.remove_prefix(2);
      if (!ReadUnit(&low) || low < 0xDC00 || low > 0xDFFF) return false;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendUtf8(code, text);  // half of a pair is refused at the end of the string
    return true;
  }

  bool ReadUnit(uint32_t* unit) {
    if (rest_.size() < 4) return false;
    for (int i = 0; i < 4; ++i) {
      const char c = rest_[static_cast<size_t>(i)];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return false;
      *unit = *unit * 16 + static_cast<uint32_t>(digit);
    }
    rest_.remove_prefix(4);
    return true;
  }
};

}  // namespace

bool ReadList(std::string_view text, std::vector<ListItem>* items) { return ListReader(text).Read(items); }

}  // namespace scoreway
