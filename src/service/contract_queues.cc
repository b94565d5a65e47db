#include "service/contract_queues.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "service/kafka_queue.h"
#include "store/cassandra/cassandra_admin.h"
#include "store/cassandra/cassandra_store.h"
#include "store/memory/memory_store.h"
#include "store/queue_rows.h"
#include "store/random_id.h"
#include "store/row_queue.h"
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

// The queue in rows, without a database.
class RowsBench final : public QueueBench {
 public:
  Queue& queue() override { return queue_; }
  Store& store() override { return *store_; }
  Queue& other() override { return other_; }
  void Pass(std::chrono::milliseconds time) override { clock_.Advance(std::chrono::microseconds(time).count()); }

 private:
  ManualClock clock_{1'000'000};
  const std::unique_ptr<Store> store_ = NewMemoryStore(clock_);
  RowQueue queue_{*store_, clock_, "job"};
  RowQueue other_{*store_, clock_, "job"};
};

// One keyspace and two stores on it for all tests, as making and emptying tables takes Cassandra its time; each test
// begins with what the one before left taken out.
class CassandraBench final : public QueueBench {
 public:
  explicit CassandraBench(const std::string& url) : shared_(SharedOf(url)) {
    const Status emptied = Empty();
    EXPECT_TRUE(emptied.ok()) << emptied.ToString();
  }

  Queue& queue() override { return *shared_.store->queue(); }
  Store& store() override { return *shared_.store; }
  Queue& other() override { return *shared_.other->queue(); }
  void Pass(std::chrono::milliseconds time) override { shared_.clock.Advance(std::chrono::microseconds(time).count()); }

 private:
  struct Shared {
    explicit Shared(const std::string& url) {
      const auto options = ParseCassandraUrl(url, [](const char* name) -> const char* { return std::getenv(name); });
      EXPECT_TRUE(options.ok()) << options.status().ToString();
      const Status init = InitCassandra(*options, [](const std::string&) {});
      EXPECT_TRUE(init.ok()) << init.ToString();
      const std::string tables[] = {"job", "queue_index", "queue_bucket"};
      const Status emptied = EmptyCassandra(*options, tables);
      EXPECT_TRUE(emptied.ok()) << emptied.ToString();
      store = std::move(OpenCassandraStore(*options, clock)).value();
      other = std::move(OpenCassandraStore(*options, clock)).value();
    }

    ManualClock clock{1'800'000'000'000'000};
    std::unique_ptr<Store> store, other;
  };

  static Shared& SharedOf(const std::string& url) {
    // Never destroyed: what the driver needs for its own end goes before statics do.
    static Shared& shared = *new Shared(url);
    return shared;
  }

  Status Empty() {
    const auto remove = [&](const Row& row) { return queue().Remove(row.sort, {}); };
    SCOREWAY_RETURN_IF_ERROR(ForEachRow(store(), DeadPartition(), {}, remove));
    SCOREWAY_RETURN_IF_ERROR(ForEachRow(store(), BucketPartition(), {}, [&](const Row& bucket) {
      return ForEachRow(store(), IndexPartition(bucket.sort), {}, [&](const Row& row) -> Status {
        IndexKey key;
        return ParseIndexSort(0, row.sort, &key) ? queue().Remove(key.id, {}) : Status();
      });
    }));
    const Partition place{"job", "partition"};
    return ForEachRow(store(), place, {}, [&](const Row& row) { return store().Apply(place, Delete(row.sort)); });
  }

  Shared& shared_;
};

// Kafka over a SQLite store, a topic of its own for each test.
class KafkaBench final : public QueueBench {
 public:
  KafkaBench(const std::string& folder, const std::string& brokers)
      : entries_(folder), queue_(Open(entries_.queue(), brokers)), other_(Open(entries_.other(), brokers)) {
    (void)queue_->Take(1, std::chrono::milliseconds(1), std::chrono::milliseconds(0));  // joins the group
  }

  Queue& queue() override { return *queue_; }
  Store& store() override { return entries_.store(); }
  Queue& other() override { return *other_; }
  void Pass(std::chrono::milliseconds time) override { entries_.Pass(time); }
  void Arrive() override {
    const int64_t ready = queue_->Counts()->ready;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (static_cast<int64_t>(queue_->arrived()) < ready && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

 private:
  std::unique_ptr<KafkaQueue> Open(Queue& entries, const std::string& brokers) {
    auto queue = KafkaQueue::Open(
        entries, {.access = {.brokers = brokers}, .topic = topic_, .look_every = std::chrono::milliseconds(500)});
    EXPECT_TRUE(queue.ok()) << queue.status().ToString();
    return std::move(queue).value();
  }

  const std::string topic_ = "queue-" + RandomId();
  SqliteBench entries_;
  const std::unique_ptr<KafkaQueue> queue_, other_;
};

}  // namespace

std::vector<QueueUnderTest> QueuesUnderTest() {
  std::vector<QueueUnderTest> queues = {
      {"Sqlite", [](const std::string& folder) { return std::make_unique<SqliteBench>(folder); }},
      {"Rows", [](const std::string&) { return std::make_unique<RowsBench>(); }, false},
  };
  if (const char* url = std::getenv("SCOREWAY_TEST_CASSANDRA"); url != nullptr) {
    queues.push_back({"Cassandra", [url](const std::string&) { return std::make_unique<CassandraBench>(url); }, false});
  }
  if (const char* brokers = std::getenv("SCOREWAY_TEST_KAFKA"); brokers != nullptr) {
    const auto make = [brokers](const std::string& folder) { return std::make_unique<KafkaBench>(folder, brokers); };
    queues.push_back({"Kafka", make, true, false, std::chrono::milliseconds(1500)});
  }
  return queues;
}

}  // namespace scoreway
