#include "gateways/http/multipart.h"

#include <algorithm>

#include "gateways/http/request.h"

namespace scoreway::http {
namespace {

constexpr size_t kHeadBytesMax = 8 << 10;
constexpr size_t kBoundaryBytesMax = 70;

Error NoMultipart(std::string_view why) {
  return {Code::kInvalidArgument, "not a multipart body: " + std::string(why), "body"};
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The parameter of a header's value, as in `form-data; name="rows"`; nothing if it has none of that name.
std::optional<std::string> Parameter(std::string_view value, std::string_view name) {
  size_t at = value.find(';');
  while (at != std::string_view::npos) {
    std::string_view rest = Trimmed(value.substr(at + 1));
    const size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const bool is_wanted = EqualsIgnoringCase(Trimmed(rest.substr(0, equals)), name);
    rest.remove_prefix(equals + 1);
    std::string text;
    if (rest.starts_with('"')) {
      size_t i = 1;
      for (; i < rest.size() && rest[i] != '"'; ++i) {
        if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
        text += rest[i];
      }
      rest.remove_prefix(std::min(i + 1, rest.size()));
    } else {
      text = Trimmed(rest.substr(0, rest.find(';')));
    }
    if (is_wanted) return text;
    at = rest.find(';');
    value = rest;
  }
  return std::nullopt;
}

// The name in a part's head.
std::optional<std::string> NameOf(std::string_view head) {
  while (!head.empty()) {
    const size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (EqualsIgnoringCase(Trimmed(line.substr(0, colon)), "content-disposition")) {
      return Parameter(line.substr(colon + 1), "name");
    }
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<std::string>> BoundaryOf(std::string_view content_type) {
  constexpr std::string_view kMultipart = "multipart/";
  const std::string_view type = Trimmed(content_type.substr(0, content_type.find(';')));
  if (type.size() < kMultipart.size() || !EqualsIgnoringCase(type.substr(0, kMultipart.size()), kMultipart)) {
    return std::optional<std::string>();
  }
  std::optional<std::string> boundary = Parameter(content_type, "boundary");
  if (!EqualsIgnoringCase(type, "multipart/form-data") || !boundary || boundary->empty() ||
      boundary->size() > kBoundaryBytesMax) {
    return Error{Code::kInvalidArgument, "should be multipart/form-data with a boundary of 1 to 70 characters",
                 "header 'Content-Type'"};
  }
  return boundary;
}

// The first boundary may stand at the very beginning: as if a line had ended before it.
MultipartReader::MultipartReader(std::string_view boundary, Listener* listener)
    : delimiter_("\r\n--" + std::string(boundary)), listener_(listener), unread_("\r\n") {}

Status MultipartReader::Feed(std::string_view bytes) {
  unread_.erase(0, at_);
  at_ = 0;
  unread_ += bytes;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool goes_on, Step());
    if (!goes_on) return {};
  }
}

Status MultipartReader::End() const {
  if (state_ == State::kDone) return {};
  return NoMultipart("it ends before its last boundary");
}

Result<bool> MultipartReader::Step() {
  switch (state_) {
    case State::kPreamble:
    case State::kData: return ReadData();
    case State::kBoundary: return ReadBoundary();
    case State::kHead: return ReadHead();
    case State::kDone: at_ = unread_.size(); return false;  // an epilogue means nothing
  }
  return false;
}

Result<bool> MultipartReader::ReadData() {
  const std::string_view rest = std::string_view(unread_).substr(at_);
  const size_t found = rest.find(delimiter_);
  // What may be the beginning of a delimiter waits for more.
  const size_t waiting = std::min(rest.size(), delimiter_.size() - 1);
  const std::string_view data = rest.substr(0, found == std::string_view::npos ? rest.size() - waiting : found);
  if (state_ == State::kData && !data.empty()) SCOREWAY_RETURN_IF_ERROR(listener_->OnData(data));
  at_ += data.size();
  if (found == std::string_view::npos) return false;
  at_ += delimiter_.size();
  state_ = State::kBoundary;
  return true;
}

Result<bool> MultipartReader::ReadBoundary() {
  const std::string_view rest = std::string_view(unread_).substr(at_);
  const size_t end = rest.find('\n');
  if (rest.starts_with("--")) {
    state_ = State::kDone;
    return true;
  }
  if (std::min(end, rest.size()) > kBoundaryBytesMax) return NoMultipart("a boundary's line does not end");
  if (end == std::string_view::npos) return false;
  if (end == 0 || rest[end - 1] != '\r' || !Trimmed(rest.substr(0, end - 1)).empty()) {
    return NoMultipart("something stands behind a boundary");
  }
  at_ += end + 1;
  state_ = State::kHead;
  return true;
}

Result<bool> MultipartReader::ReadHead() {
  const std::string_view rest = std::string_view(unread_).substr(at_);
  constexpr std::string_view kEnd = "\r\n\r\n";
  const size_t end = rest.find(kEnd);
  // Without its end, the first bytes of that may be here already.
  if (end == std::string_view::npos ? rest.size() >= kHeadBytesMax + kEnd.size() : end > kHeadBytesMax) {
    return Error{Code::kResourceExhausted, "the head of a part is larger than 8 KiB", "body"};
  }
  if (end == std::string_view::npos) return false;
  const std::optional<std::string> name = NameOf(rest.substr(0, end));
  if (!name) return NoMultipart("a part has no name");
  SCOREWAY_RETURN_IF_ERROR(listener_->OnPart(*name));
  at_ += end + kEnd.size();
  state_ = State::kData;
  return true;
}

}  // namespace scoreway::http
