#include "importers/sklearn/support_table.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace scoreway::sklearn {
namespace {

TEST(SupportTable, IsTheOneInTheDocuments) {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/docs/sklearn.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(SupportTable()), std::string::npos)
      << "docs/sklearn.md shows another table: put what sklearn_support prints in its place";
}

TEST(SupportTable, ExplainsEveryClass) {
  for (std::string_view name : UnexplainedClasses()) ADD_FAILURE() << name;
}

}  // namespace
}  // namespace scoreway::sklearn
