// What is refused, and how: by name and place, all of it at once.
#include "importers/spark/spark_importer.h"

#include <gtest/gtest.h>

#include "importers/archive/tar.h"

namespace scoreway::spark {
namespace {

std::string Metadata(const std::string& name, const std::string& parameters) {
  return R"({"class":"org.apache.spark.ml.)" + name + R"(","sparkVersion":"3.5.1","uid":"u","paramMap":{)" +
         parameters + R"(},"defaultParamMap":{}})" + "\n";
}

archive::Files Pipeline(const std::vector<std::string>& stages) {
  std::string uids;
  archive::Files files;
  for (size_t i = 0; i < stages.size(); ++i) {
    uids += (i == 0 ? "\"u" : ",\"u") + std::to_string(i) + "\"";
    files["stages/" + std::to_string(i) + "_u" + std::to_string(i) + "/metadata/part-00000"] = stages[i];
  }
  files["metadata/part-00000"] = Metadata("PipelineModel", "\"stageUids\":[" + uids + "]");
  return files;
}

Result<Model> Import(const archive::Files& files) { return ImportSaved(archive::WriteTar(files), 1 << 20); }

TEST(SparkImporter, NamesEveryStageItDoesNotKnow) {
  const Result<Model> model = Import(Pipeline(
      {Metadata("feature.Word2VecModel", ""), Metadata("feature.Binarizer", ""), Metadata("clustering.LDAModel", "")}));
  ASSERT_EQ(model.code(), Code::kUnsupported);
  const std::string message = model.error().ToString();
  EXPECT_NE(message.find("feature.Word2VecModel at stages/0_u0"), std::string::npos) << message;
  EXPECT_NE(message.find("clustering.LDAModel at stages/2_u2"), std::string::npos) << message;
}

TEST(SparkImporter, SaysWhatOfASqlStatementItDoesNotRead) {
  const Result<Model> model =
      Import(Pipeline({Metadata("feature.SQLTransformer", R"("statement":"SELECT a, RAND() AS b FROM __THIS__")")}));
  ASSERT_EQ(model.code(), Code::kUnsupported);
  EXPECT_NE(model.error().ToString().find("SQL: the function RAND of 0 arguments"), std::string::npos)
      << model.error().ToString();
}

TEST(SparkImporter, SelectsWithoutAFitAreModelsToo) {
  const Result<Model> model = Import(Pipeline({Metadata(
      "feature.SQLTransformer", R"("statement":"SELECT *, a / b AS ratio, IF(a > 1, 'x', 'y') AS t FROM __THIS__")")}));
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  ASSERT_EQ(model->signature().outputs.size(), 2u);
  EXPECT_EQ(model->signature().outputs[0].name, "ratio");
  EXPECT_EQ(model->signature().outputs[1].type, Type::kString);
}

TEST(SparkImporter, RefusesArchivesOfOtherThings) {
  EXPECT_EQ(Import({{"a", "1"}, {"b/c", "2"}}).error().ToString(),
            "the archive: holds no folder 'metadata', as a saved Spark model does");
  EXPECT_EQ(Import({{"metadata/part-00000", "{\"class\":"}}).code(), Code::kCorrupt);
  EXPECT_EQ(Import(Pipeline({Metadata("feature.StandardScalerModel", "")})).error().ToString(),
            "stages/0_u0: has no folder 'data'");
}

}  // namespace
}  // namespace scoreway::spark
