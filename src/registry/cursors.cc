#include "registry/cursors.h"

#include <utility>

#include "registry/registry_model.h"

namespace scoreway {

Status NameCursor::Fill(int index) {
  Bucket& bucket = buckets_[static_cast<size_t>(index)];
  if (bucket.next < bucket.page.rows.size()) return {};
  if (bucket.is_begun && bucket.page.next_page_token.empty()) return {};
  ScanRange range;
  range.begin = first_;
  range.page_token = bucket.page.next_page_token;
  SCOREWAY_ASSIGN_OR_RETURN(bucket.page, store_.Scan(NamesPartition(index), range));
  bucket.next = 0;
  bucket.is_begun = true;
  return {};
}

Result<std::optional<std::string>> NameCursor::Next() {
  Bucket* least = nullptr;
  for (int index = 0; index < kNameBuckets; ++index) {
    SCOREWAY_RETURN_IF_ERROR(Fill(index));
    Bucket& bucket = buckets_[static_cast<size_t>(index)];
    if (bucket.next == bucket.page.rows.size()) continue;
    if (least == nullptr || bucket.page.rows[bucket.next].sort < least->page.rows[least->next].sort) least = &bucket;
  }
  if (least == nullptr) return std::optional<std::string>();
  return std::optional(std::move(least->page.rows[least->next++].sort));
}

VersionCursor::VersionCursor(Store& store, std::string_view name, int64_t below, size_t page_rows)
    : store_(store), partition_(ModelPartition(name)), range_(ScanPrefix(kVersionPrefix)) {
  range_.reverse = true;
  range_.row_count_max = page_rows;
  if (below > 0) range_.end = VersionSort(below);
}

Result<std::optional<VersionCursor::Entry>> VersionCursor::Next() {
  while (next_ == page_.rows.size()) {
    if (is_begun_ && page_.next_page_token.empty()) return std::optional<Entry>();
    range_.page_token = page_.next_page_token;
    SCOREWAY_ASSIGN_OR_RETURN(page_, store_.Scan(partition_, range_));
    next_ = 0;
    is_begun_ = true;
  }
  const Row& row = page_.rows[next_++];
  auto version = VersionRow::Decode(row.value);
  if (!version.ok()) return DamagedRow(partition_, row.sort, version.error());
  const std::string_view digits = std::string_view(row.sort).substr(std::string_view(kVersionPrefix).size());
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t number, ParseStoredVersion(partition_, digits));
  return std::optional(Entry{number, std::move(*version)});
}

}  // namespace scoreway
