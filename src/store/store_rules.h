// What the Stores share: the limits of the contract, checked alike, and the rules of pages and of death by TTL.
// For the implementations only.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "store/store.h"

namespace scoreway {

// A page ends before its values pass this many bytes (but has one row at least).
constexpr size_t kScanPageBytesMax = size_t{4} << 20;
constexpr int64_t kNeverMicros = std::numeric_limits<int64_t>::max();

// kInvalidArgument if a limit of the contract is passed.
Status CheckWriteBatches(std::span<const WriteBatch> batches);
// kInvalidArgument if the page has no room or the token is not from a page of this range.
Status CheckScanRange(const ScanRange& range);

// The key of the last row of the page before; only where the range has a page token.
std::string_view ResumeKey(const ScanRange& range);
// Counts a row that is about to be added. True, and the page gets its token, if the row belongs to the next page.
bool EndPageBefore(const ScanRange& range, size_t value_bytes, ScanPage* page, size_t* page_bytes);

// Whether the table is one of those that logs and jobs write all the time, which move no change count of the whole
// Store: else whoever follows the registry would read it again for each prediction.
bool IsLogTable(std::string_view table);

// "table/partition/sort": the place of an error.
std::string RowPlace(const Partition& partition, std::string_view sort);
// The kConflict of a write whose condition did not hold.
Status WriteConflict(const Partition& partition, const Write& write);
// When a row written now dies; kNeverMicros without a TTL.
int64_t ExpiryMicros(int64_t now_micros, int64_t ttl_micros);

}  // namespace scoreway
