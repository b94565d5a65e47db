#include "exporters/pmml/xml.h"

#include <cmath>

#include "base/number_text.h"
#include "base/utf8.h"

namespace scoreway::pmml_export {

std::string Escaped(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      // As they stand, readers turn these into blanks.
      case '\t': escaped += "&#9;"; break;
      case '\n': escaped += "&#10;"; break;
      case '\r': escaped += "&#13;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

bool IsXmlText(std::string_view text) {
  if (!IsUtf8(text)) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') return false;
    // U+FFFE and U+FFFF.
    if (byte == 0xEF && text.substr(i, 2) == "\xEF\xBF" && i + 2 < text.size() &&
        static_cast<unsigned char>(text[i + 2]) >= 0xBE) {
      return false;
    }
  }
  return true;
}

std::string NumberText(double value) {
  if (std::isinf(value)) return value > 0 ? "INF" : "-INF";
  if (std::isnan(value)) return "NaN";
  std::string text;
  AppendDouble(value, &text);
  return text;
}

std::string AttributeText(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + Escaped(value) + "\"";
}
std::string AttributeText(std::string_view name, double value) { return AttributeText(name, NumberText(value)); }

}  // namespace scoreway::pmml_export
