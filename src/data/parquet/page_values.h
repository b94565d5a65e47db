// PageValues: the values of a page, without the places where there is none; and how they are decoded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/parquet/file_metadata.h"

namespace scoreway::parquet {

// One of the three is filled, as the leaf's type says: bools and integers, floats and doubles, texts.
struct PageValues {
  std::vector<int64_t> integers;
  std::vector<double> reals;
  std::vector<std::string_view> texts;  // views into the page or the dictionary

  size_t size() const { return integers.size() + reals.size() + texts.size(); }
  void Clear() {
    integers.clear();
    reals.clear();
    texts.clear();
  }
};

// Of one column chunk. Encodings: https://parquet.apache.org/docs/file-format/data-pages/encodings/
class ValueDecoder {
 public:
  explicit ValueDecoder(PhysicalType type) : type_(type) {}

  // The values of the chunk's dictionary page, unpacked.
  Status SetDictionary(std::string page, size_t count);

  // Replaces the values by the `count` that a page holds; the page must outlive them. CORRUPT if it holds fewer;
  // UNSUPPORTED for an encoding or a type that is not read.
  Status Decode(int64_t encoding, std::string_view page, size_t count, PageValues* out);

 private:
  Status DecodePlain(std::string_view bytes, size_t count, PageValues* out) const;
  Status DecodeIndices(std::string_view bytes, size_t count, PageValues* out);
  Status DecodeBools(std::string_view bytes, size_t count, PageValues* out);

  const PhysicalType type_;
  bool has_dictionary_ = false;
  std::string dictionary_page_;
  PageValues dictionary_;
  std::vector<uint32_t> indices_;
};

}  // namespace scoreway::parquet
