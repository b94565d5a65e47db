#include "data/parquet/chunk_reader.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "data/parquet/hybrid_reader.h"
#include "data/parquet/unpack.h"

namespace scoreway::parquet {
namespace {

Error Damaged(std::string what) { return Error{Code::kCorrupt, std::move(what), {}}; }

int BitsFor(uint32_t max) { return std::bit_width(max); }

void AppendNull(Column* column) {
  switch (column->kind) {
    case Column::Kind::kInteger: column->integers.push_back(0); break;
    case Column::Kind::kReal: column->reals.push_back(std::numeric_limits<double>::quiet_NaN()); break;
    case Column::Kind::kText: column->texts.emplace_back(); break;
  }
  column->is_null.push_back(true);
}

void AppendValue(const PageValues& from, size_t value, Column* column) {
  switch (column->kind) {
    case Column::Kind::kInteger: column->integers.push_back(from.integers[value]); break;
    case Column::Kind::kReal: column->reals.push_back(from.reals[value]); break;
    case Column::Kind::kText: column->texts.emplace_back(from.texts[value]); break;
  }
  column->is_null.push_back(false);
}

}  // namespace

Status ChunkReader::Charge(uint64_t bytes) {
  if (bytes > *bytes_left_) {
    return Status(Code::kResourceExhausted, "its values take more memory than the limit");
  }
  *bytes_left_ -= bytes;
  return {};
}

Status ChunkReader::AppendTo(Column* column) {
  const int64_t start =
      chunk_.dictionary_offset > 0 ? std::min(chunk_.dictionary_offset, chunk_.data_offset) : chunk_.data_offset;
  if (start < 0 || chunk_.bytes < 0 || static_cast<uint64_t>(start) > file_.size() ||
      static_cast<uint64_t>(chunk_.bytes) > file_.size() - static_cast<uint64_t>(start)) {
    return Damaged("its pages lie outside the file");
  }
  std::string_view rest = file_.substr(static_cast<size_t>(start), static_cast<size_t>(chunk_.bytes));
  int64_t left = chunk_.value_count;
  while (left > 0) {
    SCOREWAY_ASSIGN_OR_RETURN(const PageHeader header, TakePageHeader(chunk_.value_count, &rest));
    if (static_cast<uint64_t>(header.bytes) > rest.size()) return Damaged("a page lies outside its column");
    const std::string_view bytes = rest.substr(0, static_cast<size_t>(header.bytes));
    rest.remove_prefix(bytes.size());
    if (header.type == PageType::kIndex) continue;
    SCOREWAY_RETURN_IF_ERROR(ReadPage(header, bytes, column));
    if (header.type == PageType::kDictionary) continue;
    if (header.value_count == 0 || header.value_count > left) return Damaged("a page holds more than its column");
    left -= header.value_count;
  }
  return {};
}

Status ChunkReader::ReadPage(const PageHeader& header, std::string_view bytes, Column* column) {
  const auto unpacked_bytes = static_cast<size_t>(header.unpacked_bytes);
  const auto count = static_cast<size_t>(header.value_count);
  SCOREWAY_RETURN_IF_ERROR(Charge(unpacked_bytes));
  if (header.type == PageType::kDictionary) {
    std::string page;
    SCOREWAY_RETURN_IF_ERROR(Unpack(chunk_.codec, bytes, unpacked_bytes, &page));
    SCOREWAY_RETURN_IF_ERROR(Charge(page.size()));
    return decoder_.SetDictionary(std::move(page), count);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const PageParts parts, OpenDataPage(header, leaf_, chunk_.codec, bytes, &unpacked_));
  // Run-length coding can claim millions of levels and values in a few bytes.
  SCOREWAY_RETURN_IF_ERROR(Charge(count * (2 * sizeof(double) + sizeof(uint32_t) * leaf_.repetition_max())));
  definitions_.assign(count, 0);
  repetitions_.assign(count, 0);
  const auto read = [&](std::string_view runs, uint32_t max, std::vector<uint32_t>* levels) {
    return max == 0 || HybridReader(runs, BitsFor(max)).Read(count, levels->data());
  };
  if (!read(parts.definition, leaf_.definition_max, &definitions_) ||
      !read(parts.repetition, leaf_.repetition_max(), &repetitions_)) {
    return Damaged("the levels of a page are cut short");
  }
  // How many values are there: those whose definition level is the greatest.
  const auto present =
      static_cast<size_t>(std::count(definitions_.begin(), definitions_.end(), uint32_t{leaf_.definition_max}));
  SCOREWAY_RETURN_IF_ERROR(decoder_.Decode(header.encoding, parts.values, present, &values_));
  for (const std::string_view text : values_.texts) SCOREWAY_RETURN_IF_ERROR(Charge(text.size() + sizeof(std::string)));
  return Assemble(count, column);
}

// Dremel's record assembly: a repetition level says at which list a value goes on, a definition level how far down
// something is there.
Status ChunkReader::Assemble(size_t count, Column* column) const {
  const uint32_t levels = leaf_.repetition_max();
  size_t next = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t repetition = repetitions_[i], definition = definitions_[i];
    if (repetition > levels || definition > leaf_.definition_max) return Damaged("a level is out of range");
    if (repetition > 0) {
      if (column->ends[repetition - 1].empty()) return Damaged("a list goes on before it began");
      ++column->ends[repetition - 1].back();
    }
    uint32_t level = repetition;
    for (; level < levels; ++level) {
      std::vector<uint32_t>& ends = column->ends[level];
      ends.push_back(ends.empty() ? 0 : ends.back());
      if (definition < leaf_.item_definition[level]) break;
      ++ends.back();
    }
    if (level < levels) continue;  // an empty list, or none
    if (definition == leaf_.definition_max) {
      AppendValue(values_, next++, column);
    } else {
      AppendNull(column);
    }
  }
  return {};
}

}  // namespace scoreway::parquet
