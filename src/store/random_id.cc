#include "store/random_id.h"

#include <random>

namespace scoreway {

std::string RandomId() {
  std::random_device device;
  std::string id;
  for (int word = 0; word < 4; ++word) {
    unsigned bits = device();
    for (int digit = 0; digit < 8; ++digit, bits >>= 4) id.push_back("0123456789abcdef"[bits & 15]);
  }
  return id;
}

}  // namespace scoreway
