#include "service/admission.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

TEST(ModelLimit, IsThatOfAllButForThoseThatHaveTheirOwn) {
  ModelLimit limit(128);
  EXPECT_EQ(limit.Of("wine"), 128U);
  for (const char* text : {"20", "wine=1", "forest=3", "forest=2"}) {
    ASSERT_TRUE(limit.Set(text, 1, 4096).ok()) << text;
  }
  EXPECT_EQ(limit.Of("wine"), 1U);
  EXPECT_EQ(limit.Of("forest"), 2U);
  EXPECT_EQ(limit.Of("other"), 20U);
}

TEST(ModelLimit, RefusesWhatIsNone) {
  ModelLimit limit(128);
  for (const char* text : {"", "0", "4097", "-1", "x", "wine=", "wine=0", "=3", "w ine=3", "1e3"}) {
    EXPECT_EQ(limit.Set(text, 1, 4096).code(), Code::kInvalidArgument) << text;
  }
  EXPECT_EQ(limit.Of("wine"), 128U);
}

}  // namespace
}  // namespace scoreway
