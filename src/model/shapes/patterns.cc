// The shape rules of model/operators/patterns.h.

#include <string>

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {

namespace {

Status WantPattern(const std::string& pattern) {
  constexpr size_t kPatternMax = 64 << 10;
  if (pattern.size() <= kPatternMax) return {};
  return Status(Code::kResourceExhausted, "a pattern longer than 64 KiB");
}

}  // namespace

Result<ValueShape> Infer(const op::MatchText& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantPattern(p.pattern));
  return Numbers(in[0].width);
}

Result<ValueShape> Infer(const op::ReplaceText& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantPattern(p.pattern));
  SCOREWAY_RETURN_IF_ERROR(WantPattern(p.replacement));
  return in[0];
}

Result<ValueShape> Infer(const op::DateText& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantEnum("function", p.function, op::DateFunction::kFormat));
  if (p.function != op::DateFunction::kFormat) return Numbers(in[0].width);
  SCOREWAY_RETURN_IF_ERROR(WantPattern(p.format));
  for (size_t i = 0; i < p.format.size(); ++i) {
    if (p.format[i] != '%') continue;
    ++i;
    if (i == p.format.size() || std::string_view("YymdHMSj%").find(p.format[i]) == std::string_view::npos) {
      return Wrong("a date format with a letter that is not known");
    }
  }
  return in[0];
}

}  // namespace scoreway
