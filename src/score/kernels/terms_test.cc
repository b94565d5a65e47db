// Terms of texts, as PMML's TextIndex counts them; the examples are those of the specification or worked out by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "score/run_operator.h"

namespace scoreway {
namespace {

op::TermFrequency Frequency(std::vector<std::string> terms, bool ignore_case = false) {
  op::TermFrequency frequency;
  frequency.terms = std::move(terms);
  frequency.separator = R"(\s+)";
  frequency.ignore_case = ignore_case;
  return frequency;
}

TEST(TermFrequency, CountsTokensAndPhrases) {
  ExpectRows(RunOperator(Frequency({"sun", "the sun", "moon"}), {{"the sun, the (sun) and The Sun"}, {""}, {kMissing}}),
             {{2., 2., 0.}, {0., 0., 0.}, {kMissing, kMissing, kMissing}});
  ExpectRows(RunOperator(Frequency({"sun", "the sun"}, true), {{"the sun, the (sun) and The Sun"}}), {{3., 3.}});
}

TEST(TermFrequency, ToleratesSpelling) {
  op::TermFrequency frequency = Frequency({"sun"});
  frequency.distance_max = 1;
  ExpectRows(RunOperator(frequency, {{"sun fun son sunny un s"}, {"fun"}}), {{4.}, {1.}});
  frequency.best_hits = true;
  ExpectRows(RunOperator(frequency, {{"sun fun son sunny un s"}, {"fun"}}), {{1.}, {1.}});
}

TEST(TermFrequency, IsWeighed) {
  op::TermFrequency frequency = Frequency({"a"});
  frequency.weight = op::TermFrequency::Weight::kBinary;
  ExpectRows(RunOperator(frequency, {{"a a a"}, {"b"}}), {{1.}, {0.}});
  frequency.weight = op::TermFrequency::Weight::kLogarithmic;
  ExpectRows(RunOperator(frequency, {{"a a a"}, {"b"}}), {{std::log10(4.)}, {0.}});
}

TEST(TermFrequency, TakesWordsByPattern) {
  op::TermFrequency frequency;
  frequency.terms = {"ab", "b"};
  frequency.token = R"(\b\w\w+\b)";
  ExpectRows(RunOperator(frequency, {{"ab-b ab, b"}}), {{2., 0.}});
}

TEST(NormalizeText, AppliesItsTableInOrder) {
  op::NormalizeText normalize{{"interfaces?", "is|are"}, {"interface", "be"}, false};
  ExpectRows(RunOperator(normalize, {{"interfaces are it"}, {kMissing}}), {{"interface be it"}, {kMissing}});
}

TEST(NormalizeText, UntilNothingChanges) {
  op::NormalizeText normalize{{"aa"}, {"a"}, true};
  ExpectRows(RunOperator(normalize, {{"aaaaaaab"}}), {{"ab"}});
  normalize.recursive = false;
  ExpectRows(RunOperator(normalize, {{"aaaab"}}), {{"aab"}});
  ExpectCellError(RunOperator(op::NormalizeText{{"a"}, {"aa"}, true}, {{"a"}}),
                  "row 1, column 0: text 'a' does not come to rest when normalized");
}

TEST(Terms, AreRefusedWhereTheyCannotBe) {
  EXPECT_FALSE(PlanOfOperator(op::NormalizeText{{"(a"}, {""}, false}, {1}, {true}).ok());
  EXPECT_FALSE(PlanOfOperator(op::NormalizeText{{"a"}, {"\\1"}, false}, {1}, {true}).ok());
  EXPECT_FALSE(PlanOfOperator(op::NormalizeText{{"a"}, {}, false}, {1}, {true}).ok());
  EXPECT_FALSE(PlanOfOperator(op::TermFrequency(), {1}, {true}).ok());
  EXPECT_FALSE(PlanOfOperator(Frequency({"a"}), {2}, {true, true}).ok());
}

}  // namespace
}  // namespace scoreway
