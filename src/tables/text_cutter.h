// TextCutter: cuts a text of records into parts that end where a record ends, without looking at cells.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/file_bytes.h"
#include "base/result.h"
#include "tables/table_reader.h"

namespace scoreway {

struct TextCutterOptions {
  char record_end = '\n';
  // CSV: ends within quotes are none. Nothing: a text without quotes.
  bool has_quotes = false;
  char delimiter = ',';
  size_t part_bytes = size_t{4} << 20;
  size_t record_bytes_max = size_t{64} << 20;
};

class TextCutter {
 public:
  TextCutter(std::shared_ptr<const FileBytes> file, const TextCutterOptions& options)
      : file_(std::move(file)), options_(options) {}

  // As TableReader::Cut.
  Result<bool> Cut(const TablePosition& begin, TablePart* part) const;

 private:
  // Bytes of the whole records with which the text begins.
  size_t WholeRecords(std::string_view text) const;
  size_t WholeQuotedRecords(std::string_view text) const;

  std::shared_ptr<const FileBytes> file_;
  TextCutterOptions options_;
};

}  // namespace scoreway
