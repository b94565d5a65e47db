// The registry over every Store.
#include "registry/registry.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "base/sha256.h"
#include "registry/registry_rows.h"
#include "store/breaking_store.h"
#include "store/contract_stores.h"

namespace scoreway {
namespace {

constexpr int64_t kHour = 3'600'000'000;
const Change kChange{"anna", "better auc"};

PushRequest Request(std::string name) {
  PushRequest request;
  request.name = std::move(name);
  request.metadata.format = "sklearn-pickle";
  request.change = kChange;
  return request;
}

class RegistryTest : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override {
    store_ = GetParam().make(folder_.path(), clock_);
    ASSERT_NE(store_, nullptr);
    registry_ = std::make_unique<Registry>(*store_, clock_);
  }

  int64_t Push(const PushRequest& request, std::string_view artifact = "bytes") {
    auto answer = registry_->Push(request, artifact);
    EXPECT_TRUE(answer.ok()) << answer.status().ToString();
    return answer.ok() ? answer->version : -1;
  }
  int64_t Push(std::string name, std::string_view artifact = "bytes") {
    return Push(Request(std::move(name)), artifact);
  }
  void Set(const std::string& name, const std::string& alias, int64_t to) {
    const AliasMove move{alias, to, {}};
    const auto events = registry_->SetAliases(name, {&move, 1}, kChange);
    EXPECT_TRUE(events.ok()) << events.status().ToString();
  }
  int64_t Resolve(std::string_view text) {
    auto version = registry_->Resolve(*ParseReference(text));
    return version.ok() ? *version : -static_cast<int64_t>(version.code());
  }
  static constexpr int64_t kMissing = -static_cast<int64_t>(Code::kNotFound);
  bool HasArtifact(std::string_view bytes) { return Blobs(*store_, clock_).Find(Sha256::Hex(bytes))->has_value(); }
  std::vector<std::string> Found(std::string_view expression, size_t page_size = 100) {
    std::vector<std::string> found;
    ListOptions options;
    options.count_max = page_size;
    do {
      auto page = registry_->Search(expression, options);
      EXPECT_TRUE(page.ok()) << page.status().ToString();
      if (!page.ok()) break;
      for (const VersionInfo& version : page->items) {
        found.push_back(version.name + "/" + std::to_string(version.number));
      }
      options.page_token = page->next_page_token;
    } while (!options.page_token.empty());
    return found;
  }

  TestFolder folder_;
  ManualClock clock_{1'000'000'000};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Registry> registry_;
};

using Strings = std::vector<std::string>;

TEST_P(RegistryTest, APushedVersionComesBackWhole) {
  PushRequest request = Request("wine");
  request.metadata.metrics = {{"auc", 0.93}};
  request.metadata.tags = {{"team", "risk"}};
  request.metadata.signature_json = R"({"inputs":[]})";
  const std::string bytes(3'000'000, 'm');
  auto answer = registry_->Push(request, bytes);
  ASSERT_TRUE(answer.ok()) << answer.status().ToString();
  EXPECT_EQ(answer->version, 1);
  EXPECT_TRUE(answer->is_new);
  EXPECT_EQ(answer->artifact_sha256, Sha256::Hex(bytes));

  auto version = registry_->GetVersion("wine", 1);
  ASSERT_TRUE(version.ok()) << version.status().ToString();
  EXPECT_EQ(version->name, "wine");
  EXPECT_EQ(version->number, 1);
  EXPECT_EQ(version->created_micros, clock_.NowMicros());
  EXPECT_EQ(version->artifact_bytes, bytes.size());
  EXPECT_EQ(version->metadata, request.metadata);
  EXPECT_TRUE(*registry_->ReadArtifact("wine", 1) == bytes);
  EXPECT_EQ(registry_->ReadArtifact("wine", 1, 100).code(), Code::kResourceExhausted);
}

TEST_P(RegistryTest, AnArtifactMayComeInPieces) {
  auto writer = registry_->NewArtifact();
  std::string bytes;
  for (int i = 0; i < 100; ++i) {
    const std::string piece(77'777, static_cast<char>('a' + i % 26));
    bytes += piece;
    ASSERT_TRUE(writer->Append(piece).ok());
  }
  ASSERT_TRUE(registry_->Push(Request("wine"), *writer).ok());
  std::string back;
  ASSERT_TRUE(registry_
                  ->ReadArtifact("wine", 1,
                                 [&](std::string_view chunk) {
                                   back += chunk;
                                   return Status();
                                 })
                  .ok());
  EXPECT_TRUE(back == bytes);
}

TEST_P(RegistryTest, NumbersGoOnWithoutGaps) {
  EXPECT_EQ(Push("wine"), 1);
  EXPECT_EQ(Push("wine"), 2);
  EXPECT_EQ(Push("beer"), 1);
  EXPECT_EQ(Push("wine", "others"), 3);
}

TEST_P(RegistryTest, BadRequestsStoreNothing) {
  EXPECT_EQ(registry_->Push(Request("a/b"), "x").code(), Code::kInvalidArgument);
  PushRequest request = Request("wine");
  request.aliases = {"3"};
  EXPECT_EQ(registry_->Push(request, "x").code(), Code::kInvalidArgument);
  request = Request("wine");
  request.metadata.signature_json = "no json";
  EXPECT_EQ(registry_->Push(request, "x").code(), Code::kInvalidArgument);
  request = Request("wine");
  request.metadata.parent_version = 4;
  EXPECT_EQ(registry_->Push(request, "x").code(), Code::kInvalidArgument);
  request = Request("wine");
  request.metadata.description = std::string(2'000'000, 'x');
  EXPECT_EQ(registry_->Push(request, "x").code(), Code::kResourceExhausted);
  EXPECT_EQ(registry_->GetModel("wine").code(), Code::kNotFound);
  EXPECT_FALSE(HasArtifact("x"));
}

TEST_P(RegistryTest, AnIdempotencyKeyGivesItsVersionAgain) {
  PushRequest request = Request("wine");
  request.idempotency_key = "run-17";
  EXPECT_EQ(Push(request), 1);
  EXPECT_EQ(Push("wine"), 2);
  auto again = registry_->Push(request, "bytes");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->version, 1);
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(registry_->Push(request, "other bytes").code(), Code::kAlreadyExists);
  EXPECT_FALSE(HasArtifact("other bytes"));
  request.name = "beer";
  EXPECT_EQ(Push(request), 1) << "a key belongs to its model";
  request.idempotency_key = std::string(300, 'k');
  EXPECT_EQ(registry_->Push(request, "bytes").code(), Code::kInvalidArgument);
}

TEST_P(RegistryTest, AliasesComeWithThePush) {
  PushRequest request = Request("wine");
  request.aliases = {"champion", "blue"};
  EXPECT_EQ(Push(request), 1);
  EXPECT_EQ(Push(request), 2);
  EXPECT_EQ(Resolve("wine@champion"), 2);
  EXPECT_EQ(Resolve("wine@blue"), 2);
  EXPECT_EQ(Resolve("wine@previous"), 1);
}

TEST_P(RegistryTest, ReferencesResolve) {
  EXPECT_EQ(Resolve("wine"), kMissing);
  Push("wine");
  Push("wine");
  Push("wine");
  EXPECT_EQ(Resolve("wine"), 3);
  EXPECT_EQ(Resolve("wine@latest"), 3);
  EXPECT_EQ(Resolve("wine/2"), 2);
  EXPECT_EQ(Resolve("wine/4"), kMissing);
  EXPECT_EQ(Resolve("wine@champion"), kMissing);
  Set("wine", "champion", 1);
  EXPECT_EQ(Resolve("wine"), 1);
  EXPECT_EQ(Resolve("wine@latest"), 3);
  Set("wine", "latest", 2);
  EXPECT_EQ(Resolve("wine@latest"), 2);
  const auto unknown = registry_->Resolve(*ParseReference("wine@nobody"));
  ASSERT_EQ(unknown.code(), Code::kNotFound);
  EXPECT_NE(unknown.error().ToString().find("nobody"), std::string::npos);
}

TEST_P(RegistryTest, LatestIsTheNewestThatIsNotDeleted) {
  for (int i = 0; i < 30; ++i) Push("wine");
  for (int64_t version = 30; version > 10; --version) {
    ASSERT_TRUE(registry_->DeleteVersion("wine", version, false, kChange).ok());
  }
  EXPECT_EQ(Resolve("wine"), 10);
  EXPECT_EQ(Push("wine"), 31) << "a number is never used again";
}

TEST_P(RegistryTest, AliasesMoveByCompareAndSetAndTogether) {
  for (int i = 0; i < 3; ++i) Push("wine");
  std::vector<AliasMove> moves = {{"champion", 2, 0}, {"challenger", 3, {}}};
  EXPECT_EQ(registry_->SetAliases("wine", moves, kChange)->size(), 2u);
  moves = {{"champion", 3, 1}, {"challenger", 1, {}}};
  EXPECT_EQ(registry_->SetAliases("wine", moves, kChange).code(), Code::kConflict);
  EXPECT_EQ(Resolve("wine@challenger"), 3);
  moves = {{"champion", 4, {}}};
  EXPECT_EQ(registry_->SetAliases("wine", moves, kChange).code(), Code::kNotFound);
  moves = {{"champion", 0, 2}};
  ASSERT_TRUE(registry_->SetAliases("wine", moves, kChange).ok());
  EXPECT_EQ(Resolve("wine@champion"), kMissing);
  EXPECT_EQ(Resolve("wine@previous"), 2);
  EXPECT_EQ(registry_->SetAliases("beer", moves, kChange).code(), Code::kNotFound);
}

TEST_P(RegistryTest, RollbackGoesBackPastTheDeleted) {
  for (int i = 0; i < 4; ++i) Push("wine");
  for (int64_t version = 1; version <= 4; ++version) Set("wine", "champion", version);
  Set("wine", "previous", 0);
  ASSERT_TRUE(registry_->DeleteVersion("wine", 3, false, kChange).ok());
  auto event = registry_->Rollback("wine", "champion", {"bob", "bad"});
  ASSERT_TRUE(event.ok()) << event.status().ToString();
  EXPECT_EQ(event->from, 4);
  EXPECT_EQ(event->to, 2);
  EXPECT_EQ(event->who, "bob");
  EXPECT_EQ(Resolve("wine"), 2);
  EXPECT_EQ(registry_->Rollback("wine", "champion", kChange)->to, 1);
  EXPECT_EQ(registry_->Rollback("wine", "champion", kChange).code(), Code::kNotFound);
  EXPECT_EQ(registry_->Rollback("wine", "nobody", kChange).code(), Code::kNotFound);
}

TEST_P(RegistryTest, HistoryTellsWhoMovedWhatAndWhen) {
  Push("wine");
  Push("wine");
  const int64_t begin = clock_.NowMicros();
  clock_.Advance(10);
  Set("wine", "champion", 1);
  clock_.Advance(10);
  Set("wine", "blue", 1);
  clock_.Advance(10);
  Set("wine", "champion", 2);

  auto history = registry_->AliasHistory("wine", "champion");
  ASSERT_TRUE(history.ok());
  ASSERT_EQ(history->items.size(), 2u);
  EXPECT_EQ(history->items[0].to, 2);
  EXPECT_EQ(history->items[0].from, 1);
  EXPECT_EQ(history->items[0].time_micros, begin + 30);
  EXPECT_EQ(history->items[0].why, "better auc");
  EXPECT_EQ(history->items[1].to, 1);
  EXPECT_EQ(registry_->AliasHistory("wine", "")->items.size(), 4u);  // previous too

  ListOptions options;
  options.count_max = 1;
  Strings aliases;
  do {
    history = registry_->AliasHistory("wine", "", options);
    ASSERT_TRUE(history.ok());
    for (const AliasEvent& event : history->items) aliases.push_back(event.alias);
    options.page_token = history->next_page_token;
  } while (!options.page_token.empty());
  EXPECT_EQ(aliases, (Strings{"previous", "champion", "blue", "champion"}));

  EXPECT_EQ(*registry_->AliasAsOf("wine", "champion", begin), 0);
  EXPECT_EQ(*registry_->AliasAsOf("wine", "champion", begin + 10), 1);
  EXPECT_EQ(*registry_->AliasAsOf("wine", "champion", begin + 29), 1);
  EXPECT_EQ(*registry_->AliasAsOf("wine", "champion", begin + 30), 2);
}

TEST_P(RegistryTest, ADeletedVersionLeavesATombstone) {
  PushRequest request = Request("wine");
  request.metadata.description = "kept";
  Push(request, "one");
  Push("wine", "two");
  Push("wine", "two");
  ASSERT_TRUE(registry_->DeleteVersion("wine", 1, false, kChange).ok());
  EXPECT_FALSE(HasArtifact("one"));
  EXPECT_EQ(registry_->ReadArtifact("wine", 1).code(), Code::kNotFound);
  EXPECT_EQ(Resolve("wine/1"), kMissing);
  auto tombstone = registry_->GetVersion("wine", 1);
  ASSERT_TRUE(tombstone.ok());
  EXPECT_EQ(tombstone->state, VersionInfo::State::kDeleted);
  EXPECT_EQ(tombstone->metadata.description, "kept");
  EXPECT_EQ(registry_->DeleteVersion("wine", 1, false, kChange).code(), Code::kNotFound);

  ASSERT_TRUE(registry_->DeleteVersion("wine", 2, false, kChange).ok());
  EXPECT_TRUE(HasArtifact("two")) << "version 3 has the same bytes";
  EXPECT_EQ(*registry_->ReadArtifact("wine", 3), "two");
  EXPECT_EQ(registry_->ListVersions("wine")->items.size(), 1u);
  ListOptions all;
  all.include_deleted = true;
  EXPECT_EQ(registry_->ListVersions("wine", all)->items.size(), 3u);
  EXPECT_EQ(registry_->GetModel("wine")->version_count, 1);
}

TEST_P(RegistryTest, AVersionInUseIsDeletedByForceOnly) {
  Push("wine");
  Push("wine");
  Set("wine", "champion", 1);
  Set("wine", "champion", 2);
  const Status status = registry_->DeleteVersion("wine", 2, false, kChange);
  ASSERT_EQ(status.code(), Code::kConflict);
  EXPECT_NE(status.ToString().find("champion"), std::string::npos);
  ASSERT_TRUE(registry_->DeleteVersion("wine", 2, true, kChange).ok());
  EXPECT_EQ(registry_->GetModel("wine")->aliases, (std::map<std::string, int64_t>{{"previous", 1}}));
  EXPECT_EQ(registry_->AliasHistory("wine", "champion")->items[0].to, 0);
  EXPECT_EQ(Resolve("wine"), 1);
}

TEST_P(RegistryTest, ADeletedModelIsGoneAndItsNumbersAreNot) {
  for (int i = 0; i < 3; ++i) Push("wine", "bytes " + std::to_string(i));
  Push("beer", "beer");
  Set("wine", "champion", 2);
  EXPECT_EQ(registry_->DeleteModel("wine", false, kChange).code(), Code::kConflict);
  ASSERT_TRUE(registry_->DeleteModel("wine", true, kChange).ok());
  EXPECT_EQ(registry_->GetModel("wine").code(), Code::kNotFound);
  EXPECT_EQ(registry_->ListVersions("wine").code(), Code::kNotFound);
  EXPECT_EQ(registry_->DeleteModel("wine", true, kChange).code(), Code::kNotFound);
  EXPECT_EQ(Resolve("wine"), kMissing);
  EXPECT_EQ(registry_->ListModels()->items.size(), 1u);
  EXPECT_FALSE(HasArtifact("bytes 1"));
  EXPECT_EQ(Push("wine"), 4);
  EXPECT_EQ(registry_->GetModel("wine")->version_count, 1);
  EXPECT_EQ(registry_->ListModels()->items.size(), 2u);
}

TEST_P(RegistryTest, ModelsAreListedInOrderByPages) {
  Strings names;
  for (int i = 0; i < 40; ++i) names.push_back("model-" + std::to_string(100 + i * 7));
  for (size_t i = names.size(); i-- > 0;) Push(names[i]);
  Push("gone");
  ASSERT_TRUE(registry_->DeleteModel("gone", false, kChange).ok());
  for (const size_t size : {1, 7, 40, 100}) {
    Strings listed;
    ListOptions options;
    options.count_max = size;
    do {
      auto page = registry_->ListModels(options);
      ASSERT_TRUE(page.ok());
      for (const ModelInfo& model : page->items) listed.push_back(model.name);
      options.page_token = page->next_page_token;
    } while (!options.page_token.empty());
    EXPECT_EQ(listed, names);
  }
  ListOptions none;
  none.count_max = 0;
  EXPECT_EQ(registry_->ListModels(none).code(), Code::kInvalidArgument);
}

TEST_P(RegistryTest, VersionsAreListedNewestFirstByPages) {
  for (int i = 0; i < 25; ++i) Push("wine");
  std::vector<int64_t> listed;
  ListOptions options;
  options.count_max = 10;
  do {
    auto page = registry_->ListVersions("wine", options);
    ASSERT_TRUE(page.ok());
    for (const VersionInfo& version : page->items) listed.push_back(version.number);
    options.page_token = page->next_page_token;
  } while (!options.page_token.empty());
  ASSERT_EQ(listed.size(), 25u);
  for (size_t i = 0; i < listed.size(); ++i) EXPECT_EQ(listed[i], static_cast<int64_t>(25 - i));
  options.page_token = "rubbish";
  EXPECT_EQ(registry_->ListVersions("wine", options).code(), Code::kInvalidArgument);
}

TEST_P(RegistryTest, SearchFindsAcrossModelsByPages) {
  for (int i = 1; i <= 6; ++i) {
    PushRequest request = Request(i % 2 == 0 ? "wine" : "beer");
    request.metadata.metrics["auc"] = i / 10.0;
    request.metadata.tags["team"] = i < 5 ? "risk" : "fraud";
    Push(request);
  }
  EXPECT_EQ(Found("metrics.auc > 0.25"), (Strings{"beer/3", "beer/2", "wine/3", "wine/2"}));
  EXPECT_EQ(Found("metrics.auc > 0.25", 1), (Strings{"beer/3", "beer/2", "wine/3", "wine/2"}));
  EXPECT_EQ(Found("metrics.auc > 0.25 and tags.team = 'risk'"), (Strings{"beer/2", "wine/2"}));
  EXPECT_EQ(Found("name like 'w%' and version = 1"), Strings{"wine/1"});
  EXPECT_EQ(Found("").size(), 6u);
  ASSERT_TRUE(registry_->DeleteVersion("wine", 1, false, kChange).ok());
  EXPECT_EQ(Found("name = 'wine'").size(), 2u);
  EXPECT_EQ(registry_->Search("metrics.auc >>").code(), Code::kInvalidArgument);
}

TEST_P(RegistryTest, MetadataIsPatchedNotReplaced) {
  PushRequest request = Request("wine");
  request.metadata.metrics = {{"auc", 0.5}};
  request.metadata.tags = {{"team", "risk"}, {"old", "x"}};
  Push(request);
  MetadataPatch patch;
  patch.description = "checked";
  patch.set_metrics = {{"f1", 0.7}};
  patch.set_tags = {{"stage", "test"}};
  patch.remove_tags = {"old", "never there"};
  auto version = registry_->UpdateMetadata("wine", 1, patch);
  ASSERT_TRUE(version.ok()) << version.status().ToString();
  version = registry_->GetVersion("wine", 1);
  EXPECT_EQ(version->metadata.description, "checked");
  EXPECT_EQ(version->metadata.metrics, (std::map<std::string, double>{{"auc", 0.5}, {"f1", 0.7}}));
  EXPECT_EQ(version->metadata.tags, (std::map<std::string, std::string>{{"stage", "test"}, {"team", "risk"}}));
  EXPECT_EQ(version->metadata.format, "sklearn-pickle");
  patch.set_tags = {{"bad", "\xFF"}};
  EXPECT_EQ(registry_->UpdateMetadata("wine", 1, patch).code(), Code::kInvalidArgument);
  EXPECT_EQ(registry_->UpdateMetadata("wine", 2, patch).code(), Code::kNotFound);
}

TEST_P(RegistryTest, PatchesOfManyThreadsAllHold) {
  Push("wine");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        MetadataPatch patch;
        patch.set_tags["t" + std::to_string(t) + "." + std::to_string(i)] = "x";
        EXPECT_TRUE(registry_->UpdateMetadata("wine", 1, patch).ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(registry_->GetVersion("wine", 1)->metadata.tags.size(), 40u);
}

TEST_P(RegistryTest, ChangeCountsTellWhenToLook) {
  EXPECT_EQ(*registry_->ChangeCount("wine"), 0u);
  Push("beer");
  std::set<uint64_t> counts = {0};
  std::set<uint64_t> store_counts = {*registry_->ChangeCount()};
  const auto expect_change = [&] {
    EXPECT_TRUE(counts.insert(*registry_->ChangeCount("wine")).second);
    EXPECT_TRUE(store_counts.insert(*registry_->ChangeCount()).second);
  };
  Push("wine");
  expect_change();
  Set("wine", "champion", 1);
  expect_change();
  Push("wine");
  expect_change();
  ASSERT_TRUE(registry_->DeleteVersion("wine", 2, false, kChange).ok());
  expect_change();
  const uint64_t before = *registry_->ChangeCount("wine");
  Push("beer");
  EXPECT_EQ(*registry_->ChangeCount("wine"), before);
}

TEST_P(RegistryTest, ADamagedArtifactIsNotGivenOut) {
  Push("wine", "precious");
  Blobs blobs(*store_, clock_);
  const auto manifest = BlobManifest::Decode("", **store_->Get(BlobPartition(Sha256::Hex("precious")), kManifestSort));
  ASSERT_TRUE(manifest.ok());
  ASSERT_TRUE(
      store_->Apply(ChunkPartition(manifest->upload_id, 0), scoreway::Put(ChunkSort(0), EncodeChunk("prexious"))).ok());
  const auto bytes = registry_->ReadArtifact("wine", 1);
  ASSERT_EQ(bytes.code(), Code::kCorrupt);
  EXPECT_NE(bytes.error().place.find("wine"), std::string::npos);
}

// A crash after each single write of a push: the version is there whole or not at all, a later push gets the next
// number, and Collect leaves nothing behind.
TEST_P(RegistryTest, APushBrokenOffAnywhereIsWholeOrAbsent) {
  BreakingStore breaking(*store_);
  bool done = false;
  int64_t expected = 1;
  for (size_t crash_at = 0; !done; ++crash_at) {
    ASSERT_LT(crash_at, 30u);
    const std::string bytes = "artifact " + std::to_string(crash_at);
    breaking.BreakAfter(crash_at);
    Registry crashing(breaking, clock_);
    done = crashing.Push(Request("wine"), bytes).ok();
    const bool is_visible = registry_->GetVersion("wine", expected).ok();
    EXPECT_GE(is_visible, done);
    if (is_visible) {
      EXPECT_EQ(*registry_->ReadArtifact("wine", expected), bytes);
      ++expected;
    }
    const auto early = registry_->Collect(kHour);
    ASSERT_TRUE(early.ok()) << early.status().ToString();
    EXPECT_EQ(early->artifacts, 0u) << "a push of now was taken away";
    clock_.Advance(kHour);
    ASSERT_TRUE(registry_->Collect(kHour).ok());
    EXPECT_EQ(HasArtifact(bytes), is_visible);
    EXPECT_TRUE(store_->Scan(ModelPartition("wine"), ScanPrefix(kPendingPrefix))->rows.empty());
    EXPECT_EQ(Push("wine", "between"), expected++);
  }
}

TEST_P(RegistryTest, ADeletionBrokenOffAnywhereIsFinishedByCollect) {
  BreakingStore breaking(*store_);
  for (size_t crash_at = 1; crash_at < 8; ++crash_at) {
    const std::string bytes = "artifact " + std::to_string(crash_at);
    const int64_t version = Push("wine", bytes);
    breaking.BreakAfter(crash_at);
    Registry crashing(breaking, clock_);
    EXPECT_TRUE(crashing.DeleteVersion("wine", version, false, kChange).ok());
    EXPECT_EQ(Resolve("wine/" + std::to_string(version)), kMissing);
    clock_.Advance(kHour);
    ASSERT_TRUE(registry_->Collect(kHour).ok());
    EXPECT_FALSE(HasArtifact(bytes));
    EXPECT_TRUE(store_->Scan(ModelPartition("wine"), ScanPrefix(kPendingPrefix))->rows.empty());
    EXPECT_TRUE(registry_->GetVersion("wine", version).ok()) << "the tombstone keeps its metadata";
  }
}

TEST_P(RegistryTest, ManyPushersGetEachNumberOnce) {
  constexpr int kThreads = 8;
  constexpr int kPushes = 12;
  std::vector<std::vector<int64_t>> numbers(kThreads);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      // Every second thread has a registry of its own, as another process would.
      Registry own(*store_, clock_);
      Registry& registry = t % 2 == 0 ? own : *registry_;
      for (int i = 0; i < kPushes; ++i) {
        PushRequest request = Request("wine");
        request.idempotency_key = std::to_string(t) + "/" + std::to_string(i);
        auto answer = registry.Push(request, "bytes " + std::to_string(i));  // the same bytes from every thread
        ASSERT_TRUE(answer.ok()) << answer.status().ToString();
        numbers[t].push_back(answer->version);
        const AliasMove move{"champion", answer->version, {}};
        ASSERT_TRUE(registry.SetAliases("wine", {&move, 1}, kChange).ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<int64_t> all;
  for (const auto& of_thread : numbers) all.insert(of_thread.begin(), of_thread.end());
  EXPECT_EQ(all.size(), static_cast<size_t>(kThreads * kPushes));
  EXPECT_EQ(*all.begin(), 1);
  EXPECT_EQ(*all.rbegin(), kThreads * kPushes);
  for (const int64_t number : all) {
    EXPECT_TRUE(registry_->ReadArtifact("wine", number).ok());
  }
  // Each event begins where the one before ended.
  ListOptions options;
  options.count_max = 10000;
  const auto history = registry_->AliasHistory("wine", "champion", options);
  ASSERT_TRUE(history.ok());
  EXPECT_EQ(history->items.size(), static_cast<size_t>(kThreads * kPushes));
  for (size_t i = 0; i + 1 < history->items.size(); ++i) {
    EXPECT_EQ(history->items[i].from, history->items[i + 1].to);
  }
}

TEST_P(RegistryTest, TheSameKeyFromManyThreadsMakesOneVersion) {
  std::vector<std::thread> threads;
  std::atomic<int> made = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      Registry own(*store_, clock_);
      PushRequest request = Request("wine");
      request.idempotency_key = "once";
      auto answer = own.Push(request, "bytes");
      ASSERT_TRUE(answer.ok()) << answer.status().ToString();
      EXPECT_EQ(answer->version, 1);
      if (answer->is_new) ++made;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(registry_->GetModel("wine")->version_count, 1);
  ASSERT_TRUE(registry_->DeleteVersion("wine", 1, false, kChange).ok());
  EXPECT_FALSE(HasArtifact("bytes")) << "a push that lost left its reference";
}

TEST_P(RegistryTest, DeletingAndPointingRaceWithoutADanglingAlias) {
  for (int round = 0; round < 10; ++round) {
    const int64_t version = Push("wine");
    Code deleted = Code::kOk;
    Code pointed = Code::kOk;
    std::thread other([&] {
      Registry own(*store_, clock_);
      deleted = own.DeleteVersion("wine", version, false, kChange).code();
    });
    const AliasMove move{"blue", version, {}};
    pointed = registry_->SetAliases("wine", {&move, 1}, kChange).code();
    other.join();
    EXPECT_NE(deleted == Code::kOk, pointed == Code::kOk) << "exactly one of the two can be done";
    EXPECT_TRUE(pointed != Code::kOk || Resolve("wine@blue") == version);
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, RegistryTest, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace scoreway
