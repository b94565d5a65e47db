#include "importers/archive/archive.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "importers/archive/tar.h"

namespace scoreway::archive {
namespace {

std::string ReadFile(const std::string& name) {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/src/importers/archive/testdata/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

const Files& Expected() {
  static const Files files = {{"metadata/part-00000", "{\"class\":\"x\"}\n"},
                              {"stages/" + std::string(120, 'n') + "/data", std::string(5000, 'z')}};
  return files;
}

class Archives : public testing::TestWithParam<const char*> {};

TEST_P(Archives, HoldTheFilesThatPythonPacked) {
  const std::string bytes = ReadFile(GetParam());
  EXPECT_TRUE(LooksLikeArchive(bytes));
  const Result<Files> files = ReadArchive(bytes);
  ASSERT_TRUE(files.ok()) << files.error().ToString();
  EXPECT_EQ(*files, Expected());
  EXPECT_EQ(ReadArchive(bytes, {.bytes_max = 4000}).code(), Code::kResourceExhausted);
}

TEST_P(Archives, AreRefusedWhenDamaged) {
  const std::string bytes = ReadFile(GetParam());
  for (size_t at = 0; at < bytes.size(); at += 3) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0xFF);
    (void)ReadArchive(damaged);  // an error or other files, but it ends
    (void)ReadArchive(bytes.substr(0, at));
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Archives,
                         testing::Values("model.zip", "stored.zip", "gnu.tar", "pax.tar", "model.tar.gz"));

TEST(Archive, AFileThatWouldLieOutsideIsCorrupt) {
  EXPECT_EQ(ReadArchive(WriteTar({{"../etc/passwd", "x"}})).error().ToString(),
            "'../etc/passwd': is no path within an archive");
  EXPECT_EQ(ReadArchive(WriteTar({{"/etc/passwd", "x"}})).code(), Code::kCorrupt);
}

TEST(Archive, ATarOfFilesComesBackAndIsTheSameEachTime) {
  const std::string tar = WriteTar(Expected());
  EXPECT_EQ(tar, WriteTar(Expected()));
  EXPECT_EQ(ReadArchive(tar).value(), Expected());
  EXPECT_EQ(Below(Expected(), "metadata"), (Files{{"part-00000", "{\"class\":\"x\"}\n"}}));
}

}  // namespace
}  // namespace scoreway::archive
