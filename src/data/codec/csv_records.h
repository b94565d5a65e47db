// CsvRecords: cuts a stream of CSV into records of cells, typed by nobody yet.
//
// RFC 4180, and what files have beside it: LF, CRLF or CR alone end a record, the last one may lack its end, a BOM is
// skipped, lines without any character are skipped. A quote inside a cell that does not begin with one stands for
// itself. A reader of our own, since we want streaming, positions in errors and no copy of a cell.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/codec/byte_source.h"

namespace scoreway {

struct CsvLimits {
  size_t record_bytes_max = size_t{16} << 20;
  size_t cell_bytes_max = size_t{1} << 20;
  size_t cells_max = 100'000;  // of one record
};

struct CsvCell {
  std::string_view text;  // without its quotes
  bool quoted = false;
};

class CsvRecords {
 public:
  // `source` must outlive the object. The delimiter must not be a quote or an end of line.
  CsvRecords(ByteSource* source, char delimiter, const CsvLimits& limits);

  // Goes to the next record; false when there is none. INVALID_ARGUMENT for bad quoting, RESOURCE_EXHAUSTED beyond a
  // limit, or the source's error; the place names the line. After an error there is no way on.
  Result<bool> Next();

  // The record's cells; valid until Next.
  std::span<const CsvCell> cells() const { return cells_; }
  // The line on which the record began, counted from 1.
  uint64_t line() const { return line_; }
  // What is in the buffer of the records to come, less what has not as many readable bytes behind it.
  std::string_view PeekText(size_t readable_behind) const {
    const size_t end = std::min(end_, std::max(buffer_.size(), readable_behind) - readable_behind);
    return {buffer_.data() + next_begin_, std::max(end, next_begin_) - next_begin_};
  }
  // Passes over so many bytes of it, which the caller has found to be lines, each a record.
  void PassLines(size_t bytes, size_t lines) {
    line_ = next_line_ + lines - 1;
    next_line_ += lines;
    next_begin_ += bytes;
    begin_ = next_begin_;
  }

  // The records to come lie so many lines further on.
  void SkipLines(uint64_t count) { next_line_ += count; }
  bool failed() const { return failed_; }

 private:
  enum class Cut : uint8_t { kRecord, kIncomplete, kTextAfterQuote, kTooManyCells };

  Cut CutRecord();
  void FinishCells();
  Status Fill();
  Error Fault(Code code, std::string message);

  ByteSource* source_;
  char delimiter_;
  CsvLimits limits_;
  bool ends_cell_[256] = {};  // delimiter, CR, LF

  std::vector<char> buffer_;
  size_t begin_ = 0;       // of the record
  size_t end_ = 0;         // of what was read
  size_t next_begin_ = 0;  // of the record after it, once cut
  size_t chunk_ = 0;       // bytes asked for last
  bool at_end_ = false;    // the source is spent
  bool started_ = false;
  bool failed_ = false;

  struct Piece {
    size_t begin;  // within buffer_, without the quotes
    size_t end;
    bool quoted;
    bool has_escapes;  // "" stands for "
  };
  std::vector<Piece> pieces_;
  std::vector<CsvCell> cells_;
  uint64_t line_ = 1;
  uint64_t next_line_ = 1;
};

}  // namespace scoreway
