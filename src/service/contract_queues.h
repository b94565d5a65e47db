// The queues that the contract suite runs over. A new queue adds a line to the table, and so takes on every test.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/queue.h"
#include "store/store.h"

namespace scoreway {

// A queue, the store that it writes to, and the time that both go by.
class QueueBench {
 public:
  virtual ~QueueBench() = default;
  virtual Queue& queue() = 0;
  virtual Store& store() = 0;
  // Another one on the same entries, as another process has it.
  virtual Queue& other() = 0;
  // Waits until what was put is where the queue takes it from.
  virtual void Arrive() {}
  // Lets time pass.
  virtual void Pass(std::chrono::milliseconds time) = 0;
};

struct QueueUnderTest {
  const char* name;
  std::function<std::unique_ptr<QueueBench>(const std::string& folder)> make;
  // Whether what is written with an entry is written in one step with it, and only under a lease that holds.
  bool is_one_with_store = true;
  // Whether tenants' turns are counted in the order of putting; else about so.
  bool is_order_exact = true;
  // A Take that waits so long finds what there is.
  std::chrono::milliseconds patience{200};
};

inline std::ostream& operator<<(std::ostream& out, const QueueUnderTest& queue) { return out << queue.name; }

// Cassandra is among them where the environment variable SCOREWAY_TEST_CASSANDRA is the URL of a keyspace for the
// tests, which they make and empty; one program at a time. Kafka is where SCOREWAY_TEST_KAFKA is a broker's address.
std::vector<QueueUnderTest> QueuesUnderTest();

}  // namespace scoreway
