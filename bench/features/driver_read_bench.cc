// driver_read_bench CASSANDRA_URL SECONDS: how long Cassandra's driver takes to read one row of a feature view by its
// key, one after another, with a prepared statement and nothing of ours but the session. The rows are some that the
// table has, in random order. Prints one line of JSON: reads, and the latency in microseconds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "store/cassandra/cassandra_options.h"
#include "store/cassandra/cql_session.h"

namespace scoreway::cassandra {
namespace {

constexpr char kKeys[] = "SELECT part, sort FROM feature LIMIT 200000";
constexpr char kRow[] = "SELECT sort, value, expires FROM feature WHERE part = ? AND sort = ?";

template <typename T>
T Want(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "driver_read_bench: %s\n", result.error().ToString().c_str());
  std::exit(1);
}

int Main(const char* url, double seconds) {
  const auto options = Want(ParseCassandraUrl(url, [](const char* name) -> const char* { return std::getenv(name); }));
  const auto session = Want(CqlSession::Connect(options, options.keyspace));
  std::vector<std::pair<std::string, std::string>> keys;
  const CqlRows found = Want(session->RunText(kKeys, std::chrono::seconds(60)));
  for (size_t i = 0; i < found.size(); ++i) keys.emplace_back(*found.CellAt(i, 0), *found.CellAt(i, 1));
  if (keys.empty()) Want(Result<int>(Error{Code::kNotFound, "no rows of feature views", url}));
  std::shuffle(keys.begin(), keys.end(), std::mt19937_64(1));

  std::vector<float> micros;
  const auto end =
      SteadyClock::now() + std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(seconds));
  for (size_t i = 0; SteadyClock::now() < end; i = (i + 1) % keys.size()) {
    const auto began = SteadyClock::now();
    CqlCall call(kRow);
    call.View(keys[i].first).View(keys[i].second);
    const CqlRows row = Want(session->Run(std::move(call)));
    micros.push_back(std::chrono::duration<float, std::micro>(SteadyClock::now() - began).count());
    if (row.size() != 1) Want(Result<int>(Error{Code::kCorrupt, "a row is not there", keys[i].first}));
  }
  std::sort(micros.begin(), micros.end());
  const auto quantile = [&](double q) {
    return static_cast<double>(micros[static_cast<size_t>(q * static_cast<double>(micros.size() - 1))]);
  };
  std::printf("{\"reads\":%zu,\"micros_p50\":%.1f,\"micros_p99\":%.1f}\n", micros.size(), quantile(0.5),
              quantile(0.99));
  return 0;
}

}  // namespace
}  // namespace scoreway::cassandra

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: driver_read_bench CASSANDRA_URL SECONDS\n");
    return 2;
  }
  return scoreway::cassandra::Main(argv[1], std::atof(argv[2]));
}
