#include "data/codec/csv_records.h"

#include <algorithm>
#include <cstring>

namespace scoreway {
namespace {

// Bytes asked of the source at a time: few at first, as many a text is short, then more.
constexpr size_t kChunkFirst = size_t{8} << 10;
constexpr size_t kChunkMax = size_t{256} << 10;
constexpr std::string_view kBom = "\xEF\xBB\xBF";

constexpr size_t Index(char c) { return static_cast<unsigned char>(c); }

}  // namespace

CsvRecords::CsvRecords(ByteSource* source, char delimiter, const CsvLimits& limits)
    : source_(source), delimiter_(delimiter), limits_(limits) {
  SCOREWAY_CHECK(delimiter != '"' && delimiter != '\n' && delimiter != '\r');
  ends_cell_[Index(delimiter)] = ends_cell_[Index('\n')] = ends_cell_[Index('\r')] = true;
}

Result<bool> CsvRecords::Next() {
  begin_ = next_begin_;
  line_ = next_line_;
  for (;;) {
    switch (begin_ == end_ && !at_end_ ? Cut::kIncomplete : CutRecord()) {
      case Cut::kIncomplete:
        if (at_end_) return Fault(Code::kInvalidArgument, "a quoted cell does not end");
        SCOREWAY_RETURN_IF_ERROR(Fill());
        continue;
      case Cut::kTextAfterQuote: return Fault(Code::kInvalidArgument, "text follows the closing quote of a cell");
      case Cut::kTooManyCells:
        return Fault(Code::kResourceExhausted, "more than " + std::to_string(limits_.cells_max) + " cells in a record");
      case Cut::kRecord: break;
    }
    const bool blank = pieces_.size() == 1 && !pieces_[0].quoted && pieces_[0].begin == pieces_[0].end;
    if (!blank) break;
    if (next_begin_ == begin_) return false;  // nothing left
    begin_ = next_begin_;
    line_ = next_line_;
  }
  for (const Piece& piece : pieces_) {
    if (piece.end - piece.begin > limits_.cell_bytes_max) {
      return Fault(Code::kResourceExhausted,
                   "a cell is longer than " + std::to_string(limits_.cell_bytes_max) + " bytes");
    }
  }
  FinishCells();
  return true;
}

// Cuts the record at begin_ into pieces_, reading only; kIncomplete if its end is not in the buffer yet.
CsvRecords::Cut CsvRecords::CutRecord() {
  pieces_.clear();
  const char* const base = buffer_.data();
  const char* const end = base + end_;
  const char* p = base + begin_;
  uint64_t lines = 1;
  const auto offset = [&](const char* at) { return static_cast<size_t>(at - base); };
  for (;;) {
    if (pieces_.size() == limits_.cells_max) return Cut::kTooManyCells;
    if (p != end && *p == '"') {
      const char* const begin = ++p;
      bool has_escapes = false;
      for (;;) {
        p = static_cast<const char*>(std::memchr(p, '"', static_cast<size_t>(end - p)));
        if (p == nullptr || (p + 1 == end && !at_end_)) return Cut::kIncomplete;
        if (p + 1 == end || p[1] != '"') break;
        has_escapes = true;
        p += 2;
      }
      pieces_.push_back({offset(begin), offset(p), true, has_escapes});
      const auto newlines = std::count(begin, p, '\n');
      lines += static_cast<uint64_t>(newlines > 0 ? newlines : std::count(begin, p, '\r'));
      ++p;
      if (p != end && !ends_cell_[Index(*p)]) return Cut::kTextAfterQuote;
    } else {
      const char* const begin = p;
      while (p != end && !ends_cell_[Index(*p)]) ++p;
      pieces_.push_back({offset(begin), offset(p), false, false});
    }
    if (p == end) {
      if (!at_end_) return Cut::kIncomplete;
      break;
    }
    if (*p == delimiter_) {
      ++p;
      continue;
    }
    if (*p == '\r') {
      if (p + 1 == end && !at_end_) return Cut::kIncomplete;  // is it CRLF?
      if (p + 1 != end && p[1] == '\n') ++p;
    }
    ++p;
    break;
  }
  next_begin_ = offset(p);
  next_line_ = line_ + lines;
  return Cut::kRecord;
}

// Makes cells of the pieces; where "" stands for ", the text is closed up in place, which is done once only.
void CsvRecords::FinishCells() {
  cells_.clear();
  for (const Piece& piece : pieces_) {
    char* const begin = buffer_.data() + piece.begin;
    char* end = buffer_.data() + piece.end;
    if (piece.has_escapes) {
      char* to = begin;
      for (const char* from = begin; from != end; ++from) {
        *to++ = *from;
        if (*from == '"') ++from;
      }
      end = to;
    }
    cells_.push_back({std::string_view(begin, static_cast<size_t>(end - begin)), piece.quoted});
  }
}

// Moves the unfinished record to the front and reads on. A long one is read to twice its length before it is cut
// again, so that the work stays linear however small the source's portions are.
Status CsvRecords::Fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ > limits_.record_bytes_max) {
    return Fault(Code::kResourceExhausted,
                 "a record is longer than " + std::to_string(limits_.record_bytes_max) + " bytes");
  }
  const size_t wanted = end_ < kChunkMax / 4 ? end_ + 1 : 2 * end_;
  chunk_ = chunk_ == 0 ? kChunkFirst : std::min(2 * chunk_, kChunkMax);
  const size_t room = std::max(wanted, end_ + chunk_);
  if (buffer_.size() < room) buffer_.resize(room);
  while (end_ < wanted) {
    const Result<size_t> read = source_->Read(buffer_.data() + end_, buffer_.size() - end_);
    failed_ = !read.ok();
    if (failed_) return read.status();
    const size_t count = *read;
    SCOREWAY_CHECK(count <= buffer_.size() - end_);
    end_ += count;
    if (count == 0) {
      at_end_ = true;
      break;
    }
    if (!started_ && end_ < kBom.size() && kBom.starts_with(std::string_view(buffer_.data(), end_))) continue;
    if (!started_) {
      started_ = true;
      if (std::string_view(buffer_.data(), end_).starts_with(kBom)) begin_ = kBom.size();
    }
  }
  return {};
}

Error CsvRecords::Fault(Code code, std::string message) {
  failed_ = true;
  return Error{code, std::move(message), "line " + std::to_string(line_)};
}

}  // namespace scoreway
