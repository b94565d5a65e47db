// TableFormat: how the rows of a file are written.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace scoreway {

enum class TableFormat : uint8_t { kCsv, kJsonLines, kArrow, kParquet };

// "csv", "jsonl", "arrow", "parquet"; the names used in the CLI.
constexpr std::string_view TableFormatName(TableFormat format) {
  switch (format) {
    case TableFormat::kCsv: return "csv";
    case TableFormat::kJsonLines: return "jsonl";
    case TableFormat::kArrow: return "arrow";
    case TableFormat::kParquet: return "parquet";
  }
  return "unknown";
}

// What the ending of a file's name says; nothing if it says nothing.
constexpr std::optional<TableFormat> TableFormatOfPath(std::string_view path) {
  if (path.ends_with(".csv")) return TableFormat::kCsv;
  if (path.ends_with(".jsonl") || path.ends_with(".ndjson")) return TableFormat::kJsonLines;
  if (path.ends_with(".arrow") || path.ends_with(".arrows") || path.ends_with(".feather")) return TableFormat::kArrow;
  if (path.ends_with(".parquet") || path.ends_with(".pq")) return TableFormat::kParquet;
  return std::nullopt;
}

}  // namespace scoreway
