// The shape rules of model/operators/terms.h.

#include <string>

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {

namespace {

constexpr size_t kPatternMax = 64 << 10;

Status WantShort(const std::string& pattern) {
  if (pattern.size() <= kPatternMax) return {};
  return Status(Code::kResourceExhausted, "a pattern longer than 64 KiB");
}

}  // namespace

Result<ValueShape> Infer(const op::NormalizeText& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  SCOREWAY_RETURN_IF_ERROR(WantSize("replacements", p.replacements.size(), p.patterns.size()));
  for (const std::string& pattern : p.patterns) SCOREWAY_RETURN_IF_ERROR(WantShort(pattern));
  for (const std::string& replacement : p.replacements) SCOREWAY_RETURN_IF_ERROR(WantShort(replacement));
  return in[0];
}

Result<ValueShape> Infer(const op::TermFrequency& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  if (in[0].width != 1) return Wrong("takes one text");
  SCOREWAY_RETURN_IF_ERROR(WantEnum("weight", p.weight, op::TermFrequency::Weight::kLogarithmic));
  SCOREWAY_RETURN_IF_ERROR(WantShort(p.token));
  SCOREWAY_RETURN_IF_ERROR(WantShort(p.separator));
  if (p.token.empty() && p.separator.empty()) return Wrong("has neither tokens nor separators");
  return Numbers(p.terms.size());
}

}  // namespace scoreway
