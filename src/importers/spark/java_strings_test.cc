// testdata/java_object.ser was written by Java 17's ObjectOutputStream: an object with numbers, two texts within
// objects (one of them shared), and an ArrayList, which writes itself.
#include "importers/spark/java_strings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace scoreway::spark {
namespace {

std::string Saved() {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/src/importers/spark/testdata/java_object.ser",
                     std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

TEST(JavaStrings, FindsTheTexts) {
  const Result<std::vector<std::string>> texts = ReadJavaStrings(Saved());
  ASSERT_TRUE(texts.ok()) << texts.status().ToString();
  for (const char* wanted : {"tree\nversion=v3\n", "first", "second"}) {
    EXPECT_EQ(std::count(texts->begin(), texts->end(), wanted), 1) << wanted;
  }
}

TEST(JavaStrings, RefusesWhatIsCutOff) {
  const std::string saved = Saved();
  for (size_t size = 0; size < saved.size(); ++size) {
    const Result<std::vector<std::string>> texts = ReadJavaStrings(saved.substr(0, size));
    // Whole objects may end there; the first one does after all of them.
    EXPECT_TRUE(!texts.ok() || size == 4) << size;
  }
  EXPECT_EQ(ReadJavaStrings("no Java object").code(), Code::kCorrupt);
}

TEST(JavaStrings, RefusesClassesThatAreTheirOwnParents) {
  const std::string ring(
      "\xAC\xED\x00\x05sr\x00\x01"
      "A\0\0\0\0\0\0\0\0\x02\0\0xq\0\x7E\0\0",
      26);
  EXPECT_EQ(ReadJavaStrings(ring).code(), Code::kCorrupt);
}

}  // namespace
}  // namespace scoreway::spark
