// Cursors over what the registry lists: names in order, and the versions of a model, the newest first.
// They read the store in pages; for the sources of this folder, one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/registry_rows.h"
#include "store/store.h"

namespace scoreway {

// Merges the buckets of names. Gives every name there ever was, those of deleted models too.
class NameCursor {
 public:
  // Begins with the first name not before `first`.
  NameCursor(Store& store, std::string first) : store_(store), first_(std::move(first)) {}

  // Nothing at the end.
  Result<std::optional<std::string>> Next();

 private:
  struct Bucket {
    ScanPage page;
    size_t next = 0;
    bool is_begun = false;
  };

  Status Fill(int index);

  Store& store_;
  const std::string first_;
  std::array<Bucket, kNameBuckets> buckets_;
};

class VersionCursor {
 public:
  struct Entry {
    int64_t number = 0;
    VersionRow row;
  };

  // Begins with the newest version below `below`, or with the newest of all if that is 0.
  VersionCursor(Store& store, std::string_view name, int64_t below, size_t page_rows = 100);

  // Nothing at the end. Deleted versions are given too.
  Result<std::optional<Entry>> Next();

 private:
  Store& store_;
  const Partition partition_;
  ScanRange range_;
  ScanPage page_;
  size_t next_ = 0;
  bool is_begun_ = false;
};

}  // namespace scoreway
