// Texts counted. Expected numbers were printed by scikit-learn 1.9.1.
#include <gtest/gtest.h>

#include "base/murmur_hash.h"
#include "score/run_operator.h"

namespace scoreway {
namespace {

using Unit = op::CountText::Unit;

op::CountText Words(std::vector<std::string> terms) {
  op::CountText count;
  count.token = R"([\p{L}\p{N}_]{2,})";
  count.terms = std::move(terms);
  return count;
}

TEST(CountText, Words) {
  ExpectRows(RunOperator(Words({"dogs", "cat", "été", "x_1"}), {{"cat, cat & dogs!"}, {"a b été x_1x x_1"}, {""}}),
             {{1., 2., 0., 0.}, {0., 0., 1., 1.}, {0., 0., 0., 0.}});
}

TEST(CountText, SequencesOfWordsPassStopWords) {
  op::CountText count = Words({"new", "new york", "york city", "new york city"});
  count.stop_words = {"of", "the"};
  count.most = 3;
  ExpectRows(RunOperator(count, {{"the new york of city new york"}}), {{2., 2., 1., 1.}});
  count.least = 2;
  ExpectRows(RunOperator(count, {{"the new york of city"}, {"new"}}), {{0., 1., 1., 1.}, {0., 0., 0., 0.}});
}

TEST(CountText, PresenceAndGroupsAndWholeTokens) {
  op::CountText count = Words({"a1", "a"});
  count.presence = true;
  count.token = "#([a-z0-9]+)";
  ExpectRows(RunOperator(count, {{"#a1 #a1 a"}}), {{1., 0.}});
  count.token = R"([\p{L}\p{N}_]+)";
  count.whole = "[a-z]+";
  ExpectRows(RunOperator(count, {{"a1 a a"}}), {{0., 1.}});
}

TEST(CountText, Characters) {
  op::CountText count;
  count.unit = Unit::kCharacters;
  count.least = 1;
  count.most = 2;
  count.terms = {"a", " ", "a ", "é", "éa"};
  ExpectRows(RunOperator(count, {{"a  \n a"}, {"éa"}, {"\t"}}),
             {{2., 1., 1., 0., 0.}, {1., 0., 0., 1., 1.}, {0., 0., 0., 0., 0.}});
}

TEST(CountText, CharactersOfWords) {
  op::CountText count;
  count.unit = Unit::kWordCharacters;
  count.least = 3;
  count.most = 5;
  count.terms = {" ab", "ab ", " ab ", " a ", "abc"};
  ExpectRows(RunOperator(count, {{"ab a"}, {"  abc  "}}), {{1., 1., 1., 1., 0.}, {1., 0., 0., 0., 1.}});
}

TEST(CountText, Hashed) {
  op::CountText count = Words({});
  count.hash_columns = 4;
  // HashingVectorizer(n_features=4, norm=None).transform(["cat dog", "dog dog bird"])
  ExpectRows(RunOperator(count, {{"cat dog"}, {"dog dog bird"}}), {{0., -1., 0., 1.}, {0., -3., 0., 0.}});
}

TEST(CountText, RefusesAMissingText) {
  ExpectCellError(RunOperator(Words({"a"}), {{"a"}, {kMissing}}),
                  "row 2, column 0: missing value, and the model has no rule for it");
}

// sklearn.utils.murmurhash3_32(text, seed=0, positive=True)
TEST(MurmurHash3, OfEveryLength) {
  EXPECT_EQ(MurmurHash3(""), 0u);
  EXPECT_EQ(MurmurHash3("a"), 1009084850u);
  EXPECT_EQ(MurmurHash3("foo"), 4138058784u);
  EXPECT_EQ(MurmurHash3("fooo"), 3452035451u);
  EXPECT_EQ(MurmurHash3("cats and dogs"), 3904545099u);
}

}  // namespace
}  // namespace scoreway
