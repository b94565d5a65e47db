// OpcodeReader: a cursor over a pickle that keeps to the frames of protocol 4.
//
//   FRAME  <8 bytes: length>  <length bytes: whole opcodes>  then the next FRAME, or opcodes outside any frame
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace scoreway::pickle {

class OpcodeReader {
 public:
  OpcodeReader(std::string_view bytes, size_t offset) : bytes_(bytes), offset_(offset) {}

  size_t offset() const { return offset_; }

  Status EnterFrame() {
    uint64_t size = 0;
    SCOREWAY_RETURN_IF_ERROR(Read(&size));
    if (frame_end_ != 0 && offset_ < frame_end_) return Status(Code::kCorrupt, "frame begins inside another frame");
    if (size > bytes_.size() - offset_) return Short("frame", size);
    frame_end_ = offset_ + size;
    return {};
  }

  // Little-endian.
  template <typename T>
  Status Read(T* value) {
    std::string_view raw;
    SCOREWAY_RETURN_IF_ERROR(ReadView(sizeof(T), &raw));
    std::memcpy(value, raw.data(), sizeof(T));
    return {};
  }

  // A number of type T, widened.
  template <typename T>
  Status ReadAs(int64_t* value) {
    T raw = 0;
    SCOREWAY_RETURN_IF_ERROR(Read(&raw));
    *value = static_cast<int64_t>(raw);
    return {};
  }

  Status ReadView(uint64_t size, std::string_view* view) {
    size_t end = InFrame() ? frame_end_ : bytes_.size();
    if (size > end - offset_) return Short(InFrame() ? "rest of the frame" : "rest of the file", size);
    *view = bytes_.substr(offset_, size);
    offset_ += size;
    return {};
  }

  // A length of type Size, then as many bytes.
  template <typename Size>
  Status ReadCounted(std::string_view* view) {
    Size size = 0;
    SCOREWAY_RETURN_IF_ERROR(Read(&size));
    if (size < 0) return Status(Code::kCorrupt, "negative length: " + std::to_string(size));
    return ReadView(static_cast<uint64_t>(size), view);
  }

  // Up to a line feed, which is dropped.
  Status ReadLine(std::string_view* line) {
    size_t end = InFrame() ? frame_end_ : bytes_.size();
    size_t feed = bytes_.substr(0, end).find('\n', offset_);
    if (feed == std::string_view::npos) return Status(Code::kCorrupt, "line without an end");
    *line = bytes_.substr(offset_, feed - offset_);
    offset_ = feed + 1;
    return {};
  }

  // For bytes that lie between opcodes, as joblib writes arrays: only at the end of a frame.
  Status LeaveFrame() {
    if (InFrame()) return Status(Code::kCorrupt, "array data inside a frame");
    frame_end_ = 0;
    return {};
  }
  Status SkipTo(size_t offset) {
    SCOREWAY_RETURN_IF_ERROR(LeaveFrame());
    offset_ = offset;
    return {};
  }

 private:
  bool InFrame() const { return offset_ < frame_end_; }
  Status Short(const char* what, uint64_t wanted) const {
    return Status(Code::kCorrupt, "length exceeds the " + std::string(what) + ": " + std::to_string(wanted) +
                                      " bytes wanted, " +
                                      std::to_string((InFrame() ? frame_end_ : bytes_.size()) - offset_) + " left");
  }

  std::string_view bytes_;
  size_t offset_;
  size_t frame_end_ = 0;  // 0 or behind offset_: outside any frame
};

}  // namespace scoreway::pickle
