#include "data/codec/json_lines_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "data/codec/json_row.h"

namespace scoreway {
namespace {

// Bytes asked of the source at a time: few at first, as many a text is short, then more.
constexpr size_t kChunkFirst = size_t{8} << 10;
constexpr size_t kChunkMax = size_t{256} << 10;

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

}  // namespace

class JsonLinesReader::Impl {
 public:
  Impl(ByteSource* source, std::shared_ptr<const Schema> schema, JsonReadOptions options)
      : source_(source), schema_(std::move(schema)), options_(std::move(options)), line_(options_.lines_before) {}

  Result<bool> Next(Batch* batch, size_t rows_max) {
    SCOREWAY_CHECK(batch->column_count() == schema_->size());
    for (size_t rows = 0; rows < rows_max; ++rows) {
      std::string_view text;
      SCOREWAY_ASSIGN_OR_RETURN(const bool any, NextLine(&text));
      if (!any) return rows > 0;
      if (Status status = AppendLine(text, batch); !status.ok()) {
        Error error = std::move(status).error();
        const std::string place = "line " + std::to_string(line_);
        error.place = error.place.empty() ? place : place + ", " + error.place;
        return error;
      }
    }
    return true;
  }

  uint64_t line() const { return line_; }

 private:
  // The next line that is not blank; false if there is none.
  Result<bool> NextLine(std::string_view* text) {
    do {
      size_t scanned = begin_;
      const char* newline = nullptr;
      for (;;) {
        if (end_ > scanned) {
          newline = static_cast<const char*>(std::memchr(buffer_.data() + scanned, '\n', end_ - scanned));
        }
        if (newline != nullptr || at_end_) break;
        const size_t unfinished = end_ - begin_;
        if (unfinished > options_.bytes_max) {
          return Error{Code::kResourceExhausted, "longer than " + std::to_string(options_.bytes_max) + " bytes",
                       "line " + std::to_string(line_ + 1)};
        }
        SCOREWAY_RETURN_IF_ERROR(Fill());
        scanned = begin_ + unfinished;
      }
      if (newline == nullptr && begin_ == end_) return false;
      const size_t line_end = newline == nullptr ? end_ : static_cast<size_t>(newline - buffer_.data());
      *text = std::string_view(buffer_.data() + begin_, line_end - begin_);
      begin_ = newline == nullptr ? end_ : line_end + 1;
      ++line_;
    } while (IsBlank(*text));
    return true;
  }

  // Moves the unfinished line to the front and reads on, keeping room for the parser behind what was read.
  Status Fill() {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    chunk_ = chunk_ == 0 ? kChunkFirst : std::min(2 * chunk_, kChunkMax);
    const size_t room = std::max(chunk_, end_);
    if (buffer_.size() < end_ + room + kJsonPadding) buffer_.resize(end_ + room + kJsonPadding);
    const size_t free = buffer_.size() - kJsonPadding - end_;
    SCOREWAY_ASSIGN_OR_RETURN(const size_t count, source_->Read(buffer_.data() + end_, free));
    SCOREWAY_CHECK(count <= free);
    end_ += count;
    at_end_ = count == 0;
    return {};
  }

  Status AppendLine(std::string_view text, Batch* batch) {
    const auto behind = static_cast<size_t>(buffer_.data() + buffer_.size() - (text.data() + text.size()));
    json::document document;
    SCOREWAY_RETURN_IF_ERROR(parser_.Parse({text, behind}, &document));
    json::json_type type;
    if (const JsonFault fault = document.type().get(type)) return parser_.FaultError(fault, document);
    const size_t rank = batch->rows();
    if (type == json::json_type::object) {
      json::object object;
      if (const JsonFault fault = document.get_object().get(object)) return parser_.FaultError(fault, document);
      SCOREWAY_RETURN_IF_ERROR(
          AppendObjectRow(object, options_.may_be_absent,
                          options_.ignores_unknown_columns ? UnknownKeys::kIgnore : UnknownKeys::kRefuse, rank, batch));
    } else if (type == json::json_type::array) {
      json::array array;
      if (const JsonFault fault = document.get_array().get(array)) return parser_.FaultError(fault, document);
      SCOREWAY_RETURN_IF_ERROR(AppendArrayRow(array, batch));
    } else {
      return Status(Code::kInvalidArgument, "expected a row as an object or an array");
    }
    return parser_.CheckEnd(document);
  }

  ByteSource* source_;
  std::shared_ptr<const Schema> schema_;
  JsonReadOptions options_;
  JsonParser parser_;

  std::vector<char> buffer_;
  size_t begin_ = 0;  // of what is not read yet
  size_t end_ = 0;
  size_t chunk_ = 0;  // bytes asked for last
  bool at_end_ = false;
  uint64_t line_;
};

JsonLinesReader::JsonLinesReader(ByteSource* source, std::shared_ptr<const Schema> schema, JsonReadOptions options)
    : impl_(std::make_unique<Impl>(source, std::move(schema), std::move(options))) {}
JsonLinesReader::~JsonLinesReader() = default;

Result<bool> JsonLinesReader::Next(Batch* batch, size_t rows_max) { return impl_->Next(batch, rows_max); }
uint64_t JsonLinesReader::line() const { return impl_->line(); }

}  // namespace scoreway
