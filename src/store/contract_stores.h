// The stores that the contract suite runs over. A new store adds a line to the table, and so takes on every test.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/store.h"

namespace scoreway {

struct StoreUnderTest {
  const char* name;
  // A new, empty store. Its files, if any, lie in the folder, which is empty and removed after the test.
  std::function<std::unique_ptr<Store>(const std::string& folder, const Clock& clock)> make;
};

inline std::ostream& operator<<(std::ostream& out, const StoreUnderTest& store) { return out << store.name; }

// Cassandra is among them where the environment variable SCOREWAY_TEST_CASSANDRA is the URL of a keyspace for the
// tests, which they make and empty; one program at a time.
std::vector<StoreUnderTest> StoresUnderTest();

// An empty folder for one test, removed with this.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace scoreway
