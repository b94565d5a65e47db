// Opening the file: its settings, its schema brought up to date, and the check that it is whole.
//
//     rows      (tbl, part, sort) -> value, or the id of one in big; expires in microseconds or NULL
//     big       values beyond kInlineBytesMax, apart, so that rows stays small, quick to search and quick to check
//     changes   (tbl, part) -> the sequence number of its last change
//     meta      'sequence' -> the number of the last batch that wrote
//     queue     and queue_turns: see sqlite_queue.h
#pragma once

#include <string>

#include "store/sqlite/connection.h"

namespace scoreway::sqlite {

constexpr size_t kInlineBytesMax = 1024;

// Creates what is missing and brings an older schema up to date. kCorrupt if the file is damaged, kInvalidArgument if
// it belongs to another program, kUnsupported if a newer version of this program wrote it, kUnavailable if others hold
// it locked for longer than busy_ms.
Result<Connection> OpenDatabase(const std::string& path, int busy_ms, int page_bytes);

// One more connection to a file that OpenDatabase has opened.
Result<Connection> OpenAnother(const std::string& path, int busy_ms);

}  // namespace scoreway::sqlite
