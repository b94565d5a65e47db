#include "registry/model_names.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

TEST(ModelNames, TheAllowedAreAllowed) {
  for (const char* name : {"wine", "A", "7", "wine-2.1_final", "..a", "-"}) {
    EXPECT_TRUE(CheckModelName(name).ok()) << name;
  }
  EXPECT_TRUE(CheckModelName(std::string(128, 'a')).ok());
}

TEST(ModelNames, TheOthersAreRefusedWithAReason) {
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("a@b"), std::string("a/b"), std::string("."), std::string(".."),
        std::string("caf\xC3\xA9"), std::string("a\0b", 3), std::string(129, 'a')}) {
    const Status status = CheckModelName(name);
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << name;
    EXPECT_LT(status.ToString().size(), 300u);
  }
}

TEST(ModelNames, AnAliasIsNoNumber) {
  EXPECT_TRUE(CheckAliasName("champion").ok());
  EXPECT_TRUE(CheckAliasName("v2").ok());
  EXPECT_EQ(CheckAliasName("2").code(), Code::kInvalidArgument);
  EXPECT_EQ(CheckAliasName("a/b").code(), Code::kInvalidArgument);
}

TEST(ModelNames, ReferencesReadAsWritten) {
  auto reference = ParseReference("wine");
  ASSERT_TRUE(reference.ok());
  EXPECT_EQ(reference->name, "wine");
  EXPECT_EQ(reference->alias, "");
  EXPECT_EQ(reference->version, 0);
  reference = ParseReference("wine@challenger");
  ASSERT_TRUE(reference.ok());
  EXPECT_EQ(reference->alias, "challenger");
  for (const char* text : {"wine/12", "wine/versions/12"}) {
    reference = ParseReference(text);
    ASSERT_TRUE(reference.ok()) << text;
    EXPECT_EQ(reference->name, "wine");
    EXPECT_EQ(reference->version, 12);
  }
}

TEST(ModelNames, BrokenReferencesAreRefused) {
  for (const char* text :
       {"", "@a", "wine@", "wine@3", "wine/", "wine/x", "wine/0", "wine/-1", "wine/+1", "wine/versions/",
        "wine/versions/champion", "wine/1/2", "wine@a@b", "wine@a/1", "wine/99999999999999999999", "wi ne"}) {
    EXPECT_EQ(ParseReference(text).code(), Code::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace scoreway
