#include "score/few_texts.h"

#include <algorithm>

namespace scoreway {
namespace {

constexpr size_t kTextsMax = 16;

}  // namespace

bool FewTexts::Fits(std::span<const std::string> texts) {
  const auto is_short = [](const std::string& text) { return text.size() <= TextIndex::kWordsMax; };
  return texts.size() <= kTextsMax && std::ranges::all_of(texts, is_short);
}

FewTexts::FewTexts(std::span<const std::string> texts, const Table& table)
    : missing_(table.of_missing), others_(table.of_others), width_(table.width) {
  for (size_t i = 0; i < texts.size(); ++i) entries_.push_back({TextIndex::KeyOf(texts[i]), table.of_text[i]});
}

}  // namespace scoreway
