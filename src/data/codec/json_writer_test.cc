#include "data/codec/json_writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

namespace scoreway {
namespace {

TEST(JsonWriter, ObjectsAndArraysGetTheirCommas) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  json.StringField("name", "wine");
  json.Key("rows");
  json.BeginArray();
  json.BeginArray();
  json.EndArray();
  json.Int(-7);
  json.Uint(18446744073709551615u);
  json.Null();
  json.BeginObject();
  json.BoolField("ok", true);
  json.EndObject();
  json.EndArray();
  json.RawField("raw", "{\"a\":1}");
  json.RawField("none", "");
  json.EndObject();
  EXPECT_EQ(text, R"({"name":"wine","rows":[[],-7,18446744073709551615,null,{"ok":true}],"raw":{"a":1},"none":null})");
}

TEST(JsonWriter, StringsAreEscapedAndAlwaysUtf8) {
  std::string text;
  AppendJsonString(std::string_view("a\"b\\c\n\r\t\x01\0é€😀", 19), &text);
  EXPECT_EQ(text, "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u0000é€😀\"");
  text.clear();
  AppendJsonString("\xC0\xAF|\xED\xA0\x80|\xF5|\xE2\x82", &text);
  EXPECT_EQ(text, "\"\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD|\uFFFD|\uFFFD\uFFFD\"");
}

TEST(JsonWriter, NumbersReadBackTheSame) {
  for (double value : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 1e22, 123456789012345680.0}) {
    std::string text;
    JsonWriter(&text).Double(value);
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
  }
  std::string text;
  JsonWriter json(&text);
  json.BeginArray();
  json.Float(0.1f);
  json.Double(std::numeric_limits<double>::quiet_NaN());
  json.Double(std::numeric_limits<double>::infinity());
  json.EndArray();
  EXPECT_EQ(text, "[0.1,null,null]");
}

}  // namespace
}  // namespace scoreway
