#include "registry/alias_table.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

const Change kChange{"anna", "better"};

std::vector<AliasEvent> Move(AliasTable& table, std::vector<AliasMove> moves, int64_t now = 0) {
  auto events = table.Apply(moves, kChange, now);
  EXPECT_TRUE(events.ok()) << events.status().ToString();
  return events.ok() ? *events : std::vector<AliasEvent>();
}

TEST(AliasTable, AMoveLeavesAnEvent) {
  AliasTable table;
  EXPECT_EQ(table.Find("blue"), 0);
  Move(table, {{"blue", 1, 0}}, 100);
  const auto events = Move(table, {{"blue", 2, 1}}, 200);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].sequence, 2);
  EXPECT_EQ(events[0].time_micros, 200);
  EXPECT_EQ(events[0].from, 1);
  EXPECT_EQ(events[0].to, 2);
  EXPECT_EQ(events[0].who, "anna");
  EXPECT_EQ(events[0].why, "better");
  EXPECT_EQ(table.Find("blue"), 2);
  EXPECT_TRUE(Move(table, {{"blue", 2, {}}}).empty());
}

TEST(AliasTable, ExpectationsAreHeldToAllOrNone) {
  AliasTable table;
  Move(table, {{"blue", 1, {}}});
  const std::vector<AliasMove> moves = {{"green", 2, {}}, {"blue", 2, 7}};
  const auto events = table.Apply(moves, kChange, 0);
  ASSERT_EQ(events.code(), Code::kConflict);
  EXPECT_NE(events.error().message.find("points at version 1"), std::string::npos);
  EXPECT_EQ(table.Find("green"), 0);
  const std::vector<AliasMove> unset = {{"blue", 2, 0}};
  EXPECT_EQ(table.Apply(unset, kChange, 0).code(), Code::kConflict);
}

TEST(AliasTable, ChampionTakesPreviousAlong) {
  AliasTable table;
  EXPECT_EQ(Move(table, {{"champion", 1, {}}}).size(), 1u);
  EXPECT_EQ(Move(table, {{"champion", 2, {}}}).size(), 2u);
  EXPECT_EQ(table.Find("previous"), 1);
  Move(table, {{"champion", 3, {}}, {"previous", 9, {}}});
  EXPECT_EQ(table.Find("previous"), 9);
}

TEST(AliasTable, StepsBackGoFurtherBackEachTime) {
  AliasTable table;
  for (int64_t version = 1; version <= 4; ++version) Move(table, {{"champion", version, {}}});
  EXPECT_EQ(table.Before("champion"), (std::vector<int64_t>{3, 2, 1}));
  ASSERT_TRUE(table.StepBack("champion", 3, kChange, 0).ok());
  EXPECT_EQ(table.Find("champion"), 3);
  EXPECT_EQ(table.Find("previous"), 4);
  EXPECT_EQ(table.Before("champion"), (std::vector<int64_t>{2, 1}));
  ASSERT_TRUE(table.StepBack("champion", 1, kChange, 0).ok());
  EXPECT_TRUE(table.Before("champion").empty());
  EXPECT_EQ(table.StepBack("champion", 2, kChange, 0).code(), Code::kNotFound);
}

TEST(AliasTable, ARemovedAliasIsNotListedButCanComeBack) {
  AliasTable table;
  Move(table, {{"blue", 5, {}}});
  Move(table, {{"blue", 0, {}}});
  EXPECT_TRUE(table.All().empty());
  EXPECT_TRUE(table.Of(5).empty());
  ASSERT_TRUE(table.StepBack("blue", 5, kChange, 0).ok());
  EXPECT_EQ(table.All(), (std::map<std::string, int64_t>{{"blue", 5}}));
}

TEST(AliasTable, TimeOfEventsNeverGoesBack) {
  AliasTable table;
  Move(table, {{"blue", 1, {}}}, 100);
  EXPECT_EQ(Move(table, {{"blue", 2, {}}}, 50)[0].time_micros, 100);
}

TEST(AliasTable, LimitsAndNamesAreKept) {
  AliasTable table;
  const std::vector<AliasMove> twice = {{"blue", 1, {}}, {"blue", 2, {}}};
  EXPECT_EQ(table.Apply(twice, kChange, 0).code(), Code::kInvalidArgument);
  const std::vector<AliasMove> number = {{"7", 1, {}}};
  EXPECT_EQ(table.Apply(number, kChange, 0).code(), Code::kInvalidArgument);
  for (size_t i = 0; i < kAliasesMax; ++i) Move(table, {{"a" + std::to_string(i), 1, {}}});
  const std::vector<AliasMove> one_more = {{"more", 1, {}}};
  EXPECT_EQ(table.Apply(one_more, kChange, 0).code(), Code::kResourceExhausted);
  Move(table, {{"a0", 0, {}}});
  Move(table, one_more);
  EXPECT_EQ(table.All().size(), kAliasesMax);
}

TEST(AliasTable, ComesBackFromItsText) {
  AliasTable table;
  for (int64_t version = 1; version <= 50; ++version) Move(table, {{"champion", version, {}}}, version);
  auto back = AliasTable::Decode(table.Encode());
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->Encode(), table.Encode());
  EXPECT_EQ(back->All(), table.All());
  EXPECT_EQ(back->Before("champion"), table.Before("champion"));
  for (const char* text : {"", "[]", R"({"aliases":3})", R"({"aliases":{"a":[]}})", R"({"aliases":{"a":["x"]}})"}) {
    EXPECT_FALSE(AliasTable::Decode(text).ok()) << text;
  }
}

}  // namespace
}  // namespace scoreway
