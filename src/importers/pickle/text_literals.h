// The texts inside a pickle: Latin-1, and the escaped literals of protocols 0 and 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scoreway::pickle {

// Whether a number names a character: up to 0x10ffff and no half of a surrogate pair.
inline bool IsCharacter(uint32_t code) { return code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000); }

bool IsAscii(std::string_view text);

// Null when a character has no byte in Latin-1.
std::optional<std::string> Utf8ToLatin1(std::string_view utf8);
std::string Latin1ToUtf8(std::string_view latin1);

// The bytes of a quoted Python string literal such as 'it\'s\x00'. Null when it is malformed.
std::optional<std::string> UnquoteString(std::string_view literal);

// UTF-8 of text in which only \uXXXX and \UXXXXXXXX are escapes and every other byte is Latin-1. Null when malformed.
std::optional<std::string> DecodeRawUnicodeEscape(std::string_view text);

// Digits with or without a sign, however many.
bool IsDecimal(std::string_view text);

// A little-endian two's complement integer: its value if it fits 64 bits, and always its text, "-0x1f".
std::optional<int64_t> LittleEndianToInt(std::string_view bytes);
std::string LittleEndianToHex(std::string_view bytes);

}  // namespace scoreway::pickle
