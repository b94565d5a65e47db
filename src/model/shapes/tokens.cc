// The shape rules of model/operators/tokens.h.

#include <algorithm>
#include <cmath>

#include "model/shapes/infer.h"
#include "model/shapes/wants.h"

namespace scoreway {
namespace {

// Words that are looked up among terms.
Status WantWordsOfTerms(const op::CountText& words, const Shapes& in) {
  if (words.unit != op::CountText::Unit::kWords) return Wrong("takes words");
  if (words.terms.empty()) return Wrong("has no terms");
  return Infer(words, in).status();
}

bool ArePositive(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return value > 0 && std::isfinite(value); });
}

// One column of texts to another.
Result<ValueShape> TextToText(const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kText));
  if (in[0].width != 1) return Wrong("takes one column");
  return ValueShape{ValueKind::kText, 1};
}

}  // namespace

Result<ValueShape> Infer(const op::ListItems&, const Shapes& in) { return TextToText(in); }

Result<ValueShape> Infer(const op::SplitText&, const Shapes& in) { return TextToText(in); }

Result<ValueShape> Infer(const op::ListWords& p, const Shapes& in) {
  if (p.words.unit != op::CountText::Unit::kWords) return Wrong("takes words");
  if (p.words.least == 0 || p.words.most < p.words.least) return Wrong("terms of no tokens");
  return TextToText(in);
}

Result<ValueShape> Infer(const op::HashText& p, const Shapes& in) {
  if (p.count.unit != op::CountText::Unit::kWords) return Wrong("takes words");
  if (p.count.hash_columns == 0) return Wrong("takes a number of columns to hash to");
  return Infer(p.count, in);
}

Result<ValueShape> Infer(const op::TermMeans& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(WantWordsOfTerms(p.words, in));
  if (p.vectors.empty() || p.vectors.size() % p.words.terms.size() != 0)
    return Wrong("vectors are no rows, one a term");
  return Numbers(p.vectors.size() / p.words.terms.size());
}

Result<ValueShape> Infer(const op::ItemRules& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(WantWordsOfTerms(p.items, in));
  SCOREWAY_RETURN_IF_ERROR(WantSize("ends", p.ends.size(), p.consequents.size()));
  if (!std::ranges::is_sorted(p.ends) || (p.ends.empty() ? 0 : p.ends.back()) != p.antecedents.size()) {
    return Wrong("ends are not those of the antecedents");
  }
  SCOREWAY_RETURN_IF_ERROR(WantColumnsBelow(p.antecedents, static_cast<uint32_t>(p.items.terms.size())));
  SCOREWAY_RETURN_IF_ERROR(WantColumnsBelow(p.consequents, static_cast<uint32_t>(p.items.terms.size())));
  return ValueShape{ValueKind::kText, 1};
}

Result<ValueShape> Infer(const op::TopicInference& p, const Shapes& in) {
  SCOREWAY_RETURN_IF_ERROR(Want(in, 1, ValueKind::kNumber));
  const size_t topics = p.prior.size();
  if (topics == 0) return Wrong("has no topics");
  SCOREWAY_RETURN_IF_ERROR(WantSize("start", p.start.size(), topics));
  if (!ArePositive(p.prior) || !ArePositive(p.start)) return Wrong("prior or start is not positive");
  if (p.topics.size() / topics != in[0].width || p.topics.size() % topics != 0) {
    return Wrong("topics are no rows, one a column of the input");
  }
  return Numbers(topics);
}

}  // namespace scoreway
