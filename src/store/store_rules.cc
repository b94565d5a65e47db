#include "store/store_rules.h"

#include <algorithm>
#include <limits>

namespace scoreway {
namespace {

constexpr char kTokenMark = 'k';  // so that the token after the empty key is not empty

void AppendPrintable(std::string_view bytes, std::string* out) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      out->push_back(c);
    } else {
      out->append("\\x");
      out->push_back("0123456789abcdef"[byte >> 4]);
      out->push_back("0123456789abcdef"[byte & 15]);
    }
  }
}

Status CheckSize(std::string_view what, size_t size, size_t size_max, const Partition& partition) {
  if (size <= size_max) return {};
  return Status(Code::kInvalidArgument,
                std::string(what) + " has " + std::to_string(size) + " bytes, at most " + std::to_string(size_max) +
                    " are stored in one row",
                partition.ToString());
}

Status CheckWrite(const Partition& partition, const Write& write) {
  SCOREWAY_RETURN_IF_ERROR(CheckSize("a sort key", write.sort.size(), kKeyBytesMax, partition));
  SCOREWAY_RETURN_IF_ERROR(CheckSize("a value", write.value.size(), kValueBytesMax, partition));
  SCOREWAY_RETURN_IF_ERROR(CheckSize("an expected value", write.expected.size(), kValueBytesMax, partition));
  if (write.ttl_micros < 0) {
    return Status(Code::kInvalidArgument, "a time to live is negative", RowPlace(partition, write.sort));
  }
  return {};
}

Status CheckDistinct(const WriteBatch& batch) {
  std::vector<std::string_view> keys;
  keys.reserve(batch.writes.size());
  for (const Write& write : batch.writes) keys.push_back(write.sort);
  std::ranges::sort(keys);
  const auto twin = std::ranges::adjacent_find(keys);
  if (twin == keys.end()) return {};
  return Status(Code::kInvalidArgument, "a sort key comes twice in a batch", RowPlace(batch.partition, *twin));
}

}  // namespace

std::string Partition::ToString() const {
  std::string text;
  AppendPrintable(table, &text);
  text.push_back('/');
  AppendPrintable(key, &text);
  return text;
}

bool IsLogTable(std::string_view table) {
  constexpr std::string_view kLogTables[] = {"record",     "record_minute", "label",      "stream_report",
                                             "job",        "job_input",     "job_list",   "job_progress",
                                             "job_result", "queue_bucket",  "queue_index"};
  return std::ranges::find(kLogTables, table) != std::end(kLogTables);
}

std::string RowPlace(const Partition& partition, std::string_view sort) {
  std::string text = partition.ToString();
  text.push_back('/');
  AppendPrintable(sort, &text);
  return text;
}

Status CheckWriteBatches(std::span<const WriteBatch> batches) {
  for (const WriteBatch& batch : batches) {
    SCOREWAY_RETURN_IF_ERROR(CheckSize("a table name", batch.partition.table.size(), kKeyBytesMax, batch.partition));
    SCOREWAY_RETURN_IF_ERROR(CheckSize("a partition key", batch.partition.key.size(), kKeyBytesMax, batch.partition));
    if (batch.writes.empty() || batch.writes.size() > kBatchWritesMax) {
      return Status(Code::kInvalidArgument,
                    "a batch has " + std::to_string(batch.writes.size()) + " writes, 1 to " +
                        std::to_string(kBatchWritesMax) + " are allowed",
                    batch.partition.ToString());
    }
    size_t bytes = 0;
    for (const Write& write : batch.writes) {
      SCOREWAY_RETURN_IF_ERROR(CheckWrite(batch.partition, write));
      bytes += write.value.size() + write.expected.size();
    }
    if (bytes > kBatchBytesMax) {
      return Status(Code::kInvalidArgument,
                    "the values of a batch have " + std::to_string(bytes) + " bytes, at most " +
                        std::to_string(kBatchBytesMax) + " are allowed",
                    batch.partition.ToString());
    }
    SCOREWAY_RETURN_IF_ERROR(CheckDistinct(batch));
  }
  return {};
}

Status CheckScanRange(const ScanRange& range) {
  if (range.row_count_max == 0) return Status(Code::kInvalidArgument, "a page of a scan must have room for a row");
  if (range.page_token.empty()) return {};
  const std::string_view key = ResumeKey(range);
  const bool is_inside = key >= range.begin && (range.end.empty() || key < range.end);
  if (range.page_token[0] == kTokenMark && is_inside) return {};
  return Status(Code::kInvalidArgument, "the page token is not of this listing");
}

std::string_view ResumeKey(const ScanRange& range) { return std::string_view(range.page_token).substr(1); }

bool EndPageBefore(const ScanRange& range, size_t value_bytes, ScanPage* page, size_t* page_bytes) {
  *page_bytes += value_bytes;
  const bool is_full = page->rows.size() >= range.row_count_max || *page_bytes > kScanPageBytesMax;
  if (!is_full || page->rows.empty()) return false;
  page->next_page_token = kTokenMark + page->rows.back().sort;
  return true;
}

Status WriteConflict(const Partition& partition, const Write& write) {
  return Status(Code::kConflict,
                write.condition == Write::If::kAbsent ? "the row exists already"
                                                      : "the row has changed since it was read, or is gone",
                RowPlace(partition, write.sort));
}

int64_t ExpiryMicros(int64_t now_micros, int64_t ttl_micros) {
  if (ttl_micros == 0 || ttl_micros > kNeverMicros - now_micros) return kNeverMicros;
  return now_micros + ttl_micros;
}

}  // namespace scoreway
