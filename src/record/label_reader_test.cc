#include "record/label_reader.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

Result<std::vector<Label>> ReadAll(std::string_view text, LabelForm form) {
  TextSource source(text);
  LabelReader reader(&source, form);
  std::vector<Label> labels;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const bool more, reader.Next(&labels, 2));
    if (!more) return labels;
  }
}

TEST(LabelReader, ReadsTheThreeFormsAlike) {
  const std::vector<Label> expected = {
      {.prediction_id = "a", .value = "1"},
      {.prediction_id = "a", .row = 2, .value = "0.5"},
      {.key = "order-17", .value = "\"returned, broken\"", .time_micros = 1'772'323'200'000'000},
      {.key = "true", .value = "true"},
  };
  const auto csv = ReadAll(
      "prediction_id,row,key,label,time\na,,,1,\na,2,,0.5,\n,,order-17,\"returned, broken\",2026-03-01\n,,true,true,\n",
      LabelForm::kCsv);
  ASSERT_TRUE(csv.ok()) << csv.status().ToString();
  EXPECT_EQ(*csv, expected);
  const std::string lines =
      "{\"prediction_id\":\"a\",\"label\":1}\n\n{\"prediction_id\":\"a\",\"row\":2,\"label\":0.5}\r\n"
      "{\"key\":\"order-17\",\"label\":\"returned, broken\",\"time\":\"2026-03-01T00:00:00Z\",\"row\":null}\n"
      "{\"label\":true,\"key\":\"true\"}";
  const auto json_lines = ReadAll(lines, LabelForm::kJsonLines);
  ASSERT_TRUE(json_lines.ok()) << json_lines.status().ToString();
  EXPECT_EQ(*json_lines, expected);
  const auto json = ReadLabelsJson(
      R"({"labels":[{"prediction_id":"a","label":1},{"prediction_id":"a","row":2,"label":0.5},)"
      R"({"key":"order-17","label":"returned, broken","time":"2026-03-01"},{"key":"true","label":true}]})");
  ASSERT_TRUE(json.ok()) << json.status().ToString();
  EXPECT_EQ(*json, expected);
}

TEST(LabelReader, NamesWhatIsWrong) {
  const std::pair<const char*, const char*> lines[] = {
      {"{\"key\":\"a\",\"label\":1}\n{\"key\":\"b\"}\n", "line 2"},
      {"{\"key\":\"a\",\"label\":{}}\n", "line 1"},
      {"{\"key\":\"a\",\"label\":1,\"lable\":2}\n", "line 1: member 'lable'"},
      {"{\"key\":\"a\",\"label\":1,\"row\":0}\n", "line 1: member 'row'"},
      {"{\"key\":\"a\",\"label\":1,\"time\":\"yesterday\"}\n", "line 1: member 'time'"},
      {"[1]\n", "line 1"},
      {"{\n", "line 1"},
  };
  for (const auto& [text, place] : lines) {
    const auto read = ReadAll(text, LabelForm::kJsonLines);
    ASSERT_EQ(read.code(), Code::kInvalidArgument) << text;
    EXPECT_EQ(read.error().place, place) << text;
  }
  EXPECT_EQ(ReadAll("key,value\na,1\n", LabelForm::kCsv).code(), Code::kInvalidArgument);
  EXPECT_EQ(ReadAll("key,label,lable\na,1,2\n", LabelForm::kCsv).code(), Code::kInvalidArgument);
  const auto empty = ReadAll("key,label\na,1\nb,\n", LabelForm::kCsv);
  ASSERT_EQ(empty.code(), Code::kInvalidArgument);
  EXPECT_EQ(empty.error().place, "label 2");
  EXPECT_EQ(ReadLabelsJson("{}").code(), Code::kInvalidArgument);
  EXPECT_EQ(ReadLabelsJson("{\"labels\":1}").code(), Code::kInvalidArgument);
  EXPECT_EQ(ReadAll(std::string(300'000, 'x'), LabelForm::kJsonLines).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace scoreway
