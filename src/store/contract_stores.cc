#include "store/contract_stores.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "store/memory/memory_store.h"
#include "store/random_id.h"
#include "store/sqlite/sqlite_store.h"

namespace scoreway {

std::vector<StoreUnderTest> StoresUnderTest() {
  return {
      {"Memory", [](const std::string&, const Clock& clock) { return NewMemoryStore(clock); }},
      {"Sqlite",
       [](const std::string& folder, const Clock& clock) -> std::unique_ptr<Store> {
         auto store = OpenSqliteStore(folder + "/store.db", clock);
         EXPECT_TRUE(store.ok()) << store.status().ToString();
         return store.ok() ? std::move(store).value() : nullptr;
       }},
  };
}

TestFolder::TestFolder() : path_(::testing::TempDir() + "scoreway-" + RandomId()) {
  std::filesystem::create_directories(path_);
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace scoreway
