#include "data/avro/avro_schema.h"

#include <gtest/gtest.h>

namespace scoreway {
namespace {

std::string Fault(std::string_view json) {
  const auto schema = AvroSchema::Parse(json);
  return schema.ok() ? "none" : schema.status().ToString();
}

TEST(AvroSchema, FindsTypesByNameAndNamespace) {
  const auto schema = AvroSchema::Parse(R"({"type":"record","name":"a.b.Row","fields":[
      {"name":"x","type":{"type":"enum","name":"E","symbols":["p","q"]}},
      {"name":"y","type":"a.b.E"},
      {"name":"z","type":"E"},
      {"name":"f","type":{"type":"fixed","name":"F","namespace":"c","size":4}},
      {"name":"g","type":"c.F"},
      {"name":"next","type":["null","Row"]}]})");
  ASSERT_TRUE(schema.ok()) << schema.status().ToString();
  const AvroNode& row = schema->nodes()[0];
  ASSERT_EQ(row.names, (std::vector<std::string>{"x", "y", "z", "f", "g", "next"}));
  EXPECT_EQ(row.items[1], row.items[0]);
  EXPECT_EQ(row.items[2], row.items[0]);
  EXPECT_EQ(row.items[4], row.items[3]);
  EXPECT_EQ(schema->nodes()[row.items[5]].items[1], 0U) << "a record within itself";
}

TEST(AvroSchema, TakesNamesAloneAndTypesWithinTypes) {
  EXPECT_EQ(AvroSchema::Parse("long")->nodes()[0].kind, AvroKind::kLong);
  EXPECT_EQ(AvroSchema::Parse("\"long\"")->nodes()[0].kind, AvroKind::kLong);
  EXPECT_EQ(AvroSchema::Parse(R"({"type":{"type":"string"}})")->nodes()[0].kind, AvroKind::kString);
  EXPECT_EQ(AvroSchema::Parse(R"({"type":"long","logicalType":"timestamp-millis"})")->nodes()[0].kind, AvroKind::kLong);
}

TEST(AvroSchema, PassesOverALogicalTypeThatIsWrong) {
  EXPECT_EQ(AvroSchema::Parse(R"({"type":"bytes","logicalType":"decimal","precision":4,"scale":2})")->nodes()[0].scale,
            2);
  EXPECT_EQ(AvroSchema::Parse(R"({"type":"bytes","logicalType":"decimal","precision":4})")->nodes()[0].scale, 0);
  EXPECT_EQ(AvroSchema::Parse(R"({"type":"bytes","logicalType":"decimal","scale":-2})")->nodes()[0].scale, -1);
  EXPECT_EQ(AvroSchema::Parse(R"({"type":"bytes","logicalType":"decimal","scale":"two"})")->nodes()[0].scale, -1);
}

TEST(AvroSchema, SaysWhatIsWrongAndWhere) {
  EXPECT_NE(Fault("{").find("is not JSON"), std::string::npos);
  EXPECT_NE(Fault("7").find("a name, an object or an array"), std::string::npos);
  EXPECT_NE(Fault(R"({"name":"A"})").find("'type'"), std::string::npos);
  EXPECT_NE(Fault(R"({"type":"record","name":"A","fields":[{"name":"b","type":"C"}]})").find("field 'b'"),
            std::string::npos);
  EXPECT_NE(Fault(R"({"type":"record","name":"A","fields":[{"name":"b","type":"C"}]})").find("no type 'C'"),
            std::string::npos);
  EXPECT_NE(Fault(R"(["null",["int"]])").find("union"), std::string::npos);
  EXPECT_NE(Fault("[]").find("no branches"), std::string::npos);
  EXPECT_NE(Fault(R"({"type":"record","name":"A","fields":[{"name":"b","type":"int"},{"name":"b","type":"int"}]})")
                .find("two fields 'b'"),
            std::string::npos);
  EXPECT_NE(Fault(R"({"type":"record","name":"A","fields":[{"name":"b","type":{"type":"fixed","name":"A","size":1}}]})")
                .find("two types 'A'"),
            std::string::npos);
  EXPECT_NE(Fault(R"({"type":"fixed","name":"A","size":-1})").find("'size'"), std::string::npos);
  EXPECT_NE(Fault(R"({"type":"enum","name":"A","symbols":["a b"]})").find("symbol"), std::string::npos);
  EXPECT_NE(Fault(R"({"type":"record","name":"1A","fields":[]})").find("'1A' is no name"), std::string::npos);
  EXPECT_NE(Fault(R"({"type":"record","name":"long","fields":[]})").find("'long'"), std::string::npos);
}

TEST(AvroSchema, HasLimits) {
  std::string deep = "\"int\"";
  for (int i = 0; i < 100; ++i) deep = R"({"type":"array","items":)" + deep + "}";
  EXPECT_NE(Fault(deep).find("too deep"), std::string::npos);
  std::string many = R"(["null")";
  for (int i = 0; i < 110'000; ++i) many += R"(,"int")";
  EXPECT_NE(Fault(many + "]").find("100000"), std::string::npos);
  EXPECT_NE(Fault(std::string(AvroSchema::kTextBytesMax + 1, ' ')).find("1 MiB"), std::string::npos);
}

}  // namespace
}  // namespace scoreway
