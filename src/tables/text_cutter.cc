#include "tables/text_cutter.h"

#include <algorithm>
#include <cstring>

namespace scoreway {
namespace {

// std::count, but so that compilers count in the lanes of vectors: a byte holds the counts of so many blocks.
uint64_t CountOf(std::string_view text, char wanted) {
  constexpr size_t kLanes = 64, kBlocks = 255;
  uint64_t count = 0;
  while (text.size() >= kLanes) {
    const size_t blocks = std::min(text.size() / kLanes, kBlocks);
    uint8_t found[kLanes] = {};
    for (size_t block = 0; block < blocks; ++block) {
      for (size_t i = 0; i < kLanes; ++i) found[i] += static_cast<uint8_t>(text[block * kLanes + i] == wanted);
    }
    for (const uint8_t each : found) count += each;
    text.remove_prefix(blocks * kLanes);
  }
  return count + static_cast<uint64_t>(std::count(text.begin(), text.end(), wanted));
}

}  // namespace

Result<bool> TextCutter::Cut(const TablePosition& begin, TablePart* part) const {
  part->begin = begin;
  part->rows = nullptr;
  part->bytes.clear();
  size_t wanted = options_.part_bytes;
  while (true) {
    const size_t missing = wanted - part->bytes.size();
    SCOREWAY_RETURN_IF_ERROR(file_->AppendAt(begin.offset + part->bytes.size(), missing, &part->bytes));
    if (part->bytes.size() < wanted) break;  // the end of the file
    const size_t whole = WholeRecords(part->bytes);
    if (whole > 0) {
      part->bytes.resize(whole);
      break;
    }
    if (wanted > options_.record_bytes_max) {
      return Error{Code::kResourceExhausted,
                   "a record is longer than " + std::to_string(options_.record_bytes_max) + " bytes",
                   "line " + std::to_string(begin.lines + 1) + " of the rows"};
    }
    wanted *= 2;
  }
  part->end = begin;
  part->end.offset += part->bytes.size();
  part->end.lines += CountOf(part->bytes, options_.record_end);
  return !part->bytes.empty();
}

size_t TextCutter::WholeRecords(std::string_view text) const {
  if (options_.has_quotes && text.find('"') != std::string_view::npos) return WholeQuotedRecords(text);
  const size_t last = text.rfind(options_.record_end);
  return last == std::string_view::npos ? 0 : last + 1;
}

// Goes from quote to quote: one that begins a cell opens it, one inside a cell that is not quoted stands for itself
// (csv_records.h).
size_t TextCutter::WholeQuotedRecords(std::string_view text) const {
  const auto last_end_within = [&](size_t begin, size_t end) {
    const size_t at = text.substr(begin, end - begin).rfind(options_.record_end);
    return at == std::string_view::npos ? size_t{0} : begin + at + 1;
  };
  size_t whole = 0;
  size_t at = 0;  // outside of quotes
  while (true) {
    const size_t quote = text.find('"', at);
    whole = std::max(whole, last_end_within(at, std::min(quote, text.size())));
    if (quote == std::string_view::npos) return whole;
    const char before = quote == 0 ? '\n' : text[quote - 1];
    if (before != options_.delimiter && before != '\n' && before != '\r') {
      at = quote + 1;
      continue;
    }
    size_t closing = quote + 1;
    while (true) {
      closing = text.find('"', closing);
      if (closing == std::string_view::npos || closing + 1 == text.size()) return whole;
      if (text[closing + 1] != '"') break;
      closing += 2;
    }
    at = closing + 1;
  }
}

}  // namespace scoreway
