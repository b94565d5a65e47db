// Blobs: immutable byte strings of any size over a Store, each named by its SHA-256 and stored once.
//
// A blob lies in chunks of at most 1 MiB, each with a CRC-32C; a manifest names them. Chunks are written first and the
// manifest last, so that a half-written blob is never visible. A blob lives while it has references: names given by its
// users, such as "wine/4". It is born with one, and the release of the last one removes it.
//
//     table   partition                sort            value
//     upload  first digit of the id    upload id       state, start; while a writer is at work
//     chunk   upload id "/" bucket     index, 4 bytes  CRC-32C, bytes           at most 32 chunks (32 MiB) a bucket
//     blob    SHA-256 in hex           "m"             manifest: state, size, chunk count, upload id
//     blob    SHA-256 in hex           "r/" reference  empty
//
// Every change to references goes through the manifest by compare-and-set, so that a blob cannot be removed while a
// reference is added. A crash leaves at worst an upload, which CollectUploads removes, or a Release to be called again.
//
// Errors are those of the Store; beside them kNotFound for an unknown SHA-256 and kCorrupt for damaged bytes.
// Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "store/blob_reader.h"
#include "store/blob_writer.h"
#include "store/store.h"

namespace scoreway {

class Blobs {
 public:
  // The store and clock must outlive this.
  Blobs(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  // What else goes into the Store::Apply that makes a blob (for SQLite: the same commit).
  struct Around {
    std::span<const WriteBatch> before;  // without conditions: it may be applied more than once
    std::span<const WriteBatch> after;
  };

  // Seals the writer and makes its bytes a blob with this reference; if the same bytes are stored already they get the
  // reference, and the writer's chunks go with the writer. `is_kept`, if given, tells whether the blob was done, so
  // that a failure is that of Around::after.
  Status Finish(BlobWriter& writer, std::string_view reference, const Around& around = {}, bool* is_kept = nullptr);
  // All bytes at once.
  Result<BlobInfo> Put(std::string_view bytes, std::string_view reference);

  // Nothing if there is no such blob.
  Result<std::optional<BlobInfo>> Find(std::string_view sha256);
  Result<std::unique_ptr<BlobReader>> Open(std::string_view sha256);
  // Hands the bytes to the sink chunk by chunk, as BlobReader gives them. Stops at the sink's first error and returns
  // it.
  Status Read(std::string_view sha256, const std::function<Status(std::string_view chunk)>& sink);
  // All bytes, checked; kResourceExhausted if there are more than size_max.
  Result<std::string> ReadAll(std::string_view sha256, uint64_t size_max);

  // kNotFound if there is no such blob.
  Status AddReference(std::string_view sha256, std::string_view reference);
  // Takes the reference away and with the last one the blob. Ok if it is gone already; after a crash, call it again.
  Status Release(std::string_view sha256, std::string_view reference);

  // Removes what writers left that began at least so long ago and never finished; choose an age that no upload reaches
  // (hours). Gives the number of uploads removed.
  Result<size_t> CollectUploads(int64_t age_micros);
  // How many there are, without removing them.
  Result<size_t> CountUploads(int64_t age_micros);

 private:
  friend class BlobReader;

  // The manifest of a living blob; nothing if there is none, or it is on its way out.
  Result<std::optional<BlobManifest>> FindManifest(std::string_view sha256);
  // The same, for those who are about to write it: one that is on its way out is first helped out.
  Result<std::optional<BlobManifest>> FindToWrite(std::string_view sha256);
  Status FinishOnce(BlobWriter& writer, std::string_view reference, const Around& around, bool* is_kept);
  Status ReleaseOnce(std::string_view sha256, std::string_view reference);
  Status FinishDrop(const BlobManifest& manifest);
  // The bytes of a chunk, a view into what was stored.
  Result<std::string_view> CheckChunk(const BlobManifest& manifest, uint32_t index,
                                      const std::optional<std::string>& stored);
  // The uploads of at least this age.
  Status VisitUploads(int64_t age_micros, const std::function<Status(const Partition&, const Row&)>& visit);
  Result<bool> CollectUpload(const Partition& partition, const Row& row);

  Store& store_;
  const Clock& clock_;
};

}  // namespace scoreway
