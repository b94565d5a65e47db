// What the SQLite store promises beyond the contract: the file's own dangers.
#include "store/sqlite/sqlite_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "store/blobs.h"
#include "store/contract_stores.h"

namespace scoreway {
namespace {

class SqliteStoreTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Store>> Open() { return OpenSqliteStore(path_, clock_, options_); }
  // Runs SQL as another program would.
  void Raw(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  void Fill(int rows) {
    auto store = Open();
    ASSERT_TRUE(store.ok()) << store.status().ToString();
    for (int i = 0; i < rows; ++i) {
      ASSERT_TRUE((*store)->Apply(kPlace, Put(std::to_string(i), std::string(500, 'x'))).ok());
    }
  }

  static inline const Partition kPlace{"table", "partition"};
  TestFolder folder_;
  const std::string path_ = folder_.path() + "/registry.db";
  ManualClock clock_;
  SqliteOptions options_;
};

TEST_F(SqliteStoreTest, WhatWasAnsweredIsThereAfterReopening) {
  Fill(20);
  auto store = Open();
  ASSERT_TRUE(store.ok());
  EXPECT_EQ((*store)->Get(kPlace, "19")->value(), std::string(500, 'x'));
}

TEST_F(SqliteStoreTest, TwoStoresOnOneFileSeeEachOther) {
  auto one = Open();
  auto two = Open();
  ASSERT_TRUE(one.ok() && two.ok());
  ASSERT_TRUE((*one)->Apply(kPlace, PutIfAbsent("a", "1")).ok());
  EXPECT_EQ((*two)->Get(kPlace, "a")->value(), "1");
  EXPECT_EQ((*two)->Apply(kPlace, PutIfAbsent("a", "2")).code(), Code::kConflict);
  const uint64_t before = *(*one)->ChangeCount(kPlace);
  ASSERT_TRUE((*two)->Apply(kPlace, Put("a", "3")).ok());
  EXPECT_NE(*(*one)->ChangeCount(kPlace), before);
  EXPECT_EQ((*one)->Get(kPlace, "a")->value(), "3");
}

TEST_F(SqliteStoreTest, WritersOfTwoStoresTakeTurns) {
  auto one = Open();
  auto two = Open();
  ASSERT_TRUE(one.ok() && two.ok());
  const auto write = [&](Store& store, const std::string& prefix) {
    for (int i = 0; i < 100; ++i) {
      const Status status = store.Apply(kPlace, Put(prefix + std::to_string(i), ""));
      EXPECT_TRUE(status.ok()) << status.ToString();
    }
  };
  std::thread other([&] { write(**two, "two"); });
  write(**one, "one");
  other.join();
  ScanRange all;
  all.row_count_max = 1000;
  EXPECT_EQ((*one)->Scan(kPlace, all)->rows.size(), 200u);
}

TEST_F(SqliteStoreTest, AForeignLockGivesUnavailableAndNothingIsStored) {
  options_.busy_ms = 20;
  auto store = Open();
  ASSERT_TRUE(store.ok());
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const Status status = (*store)->Apply(kPlace, Put("a", "1"));
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.ToString().find("locked by another process"), std::string::npos);
  EXPECT_NE(status.ToString().find(path_), std::string::npos);
  EXPECT_FALSE((*store)->Get(kPlace, "a")->has_value()) << "readers go on meanwhile";
  ASSERT_EQ(sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
  EXPECT_TRUE((*store)->Apply(kPlace, Put("a", "1")).ok());
}

TEST_F(SqliteStoreTest, AnExclusiveLockAtOpeningGivesUnavailable) {
  Fill(1);
  options_.busy_ms = 20;
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE", nullptr, nullptr, nullptr),
            SQLITE_OK);
  EXPECT_EQ(Open().code(), Code::kUnavailable);
  sqlite3_close(database);
  EXPECT_TRUE(Open().ok());
}

TEST_F(SqliteStoreTest, AFullDiskStoresNothingAndHurtsNobodyElse) {
  options_.file_bytes_max = 400'000;
  auto store = Open();
  ASSERT_TRUE(store.ok());
  Blobs blobs(**store, clock_);
  const std::string large(600'000, 'x');
  const auto failed = blobs.Put(large, "m/1");
  ASSERT_EQ(failed.code(), Code::kResourceExhausted) << failed.status().ToString();
  EXPECT_FALSE(blobs.Find(Sha256::Hex(large))->has_value());
  for (int i = 0; i < 3; ++i) {
    std::vector<std::thread> threads;
    std::array<Code, 4> codes{};
    for (size_t t = 0; t < codes.size(); ++t) {
      threads.emplace_back(
          [&, t] { codes[t] = (*store)->Apply(kPlace, Put(std::to_string(t), t == 0 ? large : "small")).code(); });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(codes, (std::array{Code::kResourceExhausted, Code::kOk, Code::kOk, Code::kOk}));
  }
  EXPECT_TRUE(blobs.Put("small", "m/2").ok());
}

TEST_F(SqliteStoreTest, AFileThatIsNoDatabaseIsNamed) {
  std::ofstream(path_) << std::string(5000, 'x');
  const auto store = Open();
  ASSERT_EQ(store.code(), Code::kCorrupt);
  EXPECT_EQ(store.error().place, path_);
  EXPECT_NE(store.error().message.find("backup"), std::string::npos);
}

TEST_F(SqliteStoreTest, ADamagedPageIsFoundOnOpening) {
  Fill(300);
  Raw("PRAGMA wal_checkpoint(TRUNCATE)");
  const auto size = std::filesystem::file_size(path_);
  ASSERT_GT(size, 20u * 4096);
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    for (uintmax_t page = 8; page < size / 4096; page += 3) {
      file.seekp(static_cast<std::streamoff>(page * 4096));
      file << std::string(4096, '\x5A');
    }
  }
  const auto store = Open();
  ASSERT_EQ(store.code(), Code::kCorrupt);
  EXPECT_EQ(store.error().place, path_);
}

TEST_F(SqliteStoreTest, ATruncatedFileIsFoundOnOpening) {
  Fill(300);
  Raw("PRAGMA wal_checkpoint(TRUNCATE)");
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
  EXPECT_EQ(Open().code(), Code::kCorrupt);
}

TEST_F(SqliteStoreTest, ANewerSchemaIsRefused) {
  Fill(1);
  Raw("PRAGMA user_version = 99");
  const auto store = Open();
  ASSERT_EQ(store.code(), Code::kUnsupported);
  EXPECT_NE(store.error().message.find("99"), std::string::npos);
}

TEST_F(SqliteStoreTest, ADatabaseOfAnotherProgramIsRefusedUntouched) {
  Raw("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
  EXPECT_EQ(Open().code(), Code::kInvalidArgument);
  Raw("SELECT a FROM theirs");
}

TEST_F(SqliteStoreTest, AMissingFolderIsNamed) {
  const auto store = OpenSqliteStore(folder_.path() + "/none/registry.db", clock_);
  ASSERT_EQ(store.code(), Code::kNotFound);
  EXPECT_NE(store.error().place.find("/none/registry.db"), std::string::npos);
}

TEST_F(SqliteStoreTest, ManyOpenANewFileAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> opened = 0;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      auto store = Open();
      EXPECT_TRUE(store.ok()) << store.status().ToString();
      if (store.ok() && (*store)->Apply(kPlace, Put(std::to_string(t), "")).ok()) ++opened;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(opened, 6);
}

TEST_F(SqliteStoreTest, RemovedValuesGiveTheirSpaceBack) {
  auto store = Open();
  ASSERT_TRUE(store.ok());
  Blobs blobs(**store, clock_);
  uintmax_t size_after_first = 0;
  for (int i = 0; i < 8; ++i) {
    const std::string bytes(2'000'000, static_cast<char>('a' + i));
    const auto info = blobs.Put(bytes, "m/1");
    ASSERT_TRUE(info.ok());
    ASSERT_TRUE(blobs.Release(info->sha256, "m/1").ok());
    Raw("PRAGMA wal_checkpoint(TRUNCATE)");
    if (i == 0) size_after_first = std::filesystem::file_size(path_);
  }
  EXPECT_LE(std::filesystem::file_size(path_), size_after_first + 100'000);
}

}  // namespace
}  // namespace scoreway
