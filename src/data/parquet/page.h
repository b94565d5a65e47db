// Pages: what a column chunk is made of (https://parquet.apache.org/docs/file-format/data-pages/).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/parquet/file_metadata.h"

namespace scoreway::parquet {

enum class PageType : int64_t { kData = 0, kIndex = 1, kDictionary = 2, kDataV2 = 3 };

struct PageHeader {
  PageType type = PageType::kData;
  int64_t unpacked_bytes = 0;
  int64_t bytes = 0;  // of the page, behind the header
  int64_t value_count = 0;
  int64_t encoding = 0;
  // Version 2 only.
  int64_t definition_bytes = 0, repetition_bytes = 0;
  bool is_compressed = true;
};

// Reads the header at the front of the bytes and takes it from them. CORRUPT if it is none, or says more than
// values_max values. The page itself may lie behind the bytes.
Result<PageHeader> TakePageHeader(int64_t values_max, std::string_view* bytes);

// The parts of a data page.
struct PageParts {
  std::string_view repetition, definition;  // runs of levels, without their lengths
  std::string_view values;
};

// Unpacks a data page of a leaf; the parts are views into the bytes or `unpacked`.
Result<PageParts> OpenDataPage(const PageHeader& header, const Leaf& leaf, Codec codec, std::string_view bytes,
                               std::string* unpacked);

}  // namespace scoreway::parquet
