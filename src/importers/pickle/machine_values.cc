#include "importers/pickle/machine.h"

#include "base/number_text.h"
#include "base/utf8.h"
#include "importers/pickle/text_literals.h"

namespace scoreway::pickle {

Status Machine::PushInteger(std::string_view decimal) {
  if (!IsDecimal(decimal)) return Corrupt("not an integer");
  int64_t value = 0;
  bool fits = ParseInt64(decimal, &value) == NumberParse::kOk;
  Push(fits ? arena_->Int(value) : arena_->Text(Kind::kBigInt, decimal));
  return {};
}

Status Machine::PushLittleEndian(std::string_view bytes) {
  std::optional<int64_t> value = LittleEndianToInt(bytes);
  Push(value ? arena_->Int(*value) : arena_->Text(Kind::kBigInt, arena_->Keep(LittleEndianToHex(bytes))));
  return {};
}

Status Machine::StepNumber(Opcode opcode) {
  std::string_view text;
  int64_t value = 0;
  switch (opcode) {
    case Opcode::kInt:
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&text));
      if (text == "00" || text == "01") {
        Push(arena_->Bool(text == "01"));
        return {};
      }
      return PushInteger(text);
    case Opcode::kLong:
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&text));
      if (text.ends_with('L')) text.remove_suffix(1);
      return PushInteger(text);
    case Opcode::kLong1: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint8_t>(&text)); return PushLittleEndian(text);
    case Opcode::kLong4: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<int32_t>(&text)); return PushLittleEndian(text);
    case Opcode::kFloat: {
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&text));
      double number = 0;
      if (ParseDouble(text, &number) != NumberParse::kOk) return Corrupt("not a float");
      Push(arena_->Float(number));
      return {};
    }
    case Opcode::kBinFloat: {
      uint64_t raw = 0;
      SCOREWAY_RETURN_IF_ERROR(reader_.Read(&raw));
      Push(arena_->Float(std::bit_cast<double>(__builtin_bswap64(raw))));
      return {};
    }
    case Opcode::kBinInt: SCOREWAY_RETURN_IF_ERROR(reader_.ReadAs<int32_t>(&value)); break;
    case Opcode::kBinInt1: SCOREWAY_RETURN_IF_ERROR(reader_.ReadAs<uint8_t>(&value)); break;
    default: SCOREWAY_RETURN_IF_ERROR(reader_.ReadAs<uint16_t>(&value)); break;
  }
  Push(arena_->Int(value));
  return {};
}

Status Machine::PushStr(std::string_view utf8) {
  if (!IsUtf8(utf8)) return Corrupt("text is not UTF-8");
  Push(arena_->Text(Kind::kStr, utf8));
  return {};
}

Status Machine::PushOldString(std::string_view bytes, bool is_stable) {
  std::string_view kept = is_stable ? bytes : arena_->Keep(std::string(bytes));
  Push(arena_->Text(IsAscii(kept) ? Kind::kStr : Kind::kBytes, kept));
  return {};
}

Status Machine::StepText(Opcode opcode) {
  std::string_view text;
  switch (opcode) {
    case Opcode::kString: {
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&text));
      std::optional<std::string> bytes = UnquoteString(text);
      if (!bytes) return Corrupt("malformed string literal");
      return PushOldString(*bytes, false);
    }
    case Opcode::kBinString:
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<int32_t>(&text));
      return PushOldString(text, true);
    case Opcode::kShortBinString:
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint8_t>(&text));
      return PushOldString(text, true);
    case Opcode::kUnicode: {
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&text));
      std::optional<std::string> utf8 = DecodeRawUnicodeEscape(text);
      if (!utf8) return Corrupt("malformed unicode literal");
      Push(arena_->Text(Kind::kStr, arena_->Keep(std::move(*utf8))));
      return {};
    }
    case Opcode::kBinUnicode: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint32_t>(&text)); return PushStr(text);
    case Opcode::kShortBinUnicode: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint8_t>(&text)); return PushStr(text);
    case Opcode::kBinUnicode8: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint64_t>(&text)); return PushStr(text);
    case Opcode::kBinBytes: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint32_t>(&text)); break;
    case Opcode::kShortBinBytes: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint8_t>(&text)); break;
    default: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint64_t>(&text)); break;
  }
  Push(arena_->Text(Kind::kBytes, text));
  return {};
}

}  // namespace scoreway::pickle
