// The bytes are what fastavro 1.13 writes of the same rows by the same schema.
#include "data/avro/avro_writer.h"

#include <gtest/gtest.h>

#include "base/hex_text.h"
#include "data/avro/avro_reader.h"

namespace scoreway {
namespace {

std::string Hex(std::string_view bytes) {
  std::string hex;
  AppendHex(bytes, &hex);
  return hex;
}

class AvroWriter : public ::testing::Test {
 protected:
  AvroWriter() {
    batch.column(0).AppendString("barolo");
    batch.column(1).AppendFloat64(0.25);
    batch.column(2).AppendInt64(-300);
    batch.column(3).AppendBool(true);
    batch.column(4).AppendFloat32(0.5F);
    batch.column(5).AppendString("[1,2]");
    for (size_t i = 0; i < batch.column_count(); ++i) batch.column(i).AppendNull();
  }

  const std::shared_ptr<const Schema> schema = Schema::Make({{"predict", Type::kString},
                                                             {"proba_white wine", Type::kFloat64},
                                                             {"rank", Type::kInt64},
                                                             {"sure", Type::kBool},
                                                             {"1st", Type::kFloat32},
                                                             {"_1st", Type::kList}})
                                                   .value();
  Batch batch{schema};
};

TEST_F(AvroWriter, DeclaresEachColumnUnderANameOfAvro) {
  EXPECT_EQ(AvroSchemaOf(*schema, {}, "wine-answers"),
            R"({"type":"record","name":"wine_answers","namespace":"scoreway","fields":[)"
            R"({"name":"predict","type":["null","string"],"default":null},)"
            R"({"name":"proba_white_wine","type":["null","double"],"default":null,"column":"proba_white wine"},)"
            R"({"name":"rank","type":["null","long"],"default":null},)"
            R"({"name":"sure","type":["null","boolean"],"default":null},)"
            R"({"name":"_1st","type":["null","float"],"default":null,"column":"1st"},)"
            R"({"name":"_1st_2","type":["null","string"],"default":null,"column":"_1st"}]})");
}

TEST_F(AvroWriter, WritesRows) {
  std::string bytes;
  AppendAvroRow(batch, {}, 0, &bytes);
  EXPECT_EQ(Hex(bytes), "020c6261726f6c6f02000000000000d03f02d7040201020000003f020a5b312c325d");
  bytes.clear();
  AppendAvroRow(batch, {}, 1, &bytes);
  EXPECT_EQ(Hex(bytes), "000000000000");
}

TEST_F(AvroWriter, WritesTheColumnsThatAreWanted) {
  const std::vector<size_t> wanted = {2, 0};
  std::string bytes, json;
  AppendAvroRow(batch, wanted, 0, &bytes);
  const AvroSchema written = AvroSchema::Parse(AvroSchemaOf(*schema, wanted, "x")).value();
  ASSERT_TRUE(AppendAvroAsJson(written, bytes, &json).ok());
  EXPECT_EQ(json, R"({"rank":-300,"predict":"barolo"})");
}

}  // namespace
}  // namespace scoreway
