#include "importers/boosters/ubjson_cursor.h"

#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

namespace scoreway::boosters {
namespace {

template <typename T>
T BigEndian(const char* bytes) {
  unsigned char reversed[sizeof(T)];
  for (size_t i = 0; i < sizeof(T); ++i) reversed[i] = static_cast<unsigned char>(bytes[sizeof(T) - 1 - i]);
  return std::bit_cast<T>(reversed);
}

// Bytes of the payload of a value without a length; 0 of those that have no payload, -1 of all others.
int PayloadBytes(char marker) {
  switch (marker) {
    case 'Z':
    case 'N':
    case 'T':
    case 'F': return 0;
    case 'i':
    case 'U':
    case 'C': return 1;
    case 'I': return 2;
    case 'l':
    case 'd': return 4;
    case 'L':
    case 'D': return 8;
    default: return -1;
  }
}

// Calls take(value) with the number at the cursor; false if the marker is not of a number.
template <typename Take>
bool WithNumber(char marker, const char* payload, Take take) {
  switch (marker) {
    case 'T': take(int8_t{1}); return true;
    case 'F': take(int8_t{0}); return true;
    case 'i': take(BigEndian<int8_t>(payload)); return true;
    case 'U': take(BigEndian<uint8_t>(payload)); return true;
    case 'I': take(BigEndian<int16_t>(payload)); return true;
    case 'l': take(BigEndian<int32_t>(payload)); return true;
    case 'L': take(BigEndian<int64_t>(payload)); return true;
    case 'd': take(BigEndian<float>(payload)); return true;
    case 'D': take(BigEndian<double>(payload)); return true;
    default: return false;
  }
}

// Whether the number can be said in the type; a fraction can in no whole number.
template <typename Number, typename Value>
bool Fits(Value value) {
  if constexpr (std::is_floating_point_v<Number>) {
    return true;
  } else if constexpr (std::is_floating_point_v<Value>) {
    return value >= static_cast<Value>(std::numeric_limits<Number>::lowest()) &&
           value < static_cast<Value>(std::numeric_limits<Number>::max()) &&
           value == static_cast<Value>(static_cast<Number>(value));
  } else {
    return std::in_range<Number>(value);
  }
}

}  // namespace

Status UbjsonCursor::Wrong(std::string what) const {
  return Status(Code::kCorrupt, std::move(what), "offset " + std::to_string(at_ - begin_));
}

char UbjsonCursor::TakeMarker() {
  const char marker = Marker();
  if (type_ == '\0' && at_ != end_) ++at_;
  type_ = '\0';
  return marker;
}

Status UbjsonCursor::ReadLength(int64_t* length) {
  const char marker = TakeMarker();
  const int bytes = PayloadBytes(marker);
  if (bytes <= 0 || marker == 'd' || marker == 'D' || marker == 'C') return Wrong("a length was expected");
  if (remaining() < static_cast<size_t>(bytes)) return Wrong("truncated");
  WithNumber(marker, at_, [&](auto value) { *length = static_cast<int64_t>(value); });
  at_ += bytes;
  return *length < 0 ? Wrong("a negative length") : Status();
}

Status UbjsonCursor::ReadBytes(std::string_view* bytes) {
  int64_t length = 0;
  SCOREWAY_RETURN_IF_ERROR(ReadLength(&length));
  if (static_cast<uint64_t>(length) > remaining()) return Wrong("truncated");
  *bytes = std::string_view(at_, static_cast<size_t>(length));
  at_ += length;
  return {};
}

Status UbjsonCursor::Open(char bracket, Container* container) {
  if (TakeMarker() != bracket) return Wrong(bracket == '{' ? "an object was expected" : "an array was expected");
  if (++depth_ > kDepthMax) {
    return Status(Code::kResourceExhausted, "values nest deeper than " + std::to_string(kDepthMax));
  }
  if (remaining() > 1 && *at_ == '$') {
    container->type = at_[1];
    at_ += 2;
    if (remaining() == 0 || *at_ != '#') return Wrong("a typed container without a count");
  }
  if (remaining() > 0 && *at_ == '#') {
    ++at_;
    container->counted = true;
    SCOREWAY_RETURN_IF_ERROR(ReadLength(&container->left));
    // Every element takes a byte at least, or a few bytes could stand for any number of them.
    if (PayloadBytes(container->type) == 0) return Wrong("a typed container of values without payload");
    if (static_cast<uint64_t>(container->left) > remaining()) return Wrong("truncated");
  }
  return {};
}

bool UbjsonCursor::More(char bracket, Container* container) {
  if (container->counted) return container->left-- > 0;
  while (at_ != end_ && *at_ == 'N') ++at_;  // no-op
  container->ended = at_ != end_;
  if (at_ == end_ || *at_ != bracket) return at_ != end_;
  ++at_;
  return false;
}

Status UbjsonCursor::Close(const Container& container) {
  --depth_;
  return container.ended ? Status() : Wrong("truncated");
}

Status UbjsonCursor::ReadText(std::string* text) {
  if (TakeMarker() != 'S') return Wrong("a text was expected");
  std::string_view bytes;
  SCOREWAY_RETURN_IF_ERROR(ReadBytes(&bytes));
  text->assign(bytes);
  return {};
}

template <typename Number>
Status UbjsonCursor::ReadNumber(Number* number) {
  const char marker = TakeMarker();
  const int bytes = PayloadBytes(marker);
  if (bytes < 0) return Wrong("a number was expected");
  if (remaining() < static_cast<size_t>(bytes)) return Wrong("truncated");
  bool fits = false;
  const bool is_number = WithNumber(marker, at_, [&](auto value) {
    fits = Fits<Number>(value);
    if (fits) *number = static_cast<Number>(value);
  });
  if (!is_number) return Wrong("a number was expected");
  if (!fits) return Wrong("a number is out of range");
  at_ += bytes;
  return {};
}

template <typename Number>
Status UbjsonCursor::ReadNumbers(std::vector<Number>* numbers) {
  numbers->clear();
  Container container;
  SCOREWAY_RETURN_IF_ERROR(Open('[', &container));
  const int bytes = PayloadBytes(container.type);
  if (container.counted && bytes > 0) {
    const auto count = static_cast<size_t>(container.left);
    if (count > remaining() / static_cast<size_t>(bytes)) return Wrong("truncated");
    numbers->resize(count);
    bool fits = true;
    for (size_t i = 0; i < count; ++i) {
      const bool is_number = WithNumber(container.type, at_, [&](auto value) {
        if (Fits<Number>(value)) {
          (*numbers)[i] = static_cast<Number>(value);
        } else {
          fits = false;
        }
      });
      if (!is_number) return Wrong("numbers were expected");
      if (!fits) return Wrong("a number is out of range");
      at_ += bytes;
    }
    return Close(container);
  }
  while (More(']', &container)) {
    type_ = container.type;
    SCOREWAY_RETURN_IF_ERROR(ReadNumber(&numbers->emplace_back()));
  }
  return Close(container);
}

#define SCOREWAY_INSTANTIATE(Number)                 \
  template Status UbjsonCursor::ReadNumber(Number*); \
  template Status UbjsonCursor::ReadNumbers(std::vector<Number>*)
SCOREWAY_INSTANTIATE(float);
SCOREWAY_INSTANTIATE(double);
SCOREWAY_INSTANTIATE(int32_t);
SCOREWAY_INSTANTIATE(int64_t);
SCOREWAY_INSTANTIATE(uint32_t);
SCOREWAY_INSTANTIATE(uint8_t);
#undef SCOREWAY_INSTANTIATE

Status UbjsonCursor::SkipContainer() {
  if (Marker() == '{') {
    return Object([](std::string_view) { return Status(); });
  }
  // An array of numbers in one step.
  const UbjsonCursor start = *this;
  Container container;
  SCOREWAY_RETURN_IF_ERROR(Open('[', &container));
  const int bytes = PayloadBytes(container.type);
  if (container.counted && bytes > 0) {
    if (static_cast<size_t>(container.left) > remaining() / static_cast<size_t>(bytes)) return Wrong("truncated");
    at_ += container.left * bytes;
    return Close(container);
  }
  *this = start;
  return Array([] { return Status(); });
}

Status UbjsonCursor::Skip() {
  const char marker = Marker();
  if (marker == '{' || marker == '[') return SkipContainer();
  TakeMarker();
  if (marker == 'S' || marker == 'H') {
    std::string_view bytes;
    return ReadBytes(&bytes);
  }
  const int bytes = PayloadBytes(marker);
  if (bytes < 0) return Wrong("a value was expected");
  if (remaining() < static_cast<size_t>(bytes)) return Wrong("truncated");
  at_ += bytes;
  return {};
}

}  // namespace scoreway::boosters
