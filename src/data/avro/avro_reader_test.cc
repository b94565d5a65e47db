// The bytes are what fastavro 1.13 writes of the same values.
#include "data/avro/avro_reader.h"

#include <gtest/gtest.h>

#include "base/hex_text.h"

namespace scoreway {
namespace {

constexpr char kWine[] =
    R"({"type":"record","name":"Wine","namespace":"cellar","fields":[
    {"name":"id","type":"long"},{"name":"alcohol","type":["null","double"]},{"name":"hue","type":"float"},
    {"name":"colour","type":{"type":"enum","name":"Colour","symbols":["pale","deep","ruby"]}},
    {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
    {"name":"code","type":{"type":"fixed","name":"Code","size":3}},
    {"name":"organic","type":"boolean"},{"name":"vintage","type":"int"},
    {"name":"notes","type":{"type":"array","items":"string"}},
    {"name":"scores","type":{"type":"map","values":["null","double"]}},
    {"name":"maker","type":["null",{"type":"record","name":"Maker","fields":[{"name":"name","type":"string"},
      {"name":"parent","type":["null","Maker"]}]}]},
    {"name":"nothing","type":"null"},
    {"name":"other","type":"cellar.Colour"}]})";
constexpr char kWineBytes[] =
    "ffc7afa0250252b81e85ebd12a40c3f5683f0406fe1dc661e90001ffffffff0f04166472792c20226c6f6e67220a73c3bcc39f000406616e6e"
    "02000000000020574006626f6200000202410202420000";

std::string Json(std::string_view schema, std::string_view bytes) {
  std::string json;
  const Status status = AppendAvroAsJson(AvroSchema::Parse(schema).value(), bytes, &json);
  return status.ok() ? json : status.ToString();
}

std::string OfHex(std::string_view schema, std::string_view hex) { return Json(schema, FromHex(hex).value()); }

TEST(AvroReader, WritesARecordAsJson) {
  EXPECT_EQ(OfHex(kWine, kWineBytes),
            R"({"id":-5000000000,"alcohol":13.41,"hue":0.91,"colour":"ruby","price":-1234.50,"code":"aé\u0000",)"
            R"("organic":true,"vintage":-2147483648,"notes":["dry, \"long\"","süß"],)"
            R"("scores":{"ann":92.5,"bob":null},"maker":{"name":"A","parent":{"name":"B","parent":null}},)"
            R"("nothing":null,"other":"pale"})");
}

TEST(AvroReader, WritesEveryNumberThatThereIs) {
  EXPECT_EQ(OfHex("long", "feffffffffffffffff01"), "9223372036854775807");
  EXPECT_EQ(OfHex("long", "ffffffffffffffffff01"), "-9223372036854775808");
  EXPECT_EQ(OfHex("long", "8001"), "64");
  EXPECT_EQ(OfHex("int", "feffffff0f"), "2147483647");
  EXPECT_EQ(OfHex("double", "000000000000f07f"), "\"Infinity\"");
  EXPECT_EQ(OfHex("double", "000000000000f87f"), "null");
  EXPECT_EQ(OfHex("float", "6f12833a"), "0.001");
}

TEST(AvroReader, WritesDecimalsWithAllTheirDigits) {
  constexpr char kDecimal[] = R"({"type":"bytes","logicalType":"decimal","precision":40,"scale":3})";
  EXPECT_EQ(OfHex(kDecimal, "0200"), "0.000");
  EXPECT_EQ(OfHex(kDecimal, "0201"), "0.001");
  EXPECT_EQ(OfHex(kDecimal, "02ff"), "-0.001");
  EXPECT_EQ(OfHex(kDecimal, "1c06163e665beb7ca6a2e1a64244cd"), "123456789012345678901234567890.125");
  EXPECT_EQ(OfHex(kDecimal, "22ff80000000000000000000000000000000"), "-170141183460469231731687303715884105.728");
  constexpr char kWhole[] = R"({"type":"bytes","logicalType":"decimal","precision":40})";
  EXPECT_EQ(OfHex(kWhole, "22ff80000000000000000000000000000000"), "-170141183460469231731687303715884105728.0");
  EXPECT_EQ(OfHex(kWhole, "04012c"), "300");
}

// Blocks whose count is below 0 say their size, as writers of large arrays do.
TEST(AvroReader, TakesBlocksWithTheirSize) {
  EXPECT_EQ(OfHex(R"({"type":"array","items":"int"})", "03040204020600"), "[1,2,3]");
}

TEST(AvroReader, SaysWhatIsWrongAndWhere) {
  const std::string bytes = FromHex(kWineBytes).value();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_NE(Json(kWine, std::string_view(bytes).substr(0, size)).find("ends too early"), std::string::npos) << size;
  }
  EXPECT_NE(Json(kWine, std::string_view(bytes).substr(0, 8)).find("field 'alcohol'"), std::string::npos);
  EXPECT_NE(Json(kWine, bytes + "x").find("1 bytes stand behind"), std::string::npos);
  EXPECT_NE(OfHex(R"(["null","int"])", "04").find("no branch 2"), std::string::npos);
  EXPECT_NE(OfHex(R"({"type":"enum","name":"E","symbols":["a"]})", "01").find("no symbol -1"), std::string::npos);
  EXPECT_NE(OfHex("boolean", "02").find("neither 0 nor 1"), std::string::npos);
  EXPECT_NE(OfHex("int", "feffffff1f").find("32 bits"), std::string::npos);
  EXPECT_NE(OfHex("long", "ffffffffffffffffff02").find("64 bits"), std::string::npos);
  EXPECT_NE(OfHex("string", "02ff").find("UTF-8"), std::string::npos);
  EXPECT_NE(OfHex("string", "01").find("below 0"), std::string::npos);
}

// Schemas and values of few bytes that would be very large.
TEST(AvroReader, HasLimits) {
  EXPECT_NE(OfHex(R"({"type":"array","items":"null"})", "feffffffffffffffff01").find("1000000 values"),
            std::string::npos);
  std::string wide = R"({"type":"record","name":"R0","fields":[{"name":"a","type":"null"}]})";
  for (int level = 1; level < 12; ++level) {
    std::string fields = R"({"name":"f0","type":)" + wide + "}";
    for (int i = 1; i < 8; ++i) {
      fields += R"(,{"name":"f)" + std::to_string(i) + R"(","type":"R)" + std::to_string(level - 1) + "\"}";
    }
    wide = R"({"type":"record","name":"R)" + std::to_string(level) + R"(","fields":[)" + fields + "]}";
  }
  EXPECT_NE(Json(wide, "").find("1000000 values"), std::string::npos);
  constexpr char kList[] = R"({"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]})";
  EXPECT_NE(Json(kList, std::string(1000, '\x02')).find("too deep"), std::string::npos);
}

}  // namespace
}  // namespace scoreway
