// Encoding, decoding, one-hot and bins.
#include <gtest/gtest.h>

#include <string>

#include "score/kernels/number_index.h"
#include "score/kernels/text_index.h"
#include "score/run_operator.h"

namespace scoreway {
namespace {

constexpr op::CodeOrReject kReject{};
constexpr op::CodeOrReject Code(double code) { return {.reject = false, .code = code}; }

TEST(EncodeText, GivesTheIndexOfTheCategory) {
  const op::EncodeText encode{.column_names = {"city", "size"},
                              .categories = {{"Oslo", "Rome", ""}, {"S", "M", "L", "XL", "XXL", "M"}},
                              .unknown = {Code(-1), Code(op::kNaN)},
                              .missing = {Code(9), Code(2)}};
  ExpectRows(RunOperator(encode, {{"Rome", "M"}, {"", "XXL"}, {"rome", "XS"}, {kMissing, kMissing}}),
             {{1., 1.}, {2., 4.}, {-1., kMissing}, {9., 2.}});
}

TEST(EncodeText, RejectsWithRowColumnAndValue) {
  const op::EncodeText encode{.column_names = {"id", "city"},
                              .categories = {{"a"}, {"Oslo"}},
                              .unknown = {kReject, kReject},
                              .missing = {kReject, kReject}};
  ExpectCellError(RunOperator(encode, {{"a", "Oslo"}, {"a", "foo"}}), "row 2, column 'city': unknown category 'foo'");
  ExpectCellError(RunOperator(encode, {{"a", "Oslo"}, {"a", kMissing}}),
                  "row 2, column 'city': missing value, and the model has no rule for it");
  const std::string shown = "row 1, column 'city': unknown category '" + std::string(79, 'x') + "...'";
  ExpectCellError(RunOperator(encode, {{"a", std::string(79, 'x') + "øøø"}}), shown);
}

TEST(EncodeNumber, ComparesExactly) {
  const op::EncodeNumber encode{.column_names = {"a", "b"},
                                .categories = {{3, 1, 0, 1}, {0.1, -1e300, 2.5, 1e300, 7, 8, 9, 10, 11, 12}},
                                .unknown = {Code(-1), Code(-2)},
                                .missing = {Code(5), kReject}};
  ExpectRows(
      RunOperator(encode,
                  {{-0.0, 0.1}, {1., 2.5}, {1.5, 0.10000000000000002}, {4., 0.2}, {kMissing, 1e300}, {-1., 12.}}),
      {{2., 0.}, {1., 2.}, {-1., -2.}, {-1., -2.}, {5., 3.}, {-1., 9.}});
  ExpectCellError(RunOperator(encode, {{1., kMissing}}),
                  "row 1, column 'b': missing value, and the model has no rule for it");
}

TEST(EncodeNumber, ShowsTheUnknownNumber) {
  const op::EncodeNumber encode{.column_names = {}, .categories = {{1}}, .unknown = {kReject}, .missing = {kReject}};
  ExpectCellError(RunOperator(encode, {{1.}, {0.1}}), "row 2, column 0: unknown category 0.1");
}

TEST(TextIndex, FindsEveryTextAndNoOther) {
  std::vector<std::string> texts;
  for (int i = 0; i < 3000; ++i) texts.push_back(std::string(static_cast<size_t>(i % 23), 'a') + std::to_string(i));
  const TextIndex index(texts);
  for (uint32_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(index.Find(texts[i]), i);
    EXPECT_EQ(index.Find(texts[i] + "!"), TextIndex::kAbsent);
  }
  EXPECT_EQ(index.Find(""), TextIndex::kAbsent);
  EXPECT_EQ(TextIndex({"", std::string(1, '\0'), "a", "b", "c"}).Find(std::string(1, '\0')), 1u);
  EXPECT_EQ(TextIndex({}).Find(""), TextIndex::kAbsent);
}

TEST(TextIndex, TellsTextsOfEverySizeApartByAnyByte) {
  for (size_t size = 1; size <= 40; ++size) {
    std::vector<std::string> texts = {std::string(size, 'a')};
    for (size_t at = 0; at < size; ++at) {
      texts.push_back(texts[0]);
      texts.back()[at] = '\xff';
    }
    const std::vector<std::string> one = {texts[0]};
    const TextIndex all(texts), first(one);
    for (uint32_t i = 0; i < texts.size(); ++i) {
      EXPECT_EQ(all.Find(texts[i]), i);
      EXPECT_EQ(first.Find(texts[i]), i == 0 ? 0 : TextIndex::kAbsent);
    }
  }
}

TEST(NumberIndex, FindsEveryNumberAndNoOther) {
  const std::vector<std::vector<double>> lists = {
      {}, {5}, {op::kNaN}, {2, 4, 6, 8}, {1e15, 1e15 + 1}, {-3, op::kNaN, 3}, {op::kInfinity, 0}, {1e18, -1e18, 0.5}};
  for (const std::vector<double>& list : lists) {
    const NumberIndex index(list);
    for (uint32_t i = 0; i < list.size(); ++i) {
      EXPECT_EQ(index.Find(list[i]), list[i] == list[i] ? i : NumberIndex::kAbsent);
      EXPECT_EQ(index.Find(list[i] + 0.25) == i, list[i] + 0.25 == list[i]);
    }
    EXPECT_EQ(index.Find(-7), NumberIndex::kAbsent);
    EXPECT_EQ(index.Find(-op::kInfinity), NumberIndex::kAbsent);
    EXPECT_EQ(index.Find(op::kNaN), NumberIndex::kAbsent);
  }
}

TEST(Decode, LooksCodesUp) {
  const TestRows codes = {{0., 1.}, {2., -1.}, {kMissing, 3.}};
  ExpectRows(RunOperator(op::DecodeNumber{{10, 20, 30}}, codes), {{10., 20.}, {30., kMissing}, {kMissing, kMissing}});
  ExpectRows(RunOperator(op::DecodeText{{"no", "", "yes"}}, codes),
             {{"no", ""}, {"yes", kMissing}, {kMissing, kMissing}});
}

TEST(OneHot, SetsTheSlotOfTheCode) {
  const op::OneHot one_hot{.widths = {2, 3}, .slots = {{-1, 0, 1}, {2, 2, 0}}};
  ExpectRows(
      RunOperator(one_hot, {{0., 0.}, {1., 2.}, {2., 1.}, {kMissing, 3.}, {-1., 7e9}}),
      {{0., 0., 0., 0., 1.}, {1., 0., 1., 0., 0.}, {0., 1., 0., 0., 1.}, {0., 0., 0., 0., 0.}, {0., 0., 0., 0., 0.}});
}

TEST(Bin, CountsTheEdgesPassed) {
  const TestRows rows = {{0.5}, {1.}, {1.5}, {2.}, {9.}, {kMissing}, {-9.}};
  op::Bin bin{.edges = {{1, 2, 3}}, .codes = {3}};
  ExpectRows(RunOperator(bin, rows), {{0.}, {1.}, {1.}, {2.}, {2.}, {kMissing}, {0.}});
  bin.right_closed = true;
  ExpectRows(RunOperator(bin, rows), {{0.}, {0.}, {1.}, {1.}, {2.}, {kMissing}, {0.}});
}

}  // namespace
}  // namespace scoreway
