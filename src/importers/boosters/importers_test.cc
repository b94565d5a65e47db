#include <gtest/gtest.h>

#include <cstring>

#include "importers/boosters/dump.h"
#include "importers/boosters/feature_map.h"
#include "importers/boosters/lightgbm_lowering.h"
#include "importers/boosters/xgboost_importer.h"

namespace scoreway::boosters {
namespace {

std::string Replace(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string Fault(const Result<Model>& model) {
  return model.ok() ? "no fault" : std::string(CodeName(model.code())) + " " + model.error().ToString();
}

// One tree: f0 < 0.5 ? 1 : 2, a missing f0 goes right.
const std::string kJson = R"({"learner": {"attributes": {},
  "feature_names": ["a", "b"], "feature_types": ["float", "q"],
  "gradient_booster": {"model": {"gbtree_model_param": {"num_parallel_tree": "1", "num_trees": "1"},
    "tree_info": [0], "trees": [{"base_weights": [0, 1, 2], "default_left": [0, 0, 0], "left_children": [1, -1, -1],
    "right_children": [2, -1, -1], "split_conditions": [5E-1, 1, 2], "split_indices": [0, 0, 0],
    "tree_param": {"num_nodes": "3", "size_leaf_vector": "0"}}]}, "name": "gbtree"},
  "learner_model_param": {"base_score": "5E-1", "num_class": "0", "num_feature": "2"},
  "objective": {"name": "reg:squarederror"}}, "version": [1, 7, 6]})";

Result<Model> Xgboost(const std::string& text, std::string_view map = "") { return ImportXgboost(text, map); }

TEST(XgboostImporter, NamesInputsAndOutputs) {
  const Result<Model> model = Xgboost(kJson);
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  ASSERT_EQ(model->signature().inputs.size(), 2U);
  EXPECT_EQ(model->signature().inputs[0].name, "a");
  EXPECT_EQ(model->signature().inputs[0].missing, MissingRule::kModel);
  EXPECT_EQ(model->signature().outputs[0].name, "prediction");
  EXPECT_EQ(model->signature().outputs[1].name, "margin");
  EXPECT_EQ(model->provenance().format, "xgboost-json");
  EXPECT_EQ(model->provenance().library_version, "1.7.6");
}

TEST(XgboostImporter, WhatIsBeyondUsIsNamed) {
  EXPECT_EQ(Fault(Xgboost(Replace(kJson, "reg:squarederror", "my:own"))),
            "UNSUPPORTED objective: unsupported: the objective 'my:own' of XGBoost");
  EXPECT_EQ(Fault(Xgboost(Replace(kJson, "\"name\": \"gbtree\"", "\"name\": \"gbforest\""))),
            "UNSUPPORTED unsupported: the booster 'gbforest' of XGBoost");
}

TEST(XgboostImporter, DamageIsNamedByPlace) {
  const std::string tree = "CORRUPT learner: gradient_booster: model: tree 0: ";
  EXPECT_EQ(Fault(Xgboost(Replace(kJson, "[1, -1, -1]", "[3, -1, -1]"))), tree + "node 0 points out of range");
  EXPECT_EQ(Fault(Xgboost(Replace(kJson, "[1, -1, -1]", "[0, -1, -1]"))), tree + "node 0 points out of range");
  EXPECT_EQ(Fault(Xgboost(Replace(kJson, "[1, -1, -1]", "[1, -1]"))), tree + "its arrays have different lengths");
  EXPECT_EQ(Fault(Xgboost(Replace(kJson, "[5E-1, 1, 2]", "[NaN, 1, 2]"))),
            tree + "the condition of node 0 is no number");
  EXPECT_EQ(Fault(Xgboost(Replace(kJson, "\"tree_info\": [0]", "\"tree_info\": [1]"))),
            "CORRUPT learner: a tree adds to output 1");
  EXPECT_EQ(Fault(Xgboost(Replace(kJson, "\"tree_info\": [0]", "\"tree_info\": []"))),
            "CORRUPT there is not one group a tree");
  EXPECT_EQ(Fault(Xgboost(Replace(kJson, "\"a\", \"b\"", "\"a\""))), "CORRUPT there is not one name a feature");
  EXPECT_EQ(Fault(Xgboost(Replace(kJson, "\"version\"", "\"verse\""))),
            "CORRUPT it does not say which version saved it");
  EXPECT_EQ(Fault(Xgboost(Replace(kJson, "\"5E-1\"", "\"x\""))),
            "CORRUPT learner: learner_model_param: 'x' is not a number");
  // The walk over children finds the cycle.
  EXPECT_EQ(Xgboost(Replace(kJson, "[2, -1, -1]", "[1, -1, -1]")).code(), Code::kCorrupt);
  for (size_t size = 1; size < kJson.size(); size += 7) {
    EXPECT_FALSE(Xgboost(kJson.substr(0, size)).ok()) << size;
  }
}

TEST(XgboostImporter, OutputsAreBounded) {
  EXPECT_EQ(Xgboost(Replace(kJson, "\"num_class\": \"0\"", "\"num_class\": \"2000000000\"")).code(),
            Code::kResourceExhausted);
}

TEST(XgboostImporter, KnowsBinaryModelsByTheirFields) {
  std::string bytes(136, '\0');
  const uint32_t features = 1;
  std::memcpy(bytes.data() + 4, &features, sizeof(features));
  const auto append_text = [&](std::string_view text) {
    const uint64_t size = text.size();
    bytes.append(reinterpret_cast<const char*>(&size), sizeof(size)).append(text);
  };
  append_text("reg:linear");
  append_text("gblinear");
  EXPECT_TRUE(LooksLikeXgboost(bytes));
  EXPECT_TRUE(LooksLikeXgboost("binf" + bytes));
  EXPECT_FALSE(LooksLikeXgboost(bytes.substr(1)));
  EXPECT_EQ(Xgboost(bytes).code(), Code::kCorrupt);  // it ends here
}

TEST(FeatureMap, IndicatorsBecomeColumnsOfText) {
  const std::string unnamed = Replace(kJson, R"("feature_names": ["a", "b"], "feature_types": ["float", "q"],)", "");
  const Result<Model> model = Xgboost(unnamed, "0\tcolour=dark red\ti\n1\tsize\tq\n");
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  ASSERT_EQ(model->signature().inputs.size(), 2U);
  EXPECT_EQ(model->signature().inputs[0].name, "colour");
  EXPECT_EQ(model->signature().inputs[0].type, Type::kString);
  EXPECT_EQ(model->signature().inputs[0].categories, std::vector<std::string>{"dark red"});
  EXPECT_EQ(model->signature().outputs[0].name, "_target");
}

TEST(FeatureMap, FaultsNameTheLine) {
  EXPECT_EQ(ParseFeatureMap("0 a q\n2 b q\n").error().ToString(),
            "feature map, line 2: '1 <name> <type>' was expected");
  const std::string unnamed = Replace(kJson, R"("feature_names": ["a", "b"], "feature_types": ["float", "q"],)", "");
  EXPECT_EQ(Fault(Xgboost(unnamed, "0 a q\n")), "INVALID_ARGUMENT feature map: it has 1 features, the model 2");
}

const std::string kText =
    "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\nobjective=regression\n"
    "feature_names=a b\nfeature_infos=[0:1] 0:1:2\ntree_sizes=100\n\n"
    "Tree=0\nnum_leaves=3\nnum_cat=1\nsplit_feature=0 1\nthreshold=0.5 0\ndecision_type=2 1\nleft_child=1 -1\n"
    "right_child=-2 -3\nleaf_value=1 2 3\ncat_boundaries=0 1\ncat_threshold=5\nis_linear=0\nshrinkage=1\n\n\n"
    "end of trees\n\nfeature_importances:\na=1\n\nparameters:\n[boosting: gbdt]\nend of parameters\n\n"
    "pandas_categorical:[[\"x\", \"y\", \"z\"]]\n";

TEST(Dump, IsToldFromAModelByWhatTheLibrariesWrite) {
  constexpr std::string_view kNode = R"(  { "nodeid": 0, "depth": 0, "split": "f0", "split_condition": 0.5, "yes": 1)";
  const std::string list = "[\n" + std::string(kNode);
  constexpr auto kNpos = std::string_view::npos;
  for (const std::string_view dump :
       {kNode, std::string_view(list), std::string_view("booster[0]:\n0:[f0<0.5] yes=1")}) {
    EXPECT_NE(WhyNoDump(dump).find("dump of XGBoost"), kNpos) << dump;
  }
  EXPECT_NE(WhyNoDump(R"({"name": "tree", "num_tree_per_iteration": 1, "tree_info": []})").find("of LightGBM"), kNpos);
  for (const std::string_view other : {std::string_view(kJson), std::string_view(kText), std::string_view("[1]"),
                                       std::string_view("{}"), std::string_view()}) {
    EXPECT_EQ(WhyNoDump(other), "") << other;
  }
}

TEST(LightgbmImporter, NamesInputsAndTheirCategories) {
  const Result<Model> model = ImportLightgbm(kText);
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  ASSERT_EQ(model->signature().inputs.size(), 2U);
  EXPECT_EQ(model->signature().inputs[1].name, "b");
  EXPECT_EQ(model->signature().inputs[1].categories, (std::vector<std::string>{"x", "y", "z"}));
  EXPECT_EQ(model->signature().outputs[1].name, "margin");
}

TEST(LightgbmImporter, WhatIsBeyondUsIsNamed) {
  EXPECT_EQ(Fault(ImportLightgbm(Replace(kText, "objective=regression", "objective=my_own"))),
            "UNSUPPORTED objective: unsupported: the objective 'my_own' of LightGBM");
  EXPECT_EQ(Fault(ImportLightgbm(Replace(kText, "[[\"x\", \"y\", \"z\"]]", "[[\"x\"], [\"y\"]]"))),
            "UNSUPPORTED pandas_categorical: unsupported: the model has categories of 2 columns and does not say which "
            "columns these are");
  EXPECT_EQ(ImportLightgbm(Replace(kText, "version=v4", "version=v1")).code(), Code::kUnsupported);
}

TEST(LightgbmImporter, DamageIsNamedByPlace) {
  EXPECT_EQ(Fault(ImportLightgbm(Replace(kText, "left_child=1 -1", "left_child=2 -1"))),
            "CORRUPT tree 0: node 0 points out of range");
  EXPECT_EQ(Fault(ImportLightgbm(Replace(kText, "left_child=1 -1", "left_child=1 -9"))),
            "CORRUPT tree 0: node 1 points out of range");
  EXPECT_EQ(Fault(ImportLightgbm(Replace(kText, "split_feature=0 1", "split_feature=0 2"))),
            "CORRUPT tree 0: node 1 asks for an unknown feature");
  EXPECT_EQ(Fault(ImportLightgbm(Replace(kText, "leaf_value=1 2 3", "leaf_value=1 2"))),
            "CORRUPT tree 0: there is not one value a leaf");
  EXPECT_EQ(Fault(ImportLightgbm(Replace(kText, "threshold=0.5 0", "threshold=0.5 1"))),
            "CORRUPT tree 0: node 1 has no categories");
  EXPECT_EQ(Fault(ImportLightgbm(Replace(kText, "cat_boundaries=0 1", "cat_boundaries=0 2"))),
            "CORRUPT tree 0: the categories of node 1 are out of range");
  EXPECT_EQ(Fault(ImportLightgbm(Replace(kText, "threshold=0.5 0", "threshold=0.5 x"))),
            "CORRUPT tree 0: threshold: 'x' is not a number");
  EXPECT_EQ(Fault(ImportLightgbm(Replace(kText, "feature_names=a b", "feature_names=a"))),
            "CORRUPT there is not one name a feature");
  for (size_t size = 20; size < kText.find("end of trees"); size += 5) {
    EXPECT_FALSE(ImportLightgbm(kText.substr(0, size)).ok()) << size;
  }
}

}  // namespace
}  // namespace scoreway::boosters
