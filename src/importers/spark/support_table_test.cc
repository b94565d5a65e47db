#include "importers/spark/support_table.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace scoreway::spark {
namespace {

TEST(SupportTable, IsTheOneInTheDocuments) {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/docs/spark.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(SupportTable()), std::string::npos)
      << "docs/spark.md shows another table: put what spark_support prints in its place";
}

TEST(SupportTable, ExplainsEveryClass) {
  for (std::string_view name : UnexplainedClasses()) ADD_FAILURE() << name;
}

}  // namespace
}  // namespace scoreway::spark
