#include "base/plain_numbers.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "base/plain_number.h"

namespace scoreway {
namespace {

using Read = uint64_t (*)(const char*, const uint32_t*, const uint32_t*, size_t, double*);

struct Cells {
  std::string text;
  std::vector<uint32_t> begins, nexts;

  explicit Cells(const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) {
      begins.push_back(static_cast<uint32_t>(text.size()));
      text += cell + ",";
      nexts.push_back(static_cast<uint32_t>(text.size()));
    }
    text.append(kPlainNumberReadable, '\0');
  }
};

// Reads the cells together: each is read just if `is_plain` says so, and to the bit as the C library reads it.
void ExpectRead(const std::vector<std::string>& cells, bool (*is_plain)(const std::string&)) {
  const Cells laid(cells);
  for (const Read read : {Read{ReadPlainNumbers}, Read{ReadPlainNumbersSingly}}) {
    std::vector<double> values(cells.size(), -1);
    const uint64_t found = read(laid.text.c_str(), laid.begins.data(), laid.nexts.data(), cells.size(), values.data());
    EXPECT_EQ(cells.size() == kPlainNumbersMax ? 0 : found >> cells.size(), 0U);
    for (size_t i = 0; i < cells.size(); ++i) {
      ASSERT_EQ((found >> i & 1) != 0, is_plain(cells[i])) << "'" << cells[i] << "'";
      if (!is_plain(cells[i])) continue;
      if (cells[i].empty()) {
        EXPECT_TRUE(std::isnan(values[i]));
      } else {
        const double expected = std::strtod(cells[i].c_str(), nullptr);
        EXPECT_EQ(std::bit_cast<uint64_t>(values[i]), std::bit_cast<uint64_t>(expected)) << "'" << cells[i] << "'";
      }
    }
  }
}

TEST(PlainNumbers, ReadsWhatTheCLibraryReads) {
  const std::vector<std::string> cells = {"",
                                          "0",
                                          "-0",
                                          "+0",
                                          "7",
                                          "-7",
                                          "+7",
                                          "1.",
                                          ".5",
                                          "-.5",
                                          "+.25",
                                          "00012.500",
                                          "0.1",
                                          "-0.1",
                                          "12345678",
                                          "-12345678",
                                          "123456789",
                                          "1234567.8",
                                          "-122.41941",
                                          "123456789012345",
                                          "1234567890123456",
                                          "9007199254740992",
                                          "0.00000000000001",
                                          "-0.0000000000001",
                                          "12345678.1234567",
                                          "-2345678.1234567",
                                          "12345678901234.5",
                                          ".123456789012345",
                                          "0.123456789012345",
                                          "0.1234567890123456",
                                          "000000000000000001",
                                          "99999999.9999999",
                                          "90071992.54740992"};
  ExpectRead(cells, [](const std::string&) { return true; });
  // In each place among eight, and alone.
  for (size_t i = 0; i < cells.size(); ++i) {
    ExpectRead({cells[i]}, [](const std::string&) { return true; });
    for (size_t place = 0; place < 8; ++place) {
      std::vector<std::string> eight(8, "-1.25");
      eight[place] = cells[i];
      ExpectRead(eight, [](const std::string&) { return true; });
    }
  }
}

TEST(PlainNumbers, LeavesWhatIsNoPlainNumber) {
  const std::vector<std::string> others = {"-",
                                           "+",
                                           ".",
                                           "-.",
                                           "+.",
                                           "1.2.3",
                                           "1..2",
                                           "..",
                                           ".1.",
                                           "--1",
                                           "+-1",
                                           "1-",
                                           "1+1",
                                           "1 ",
                                           " 1",
                                           "1e5",
                                           "1E-3",
                                           "nan",
                                           "NaN",
                                           "inf",
                                           "0x10",
                                           "1_000",
                                           "1/2",
                                           "a",
                                           ":",
                                           "/",
                                           "12:30",
                                           "2020-01-01",
                                           "\"1\"",
                                           "1.5\r",
                                           "1\xC3\xA4",
                                           "\xFF",
                                           "1,",
                                           "1;5",
                                           "٣",
                                           "..1",
                                           "1.a",
                                           "12345678a",
                                           "a2345678.5",
                                           "1234567-",
                                           "1234.56.7",
                                           "0.30000000000000004",
                                           "9007199254740993",
                                           "9999999999999999",
                                           "1234567890123456789",
                                           "12345678901234567890123"};
  for (const std::string& other : others) {
    for (size_t place = 0; place < 8; ++place) {
      std::vector<std::string> eight(8, "2.5");
      eight[place] = other;
      ExpectRead(eight, [](const std::string& cell) { return cell == "2.5"; });
    }
  }
}

TEST(PlainNumbers, ReadsNumbersOfAllLengthsAndCounts) {
  std::mt19937_64 random(1);
  for (size_t count = 0; count <= kPlainNumbersMax; ++count) {
    std::vector<std::string> cells(count);
    for (std::string& cell : cells) {
      const size_t digits = 1 + random() % 15, point = random() % 18;
      if (random() % 3 == 0) cell = random() % 2 == 0 ? "-" : "+";
      for (size_t i = 0; i < digits; ++i) {
        if (i == point) cell += '.';
        cell += static_cast<char>('0' + random() % 10);
      }
    }
    ExpectRead(cells, [](const std::string&) { return true; });
  }
}

}  // namespace
}  // namespace scoreway
