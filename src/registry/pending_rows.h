// PendingRow: work that a crash may leave behind, and how it is finished later: pushes of versions and logs of
// checkpoints.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

namespace scoreway {

struct PendingRow {
  enum class Kind : uint8_t {
    kPush,       // its version is about to be written; that write removes this row
    kAbandoned,  // too old: its version can no longer be written
    kRelease,    // its version is deleted; the artifact is yet to be released
  };

  Kind kind = Kind::kPush;
  std::string sha256;
  int64_t start_micros = 0;

  std::string Encode() const;
  static Result<PendingRow> Decode(std::string_view json);
};

// Undoes what is pending and its row. Doing it again, after a crash in the middle, must do no harm.
using FinishPending = std::function<Status(std::string_view id, const PendingRow& pending)>;

// Finishes what began at that time or before, of the rows with the prefix and an id. A push is abandoned first, so that
// what it was about to write can no longer be written; if it is just being written, that wins. Gives the number
// finished.
Result<size_t> CollectPending(Store& store, const Partition& partition, std::string_view prefix,
                              int64_t begun_by_micros, const FinishPending& finish);

}  // namespace scoreway
