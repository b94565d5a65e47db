// The contract of blobs.h, over every Store.
#include "store/blobs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/sha256.h"
#include "store/blob_layout.h"
#include "store/breaking_store.h"
#include "store/contract_stores.h"

namespace scoreway {
namespace {

constexpr int64_t kHour = 3'600'000'000;

class BlobsContract : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  void SetUp() override {
    store_ = GetParam().make(folder_.path(), clock_);
    ASSERT_NE(store_, nullptr);
    breaking_ = std::make_unique<BreakingStore>(*store_);
    blobs_ = std::make_unique<Blobs>(*store_, clock_);
  }

  bool Exists(const std::string& bytes) {
    auto found = blobs_->Find(Sha256::Hex(bytes));
    EXPECT_TRUE(found.ok());
    return found.ok() && found->has_value();
  }
  std::string ReadBack(const std::string& sha256) {
    auto bytes = blobs_->ReadAll(sha256, UINT64_MAX);
    EXPECT_TRUE(bytes.ok()) << bytes.status().ToString();
    return bytes.ok() ? *bytes : "";
  }
  size_t RowCount(const Partition& partition) {
    size_t count = 0;
    ScanRange range;
    do {
      auto page = store_->Scan(partition, range);
      EXPECT_TRUE(page.ok());
      if (!page.ok()) return count;
      count += page->rows.size();
      range.page_token = page->next_page_token;
    } while (!range.page_token.empty());
    return count;
  }
  std::vector<std::string> UploadIds() {
    std::vector<std::string> ids;
    for (const char digit : std::string_view("0123456789abcdef")) {
      auto page = store_->Scan(UploadPartition(std::string_view(&digit, 1)), {});
      EXPECT_TRUE(page.ok());
      for (const Row& row : page->rows) ids.push_back(row.sort);
    }
    return ids;
  }
  std::string UploadIdOf(const std::string& sha256) {
    const auto value = store_->Get(BlobPartition(sha256), kManifestSort);
    return BlobManifest::Decode(sha256, **value)->upload_id;
  }
  static std::string Pattern(size_t size, unsigned seed = 1) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24);
    return bytes;
  }

  TestFolder folder_;
  ManualClock clock_{1'000'000};
  std::unique_ptr<Store> store_;
  std::unique_ptr<BreakingStore> breaking_;
  std::unique_ptr<Blobs> blobs_;
};

TEST_P(BlobsContract, BytesOfAnySizeComeBack) {
  const size_t mib = size_t{1} << 20;
  for (const size_t size : {size_t{0}, size_t{1}, mib - 1, mib, mib + 1, 10 * mib}) {
    const std::string bytes = Pattern(size);
    auto info = blobs_->Put(bytes, "m/1");
    ASSERT_TRUE(info.ok()) << info.status().ToString();
    EXPECT_EQ(info->sha256, Sha256::Hex(bytes));
    EXPECT_EQ(info->size, size);
    EXPECT_TRUE(ReadBack(info->sha256) == bytes) << size;
    ASSERT_TRUE(blobs_->Release(info->sha256, "m/1").ok());
    EXPECT_FALSE(Exists(bytes));
  }
  EXPECT_TRUE(UploadIds().empty());
}

TEST_P(BlobsContract, PiecesMakeTheSameBlob) {
  const std::string bytes = Pattern((size_t{3} << 20) + 17);
  BlobWriter writer(*store_, clock_);
  for (size_t at = 0; at < bytes.size(); at += 300'001) {
    ASSERT_TRUE(writer.Append(std::string_view(bytes).substr(at, 300'001)).ok());
  }
  EXPECT_FALSE(Exists(bytes)) << "visible before it is finished";
  ASSERT_TRUE(blobs_->Finish(writer, "m/1").ok());
  EXPECT_TRUE(ReadBack(Sha256::Hex(bytes)) == bytes);
}

TEST_P(BlobsContract, TheSameBytesAreStoredOnceAndLiveWithTheirLastReference) {
  const std::string bytes = Pattern(size_t{6} << 20);
  const std::string sha256 = Sha256::Hex(bytes);
  ASSERT_TRUE(blobs_->Put(bytes, "m/1").ok());
  const std::string first_upload = UploadIdOf(sha256);
  ASSERT_TRUE(blobs_->Put(bytes, "m/2").ok());
  EXPECT_EQ(UploadIdOf(sha256), first_upload);
  EXPECT_TRUE(UploadIds().empty()) << "the second writer left chunks";
  ASSERT_TRUE(blobs_->AddReference(sha256, "m/3").ok());

  ASSERT_TRUE(blobs_->Release(sha256, "m/1").ok());
  ASSERT_TRUE(blobs_->Release(sha256, "m/1").ok());
  ASSERT_TRUE(blobs_->Release(sha256, "m/2").ok());
  EXPECT_TRUE(ReadBack(sha256) == bytes);
  ASSERT_TRUE(blobs_->Release(sha256, "m/3").ok());
  EXPECT_FALSE(Exists(bytes));
  EXPECT_EQ(RowCount(ChunkPartition(first_upload, 0)), 0u);
  EXPECT_EQ(RowCount(BlobPartition(sha256)), 0u);
  EXPECT_TRUE(blobs_->Release(sha256, "m/3").ok());
}

TEST_P(BlobsContract, AnUnknownBlobIsNotFound) {
  const std::string sha256 = Sha256::Hex("nothing");
  EXPECT_EQ(blobs_->ReadAll(sha256, 100).code(), Code::kNotFound);
  EXPECT_EQ(blobs_->AddReference(sha256, "m/1").code(), Code::kNotFound);
  EXPECT_FALSE(Exists("nothing"));
}

TEST_P(BlobsContract, ReadAllKeepsToItsLimit) {
  auto info = blobs_->Put("12345", "m/1");
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(blobs_->ReadAll(info->sha256, 4).code(), Code::kResourceExhausted);
  EXPECT_TRUE(blobs_->ReadAll(info->sha256, 5).ok());
}

TEST_P(BlobsContract, DamageIsFoundAndPlaced) {
  const std::string bytes = Pattern((size_t{2} << 20) + 9);
  auto info = blobs_->Put(bytes, "m/1");
  ASSERT_TRUE(info.ok());
  const Partition chunks = ChunkPartition(UploadIdOf(info->sha256), 0);
  const std::string good = **store_->Get(chunks, ChunkSort(1));
  std::string bad = good;
  bad[500] = static_cast<char>(bad[500] ^ 1);

  ASSERT_TRUE(store_->Apply(chunks, Put(ChunkSort(1), bad)).ok());
  auto read = blobs_->ReadAll(info->sha256, UINT64_MAX);
  ASSERT_EQ(read.code(), Code::kCorrupt);
  EXPECT_NE(read.error().place.find("chunk 1"), std::string::npos);

  ASSERT_TRUE(store_->Apply(chunks, Delete(ChunkSort(1))).ok());
  EXPECT_EQ(blobs_->ReadAll(info->sha256, UINT64_MAX).code(), Code::kCorrupt);

  // A chunk that is whole but not the right one: only the SHA-256 can tell.
  ASSERT_TRUE(store_->Apply(chunks, Put(ChunkSort(1), EncodeChunk(Pattern(size_t{1} << 20, 9)))).ok());
  EXPECT_EQ(blobs_->ReadAll(info->sha256, UINT64_MAX).code(), Code::kCorrupt);
}

TEST_P(BlobsContract, ABlobBrokenOffAnywhereIsInvisibleAndCollected) {
  const std::string bytes = Pattern((size_t{10} << 20) + 1);
  const std::string sha256 = Sha256::Hex(bytes);
  bool is_kept = false;
  for (size_t crash_at = 0; !is_kept; ++crash_at) {
    ASSERT_LT(crash_at, 20u);
    breaking_->BreakAfter(crash_at);
    {
      Blobs blobs(*breaking_, clock_);
      BlobWriter writer(*breaking_, clock_);
      if (writer.Append(bytes).ok()) (void)blobs.Finish(writer, "m/1", {}, &is_kept);
    }
    EXPECT_EQ(Exists(bytes), is_kept);
    auto early = blobs_->CollectUploads(kHour);
    ASSERT_TRUE(early.ok());
    EXPECT_EQ(*early, 0u) << "a fresh upload was taken from its writer";
    clock_.Advance(kHour);
    const std::vector<std::string> left = UploadIds();
    auto collected = blobs_->CollectUploads(kHour);
    ASSERT_TRUE(collected.ok()) << collected.status().ToString();
    EXPECT_TRUE(UploadIds().empty());
    if (is_kept) break;
    for (const std::string& id : left) EXPECT_EQ(RowCount(ChunkPartition(id, 0)), 0u);
    EXPECT_FALSE(Exists(bytes));
  }
  EXPECT_TRUE(ReadBack(sha256) == bytes);
}

TEST_P(BlobsContract, AReleaseBrokenOffAnywhereIsFinishedByTheNext) {
  const std::string bytes = Pattern((size_t{2} << 20) + 1);
  const std::string sha256 = Sha256::Hex(bytes);
  for (size_t crash_at = 0;; ++crash_at) {
    ASSERT_LT(crash_at, 20u);
    ASSERT_TRUE(blobs_->Put(bytes, "m/1").ok());
    const std::string id = UploadIdOf(sha256);
    breaking_->BreakAfter(crash_at);
    const bool done = Blobs(*breaking_, clock_).Release(sha256, "m/1").ok();
    // Either it is still there and whole, or it is not there.
    EXPECT_TRUE(!Exists(bytes) || ReadBack(sha256) == bytes);
    // Storing the same bytes works in every state, and so does the release.
    if (crash_at % 2 == 0) {
      ASSERT_TRUE(blobs_->Put(bytes, "m/2").ok());
      EXPECT_TRUE(ReadBack(sha256) == bytes);
      ASSERT_TRUE(blobs_->Release(sha256, "m/2").ok());
    }
    ASSERT_TRUE(blobs_->Release(sha256, "m/1").ok());
    EXPECT_FALSE(Exists(bytes));
    EXPECT_EQ(RowCount(BlobPartition(sha256)), 0u);
    EXPECT_EQ(RowCount(ChunkPartition(id, 0)), 0u);
    if (done) break;
  }
}

// The first bucket goes last: a collector counts buckets from it, and would not find those behind a hole.
TEST_P(BlobsContract, ManyBucketsGoLastFirst) {
  const std::string bytes = Pattern((size_t{33} << 20) + 1);
  auto info = blobs_->Put(bytes, "m/1");
  ASSERT_TRUE(info.ok());
  const std::string id = UploadIdOf(info->sha256);
  EXPECT_EQ(RowCount(ChunkPartition(id, 0)), 32u);
  EXPECT_EQ(RowCount(ChunkPartition(id, 1)), 2u);
  breaking_->BreakAfter(3);  // the reference, the mark, one bucket
  EXPECT_FALSE(Blobs(*breaking_, clock_).Release(info->sha256, "m/1").ok());
  EXPECT_EQ(RowCount(ChunkPartition(id, 0)), 32u);
  EXPECT_EQ(RowCount(ChunkPartition(id, 1)), 0u);
  EXPECT_FALSE(Exists(bytes));
  ASSERT_TRUE(blobs_->Release(info->sha256, "m/1").ok());
  EXPECT_EQ(RowCount(ChunkPartition(id, 0)), 0u);
}

TEST_P(BlobsContract, AnUploadGivenUpCannotBeFinished) {
  const std::string bytes = Pattern(size_t{9} << 20);
  BlobWriter writer(*store_, clock_);
  ASSERT_TRUE(writer.Append(bytes).ok());
  ASSERT_EQ(UploadIds().size(), 1u);
  clock_.Advance(kHour);
  ASSERT_EQ(*blobs_->CollectUploads(kHour), 1u);
  EXPECT_EQ(blobs_->Finish(writer, "m/1").code(), Code::kUnavailable);
  EXPECT_FALSE(Exists(bytes));
}

TEST_P(BlobsContract, WhatComesAfterTheBlobMayFailAlone) {
  const Partition rows{"rows", "p"};
  ASSERT_TRUE(store_->Apply(rows, Put("taken", "")).ok());
  const std::vector<WriteBatch> before = {{rows, {Put("before", "")}}};
  const std::vector<WriteBatch> after = {{rows, {Put("after", "")}}, {rows, {PutIfAbsent("taken", "")}}};
  BlobWriter writer(*store_, clock_);
  ASSERT_TRUE(writer.Append("bytes").ok());
  bool is_kept = false;
  EXPECT_EQ(blobs_->Finish(writer, "m/1", {before, after}, &is_kept).code(), Code::kConflict);
  EXPECT_TRUE(is_kept);
  EXPECT_TRUE(Exists("bytes"));
  EXPECT_TRUE(store_->Get(rows, "before")->has_value());
  EXPECT_TRUE(store_->Get(rows, "after")->has_value());
}

TEST_P(BlobsContract, PutsAndReleasesOfTheSameBytesRace) {
  const std::string bytes = Pattern(3000);
  const std::string sha256 = Sha256::Hex(bytes);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      const std::string reference = "thread/" + std::to_string(t);
      for (int round = 0; round < 15; ++round) {
        if (!blobs_->Put(bytes, reference).ok()) ++wrong;
        auto read = blobs_->ReadAll(sha256, UINT64_MAX);  // its own reference holds it
        if (!read.ok() || *read != bytes) ++wrong;
        if (!blobs_->Release(sha256, reference).ok()) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_FALSE(Exists(bytes));
  EXPECT_EQ(RowCount(BlobPartition(sha256)), 0u);
  EXPECT_TRUE(UploadIds().empty());
}

INSTANTIATE_TEST_SUITE_P(Stores, BlobsContract, ::testing::ValuesIn(StoresUnderTest()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace scoreway
