// store_bench STORE...: how fast artifacts go in and out of a store, and whether a model with very many versions costs
// more than one with few. A STORE is a file or a Cassandra URL whose keyspace `store init` has made and that is empty.
//
// What came back is compared with what went in. For Cassandra the driver alone is measured beside it: the same chunks,
// eight requests under way, without checksums, uploads and manifest.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "registry/registry.h"
#include "registry/registry_rows.h"
#include "store/blobs.h"
#include "store/cassandra/cassandra_store.h"
#include "store/sqlite/sqlite_store.h"

namespace scoreway {
namespace {

using Seconds = std::chrono::duration<double>;

void Die(const std::string& what) {
  std::fprintf(stderr, "store_bench: %s\n", what.c_str());
  std::exit(1);
}

template <typename T>
T Want(Result<T> result) {
  if (!result.ok()) Die(result.status().ToString());
  return std::move(result).value();
}
void Want(const Status& status) {
  if (!status.ok()) Die(status.ToString());
}

template <typename Work>
double Time(Work work) {
  const auto started = std::chrono::steady_clock::now();
  work();
  return Seconds(std::chrono::steady_clock::now() - started).count();
}

std::unique_ptr<Store> Open(const std::string& place) {
  if (!IsCassandraUrl(place)) return Want(OpenSqliteStore(place, SystemClock()));
  const auto options =
      Want(ParseCassandraUrl(place, [](const char* name) -> const char* { return std::getenv(name); }));
  return Want(OpenCassandraStore(options, SystemClock()));
}

long ResidentMibMax() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

// Bytes that do not compress and differ from chunk to chunk, made again for comparing.
std::string Chunk(uint64_t seed, size_t index) {
  std::mt19937_64 random(seed * 1'000'003 + index);
  std::string bytes(kChunkBytes, '\0');
  for (size_t i = 0; i < bytes.size(); i += 8) {
    const uint64_t word = random();
    std::copy_n(reinterpret_cast<const char*>(&word), 8, bytes.data() + i);
  }
  return bytes;
}

void MeasureArtifact(Store& store, size_t mib) {
  Blobs blobs(store, SystemClock());
  const uint64_t seed = std::random_device()();
  std::string sha256;
  double making = 0;
  const double push = Time([&] {
    BlobWriter writer(store, SystemClock());
    for (size_t i = 0; i < mib; ++i) {
      std::string chunk;
      making += Time([&] { chunk = Chunk(seed, i); });
      Want(writer.Append(chunk));
    }
    sha256 = writer.Seal().sha256;
    Want(blobs.Finish(writer, "bench/1"));
  });
  size_t index = 0;
  const double pull = Time([&] { Want(blobs.Read(sha256, [&](std::string_view) { return Status(); })); });
  Want(blobs.Read(sha256, [&](std::string_view chunk) -> Status {
    if (chunk != Chunk(seed, index++)) Die("other bytes came back");
    return {};
  }));
  if (index != mib) Die("too few bytes came back");
  const double size = static_cast<double>(mib);
  std::printf("  %4zu MiB artifact: push %6.1f MiB/s, pull %6.1f MiB/s, resident at most %ld MiB\n", mib,
              size / (push - making), size / pull, ResidentMibMax());
  Want(blobs.Release(sha256, "bench/1"));
}

// The same chunks through the store's plain writes alone.
void MeasureDriver(Store& store, size_t mib) {
  const std::string upload = "bench" + std::to_string(std::random_device()());
  std::vector<std::string> chunks;
  for (size_t i = 0; i < 16; ++i) chunks.push_back(Chunk(1, i));
  const double push = Time([&] {
    for (size_t first = 0; first < mib; first += chunks.size()) {
      std::vector<WriteBatch> batches;
      for (size_t i = first; i < std::min(mib, first + chunks.size()); ++i) {
        const auto bucket = static_cast<uint32_t>(i / kChunksPerBucket);
        batches.push_back(
            {ChunkPartition(upload, bucket), {Put(ChunkSort(static_cast<uint32_t>(i)), chunks[i % 16])}, true});
      }
      Want(store.Apply(batches, nullptr));
    }
  });
  const double pull = Time([&] {
    for (size_t first = 0; first < mib; first += chunks.size()) {
      std::vector<RowAddress> rows;
      for (size_t i = first; i < std::min(mib, first + chunks.size()); ++i) {
        rows.push_back(
            {ChunkPartition(upload, static_cast<uint32_t>(i / kChunksPerBucket)), ChunkSort(static_cast<uint32_t>(i))});
      }
      for (const auto& value : Want(store.GetEach(rows))) {
        if (!value || value->size() != kChunkBytes) Die("a chunk did not come back");
      }
    }
  });
  const double size = static_cast<double>(mib);
  std::printf("  %4zu MiB in chunks, driver alone: in %6.1f MiB/s, out %6.1f MiB/s\n", mib, size / push, size / pull);
}

// A model with so many versions, its rows written as the registry would have left them; the metadata of the newest
// alone, which is all that the first pages read.
void MakeModel(Store& store, const std::string& name, int64_t count) {
  constexpr int64_t kWithMetadata = 200;
  VersionMetadata described;
  described.metrics["auc"] = 0.5;
  const std::string metadata = MetadataToJson(described);
  const auto push_id = [](int64_t number) { return "p" + std::to_string(number); };
  WriteBatch batch{ModelPartition(name), {}};
  for (int64_t number = 1; number <= count; ++number) {
    const VersionRow row{push_id(number), VersionInfo::State::kReady, number, std::string(64, 'a'), 1};
    batch.writes.push_back(Put(VersionSort(number), row.Encode()));
    if (batch.writes.size() == kBatchWritesMax || number == count) {
      Want(store.Apply(batch));
      batch.writes.clear();
    }
    if (number > count - kWithMetadata)
      Want(store.Apply(MetadataPartition(name, push_id(number)), Put(kMetadataSort, metadata)));
  }
  Want(store.Apply(ModelPartition(name), Put(kHeadSort, HeadRow{count, count, 1, false}.Encode())));
  Want(store.Apply(NamesPartition(NameBucket(name)), Put(name, "")));
  Registry registry(store, SystemClock());
  const AliasMove move{"champion", count / 2, std::nullopt};
  Want(registry.SetAliases(name, {&move, 1}, {"bench", ""}).status());
}

template <typename Work>
double Median(int times, Work work) {
  std::vector<double> millis;
  for (int i = 0; i < times; ++i) millis.push_back(Time(work) * 1000);
  std::ranges::nth_element(millis, millis.begin() + times / 2);
  return millis[static_cast<size_t>(times / 2)];
}

void MeasureModel(Store& store, const std::string& name, int64_t count) {
  Registry registry(store, SystemClock());
  const double list = Median(15, [&] {
    const auto page = Want(registry.ListVersions(name));
    if (page.items.size() != 100 || page.items[0].number != count) Die("the wrong page");
  });
  ListOptions fifty;
  fifty.count_max = 50;
  const double search = Median(15, [&] {
    const auto page = Want(registry.Search("metrics.auc > 0.4", fifty));
    if (page.items.size() != 50 || page.items[0].name != name) Die("the search found something else");
  });
  const double resolve = Median(51, [&] {
    if (Want(registry.Resolve(Want(ParseReference(name + "@champion")))) != count / 2) Die("the wrong version");
  });
  const double get = Median(51, [&] { Want(registry.GetModel(name).status()); });
  std::printf("  %7lld versions: list %7.2f ms, search %7.2f ms, alias %6.2f ms, model %6.2f ms\n",
              static_cast<long long>(count), list, search, resolve, get);
}

void Measure(const std::string& place) {
  std::printf("%s\n", place.substr(0, place.find('?')).c_str());
  const std::unique_ptr<Store> store = Open(place);
  for (const size_t mib : {20, 500}) {
    if (IsCassandraUrl(place)) MeasureDriver(*store, mib);
    MeasureArtifact(*store, mib);
  }
  for (const int64_t count : {100, 100'000}) {
    // The second comes before the first in the order of names, so that a search begins with it.
    const std::string name = count == 100 ? "b-few" : "a-many";
    MakeModel(*store, name, count);
    MeasureModel(*store, name, count);
  }
}

}  // namespace
}  // namespace scoreway

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) scoreway::Measure(argv[i]);
  return 0;
}
