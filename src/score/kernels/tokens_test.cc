// Lists of tokens. Expected answers were given by Spark 3.5.9 unless they follow from what the operator says.
#include <gtest/gtest.h>

#include "base/murmur_hash.h"
#include "score/run_operator.h"

namespace scoreway {
namespace {

op::CountText Items(std::vector<std::string> terms) {
  op::CountText items;
  items.token = op::ListItems::kItem;
  items.terms = std::move(terms);
  return items;
}

TEST(ListItems, MarksEachItem) {
  ExpectRows(RunOperator(op::ListItems{}, {{R"(["a", "b c", "", "\u00e9\n\"\\"])"}, {" [ ] "}, {kMissing}}),
             {{"\x1F"
               "a\x1F"
               "b c\x1F\x1Fé\n\"\\"},
              {""},
              {kMissing}});
  ExpectRows(RunOperator(op::ListItems{true}, {{"[1, 2.50,-3e2]"}}), {{"\x1F"
                                                                       "1\x1F"
                                                                       "2.5\x1F-300"}});
}

TEST(ListItems, RefusesWhatIsNoList) {
  ExpectCellError(RunOperator(op::ListItems{}, {{"a, b"}}),
                  "row 1, column 0: 'a, b' is no list: a JSON array of texts or numbers is wanted");
  ExpectCellError(RunOperator(op::ListItems{}, {{R"(["a",])"}}),
                  R"(row 1, column 0: '["a",]' is no list: a JSON array of texts or numbers is wanted)");
  ExpectCellError(RunOperator(op::ListItems{}, {{"[1]"}}), "row 1, column 0: '1' is no item of such a list");
  ExpectCellError(RunOperator(op::ListItems{true}, {{R"(["a"])"}}), "row 1, column 0: 'a' is no item of such a list");
}

// "...".split("\\s") of Java.
TEST(SplitText, KeepsEmptyPartsButThoseAtTheEnd) {
  const op::SplitText split{R"([ \t])"};
  ExpectRows(RunOperator(split, {{"a b"}, {"  a  b "}, {""}, {"  "}, {"ab"}, {kMissing}}), {{"\x1F"
                                                                                             "a\x1F"
                                                                                             "b"},
                                                                                            {"\x1F\x1F\x1F"
                                                                                             "a\x1F\x1F"
                                                                                             "b"},
                                                                                            {"\x1F"},
                                                                                            {""},
                                                                                            {"\x1F"
                                                                                             "ab"},
                                                                                            {kMissing}});
  ExpectCellError(RunOperator(split, {{"a\x1F"}}), "row 1, column 0: 'a\x1F' has a U+001F, which marks parts");
}

TEST(ListWords, WritesWhatItFinds) {
  op::CountText words;
  words.token = "[a-z\"]+";
  words.stop_words = {"the"};
  ExpectRows(RunOperator(op::ListWords{words}, {{"the cat, \"it\""}, {""}, {kMissing}}),
             {{R"(["cat", "\"it\""])"}, {"[]"}, {kMissing}});
  words.least = words.most = 2;
  ExpectRows(RunOperator(op::ListWords{words}, {{"the cat the dog it"}}), {{R"(["cat dog", "dog it"])"}});
}

// HashingTF(numFeatures=10).transform of ["hello", "world", "hello", "ab", "é"].
TEST(HashText, CountsInTheColumnsOfSpark) {
  op::HashText hash;
  hash.count = Items({});
  hash.count.hash_columns = 10;
  ExpectRows(RunOperator(hash, {{"\x1Fhello\x1Fworld\x1Fhello\x1F"
                                 "ab\x1Fé"}}),
             {{1., 0., 0., 1., 0., 0., 0., 0., 0., 3.}});
  hash.count.presence = true;
  ExpectRows(RunOperator(hash, {{"\x1Fhello\x1Fworld\x1Fhello\x1F"
                                 "ab\x1Fé"}}),
             {{1., 0., 0., 1., 0., 0., 0., 0., 0., 1.}});
}

// Murmur3_x86_32.hashUnsafeBytes(bytes, 42) of Spark.
TEST(MurmurHash3ByTailBytes, OfEveryLength) {
  EXPECT_EQ(static_cast<int32_t>(MurmurHash3ByTailBytes("", 42)), 142593372);
  EXPECT_EQ(static_cast<int32_t>(MurmurHash3ByTailBytes("ab", 42)), -97053317);
  EXPECT_EQ(static_cast<int32_t>(MurmurHash3ByTailBytes("é", 42)), 2119106806);
  EXPECT_EQ(static_cast<int32_t>(MurmurHash3ByTailBytes("hello world", 42)), -1528836094);
}

TEST(TermMeans, CountsWordsWithoutAVectorToo) {
  const op::TermMeans means{Items({"a", "b"}), {1, 2, 30, 40}};
  ExpectRows(RunOperator(means, {{"\x1F"
                                  "a\x1F"
                                  "b\x1F"
                                  "b\x1Fx"},
                                 {""},
                                 {"\x1Fx"}}),
             {{15.25, 20.5}, {0., 0.}, {0., 0.}});
  ExpectCellError(RunOperator(means, {{"\x1F"
                                       "a"},
                                      {kMissing}}),
                  "row 2, column 0: missing value, and the model has no rule for it");
}

TEST(ItemRules, WantsWhatIsNotThereYetAndOnce) {
  // a => b, a b => c, c => b, a => d
  const op::ItemRules rules{Items({"a", "b", "c", "\"d"}), {0, 0, 1, 2, 0}, {1, 3, 4, 5}, {1, 2, 1, 3}, false};
  ExpectRows(RunOperator(rules, {{"\x1F"
                                  "a"},
                                 {"\x1F"
                                  "b\x1F"
                                  "a\x1Fx"},
                                 {"\x1F"
                                  "c\x1F"
                                  "a"},
                                 {""},
                                 {kMissing}}),
             {{R"(["b", "\"d"])"}, {R"(["c", "\"d"])"}, {R"(["b", "\"d"])"}, {"[]"}, {"[]"}});
  const op::ItemRules numbers{Items({"1", "2"}), {0}, {1}, {1}, true};
  ExpectRows(RunOperator(numbers, {{"\x1F"
                                    "1"}}),
             {{"[2]"}});
}

TEST(TopicInference, OfNoTermsGivesNothing) {
  // One topic has it all; of two alike each has half.
  ExpectRows(RunOperator(op::TopicInference{{0.5}, {1}, {0.25, 0.75}}, {{2., 1.}, {0., 0.}}), {{1.}, {0.}});
  ExpectRows(RunOperator(op::TopicInference{{0.5, 0.5}, {1, 1}, {0.25, 0.25, 0.75, 0.75}}, {{2., 1.}}), {{0.5, 0.5}});
}

TEST(TokenOperators, RefuseParametersThatDoNotFit) {
  EXPECT_EQ(RunOperator(op::TermMeans{Items({"a", "b"}), {1, 2, 3}}, {{"a"}}).code(), Code::kCorrupt);
  EXPECT_EQ(RunOperator(op::ItemRules{Items({"a"}), {1}, {1}, {0}, false}, {{"a"}}).code(), Code::kCorrupt);
  EXPECT_EQ(RunOperator(op::ItemRules{Items({"a"}), {0}, {2}, {0}, false}, {{"a"}}).code(), Code::kCorrupt);
  EXPECT_EQ(RunOperator(op::TopicInference{{0.5}, {0}, {1}}, {{1.}}).code(), Code::kCorrupt);
  EXPECT_EQ(RunOperator(op::SplitText{"("}, {{"a"}}).code(), Code::kCorrupt);
}

}  // namespace
}  // namespace scoreway
