#include "bindings/c/arrow_format.h"

#include <string>
#include <string_view>

#include "data/codec/column_names.h"

namespace scoreway::c_api {

Result<ArrowFormat> ReadArrowFormat(const char* format) {
  const std::string_view text = format == nullptr ? std::string_view() : std::string_view(format);
  if (text == "vu") return ArrowFormat{ArrowKind::kTextView};
  if (text.size() == 1) {
    switch (text[0]) {
      case 'n': return ArrowFormat{ArrowKind::kNull};
      case 'b': return ArrowFormat{ArrowKind::kBool};
      case 'c': return ArrowFormat{ArrowKind::kInteger, 8, true};
      case 'C': return ArrowFormat{ArrowKind::kInteger, 8, false};
      case 's': return ArrowFormat{ArrowKind::kInteger, 16, true};
      case 'S': return ArrowFormat{ArrowKind::kInteger, 16, false};
      case 'i': return ArrowFormat{ArrowKind::kInteger, 32, true};
      case 'I': return ArrowFormat{ArrowKind::kInteger, 32, false};
      case 'l': return ArrowFormat{ArrowKind::kInteger, 64, true};
      case 'L': return ArrowFormat{ArrowKind::kInteger, 64, false};
      case 'e': return ArrowFormat{ArrowKind::kHalf};
      case 'f': return ArrowFormat{ArrowKind::kFloat32};
      case 'g': return ArrowFormat{ArrowKind::kFloat64};
      case 'u': return ArrowFormat{ArrowKind::kText};
      case 'U': return ArrowFormat{ArrowKind::kLargeText};
      default: break;
    }
  }
  return Error{Code::kUnsupported, "columns of the Arrow format " + Quoted(text) + " are not read", {}};
}

}  // namespace scoreway::c_api
