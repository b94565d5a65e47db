#include "store/cassandra/random_marker.h"

#include <random>

namespace scoreway::cassandra {

int64_t RandomMarker() {
  thread_local std::mt19937_64 generator = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  int64_t marker = 0;
  while (marker == 0) marker = static_cast<int64_t>(generator());
  return marker;
}

}  // namespace scoreway::cassandra
