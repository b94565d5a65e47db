#include "databases/postgres/copy_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace scoreway::postgres {
namespace {

TEST(CopyText, IsWhatPostgresReads) {
  const auto schema = *Schema::Make(
      {{"text", Type::kString}, {"number", Type::kFloat64}, {"integer", Type::kInt64}, {"flag", Type::kBool}});
  Batch batch(schema);
  batch.column(0).AppendString("a\tb\\c\nd\re");
  batch.column(1).AppendFloat64(0.1);
  batch.column(2).AppendInt64(INT64_MIN);
  batch.column(3).AppendBool(true);
  batch.column(0).AppendNull();
  batch.column(1).AppendFloat64(-std::numeric_limits<double>::infinity());
  batch.column(2).AppendNull();
  batch.column(3).AppendBool(false);
  batch.column(0).AppendString("");
  batch.column(1).AppendFloat64(std::numeric_limits<double>::quiet_NaN());
  batch.column(2).AppendInt64(0);
  batch.column(3).AppendNull();
  std::string text;
  AppendCopyText(batch, &text);
  EXPECT_EQ(text,
            "a\\tb\\\\c\\nd\\re\t0.1\t-9223372036854775808\tt\n"
            "\\N\t-inf\t\\N\tf\n"
            "\tnan\t0\t\\N\n");
}

}  // namespace
}  // namespace scoreway::postgres
