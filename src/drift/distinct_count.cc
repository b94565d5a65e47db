#include "drift/distinct_count.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>

namespace scoreway {
namespace {

uint64_t Mixed(uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33);
}

// The two series of Ertl's paper, summed until they stand still.
double Sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1, z = x, before = 0;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (z != before);
  return z;
}

double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1, z = 1 - x, before = 0;
  do {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  } while (z != before);
  return z / 3;
}

}  // namespace

uint64_t HashOf(double value) { return Mixed(std::bit_cast<uint64_t>(value == 0 ? 0.0 : value) + 0x9e3779b97f4a7c15); }

uint64_t HashOf(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325 ^ text.size();
  while (text.size() >= sizeof(uint64_t)) {
    hash = Mixed(hash ^ LoadAt<uint64_t>(text, 0));
    text.remove_prefix(sizeof(uint64_t));
  }
  uint64_t rest = 0;
  std::copy(text.begin(), text.end(), reinterpret_cast<char*>(&rest));
  return Mixed(hash ^ rest);
}

void DistinctCount::Merge(const DistinctCount& other) {
  for (size_t i = 0; i < kRegisters; ++i) registers_[i] = std::max(registers_[i], other.registers_[i]);
}

double DistinctCount::Estimate() const {
  std::array<double, kRankMax + 1> counts = {};
  for (const uint8_t rank : registers_) counts[rank] += 1;
  constexpr auto m = static_cast<double>(kRegisters);
  double z = m * Tau(1 - counts[kRankMax] / m);
  for (int rank = kRankMax - 1; rank >= 1; --rank) z = 0.5 * (z + counts[static_cast<size_t>(rank)]);
  z += m * Sigma(counts[0] / m);
  return m * m / (2 * std::numbers::ln2 * z);
}

void DistinctCount::AppendTo(std::string* out) const {
  ByteWriter writer(out);
  writer.Write(
      static_cast<uint16_t>(kRegisters - static_cast<size_t>(std::count(registers_.begin(), registers_.end(), 0))));
  for (size_t i = 0; i < kRegisters; ++i) {
    if (registers_[i] == 0) continue;
    writer.Write(static_cast<uint16_t>(i));
    writer.Write(registers_[i]);
  }
}

Result<DistinctCount> DistinctCount::Parse(ByteReader* reader) {
  DistinctCount distinct;
  uint16_t count = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&count));
  for (uint16_t i = 0; i < count; ++i) {
    uint16_t index = 0;
    uint8_t rank = 0;
    SCOREWAY_RETURN_IF_ERROR(reader->Read(&index));
    SCOREWAY_RETURN_IF_ERROR(reader->Read(&rank));
    if (index >= kRegisters || rank > kRankMax) return Error{Code::kCorrupt, "no count of distinct values", {}};
    distinct.registers_[index] = rank;
  }
  return distinct;
}

}  // namespace scoreway
