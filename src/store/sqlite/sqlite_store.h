// The embedded Store: one SQLite file in WAL mode, shared by any number of threads and of processes on one machine.
//
// Writes are durable when answered (synchronous=FULL) and flushed together where several wait; reads go past the writer
// on connections of their own and see only what is committed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

namespace scoreway {

struct SqliteOptions {
  int busy_ms = 5000;           // wait for another process's lock before kUnavailable
  int64_t file_bytes_max = 0;   // kResourceExhausted beyond it; 0: as large as the disk
  size_t idle_readers_max = 8;  // connections kept for the next reads
  // Of a file that is made: 512 to 65536, a power of two. Large values are written with fewer calls in large pages.
  int page_bytes = 4096;
  bool has_queue = true;  // Store::queue, in a file of its own beside this one
};

// Creates the file if need be (not its folder) and checks that it is whole. kNotFound if the folder does not exist,
// kPermissionDenied if the file may not be written, kCorrupt if it is damaged, kInvalidArgument if it belongs to
// another program, kUnsupported if a newer version wrote it, kUnavailable if another process holds it locked. The clock
// decides when a TTL has passed and must outlive the store.
Result<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path, const Clock& clock,
                                               const SqliteOptions& options = {});

}  // namespace scoreway
