#include "drift/frequent_values.h"

#include <algorithm>
#include <map>
#include <vector>

namespace scoreway {
namespace {

constexpr uint32_t kCapacityMax = 65'535;

}  // namespace

FrequentValues::FrequentValues(uint32_t capacity) : capacity_(std::clamp<uint32_t>(capacity, 1, kCapacityMax)) {}

void FrequentValues::Add(std::string_view text, uint64_t count) {
  text = text.substr(0, kTextBytesMax);
  if (const auto found = counts_.find(text); found != counts_.end()) {
    found->second += count;
    return;
  }
  counts_.emplace(text, count);
  // Twice as many as are kept, so that pruning them costs little a row; but once it is no longer exact.
  if (counts_.size() > (is_exact() ? capacity_ : 2 * size_t{capacity_})) Prune();
}

// Takes the count of the (capacity + 1)th most frequent from all: no more than capacity stay.
void FrequentValues::Prune() {
  std::vector<uint64_t> all;
  for (const auto& [text, count] : counts_) all.push_back(count);
  const auto place = all.begin() + static_cast<ptrdiff_t>(capacity_);
  std::nth_element(all.begin(), place, all.end(), std::greater<>());
  const uint64_t taken = *place;
  undercount_ += taken;
  std::erase_if(counts_, [&](const auto& item) { return item.second <= taken; });
  for (auto& [text, count] : counts_) count -= taken;
}

void FrequentValues::Merge(const FrequentValues& other) {
  capacity_ = std::min(capacity_, other.capacity_);
  undercount_ += other.undercount_;
  for (const auto& [text, count] : other.counts_) counts_[text] += count;
  if (counts_.size() > capacity_) Prune();
}

void FrequentValues::AppendTo(std::string* out) const {
  ByteWriter writer(out);
  writer.Write(capacity_);
  writer.Write(undercount_);
  writer.Write(static_cast<uint32_t>(counts_.size()));
  for (const auto& [text, count] : std::map<std::string_view, uint64_t>(counts_.begin(), counts_.end())) {
    writer.Write(static_cast<uint16_t>(text.size()));
    writer.WriteBytes(text);
    writer.Write(count);
  }
}

Result<FrequentValues> FrequentValues::Parse(ByteReader* reader) {
  const Error none{Code::kCorrupt, "no counts of frequent values", {}};
  uint32_t capacity = 0, size = 0;
  uint64_t undercount = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&capacity));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&undercount));
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&size));
  if (capacity == 0 || capacity > kCapacityMax || size > 2 * size_t{capacity}) return none;
  FrequentValues values(capacity);
  values.undercount_ = undercount;
  for (uint32_t i = 0; i < size; ++i) {
    uint16_t bytes = 0;
    std::string_view text;
    uint64_t count = 0;
    SCOREWAY_RETURN_IF_ERROR(reader->Read(&bytes));
    SCOREWAY_RETURN_IF_ERROR(reader->ReadView(bytes, &text));
    SCOREWAY_RETURN_IF_ERROR(reader->Read(&count));
    if (bytes > kTextBytesMax || count == 0 || !values.counts_.emplace(text, count).second) return none;
  }
  return values;
}

}  // namespace scoreway
