#include "registry/version_info.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace scoreway {
namespace {

VersionMetadata Full() {
  VersionMetadata metadata;
  metadata.format = "sklearn-pickle";
  metadata.source_library = "scikit-learn";
  metadata.source_library_version = "1.5.2";
  metadata.engine = "native";
  metadata.producer = "anna";
  metadata.description = "line one\nline \"two\" \xE2\x82\xAC";
  metadata.training_data = "s3://bucket/rows?version=3";
  metadata.parent_version = 4;
  metadata.run = 17;
  metadata.step = 300;
  metadata.model_bytes = 123456789012;
  metadata.signature_json = R"({"inputs":[{"name":"a","type":"float64"}]})";
  metadata.parity_json = R"({"rows": 10})";
  metadata.metrics = {{"auc", 0.1 + 0.2}, {"loss", std::numeric_limits<double>::infinity()}, {"n", -3}};
  metadata.parameters = {{"depth", "3"}, {"empty", ""}};
  metadata.tags = {{"team", "risk"}};
  return metadata;
}

TEST(VersionInfo, MetadataComesBackWhole) {
  const VersionMetadata metadata = Full();
  auto back = MetadataFromJson(MetadataToJson(metadata));
  ASSERT_TRUE(back.ok()) << back.status().ToString();
  EXPECT_EQ(*back, metadata);
  EXPECT_EQ(*MetadataFromJson(MetadataToJson({})), VersionMetadata());
  EXPECT_EQ(*MetadataFromJson("{}"), VersionMetadata());
}

TEST(VersionInfo, ANanMetricStaysOne) {
  VersionMetadata metadata;
  metadata.metrics["auc"] = std::nan("");
  auto back = MetadataFromJson(MetadataToJson(metadata));
  ASSERT_TRUE(back.ok());
  EXPECT_TRUE(std::isnan(back->metrics.at("auc")));
}

TEST(VersionInfo, WrongJsonIsNamed) {
  EXPECT_EQ(MetadataFromJson("").code(), Code::kInvalidArgument);
  EXPECT_EQ(MetadataFromJson("[]").code(), Code::kInvalidArgument);
  EXPECT_EQ(MetadataFromJson("{\"format\":\"x\"").code(), Code::kInvalidArgument);
  const struct {
    const char* json;
    const char* place;
  } cases[] = {{R"({"format":3})", "member 'format'"},
               {R"({"parent_version":"x"})", "member 'parent_version'"},
               {R"({"model_bytes":-1})", "member 'model_bytes'"},
               {R"({"metrics":[1]})", "member 'metrics'"},
               {R"({"metrics":{"auc":"high"}})", "member 'metrics.auc'"},
               {R"({"tags":{"a":1}})", "member 'tags.a'"}};
  for (const auto& [json, place] : cases) {
    const auto metadata = MetadataFromJson(json);
    ASSERT_EQ(metadata.code(), Code::kInvalidArgument) << json;
    EXPECT_EQ(metadata.error().place, place);
  }
}

TEST(VersionInfo, WhatCannotBeJsonIsRefusedBeforeItIsStored) {
  VersionMetadata metadata = Full();
  EXPECT_TRUE(CheckMetadata(metadata).ok());
  metadata.signature_json = "{";
  EXPECT_EQ(CheckMetadata(metadata).error().place, "signature");
  metadata = Full();
  metadata.tags["team"] = "\xFF";
  EXPECT_EQ(CheckMetadata(metadata).error().place, "tags.team");
  metadata = Full();
  metadata.metrics[""] = 1;
  EXPECT_EQ(CheckMetadata(metadata).error().place, "metrics");
}

TEST(VersionInfo, TheWireFormHasEveryMember) {
  VersionInfo version{"wine", 3, VersionInfo::State::kReady, 0, "ab", 10, {}};
  version.metadata.signature_json = "{\"a\":1}";
  version.metadata.metrics["auc"] = 0.5;
  std::string text;
  JsonWriter json(&text);
  WriteJson(version, &json);
  EXPECT_EQ(
      text,
      R"({"name":"wine","version":3,"state":"ready","created":"1970-01-01T00:00:00.000000Z",)"
      R"("artifact_sha256":"ab","artifact_bytes":10,"format":"","source_library":"","source_library_version":"",)"
      R"("engine":"","producer":"","description":"","training_data":"","parent_version":null,"run":null,)"
      R"("step":null,"model_bytes":0,)"
      R"("metrics":{"auc":0.5},"parameters":{},"tags":{},"import_options":{},"signature":{"a":1},"parity":null})");
}

}  // namespace
}  // namespace scoreway
