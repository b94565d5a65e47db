#include "registry/search_expression.h"

#include <gtest/gtest.h>

#include "base/utc_time.h"

namespace scoreway {
namespace {

VersionInfo Wine() {
  VersionInfo version;
  version.name = "wine-red";
  version.number = 7;
  version.created_micros = *ParseUtc("2026-03-01T12:00:00Z");
  version.artifact_bytes = 2000;
  version.metadata.source_library = "scikit-learn";
  version.metadata.source_library_version = "1.5.2";
  version.metadata.metrics = {{"auc", 0.93}, {"val.f1", 0.5}, {"log loss", 0.1}};
  version.metadata.parameters = {{"max_depth", "12"}, {"kernel", "rbf"}};
  version.metadata.tags = {{"team", "risk"}, {"odd`key", "it's"}};
  return version;
}

bool Holds(std::string_view expression) {
  const auto parsed = SearchExpression::Parse(expression);
  EXPECT_TRUE(parsed.ok()) << expression << ": " << parsed.status().ToString();
  return parsed.ok() && parsed->Matches(Wine());
}

TEST(SearchExpression, WhatHolds) {
  for (const char* expression : {"",
                                 "  ",
                                 "metrics.auc > 0.9",
                                 "metrics.auc > 0.9 and tags.team = 'risk' and name like 'wine%'",
                                 "METRICS.auc >= 0.93 AND NOT tags.team = \"fraud\"",
                                 "version = 7",
                                 "version<8",
                                 "version >= 7.0",
                                 "version = '7'",
                                 "bytes > 1e3",
                                 "metrics.val.f1 = .5",
                                 "metrics.`log loss` < 1",
                                 "metrics.\"log loss\" < 1",
                                 "tags.`odd``key` = 'it''s'",
                                 "parameters.max_depth > 9",
                                 "params.max_depth = '12'",
                                 "parameters.kernel != 'linear'",
                                 "library = 'scikit-learn'",
                                 "library_version like '1.5.%'",
                                 "name like 'wine-___'",
                                 "name like '%red'",
                                 "name like '%in%re%'",
                                 "created >= '2026-03-01' and created < '2026-03-02'",
                                 "created = '2026-03-01T12:00:00Z'",
                                 "created like '2026-03-01%'",
                                 "state = 'ready'",
                                 "(version = 1 or version = 7) and name = 'wine-red'",
                                 "version = 7 or version = 1 and name = 'x'",
                                 "not (version = 1)",
                                 "not not version = 7",
                                 "not metrics.absent > 0"}) {
    EXPECT_TRUE(Holds(expression)) << expression;
  }
}

TEST(SearchExpression, WhatDoesNotHold) {
  for (const char* expression :
       {"metrics.auc > 0.93", "metrics.absent > 0", "metrics.absent != 0", "tags.absent != 'x'", "tags.team > 5",
        "parameters.kernel = 1", "name = 'wine'", "name like 'wine'", "name like 'wine-__'", "name like ''",
        "name like '%x%'", "parent = 0", "parent != 3", "(version = 7 or version = 1) and name = 'x'",
        "not version = 7", "tags.Team = 'risk'", "bytes like '3%'", "created > '2026-03-01T12:00:00Z'"}) {
    EXPECT_FALSE(Holds(expression)) << expression;
  }
}

TEST(SearchExpression, ErrorsNameTheColumn) {
  const struct {
    const char* expression;
    int column;
  } cases[] = {
      {"metrics.auc >", 14},
      {"metrics.auc 5", 13},
      {"metrics > 5", 9},
      {"metrics. > 5", 9},
      {"nothing = 5", 1},
      {"version = 7 version = 8", 13},
      {"version = 7 and", 16},
      {"(version = 7", 13},
      {"version = 7)", 12},
      {"version = 'x", 11},
      {"tags.`x = 5", 6},
      {"version = 1.2.3", 11},
      {"version = seven", 11},
      {"version ~ 7", 9},
      {"version == 7", 10},
      {"name like 7", 11},
      {"created > 'yesterday'", 11},
      {"= 5", 1},
      {"version = 7 and \xE2\x82\xAC", 17},
  };
  for (const auto& [expression, column] : cases) {
    const auto parsed = SearchExpression::Parse(expression);
    ASSERT_EQ(parsed.code(), Code::kInvalidArgument) << expression;
    EXPECT_EQ(parsed.error().place, "search expression: column " + std::to_string(column))
        << expression << ": " << parsed.error().message;
  }
}

TEST(SearchExpression, DepthAndLengthAreLimited) {
  EXPECT_TRUE(SearchExpression::Parse(std::string(50, '(') + "version = 1" + std::string(50, ')')).ok());
  EXPECT_EQ(SearchExpression::Parse(std::string(10000, '(')).code(), Code::kInvalidArgument);
  std::string nots;
  for (int i = 0; i < 4000; ++i) nots += "not ";
  EXPECT_EQ(SearchExpression::Parse(nots + "version = 1").code(), Code::kInvalidArgument);
  EXPECT_EQ(SearchExpression::Parse(std::string(100'000, ' ')).code(), Code::kInvalidArgument);
  std::string ors = "version = 1";
  while (ors.size() < 16000) ors += " or version = 1";
  const auto parsed = SearchExpression::Parse(ors);
  ASSERT_TRUE(parsed.ok());
  EXPECT_FALSE(parsed->Matches(Wine()));
}

TEST(SearchExpression, LikeTakesNoMoreThanItsTime) {
  std::string text(20'000, 'a');
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "%a";
  EXPECT_TRUE(IsLike(text, pattern));
  EXPECT_FALSE(IsLike(text, pattern + "b"));
}

TEST(SearchExpression, LikeCountsCharactersNotBytes) {
  EXPECT_TRUE(IsLike("caf\xC3\xA9", "caf_"));
  EXPECT_TRUE(IsLike("caf\xC3\xA9s", "%_s"));
  EXPECT_TRUE(IsLike("", "%"));
  EXPECT_FALSE(IsLike("", "_"));
}

}  // namespace
}  // namespace scoreway
