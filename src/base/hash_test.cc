#include <gtest/gtest.h>

#include "base/crc32c.h"
#include "base/sha256.h"

namespace scoreway {
namespace {

// The examples of FIPS 180-2.
TEST(Sha256, MatchesThePublishedExamples) {
  EXPECT_EQ(Sha256::Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256::Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256::Hex(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheSameAsTheWhole) {
  Sha256 sha;
  sha.Update("a");
  sha.Update("");
  sha.Update("bc");
  EXPECT_EQ(sha.FinishHex(), Sha256::Hex("abc"));
}

TEST(Sha256, KnowsItsOwnText) {
  EXPECT_TRUE(IsSha256Hex(Sha256::Hex("abc")));
  EXPECT_FALSE(IsSha256Hex("abc"));
  EXPECT_FALSE(IsSha256Hex(std::string(64, 'G')));
}

// The check value of the CRC catalogue and the all-zero vector of RFC 3720.
TEST(Crc32c, MatchesThePublishedExamples) {
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(Crc32c(""), 0U);
}

}  // namespace
}  // namespace scoreway
