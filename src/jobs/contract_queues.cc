#include "jobs/contract_queues.h"

#include <gtest/gtest.h>

#include "store/sqlite/sqlite_store.h"

namespace scoreway {
namespace {

class SqliteBench final : public QueueBench {
 public:
  explicit SqliteBench(const std::string& folder) : store_(Open(folder)), other_(Open(folder)) {}

  Queue& queue() override { return *store_->queue(); }
  Store& store() override { return *store_; }
  Queue& other() override { return *other_->queue(); }
  void Pass(std::chrono::milliseconds time) override { clock_.Advance(std::chrono::microseconds(time).count()); }

 private:
  std::unique_ptr<Store> Open(const std::string& folder) {
    auto store = OpenSqliteStore(folder + "/store.db", clock_);
    EXPECT_TRUE(store.ok()) << store.status().ToString();
    return std::move(store).value();
  }

  ManualClock clock_{1'000'000};
  const std::unique_ptr<Store> store_, other_;
};

}  // namespace

std::vector<QueueUnderTest> QueuesUnderTest() {
  return {{"Sqlite", [](const std::string& folder) { return std::make_unique<SqliteBench>(folder); }}};
}

}  // namespace scoreway
