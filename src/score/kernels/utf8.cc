#include "score/kernels/utf8.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>

#include "score/kernels/letter_cases.h"
#include "score/kernels/plain_letters.h"

namespace scoreway::utf8 {
namespace {

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// The bytes of the character at the head of the text, 1 where it is no UTF-8.
size_t CharacterBytes(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t size = lead < 0x80 ? 1 : lead >= 0xF0 && lead < 0xF8 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (size > text.size() || lead >= 0xF8) return 1;
  for (size_t i = 1; i < size; ++i) {
    if (!IsContinuation(text[i])) return 1;
  }
  return size;
}

// A byte that is no UTF-8 gives what is no code point, so that it is no letter and no space.
uint32_t Decode(std::string_view character) {
  if (character.size() == 1 && static_cast<unsigned char>(character[0]) >= 0x80) return UINT32_MAX;
  static constexpr unsigned char kLeadMask[] = {0, 0xFF, 0x1F, 0x0F, 0x07};
  uint32_t code = static_cast<unsigned char>(character[0]) & kLeadMask[character.size()];
  for (size_t i = 1; i < character.size(); ++i) code = code << 6 | (static_cast<unsigned char>(character[i]) & 0x3F);
  return code;
}

size_t Encode(uint32_t code, char* out) {
  if (code < 0x80) {
    out[0] = static_cast<char>(code);
    return 1;
  }
  const size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = size; i-- > 1; code >>= 6) out[i] = static_cast<char>(0x80 | (code & 0x3F));
  out[0] = static_cast<char>((0xF00 >> size & 0xFF) | code);
  return size;
}

// Python's str.isspace beyond ASCII.
bool IsSpace(uint32_t code) {
  if (code <= 0x20) return code == 0x20 || (code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x1F);
  return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
         code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

struct Mapping {
  char first_ascii;  // of the 26 letters that move by `ascii_shift`
  int ascii_shift;
  std::span<const CaseRange> ranges;
  std::span<const CaseSpecial> specials;
};

constexpr Mapping kLower{'A', 'a' - 'A', kLowerRanges, kLowerSpecials};
constexpr Mapping kUpper{'a', 'A' - 'a', kUpperRanges, kUpperSpecials};

constexpr size_t kGrowthMax = 12;  // bytes that one character may become

// The mapped character at `out`, which has room for kGrowthMax bytes; its size, or 0 if the character stays as it is.
size_t MapCharacter(const Mapping& mapping, uint32_t code, char* out) {
  const auto special = std::lower_bound(mapping.specials.begin(), mapping.specials.end(), code,
                                        [](const CaseSpecial& a, uint32_t b) { return a.code < b; });
  if (special != mapping.specials.end() && special->code == code) {
    std::memcpy(out, special->text.data(), special->text.size());
    return special->text.size();
  }
  // Ranges rise by their first code and may interleave only where they are of every second letter.
  auto range = std::upper_bound(mapping.ranges.begin(), mapping.ranges.end(), code,
                                [](uint32_t a, const CaseRange& b) { return a < b.first; });
  for (int back = 0; back < 4 && range != mapping.ranges.begin(); ++back) {
    --range;
    if (code <= range->last && (code - range->first) % range->step == 0) {
      return Encode(static_cast<uint32_t>(static_cast<int64_t>(code) + range->shift), out);
    }
  }
  return 0;
}

// Greek ends a word with a sigma of its own; the mapping tables know only the other one.
constexpr uint32_t kCapitalSigma = 0x3A3, kFinalSigma = 0x3C2;

// Whether the character is a letter that has a case.
bool IsCased(uint32_t code) {
  if (code < 0x80) return (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
  char mapped[kGrowthMax];
  return MapCharacter(kLower, code, mapped) != 0 || MapCharacter(kUpper, code, mapped) != 0;
}

// What may stand within a word without ending it: apostrophes, points and combining marks.
bool IsCaseIgnorable(uint32_t code) {
  constexpr uint32_t kMarks[] = {'\'', '.', ':', '^', '`', 0xA8, 0xAD, 0xAF, 0xB4, 0xB7, 0xB8, 0x2019};
  return (code >= 0x300 && code <= 0x36F) || std::find(std::begin(kMarks), std::end(kMarks), code) != std::end(kMarks);
}

// Whether a letter stands before `begin` and none at `end`.
bool EndsWord(std::string_view text, size_t begin, size_t end) {
  bool after_letter = false;
  while (begin > 0 && !after_letter) {
    size_t at = begin - 1;
    while (at > 0 && begin - at < 4 && IsContinuation(text[at])) --at;
    const uint32_t code = Decode(text.substr(at, CharacterBytes(text.substr(at))));
    begin = at;
    if (IsCaseIgnorable(code)) continue;
    if (!IsCased(code)) return false;
    after_letter = true;
  }
  while (end < text.size()) {
    const size_t size = CharacterBytes(text.substr(end));
    const uint32_t code = Decode(text.substr(end, size));
    end += size;
    if (!IsCaseIgnorable(code)) return after_letter && !IsCased(code);
  }
  return after_letter;
}

std::string_view Map(const Mapping& mapping, std::string_view text, TextArena& texts) {
  const size_t plain = static_cast<size_t>(
      std::find_if(text.begin(), text.end(),
                   [&](char c) { return (c >= mapping.first_ascii && c < mapping.first_ascii + 26) || c < 0; }) -
      text.begin());
  if (plain == text.size()) return text;
  char* const begin = texts.Allocate(plain + (text.size() - plain) * kGrowthMax);
  std::memcpy(begin, text.data(), plain);
  char* out = begin + plain;
  for (std::string_view rest = text.substr(plain); !rest.empty();) {
    const size_t size = CharacterBytes(rest);
    size_t mapped = 0;
    if (size == 1) {
      const char c = rest[0];
      const bool moves = c >= mapping.first_ascii && c < mapping.first_ascii + 26;
      *out = static_cast<char>(moves ? c + mapping.ascii_shift : c);
      mapped = 1;
    } else {
      mapped = MapCharacter(mapping, Decode(rest.substr(0, size)), out);
      const size_t at = static_cast<size_t>(rest.data() - text.data());
      if (Decode(rest.substr(0, size)) == kCapitalSigma && &mapping == &kLower && EndsWord(text, at, at + size)) {
        mapped = Encode(kFinalSigma, out);
      }
      if (mapped == 0) {
        std::memcpy(out, rest.data(), size);
        mapped = size;
      }
    }
    out += mapped;
    rest.remove_prefix(size);
  }
  return {begin, static_cast<size_t>(out - begin)};
}

constexpr size_t kPlainGrowthMax = 36;  // bytes that one character may become without its accents

// What is left of the character at `out`, which has room for kPlainGrowthMax bytes: its size, or nothing if it stays as
// it is.
std::optional<size_t> PlainCharacter(uint32_t code, char* out) {
  constexpr uint32_t kFirstSyllable = 0xAC00, kLastSyllable = 0xD7A3, kVowels = 21, kTails = 28;
  if (code >= kFirstSyllable && code <= kLastSyllable) {
    const uint32_t syllable = code - kFirstSyllable, tail = syllable % kTails;
    size_t size = Encode(0x1100 + syllable / (kVowels * kTails), out);
    size += Encode(0x1161 + syllable / kTails % kVowels, out + size);
    if (tail != 0) size += Encode(0x11A7 + tail, out + size);
    return size;
  }
  const auto* after = std::upper_bound(std::begin(kPlainRuns), std::end(kPlainRuns), code,
                                       [](uint32_t a, const PlainRun& b) { return a < b.first; });
  if (after == std::begin(kPlainRuns) || code - (after - 1)->first >= (after - 1)->count) return std::nullopt;
  std::string_view lines = (after - 1)->lines;
  for (uint32_t skip = code - (after - 1)->first; skip > 0; --skip) lines.remove_prefix(lines.find('\n') + 1);
  const size_t size = lines.find('\n');
  std::memcpy(out, lines.data(), size);
  return size;
}

// The byte at which the code point of that number begins, or the end.
size_t ByteOf(std::string_view text, int64_t position) {
  size_t at = 0;
  for (; position > 0 && at < text.size(); --position) at += CharacterBytes(text.substr(at));
  return at;
}

}  // namespace

size_t CharacterSize(std::string_view text) { return CharacterBytes(text); }

size_t SpaceSize(std::string_view text) {
  const size_t size = CharacterBytes(text);
  return IsSpace(Decode(text.substr(0, size))) ? size : 0;
}

size_t Length(std::string_view text) {
  size_t length = 0;
  for (; !text.empty(); ++length) text.remove_prefix(CharacterBytes(text));
  return length;
}

std::string_view Substring(std::string_view text, int64_t start, int64_t end) {
  if (start < 0 || end < 0) {
    const auto length = static_cast<int64_t>(Length(text));
    if (start < 0) start = std::max<int64_t>(start + length, 0);
    if (end < 0) end = std::max<int64_t>(end + length, 0);
  }
  if (end <= start) return text.substr(0, 0);
  const size_t begin = ByteOf(text, start);
  return text.substr(begin, ByteOf(text.substr(begin), end - start));
}

std::string_view Trim(std::string_view text) {
  while (!text.empty()) {
    const size_t size = CharacterBytes(text);
    if (!IsSpace(Decode(text.substr(0, size)))) break;
    text.remove_prefix(size);
  }
  while (!text.empty()) {
    size_t begin = text.size() - 1;
    while (begin > 0 && text.size() - begin < 4 && IsContinuation(text[begin])) --begin;
    if (CharacterBytes(text.substr(begin)) != text.size() - begin) begin = text.size() - 1;
    if (!IsSpace(Decode(text.substr(begin)))) break;
    text.remove_suffix(text.size() - begin);
  }
  return text;
}

std::string_view ToLower(std::string_view text, TextArena& texts) { return Map(kLower, text, texts); }

std::string_view ToUpper(std::string_view text, TextArena& texts) { return Map(kUpper, text, texts); }

std::string_view WithoutAccents(std::string_view text, bool ascii, TextArena& texts) {
  const auto beyond = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  if (std::none_of(text.begin(), text.end(), beyond)) return text;
  size_t room = 0;
  for (const char c : text) room += !beyond(c) ? 1 : IsContinuation(c) ? 0 : kPlainGrowthMax;
  char* const begin = texts.Allocate(room + text.size());
  char* end = begin;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, CharacterBytes(text));
    const std::optional<size_t> size = PlainCharacter(Decode(character), end);
    if (!size) std::memcpy(end, character.data(), character.size());
    char* const from = end;
    end += size.value_or(character.size());
    if (ascii) end = std::remove_if(from, end, beyond);
    text.remove_prefix(character.size());
  }
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace scoreway::utf8
