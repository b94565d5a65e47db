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

Result<Model> Import(const archive::Files& files) {
  return ImportSaved(archive::WriteTar(files), {.unpacked_bytes_max = 1 << 20});
}

TEST(SparkImporter, NamesEveryStageItDoesNotKnow) {
  const Result<Model> model = Import(Pipeline({Metadata("feature.OurOwnStage", ""), Metadata("feature.Binarizer", ""),
                                               Metadata("clustering.DistributedLDAModel", "")}));
  ASSERT_EQ(model.code(), Code::kUnsupported);
  const std::string message = model.error().ToString();
  EXPECT_NE(message.find("feature.OurOwnStage at stages/0_u0"), std::string::npos) << message;
  EXPECT_NE(message.find("clustering.DistributedLDAModel at stages/2_u2"), std::string::npos) << message;
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

std::string ReasonOf(const std::vector<std::string>& stages) {
  const Result<Model> model = Import(Pipeline(stages));
  EXPECT_EQ(model.code(), Code::kUnsupported);
  return model.ok() ? "" : model.error().ToString();
}

TEST(SparkImporter, WantsToKnowHowWideAnInputVectorIs) {
  const std::string normalizer = Metadata("feature.Normalizer", R"("inputCol":"v","outputCol":"out")");
  EXPECT_NE(ReasonOf({normalizer}).find("how wide the input vector 'v' is"), std::string::npos);
  const Result<Model> model =
      Import(Pipeline({Metadata("feature.VectorSizeHint", R"("inputCol":"v","size":3)"), normalizer}));
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  ASSERT_EQ(model->signature().inputs.size(), 3u);
  EXPECT_EQ(model->signature().inputs[2].name, "v_2");
  EXPECT_EQ(Import(Pipeline({Metadata("feature.VectorSizeHint", R"("inputCol":"v","size":1000000)")})).code(),
            Code::kResourceExhausted);
}

TEST(SparkImporter, DoesNotGuessWhichColumnsOfAFeatureHasherAreNumbers) {
  EXPECT_NE(ReasonOf({Metadata("feature.FeatureHasher", R"("inputCols":["a","b"],"outputCol":"out")")})
                .find("whether 'a', 'b' are numbers or categories"),
            std::string::npos);
}

TEST(SparkImporter, RefusesPatternsThatJavaMayReadOtherwise) {
  EXPECT_NE(ReasonOf({Metadata("feature.RegexTokenizer", R"("inputCol":"a","outputCol":"b","pattern":"(?<=x)y")")})
                .find("the pattern '(?<=x)y'"),
            std::string::npos);
}

TEST(SparkImporter, TokensAreListsAndMayBeAnswers) {
  const Result<Model> model = Import(Pipeline({Metadata("feature.NGram", R"("inputCol":"a","outputCol":"b","n":2)")}));
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  EXPECT_EQ(model->signature().inputs[0].type, Type::kList);
  EXPECT_EQ(model->signature().outputs[0].type, Type::kList);
}

TEST(SparkImporter, RefusesArchivesOfOtherThings) {
  EXPECT_EQ(Import({{"a", "1"}, {"b/c", "2"}}).error().ToString(),
            "the archive: holds no folder 'metadata', as a saved Spark model does");
  EXPECT_EQ(Import({{"metadata/part-00000", "{\"class\":"}}).code(), Code::kCorrupt);
  EXPECT_EQ(Import(Pipeline({Metadata("feature.StandardScalerModel", "")})).error().ToString(),
            "stages/0_u0: has no folder 'data'");
}

TEST(SparkImporter, RecommendsOnlyWhereThereAreFactors) {
  const archive::Files files = Pipeline({Metadata("feature.Binarizer", R"("inputCol":"x","outputCol":"y")")});
  const Result<Model> model = ImportSaved(archive::WriteTar(files), {.recommend = 10});
  ASSERT_EQ(model.code(), Code::kInvalidArgument);
  EXPECT_NE(model.error().ToString().find("no ALSModel"), std::string::npos) << model.error().ToString();
}

}  // namespace
}  // namespace scoreway::spark
