#include "store/contract_stores.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "store/cassandra/cassandra_admin.h"
#include "store/cassandra/cassandra_store.h"
#include "store/memory/memory_store.h"
#include "store/random_id.h"
#include "store/sqlite/sqlite_store.h"

namespace scoreway {

namespace {

// An empty keyspace of its own at the contact point for this program, emptied for every test.
std::unique_ptr<Store> MakeCassandraStore(const std::string& url, const Clock& clock) {
  const auto options = ParseCassandraUrl(url, [](const char* name) -> const char* { return std::getenv(name); });
  EXPECT_TRUE(options.ok()) << options.status().ToString();
  if (!options.ok()) return nullptr;
  static const Status init = InitCassandra(*options, [](const std::string&) {});
  EXPECT_TRUE(init.ok()) << init.ToString();
  const Status emptied = EmptyCassandra(*options);
  EXPECT_TRUE(emptied.ok()) << emptied.ToString();
  auto store = OpenCassandraStore(*options, clock);
  EXPECT_TRUE(store.ok()) << store.status().ToString();
  return store.ok() ? std::move(store).value() : nullptr;
}

}  // namespace

std::vector<StoreUnderTest> StoresUnderTest() {
  std::vector<StoreUnderTest> stores = {
      {"Memory", [](const std::string&, const Clock& clock) { return NewMemoryStore(clock); }},
      {"Sqlite",
       [](const std::string& folder, const Clock& clock) -> std::unique_ptr<Store> {
         auto store = OpenSqliteStore(folder + "/store.db", clock);
         EXPECT_TRUE(store.ok()) << store.status().ToString();
         return store.ok() ? std::move(store).value() : nullptr;
       }},
  };
  if (const char* url = std::getenv("SCOREWAY_TEST_CASSANDRA"); url != nullptr) {
    stores.push_back(
        {"Cassandra", [url](const std::string&, const Clock& clock) { return MakeCassandraStore(url, clock); }});
  }
  return stores;
}

TestFolder::TestFolder() : path_(::testing::TempDir() + "scoreway-" + RandomId()) {
  std::filesystem::create_directories(path_);
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace scoreway
